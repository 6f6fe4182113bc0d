import { join } from 'node:path';
import { hexlify, randomBytes, toQuantity } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Amount, Digest } from '../../src-shared/domain/ids.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { MARKET, REGISTRY } from './abi.ts';
import { decodeLog } from './events.ts';
import type { NetworkFile } from './network-file.ts';
import { TestChain, until } from './test-chain.ts';
import { contents, fresh, reader, started } from './test-index.ts';
import { struct } from '../tasks/market-calls.ts';
import { digestOf, TestMarket } from './test-market.ts';

let chain: TestChain;
let market: TestMarket;
beforeAll(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
});
afterAll(() => chain.stop());

test('a whole market: every event is read, and each task is what the contract says it is', async () => {
  const paid = await market.submit({ fee: 3n * 10n ** 15n });
  const solved = await market.solve(paid);
  const taken = await market.submit();
  const expired = await market.submit({ lifetime: 60n });
  await market.later(61);
  await market.claim(solved);
  await market.retract(taken);
  await market.refund(expired);
  const open = await market.submit();
  const other = await market.register(hexlify(randomBytes(32)) as Digest, '7' as Amount);
  await chain.send(market.stranger, chain.network.contracts.registry, REGISTRY, 'setFee', [
    other as string as `0x${string}`,
    9n,
  ]);
  const retired = await market.register(hexlify(randomBytes(32)) as Digest, '7' as Amount);
  await chain.send(market.stranger, chain.network.contracts.registry, REGISTRY, 'retire', [
    retired as string as `0x${string}`,
  ]);

  const { indexer, db } = await started(chain);
  const states = [paid, taken, expired, open].map(({ id }) => indexer.rows.task(id)?.state);
  expect(states).toEqual(['paid', 'refunded', 'refunded', 'open']);
  const task = indexer.rows.task(paid.id)!;
  expect(task.claimed).toMatchObject({ reward: '2700000000000000', retained: '300000000000000' });
  expect(task.solution).toMatchObject({
    solver: market.solver.address,
    resultDigest: digestOf('result'),
    resultSize: 2,
  });
  expect(task.commitments).toHaveLength(1);
  expect(indexer.rows.task(open.id)).toMatchObject({ input: '0x0102', inputSize: 2, solution: null });
  expect(indexer.rows.model(other)).toMatchObject({ fee: '9', active: true, registrar: market.stranger.address });
  expect(indexer.rows.model(retired)).toMatchObject({ active: false });
  const client = chain.client();
  for (const { id } of [paid, taken, expired, open]) {
    const known = indexer.rows.task(id)!;
    expect(await client.read(MARKET, chain.network.contracts.market, 'taskIdOf', [struct(known.fields)])).toBe(id);
  }
  await client.stop();
  const names = db.prepare('SELECT DISTINCT name FROM events ORDER BY name').all() as Array<{ name: string }>;
  expect(names.map(({ name }) => name)).toEqual([
    'Claimed',
    'Committed',
    'ModelEmissionChanged',
    'ModelFeeChanged',
    'ModelRegistered',
    'ModelRetired',
    'Refunded',
    'Retracted',
    'Revealed',
    'TaskSubmitted',
  ]);
});

test('the oldest active registration of a manifest counts', async () => {
  const digest = hexlify(randomBytes(32)) as Digest;
  const [first, second] = [
    await market.register(digest, '1' as Amount),
    await market.register(digest, '2' as Amount, market.solver),
  ];
  const { indexer, caughtUp } = await started(chain);
  expect(indexer.rows.modelByDigest(digest)?.id).toBe(first);
  await chain.send(market.stranger, chain.network.contracts.registry, REGISTRY, 'retire', [
    first as string as `0x${string}`,
  ]);
  await caughtUp();
  expect(indexer.rows.modelByDigest(digest)?.id).toBe(second);
});

test('follows the chain, and goes on where it stopped', async () => {
  const file = join(temporaryFolder(), 'store.db');
  const before = await started(chain, file);
  const one = await market.submit();
  await before.caughtUp();
  expect(before.indexer.rows.task(one.id)?.state).toBe('open');
  const height = before.indexer.height;
  await before.close();
  const two = await market.submit();
  const after = reader(chain, file);
  const asked: number[] = [];
  const ask = after.client.request.bind(after.client);
  after.client.request = (method, params) => {
    const [filter] = params as [{ fromBlock?: string }];
    if (method === 'eth_getLogs' && filter.fromBlock !== undefined) asked.push(Number(filter.fromBlock));
    return ask(method, params);
  };
  await after.client.start();
  await after.indexer.start();
  expect(after.indexer.rows.task(two.id)?.state).toBe('open');
  expect(asked.every((from) => from > height)).toBe(true);
  expect(contents(after)).toEqual(await fresh(chain));
});

