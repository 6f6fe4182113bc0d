import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { MARKET } from '../chain/abi.ts';
import { TestChain, until } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { Retries } from './retries.ts';
import { Person, TestBlobs, together } from './test-world.ts';

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

const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });
const CLAIM_WINDOW_S = 21;

/** Rewards that the chain paid to this account, in base units. */
async function paidTo(account: string): Promise<bigint[]> {
  const topics = [
    MARKET.codec.getEvent('Claimed')!.topicHash,
    null,
    `0x${account.slice(2).toLowerCase().padStart(64, '0')}`,
  ];
  const filter = { address: chain.network.contracts.market, fromBlock: '0x0', toBlock: 'latest', topics };
  const logs = await chain.request<Array<{ topics: string[]; data: string }>>('eth_getLogs', [filter]);
  return logs.map((log) => MARKET.codec.parseLog(log)!.args['reward'] as bigint);
}

/** All of them stand at the newest block of the chain. */
async function caughtUp(...people: readonly Person[]): Promise<void> {
  await until(async () => {
    const { hash } = await chain.request<{ hash: string }>('eth_getBlockByNumber', ['latest', false]);
    return people.every(({ node }) => node.indexer.rows.tip()?.hash === hash);
  }, 'the newest block');
}

test.each(['waiting', 'fetching', 'computing', 'committing', 'revealing', 'revealed', 'claiming', 'paid'] as const)(
  'a solver that dies in the state “%s” comes back and is paid, once',
  async (state) => {
    const solver = await person();
    solver.paused = state === 'waiting';
    let dead = false;
    solver.heard = ({ work }) => {
      if (work !== state) return;
      // In this very moment: not one answer more reaches it.
      solver.node.client.fault = () => 'hang';
      dead = true;
    };
    const task = await market.submit();
    if (['claiming', 'paid'].includes(state)) {
      await solver.until(() => solver.work(task.id)?.work === 'revealed');
      await market.later(CLAIM_WINDOW_S);
    }
    await solver.until(() => dead, state);
    await solver.crash();
    solver.paused = false;
    await solver.reopen();
    if (!['claiming', 'paid'].includes(state)) {
      await solver.until(
        () => solver.work(task.id)?.work === 'revealed',
        () => `the result: ${JSON.stringify(solver.work(task.id))}`,
      );
      await market.later(CLAIM_WINDOW_S);
    }
    await solver.until(
      () => solver.work(task.id)?.work === 'paid',
      () => `the payout: ${JSON.stringify(solver.work(task.id))}`,
    );
    expect(await paidTo(solver.address)).toEqual([900_000_000_000_000n]);
    expect(solver.ledger.view().total).toBe('900000000000000');
    expect(solver.node.failures).toEqual([]);
  },
);

test('a solver that dies between a refusal and its consequence does not stay where it was', async () => {
  const solver = await person();
  const task = await market.submit();
  solver.node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'gone' : 'pass');
  await solver.until(() => solver.work(task.id)?.work === 'committing');
  await solver.crash();
  await solver.node.open();
  await solver.tasks.stop();
  solver.node.db
    .prepare(`UPDATE outbox SET state = 'failed', nonce = NULL, error = 'no reason given' WHERE key = ?`)
    .run(`commit:${task.id}`);
  await solver.crash();
  await solver.reopen();
  await solver.until(() => solver.work(task.id)?.work === 'failed', 'the end');
  expect(solver.work(task.id)?.reason).toBe('failed: the chain refused the commit: no reason given');
});

test.each(['intent', 'signed', 'sent', 'mined'] as const)(
  'an asker that dies when its ask is “%s” asked once',
  async (state) => {
    const asker = await person();
    asker.paused = true;
    const fault = {
      intent: 'eth_estimateGas',
      signed: 'eth_sendRawTransaction',
      sent: 'eth_getTransactionReceipt',
      mined: 'none',
    }[state];
    asker.node.client.fault = (method) => (method === fault ? 'hang' : 'pass');
    const key = await asker.ask();
    await asker.until(() => asker.node.outbox.get(`ask:${key}`)?.state === state, state);
    await asker.crash();
    await asker.reopen();
    const solver = await person();
    await together(
      [asker, solver],
      () => asker.view(key)?.answer !== null && asker.view(key) !== undefined,
      'the answer',
    );
    await market.later(CLAIM_WINDOW_S);
    await together([asker, solver], () => asker.view(key)?.state === 'final', 'the end');
    expect(await paidTo(solver.address)).toHaveLength(1);
    expect(await chain.nonce(asker.address)).toBe(1);
  },
);

