import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexlify, randomBytes, Wallet } from 'ethers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Address, Amount } from '../../../src-shared/domain/ids.ts';
import type { ProcessEntry, Spawner, SpawnOptions } from '../../process/spawner.ts';
import { forkSpawner } from '../../process/spawner.ts';
import { builtEntries } from '../../process/test-build.ts';
import { temporaryFolder } from '../../store/test-store.ts';
import { encodeCall, VAULT } from '../abi.ts';
import type { NetworkFile } from '../network-file.ts';
import { until } from '../test-chain.ts';
import { digestOf } from '../test-market.ts';
import { readOperator } from './operator.ts';
import { sandboxRequest } from './rpc.ts';
import { Sandbox } from './sandbox.ts';
import { cacheOf, sweep } from './sweep.ts';

let spawner: Spawner;
beforeAll(async () => void (spawner = forkSpawner(await builtEntries('anvil'))));

const running: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

const MODELS = [{ digest: digestOf('model'), fee: '5' as Amount, runtime: 'onnx', class: 'exact' as const }];

function make(folder: string, log: string[] = [], over: Spawner = spawner): Sandbox {
  const sandbox = new Sandbox({
    folder,
    resources: '/nowhere',
    spawner: over,
    log: (line) => log.push(line),
    models: MODELS,
    saving: () => undefined,
  });
  running.push(sandbox);
  return sandbox;
}

async function started(folder: string, log?: string[], over?: Spawner): Promise<Sandbox> {
  const sandbox = make(folder, log, over);
  await sandbox.start();
  await sandbox.deploy();
  return sandbox;
}

/** Remembers the processes that it made, so that a test can kill them. */
function watched(): Spawner & { readonly pids: number[] } {
  const pids: number[] = [];
  return {
    pids,
    spawn: (entry: ProcessEntry, options?: SpawnOptions) => {
      const child = spawner.spawn(entry, options);
      if (child.pid !== undefined) pids.push(child.pid);
      return child;
    },
  };
}

const account = (): Address => new Wallet(hexlify(randomBytes(32))).address as Address;
const chainPid = (folder: string): number => Number(readFileSync(join(folder, 'chain.pid'), 'utf8'));

async function stakeOf({ network }: Sandbox, who: Address): Promise<bigint> {
  const data = encodeCall(VAULT, 'freeStakeOf', [who as string as `0x${string}`]);
  return BigInt(
    await sandboxRequest<string>(network.rpc, 'eth_call', [{ to: network.contracts.vault, data }, 'latest']),
  );
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the first start deploys; the second goes on with the same chain and money; nothing is left running', async () => {
  const folder = join(temporaryFolder(), 'data');
  const first = await started(folder);
  const who = account();
  expect(await first.gift(who)).toBe(true);
  expect(await first.gift(who)).toBe(false);
  const stake = await stakeOf(first, who);
  expect(stake).toBe(500n * 10n ** 18n);
  const pid = chainPid(folder);
  await first.stop();
  expect(alive(pid)).toBe(false);
  expect(existsSync(join(folder, 'chain.pid'))).toBe(false);

  const second = await started(folder);
  expect(second.movedAway).toBeNull();
  const { rpc: _, ...same } = first.network;
  expect(second.network).toMatchObject(same);
  expect(await stakeOf(second, who)).toBe(stake);
  expect(await second.gift(who)).toBe(false);
  expect(statSync(join(folder, 'operator.json')).mode & 0o777).toBe(0o600);
  // No web page may talk to it.
  const answer = await fetch(second.network.rpc, { method: 'OPTIONS', headers: { origin: 'https://example.com' } });
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  await second.stop();
  await second.stop();
});

test('two at once do not meet', async () => {
  const folders = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'data')] as const;
  const [one, two] = await Promise.all(folders.map((folder) => started(folder)));
  expect(one!.network.rpc).not.toBe(two!.network.rpc);
  const who = account();
  await one!.gift(who);
  expect(await stakeOf(two!, who)).toBe(0n);
  expect(one!.meetAt(['/ip4/127.0.0.1/tcp/1'])).toBe(join(folders[0], 'network.json'));
  expect(JSON.parse(readFileSync(join(folders[0], 'network.json'), 'utf8'))).toMatchObject({
    bootstrap: ['/ip4/127.0.0.1/tcp/1'],
  });
  expect(two!.network.bootstrap).toEqual([]);
});

