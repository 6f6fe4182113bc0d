import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { FolkmootError } from '../../../src-shared/domain/errors.ts';
import { parentChannel } from '../../process/channel.ts';
import { serve } from '../../process/rpc.ts';
import { StateKeeper } from './state-keeper.ts';
import type { AnvilEvents, AnvilMethods, AnvilStart } from './anvil-protocol.ts';
import { cacheOf, sweep } from './sweep.ts';

/**
 * Keeper of the sandbox chain: anvil does not notice when its parent dies, this process does. It ends the chain with
 * itself, and ends one that a crash of this very process left behind.
 */
const LISTENING = /Listening on (127\.\d+\.\d+\.\d+:\d+)/;
const START_TIMEOUT_MS = 20_000;
const MAX_OUTPUT = 4_000;

let chain: ChildProcess | undefined;
let keeper: StateKeeper | undefined;

const { emit } = serve<AnvilMethods, AnvilEvents>(parentChannel(), { start, save, stop: () => stop() });
// The state on disk is the keeper's, a second old at most: nothing is gained by asking politely.
process.on('exit', () => chain?.kill('SIGKILL'));

async function start(input: AnvilStart): Promise<{ endpoint: string }> {
  await sweep(input);
  const [host = '', port = '0'] = (input.endpoint ?? `${loopback()}:0`).split(':');
  const network = ['--host', host, '--port', port, '--chain-id', String(input.chainId)];
  // No key of the well-known test mnemonic, no answer that a web page may read.
  const closed = ['--accounts', '0', '--no-cors', '--hardfork', 'cancun'];
  // Only read: anvil would write in place, and again and again. The cache's path tells `sweep` whose process this is.
  const kept = [
    '--cache-path',
    cacheOf(input.stateFile),
    ...(existsSync(input.stateFile) ? ['--load-state', input.stateFile] : []),
  ];
  const child = spawn(input.binary, [...network, ...closed, ...kept], { stdio: ['ignore', 'pipe', 'pipe'] });
  chain = child;
  if (child.pid !== undefined) writeFileSync(input.pidFile, String(child.pid), { mode: 0o600 });
  let output = '';
  let listening = false;
  const endpoint = await new Promise<string>((resolve, reject) => {
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
      resolve(match[1] ?? '');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT)));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(failure(output, code));
      rmSync(input.pidFile, { force: true });
      keeper?.cancel();
      if (chain !== child) return;
      chain = undefined;
      // Before that the failed start says it, and better: this would end us before the answer has left.
      if (listening) emit('exited', { code, output: output.slice(-1_000) });
    });
  });
  keeper = new StateKeeper(endpoint, input.stateFile, (trouble) => emit('saving', { trouble }));
  return { endpoint };
}

async function save(): Promise<null> {
  await keeper?.save();
  return null;
}

async function stop(): Promise<null> {
  const child = chain;
  if (child === undefined) return null;
  chain = undefined;
  // Listened for first: it may end by itself while its state is being saved.
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A disk that refuses was reported; the chain ends all the same.
  await keeper?.stop().catch(() => undefined);
  child.kill('SIGKILL');
  await gone;
  return null;
}

/** anvil names the argument whose value it cannot use. */
function failure(output: string, code: number | null): FolkmootError {
  const lines = output.trim().split('\n');
  if (lines.some((line) => line.includes("for '--load-state"))) {
    return new FolkmootError('SANDBOX_STATE', 'The state of the sandbox chain is damaged.');
  }
  const why = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
  return new FolkmootError(
    'SANDBOX',
    `The sandbox chain did not start: ${why === undefined || why === '' ? `exit code ${code}` : why}`,
  );
}

/**
 * A web page cannot read the chain's answers, but it could send it commands if it knew where it is: WebSockets know no
 * same origin. On Linux every address of 127.0.0.0/8 is this machine, and one of 2^24 is not guessed.
 */
function loopback(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  return `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}