test.each([
  ['posted', 1],
  ['committed', 1],
  ['committed', 2],
  ['solved', 1],
  ['solved', 3],
] as const)('a reorg when the task is “%s”, %i deep: answered and paid once all the same', async (state, depth) => {
  const [asker, solver] = [await person(), await person()];
  asker.paused = true;
  solver.paused = state === 'posted';
  if (state === 'committed')
    solver.node.client.fault = (method) => (method === 'eth_estimateGas' && committed() ? 'gone' : 'pass');
  const committed = (): boolean => asker.view(key)?.state === 'committed';
  let key = '';
  key = await asker.ask();
  await together([asker, solver], () => asker.view(key)?.state === state, state);
  await chain.request('anvil_reorg', [depth, []]);
  solver.paused = false;
  solver.node.client.fault = () => 'pass';
  const seen = (): string =>
    JSON.stringify([asker.view(key), solver.tasks.works.page(null, 3), asker.node.log, solver.node.log], null, 1);
  await caughtUp(asker, solver);
  await together([asker, solver], () => asker.view(key)?.state === 'solved' && asker.view(key)?.answer !== null, seen);
  await market.later(CLAIM_WINDOW_S);
  await together([asker, solver], () => asker.view(key)?.state === 'final' && asker.ledger.view() !== null, seen);
  await solver.until(() => solver.ledger.view().tasksPaid === 1, seen);
  const paid = await paidTo(solver.address);
  expect(paid).toEqual([900_000_000_000_000n]);
  expect(solver.ledger.view().total).toBe(String(paid[0]));
  expect([...asker.node.failures, ...solver.node.failures]).toEqual([]);
});

test('a reorg that undoes the payout: it is claimed again, and counted once', async () => {
  const solver = await person();
  const task = await market.submit();
  await chain.request('anvil_mine', ['0x2']);
  await solver.until(() => solver.work(task.id)?.work === 'revealed');
  await market.later(CLAIM_WINDOW_S);
  await solver.until(() => solver.work(task.id)?.work === 'paid');
  await chain.request('anvil_reorg', [1, []]);
  await until(() => solver.node.log.some((line) => line.includes('changed its mind')));
  await solver.until(
    () => solver.work(task.id)?.work === 'paid' && solver.node.indexer.rows.task(task.id)?.state === 'paid',
    () => JSON.stringify(solver.work(task.id)),
  );
  expect(await paidTo(solver.address)).toHaveLength(1);
  expect(solver.ledger.view().total).toBe('900000000000000');
});

test('another result takes the place of the one that was fetched: the answer is that of the chain', async () => {
  const asker = await person();
  asker.paused = true;
  const key = await asker.ask();
  await asker.until(() => asker.view(key)?.state === 'posted');
  const task = asker.node.indexer.rows.task(asker.view(key)!.id!)!;
  const snapshot = await chain.request<string>('evm_snapshot');
  const [first, second] = [
    await blobs.of('0x1').keep(Uint8Array.of(7, 7)),
    await blobs.of('0x1').keep(Uint8Array.of(8, 8)),
  ];
  await market.solve(task, first.digest);
  await asker.until(() => asker.view(key)?.answer?.text === 'y: 7, 7', 'the first answer');
  await chain.request('evm_revert', [snapshot]);
  await market.later(1);
  await market.solve(task, second.digest);
  await asker.until(
    () => asker.view(key)?.answer?.text === 'y: 8, 8',
    () => `the second answer: ${JSON.stringify(asker.view(key))}`,
  );
});

test('a task that a rival had solved is open again after a reorg: it is solved here', async () => {
  const solver = await person();
  solver.paused = true;
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.work === 'waiting');
  const snapshot = await chain.request<string>('evm_snapshot');
  await market.solve(task, digestOf('result'));
  await solver.until(() => solver.work(task.id)?.reason === 'skipped: another machine solved it');
  await chain.request('evm_revert', [snapshot]);
  await market.later(1);
  await market.later(1);
  solver.paused = false;
  await solver.until(
    () => solver.work(task.id)?.work === 'revealed',
    () => JSON.stringify(solver.work(task.id)),
  );
});
