import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BatchId } from '../../src-shared/domain/ids.ts';
import { BATCHES } from '../chain/abi.ts';
import { TestChain, until } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from '../tasks/retries.ts';
import { plusOne, TestBlobs } from '../tasks/test-world.ts';
import { Bulker, together } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
beforeEach(async () => {
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const bulker = (paused = false): Promise<Bulker> => Bulker.join(chain, market.digest, blobs, { paused });
const CLAIM_WINDOW_S = 21;

async function posted(asker: Bulker, key: string): Promise<BatchId> {
  await together([asker], () => asker.idOf(key) !== null, 'the batch');
  return asker.idOf(key)!;
}

/** All of them stand at the newest block of the chain. */
async function caughtUp(...people: readonly Bulker[]): Promise<void> {
  await until(async () => {
    const { hash } = await chain.request<{ hash: string }>('eth_getBlockByNumber', ['latest', false]);
    return people.every(({ node }) => node.indexer.rows.tip()?.hash === hash);
  }, 'the newest block');
}

/** How often the chain says this of the batch. */
async function times(name: 'RootCommitted' | 'RunRevealed' | 'ItemsPaid' | 'BatchSubmitted', id: BatchId) {
  const topics = [BATCHES.codec.getEvent(name)!.topicHash, id];
  const filter = { address: chain.network.contracts.batches, fromBlock: '0x0', toBlock: 'latest', topics };
  return (await chain.request<unknown[]>('eth_getLogs', [filter])).length;
}

test.each(['computing', 'committing', 'revealing', 'revealed', 'claiming', 'paid'] as const)(
  'a solver that dies in the state “%s” comes back and is paid, once',
  async (state) => {
    const [asker, solver] = [await bulker(true), await bulker()];
    const late = state === 'claiming' || state === 'paid';
    let dead = false;
    solver.heard = ({ work }) => {
      if (work !== state) return;
      // In this very moment: not one answer more reaches it.
      solver.node.client.fault = () => 'hang';
      dead = true;
    };
    const key = await asker.ask(4);
    const id = await posted(asker, key);
    if (late) {
      await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
      await market.later(CLAIM_WINDOW_S);
    }
    await together([solver], () => dead, state);
    await solver.crash();
    await solver.reopen();
    await together([solver], () => solver.run(id)?.work === 'revealed' || late, 'the run');
    await market.later(CLAIM_WINDOW_S);
    await together([asker, solver], () => solver.run(id)?.work === 'paid', 'the payout');
    await together([asker], () => asker.view(key)?.state === 'final', 'the end');
    for (const name of ['RootCommitted', 'RunRevealed', 'ItemsPaid'] as const) expect(await times(name, id)).toBe(1);
    expect(solver.ledger.view().tasksPaid).toBe(4);
  },
);

test('between seal and opening: the same salt opens it, nothing is computed again', async () => {
  const [asker, solver] = [await bulker(true), await bulker()];
  const id = await posted(asker, await asker.ask(3));
  await together(
    [solver],
    () => (solver.node.signer.locked ||= solver.node.outbox.get(`commit:${id}:0`)?.state === 'mined'),
    'the seal',
  );
  await solver.crash();
  solver.node.signer.locked = false;
  const computed = vi.fn(plusOne);
  await solver.reopen();
  solver.compute = computed;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
  expect(computed).not.toHaveBeenCalled();
  expect(await times('RunRevealed', id)).toBe(1);
});

test('in the middle of a run: what is on disk is not computed again', async () => {
  const [asker, solver] = [await bulker(true), await bulker()];
  let asked = 0;
  solver.compute = (job) => (++asked > 3 ? new Promise(() => undefined) : plusOne(job));
  const id = await posted(asker, await asker.ask(5));
  await together([solver], () => asked === 4, 'three results');
  await solver.crash();
  const computed = vi.fn(plusOne);
  await solver.reopen();
  solver.compute = computed;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
  expect(solver.batch(id)?.runs).toMatchObject([{ taken: '31' }]);
  expect(computed.mock.calls.length).toBeLessThanOrEqual(2);
});

test('an asker that dies before its batch is mined posts it once', async () => {
  const asker = await bulker(true);
  asker.node.client.fault = () => 'hang';
  const key = await asker.ask(3);
  await asker.crash();
  await asker.reopen();
  const id = await posted(asker, key);
  expect(await times('BatchSubmitted', id)).toBe(1);
  expect(asker.batches.asker.page(null, 10)).toHaveLength(1);
});

test.each([
  ['computing', 2],
  ['revealed', 1],
  ['revealed', 3],
] as const)('a reorg when the run is “%s”, %i deep: answered and paid once all the same', async (state, depth) => {
  const [asker, solver] = [await bulker(true), await bulker()];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  if (state === 'computing') solver.compute = (job) => gate.then(() => plusOne(job));
  const key = await asker.ask(4);
  const first = await posted(asker, key);
  await together([solver], () => solver.run(first)?.work === state, state);
  await chain.request('anvil_reorg', [depth, []]);
  await chain.request('evm_mine');
  release();
  await caughtUp(asker, solver);
  // Posted again in another second it has another id.
  await together(
    [asker, solver],
    () => {
      const id = asker.idOf(key);
      return id !== null && solver.batch(id)?.runs.length === 1 && asker.view(key)?.batch?.answered === 4;
    },
    () => `the answers ${JSON.stringify([asker.view(key), solver.run(first)])}`,
  );
  const id = asker.idOf(key)!;
  await market.later(CLAIM_WINDOW_S);
  await together(
    [asker, solver],
    () => asker.view(key)?.state === 'final' && solver.run(id)?.work === 'paid',
    'the end',
  );
  expect(await times('ItemsPaid', id)).toBe(1);
  expect(solver.ledger.view().tasksPaid).toBe(4);
  expect([...asker.node.failures, ...solver.node.failures]).toEqual([]);
});

test('a run that a reorg undoes takes its answers with it, until there are others', async () => {
  const [asker, solver] = [await bulker(true), await bulker(true)];
  const key = await asker.ask(2);
  await posted(asker, key);
  await chain.request('evm_mine');
  const snapshot = await chain.request<string>('evm_snapshot');
  solver.paused = false;
  await together([asker, solver], () => asker.view(key)?.batch?.answered === 2, 'the answers');
  await solver.crash();
  await chain.request('evm_revert', [snapshot]);
  await chain.request('anvil_mine', ['0x8']);
  await together([asker], () => asker.view(key)?.batch?.answered === 0, 'the undoing');
  expect(asker.view(key)?.state).toBe('posted');
  expect(asker.answers(key)).toEqual([null, null]);
});
