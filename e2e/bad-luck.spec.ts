import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChainReader } from './support/chain.ts';
import { processesWith } from './support/children.ts';
import { folkmoot } from './support/command-line.ts';
import { NodeProcess } from './support/node-process.ts';

/** Bad input and bad luck, met by a real node and the real command line: a clear message, nothing lost, no crash. */
let root: string;
let node: NodeProcess;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'folkmoot-bad-'));
  node = new NodeProcess(join(root, 'node'), ['--no-peers']);
  await node.start();
  await ready(node);
});

afterAll(async () => {
  await node.stop();
  expect(processesWith(root)).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

function ready(which: NodeProcess): Promise<unknown> {
  return which.until(
    'the node to be ready',
    (state) => state.node.stages.every((stage) => stage.state === 'ready') && state.wallet.balances !== null,
  );
}

test('two nodes on one machine do not collide; a second one on the same profile is refused', async () => {
  const other = new NodeProcess(join(root, 'other'), ['--no-peers']);
  await other.start();
  await ready(other);
  expect(other.state.node.networkName).not.toBe(node.state.node.networkName);
  await other.stop();
  const second = await folkmoot('start', '--profile', node.profile, '--no-rig');
  expect(second.code).not.toBe(0);
  expect(second.err).toContain('PROFILE_BUSY');
});

test('a port that is taken is named, with what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  const run = await folkmoot('start', '--profile', join(root, 'port'), '--port', String(port), '--no-peers');
  server.close();
  expect(run.code).not.toBe(0);
  expect(run.err).toContain(String(port));
});

test('input that does not fit, models that do not load, files that are too large', async () => {
  const ask = await folkmoot('ask', 'Language guesser', 'x'.repeat(300), '--profile', node.profile);
  expect(ask.code).not.toBe(0);
  expect(ask.err).toContain('256');
  const garbage = join(root, 'garbage.onnx');
  writeFileSync(garbage, randomBytes(4_096));
  const add = await folkmoot('models', 'add', garbage, '--name', 'Garbage', '--profile', node.profile);
  expect(add.code).not.toBe(0);
  expect(add.err).toMatch(/ONNX/);
  await expect(node.call('uploads.begin', { bytes: 300 * 1024 * 1024 })).rejects.toThrow('BAD_INPUT');
  const digits = node.state.models.find(({ input }) => input.kind === 'image')!;
  await expect(
    node.call('tasks.ask', {
      model: digits.digest,
      fee: digits.suggestedFee,
      input: { kind: 'image', pixels: Buffer.alloc(10).toString('base64') },
    }),
  ).rejects.toThrow('INPUT_SIZE');
  await expect(
    node.call('tasks.ask', {
      model: digits.digest,
      fee: '1000000000000000000000' as never,
      input: { kind: 'image', pixels: Buffer.alloc(784).toString('base64') },
    }),
  ).rejects.toThrow('CANNOT_ASK');
  expect(node.state.tasks.filter(({ state }) => state !== 'failed')).toEqual([]);
});

test('an ask that nobody solves comes back: by hand when it may, by itself after the deadline', async () => {
  const chain = new ChainReader(node.profile);
  const language = node.state.models.find(({ input }) => input.kind === 'text')!;
  const before = BigInt(node.state.wallet.balances!.prepaid);
  const post = async (): Promise<string> =>
    (
      await node.call('tasks.ask', {
        model: language.digest,
        fee: language.suggestedFee,
        input: { kind: 'text', text: 'nobody is here' },
      })
    ).key;
  const first = await post();
  await node.until('the first on chain', ({ tasks }) =>
    tasks.some((task) => task.key === first && task.state === 'posted'),
  );
  await expect(node.call('tasks.retract', { key: first })).rejects.toThrow('CANNOT_RETRACT');
  await chain.request('evm_increaseTime', [60]);
  await chain.request('evm_mine');
  await node.until('the chain’s clock', ({ network }) => (network.chain.clockSkew ?? 0) > 30);
  await node.call('tasks.retract', { key: first });
  await node.until('the first back', ({ tasks }) =>
    tasks.some((task) => task.key === first && task.state === 'refunded'),
  );
  const second = await post();
  await node.until('the second on chain', ({ tasks }) =>
    tasks.some((task) => task.key === second && task.state === 'posted'),
  );
  await chain.request('evm_increaseTime', [700]);
  await chain.request('evm_mine');
  await node.until('the second back', ({ tasks }) =>
    tasks.some((task) => task.key === second && task.state === 'refunded'),
  );
  await node.until('all the money back', ({ wallet }) => BigInt(wallet.balances?.prepaid ?? 0) === before);
});

test('a clock two hours off is said, and goes away when it is right again', async () => {
  const chain = new ChainReader(node.profile);
  await chain.request('evm_increaseTime', [7_200]);
  await chain.request('evm_mine');
  const notice = await node.until('the notice', (state) => state.node.notices.find(({ id }) => id === 'clock'));
  expect(notice.text).toMatch(/behind the chain/);
  expect(notice.remedy).toMatch(/clock/);
});

test('the chain goes and comes back: said, survived, and work continues', async () => {
  const keeper = processesWith(join(node.profile, 'sandbox')).find(({ command }) => /\banvil --host/.test(command));
  process.kill(keeper!.pid, 'SIGSTOP');
  await node.until(
    'the chain to be missed, in every place that says so',
    ({ network, node: { notices }, activity }) =>
      network.chain.state === 'gone' && notices.some(({ id }) => id === 'chain-gone') && activity.code === 'CHAIN_GONE',
  );
  process.kill(keeper!.pid, 'SIGKILL');
  await node.until('the chain to be back', ({ network }) => network.chain.state === 'ok');
  const language = node.state.models.find(({ input }) => input.kind === 'text')!;
  const { key } = await node.call('tasks.ask', {
    model: language.digest,
    fee: language.suggestedFee,
    input: { kind: 'text', text: 'after the storm' },
  });
  await node.until('an ask after it', ({ tasks }) => tasks.some((task) => task.key === key && task.state === 'posted'));
});

test('wrong passphrase, damaged wallet, newer and damaged database: each is told apart and nothing is overwritten', async () => {
  const wrong = join(root, 'wrong');
  writeFileSync(wrong, 'not the passphrase', { mode: 0o600 });
  const address = node.state.wallet.address;
  await node.call('wallet.lock', {});
  const unlock = await folkmoot('wallet', 'unlock', '--passphrase-file', wrong, '--profile', node.profile);
  expect(unlock.code).not.toBe(0);
  expect(unlock.err).toContain('WRONG_PASSPHRASE');
  await node.stop();

  const store = join(node.profile, 'sandbox', 'folkmoot.db');
  const db = new Database(store);
  const version = Number(db.pragma('user_version', { simple: true }));
  db.pragma('user_version = 999');
  db.close();
  await node.start();
  const newer = await node.until('the newer database to be refused', (state) =>
    state.node.stages.find(({ id, state: is }) => id === 'store' && is === 'failed'),
  );
  expect(newer.detail).toContain('newer');
  await node.stop();
  const mended = new Database(store);
  mended.pragma(`user_version = ${version}`);
  mended.close();

  const vault = join(node.profile, 'wallet', 'vault.json');
  const good = readFileSync(vault, 'utf8');
  for (const file of [vault, `${vault}.bak`]) truncateSync(file, 40);
  await node.start();
  const damaged = await node.until('the damage to be said', ({ wallet }) =>
    wallet.state === 'damaged' ? wallet : undefined,
  );
  expect(damaged.error?.remedy ?? damaged.error?.message).toMatch(/words/);
  await expect(node.call('wallet.create', { passphrase: 'a new passphrase' })).rejects.toThrow('VAULT');
  await node.stop();
  writeFileSync(vault, good);
  await node.start();
  await ready(node);
  expect(node.state.wallet.address).toBe(address);
});