test('logs of other contracts are none of ours, even with the same events', async () => {
  const others = await chain.operator.deploy();
  const ours = chain.network;
  await chain.operator.register(others.registry, {
    digest: digestOf('x'),
    fee: '1' as Amount,
    runtime: 'onnx',
    class: 'exact',
  });
  const { indexer } = await started(chain);
  expect(indexer.rows.modelByDigest(digestOf('x'))).toBeUndefined();
  const logs = await chain.request<Array<Parameters<typeof decodeLog>[1]>>('eth_getLogs', [
    { address: others.registry, fromBlock: '0x0' },
  ]);
  // The first is its owner's.
  const log = logs.find((each) => decodeLog({ ...ours, contracts: others }, each, 0)?.name === 'ModelRegistered');
  expect(decodeLog(ours, log!, 0)).toBeNull();
  expect(decodeLog({ ...ours, contracts: others }, log!, 0)).toMatchObject({
    name: 'ModelRegistered',
    contract: 'registry',
  });
  // A log that does not fit its own topic is dropped, not thrown on.
  expect(decodeLog({ ...ours, contracts: others }, { ...log!, data: '0x12' }, 0)).toBeNull();
  expect(decodeLog({ ...ours, contracts: others }, { ...log!, topics: [] }, 0)).toBeNull();
});

test('commitments that anyone can write do not pile up', async () => {
  const task = await market.submit();
  const nonce = await chain.nonce(market.stranger.address);
  await chain.hold(true);
  for (let slot = 0; slot < 40; slot++)
    await market.commit(task, digestOf(`${slot}`), { slot: BigInt(slot), from: market.stranger });
  await chain.hold(false);
  await chain.request('evm_mine');
  await until(async () => (await chain.nonce(market.stranger.address)) === nonce + 40);
  const { indexer, db } = await started(chain);
  expect(indexer.rows.task(task.id)?.commitments).toHaveLength(32);
  expect(db.prepare('SELECT count(*) AS n FROM events WHERE subject = ?').get(task.id)).toEqual({ n: 33 });
});

test.each([1, 2, 3, 4, 5])(
  'a reorg of %i blocks with other contents: as if the first had never been',
  async (depth) => {
    const snapshot = await chain.request<string>('evm_snapshot');
    const { indexer, caughtUp, changes, failures, ...rest } = await started(chain);
    const gone = [];
    for (let block = 0; block < depth; block++) gone.push(await market.submit({ fee: BigInt(10 ** 15 + block) }));
    await caughtUp();
    expect(indexer.rows.task(gone[0]!.id)?.state).toBe('open');
    await chain.request('evm_revert', [snapshot]);
    await market.later(30);
    for (let block = 0; block <= depth; block++)
      await market.solve(await market.submit({ fee: BigInt(2 * 10 ** 15 + block) }));
    await caughtUp();
    expect(gone.map(({ id }) => indexer.rows.task(id))).toEqual(gone.map(() => undefined));
    expect(contents({ indexer, caughtUp, changes, failures, ...rest })).toEqual(await fresh(chain));
    const undone = changes.filter(({ rolledBackTo }) => rolledBackTo !== null).flatMap(({ subjects }) => [...subjects]);
    expect(undone).toEqual(expect.arrayContaining(gone.map(({ id }) => id)));
    expect(failures).toEqual([]);
  },
);

test('a reorg from before the contracts were deployed', async () => {
  const snapshot = await chain.request<string>('evm_snapshot');
  await chain.request('anvil_mine', ['0x3']);
  const anchorAt = async (tag: string): Promise<NetworkFile['anchor']> => {
    const { number, hash } = await chain.request<{ number: string; hash: string }>('eth_getBlockByNumber', [
      tag,
      false,
    ]);
    return { number: Number(number), hash };
  };
  const anchor = await anchorAt('latest');
  const index = await started(chain, undefined, { anchor });
  await market.submit();
  await index.caughtUp();
  await chain.request('evm_revert', [snapshot]);
  await market.later(30);
  for (let block = 0; block < 8; block++) await market.submit();
  await index.caughtUp();
  expect(contents(index)).toEqual(await fresh(chain, { anchor: await anchorAt(toQuantity(anchor.number)) }));
});

test('a chain that was set back and stands still is believed after a while', async () => {
  const snapshot = await chain.request<string>('evm_snapshot');
  const index = await started(chain);
  const task = await market.submit();
  await index.caughtUp();
  await chain.request('evm_revert', [snapshot]);
  await until(() => index.indexer.rows.task(task.id) === undefined, 'the way back');
  await index.caughtUp();
  expect(contents(index)).toEqual(await fresh(chain));
});