test.each(['chain', 'keeper'] as const)(
  'the %s is killed: back at the same address, with its state, and alone',
  async (victim) => {
    const folder = join(temporaryFolder(), 'data');
    const who = account();
    const before = await started(folder);
    await before.gift(who);
    await before.stop();
    const processes = watched();
    const sandbox = await started(folder, [], processes);
    const pid = chainPid(folder);
    process.kill(victim === 'chain' ? pid : processes.pids[0]!, 'SIGKILL');
    await until(() => existsSync(join(folder, 'chain.pid')) && chainPid(folder) !== pid, 'another chain');
    await until(
      () =>
        stakeOf(sandbox, who).then(
          (stake) => stake > 0n,
          () => false,
        ),
      'its answer',
    );
    expect(alive(pid)).toBe(false);
    const now = chainPid(folder);
    await sandbox.stop();
    expect([now, ...processes.pids].filter(alive)).toEqual([]);
  },
);

test('stopped in the moment in which the keeper died: the chain is ended all the same', async () => {
  const folder = join(temporaryFolder(), 'data');
  const processes = watched();
  const sandbox = await started(folder, [], processes);
  const pid = chainPid(folder);
  process.kill(processes.pids[0]!, 'SIGKILL');
  await sandbox.stop();
  expect([pid, ...processes.pids].filter(alive)).toEqual([]);
});

test.each([
  ['its state is damaged', 'chain.json', 'not json'],
  ['its state is of another chain', 'chain.json', null],
  ['its operator is damaged', 'operator.json', '{"key":'],
  ['its network file is damaged', 'network.json', '{}'],
])('a sandbox that cannot be continued, because %s, is put aside and said to be', async (_, file, text) => {
  const folder = join(temporaryFolder(), 'data');
  const log: string[] = [];
  const before = await started(folder);
  await before.gift(account());
  await before.stop();
  writeFileSync(join(folder, 'index.db'), 'of the old chain');
  if (text === null) {
    // The same contracts at the same addresses, but not the same chain.
    const foreign = JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8')) as NetworkFile;
    writeFileSync(
      join(folder, 'network.json'),
      JSON.stringify({ ...foreign, anchor: { ...foreign.anchor, hash: `0x${'12'.repeat(32)}` } }),
    );
  } else writeFileSync(join(folder, file), text);
  const after = await started(folder, log);
  expect(after.movedAway).toMatch(new RegExp(`^${folder}\\.old-`));
  expect(existsSync(join(after.movedAway!, 'index.db'))).toBe(true);
  expect(existsSync(join(folder, 'index.db'))).toBe(false);
  const who = account();
  await after.gift(who);
  expect(await stakeOf(after, who)).toBeGreaterThan(0n);
});

test('a chain that could not be started for another reason is no reason to give the sandbox up', async () => {
  const folder = join(temporaryFolder(), 'data');
  await (await started(folder)).stop();
  process.env['FOLKMOOT_ANVIL'] = '/nowhere/anvil';
  try {
    const sandbox = make(folder);
    await expect(sandbox.start()).rejects.toMatchObject({ code: expect.stringMatching(/^SANDBOX$/) });
    expect(sandbox.movedAway).toBeNull();
    await sandbox.stop();
  } finally {
    delete process.env['FOLKMOOT_ANVIL'];
  }
  expect((await started(folder)).movedAway).toBeNull();
});

test('the sweep ends its own chain only, whoever has the number now', async () => {
  const folder = temporaryFolder();
  const files = { pidFile: join(folder, 'chain.pid'), stateFile: join(folder, 'chain.json') };
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  const near = spawn(
    process.execPath,
    ['-e', 'setInterval(() => undefined, 1000)', `${cacheOf(files.stateFile)}.old`],
    {
      stdio: 'ignore',
    },
  );
  const own = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', cacheOf(files.stateFile)], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => own.once('exit', resolve));
  for (const { pid } of [stranger, near]) {
    writeFileSync(files.pidFile, String(pid));
    await sweep(files);
    expect(alive(pid!)).toBe(true);
    expect(existsSync(files.pidFile)).toBe(false);
  }
  writeFileSync(files.pidFile, String(own.pid));
  await sweep(files);
  await ended;
  for (const text of ['', '0', '-1', '1', 'x', '1e9']) {
    writeFileSync(files.pidFile, text);
    await sweep(files);
  }
  stranger.kill('SIGKILL');
  near.kill('SIGKILL');
});

test('the key of the operator is kept, and a file that is none is none', () => {
  const folder = temporaryFolder();
  expect(readOperator(folder)).toBeUndefined();
  writeFileSync(join(folder, 'operator.json'), JSON.stringify({ key: '0x12', gifts: [] }));
  expect(readOperator(folder)).toBeUndefined();
  writeFileSync(join(folder, 'operator.json'), JSON.stringify({ key: `0x${'12'.repeat(32)}`, gifts: ['a'] }));
  expect(readOperator(folder)).toEqual({ key: `0x${'12'.repeat(32)}`, gifts: ['a'] });
});
