import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { FolkmootError } from '../../../src-shared/domain/errors.ts';
import { parentChannel } from '../../process/channel.ts';
import { serve } from '../../process/rpc.ts';
import { StateKeeper } from './state-keeper.ts';
import type { AnvilEvents, AnvilMethods, AnvilStart } from './anvil-protocol.ts';
import { sweep } from './sweep.ts';

/**
 * Keeper of the sandbox chain: anvil does not notice when its parent dies, this process does. It ends the chain with
 * itself, and ends one that a crash of this very process left behind.
 */
const LISTENING = /Listening on 127\.0\.0\.1:(\d+)/;
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const MAX_OUTPUT = 4_000;

let chain: ChildProcess | undefined;
let listening = false;
let keeper: StateKeeper | undefined;

const { emit } = serve<AnvilMethods, AnvilEvents>(parentChannel(), { start, save, stop: () => stop() });
// Before it listens, anvil does not hear SIGTERM; there is no new state to save then.
process.on('exit', () => chain?.kill(listening ? 'SIGTERM' : 'SIGKILL'));

async function start(input: AnvilStart): Promise<{ port: number }> {
  await sweep(input);
  const network = ['--host', '127.0.0.1', '--port', String(input.port), '--chain-id', String(input.chainId)];
  // No key of the well-known test mnemonic, and no web page may talk to it.
  const closed = ['--accounts', '0', '--no-cors', '--hardfork', 'cancun'];
  // Read at the start, written at an orderly end; in between the state keeper writes.
  const kept = ['--state', input.stateFile];
  const child = spawn(input.binary, [...network, ...closed, ...kept], { stdio: ['ignore', 'pipe', 'pipe'] });
  chain = child;
  listening = false;
  if (child.pid !== undefined) writeFileSync(input.pidFile, String(child.pid), { mode: 0o600 });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => reject(new FolkmootError('SANDBOX', `The sandbox chain did not start: ${why}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`no answer within ${START_TIMEOUT_MS / 1_000} s`);
    }, START_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT);
      const match = LISTENING.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      listening = true;
      // Its log repeats every request: read and dropped from here on.
      child.stdout.removeListener('data', read).resume();
      resolve(Number(match[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT)));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(failure(output, code));
      rmSync(input.pidFile, { force: true });
      void keeper?.stop();
      if (chain !== child) return;
      chain = undefined;
      // Before that the failed start says it, and better: this would end us before the answer has left.
      if (listening) emit('exited', { code, output: output.slice(-1_000) });
    });
  });
  keeper = new StateKeeper(port, input.stateFile);
  return { port };
}

async function save(): Promise<null> {
  await keeper?.save();
  return null;
}

async function stop(): Promise<null> {
  const child = chain;
  if (child === undefined) return null;
  chain = undefined;
  await keeper?.stop();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
  return null;
}

/** anvil names the argument whose value it cannot use. */
function failure(output: string, code: number | null): FolkmootError {
  const lines = output.trim().split('\n');
  if (lines.some((line) => line.includes("for '--state"))) {
    return new FolkmootError('SANDBOX_STATE', 'The state of the sandbox chain is damaged.');
  }
  const why = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
  return new FolkmootError(
    'SANDBOX',
    `The sandbox chain did not start: ${why === undefined || why === '' ? `exit code ${code}` : why}`,
  );
}
