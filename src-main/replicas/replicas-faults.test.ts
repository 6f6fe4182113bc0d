import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { REPLICAS } from '../chain/abi.ts';
import { RACE, TestChain, until } from '../chain/test-chain.ts';
import { orderOf, TestMarket } from '../chain/test-market.ts';
import { TestReplicas } from '../chain/test-replicas.ts';
import { Retries } from '../tasks/retries.ts';
import { Person, sha256, TestBlobs, together } from '../tasks/test-world.ts';

const CLAIM_WINDOW_S = 21;
/** Whoever is last in line ends the task then. */
const ENDED_S = CLAIM_WINDOW_S + 20;
const FEE = 10n ** 15n;
const RIGHT = sha256(Uint8Array.of(2, 3));

let chain: TestChain;
let market: TestMarket;
let replicas: TestReplicas;
let blobs: TestBlobs;
beforeAll(async () => void (chain = await TestChain.start({ ...RACE, bondBps: 5_000n })));
afterAll(() => chain.stop());
beforeEach(async () => {
  market = await TestMarket.open(chain);
  replicas = new TestReplicas(market);
  blobs = new TestBlobs();
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });

/** All of them stand at the newest block of the chain. */
async function caughtUp(...people: readonly Person[]): Promise<void> {
  await until(async () => {
    const { hash } = await chain.request<{ hash: string }>('eth_getBlockByNumber', ['latest', false]);
    return people.every(({ node }) => node.indexer.rows.tip()?.hash === hash);
  }, 'the newest block');
}

test.each(['fetching', 'computing', 'committing', 'committed', 'revealing', 'revealed', 'paid'] as const)(
  'a seat whose machine dies in the state “%s” is opened and paid, once',
  async (state) => {
    const solver = await person();
    let dead = false;
    solver.heard = ({ work }) => {
      if (work !== state) return;
      // In this very moment: not one answer more reaches it.
      solver.node.client.fault = () => 'hang';
      dead = true;
    };
    const job = await replicas.submit(2, 2n * FEE);
    const other = async (): Promise<void> => {
      const taken = await replicas.take(job, RIGHT, market.solver);
      await replicas.open(taken, RIGHT, market.solver);
    };
    if (['revealing', 'revealed', 'paid'].includes(state)) {
      await solver.until(() => solver.work(job.id)?.work === 'committed', 'its seat');
      await other();
    }
    if (state === 'paid') {
      await solver.until(() => solver.work(job.id)?.work === 'revealed');
      await market.later(ENDED_S);
    }
    await solver.until(() => dead, state);
    await solver.crash();
    if (state === 'committed') await other();
    await solver.reopen();
    const seen = (): string => JSON.stringify([solver.work(job.id), solver.node.log], null, 1);
    if (['fetching', 'computing', 'committing'].includes(state)) {
      await solver.until(() => solver.work(job.id)?.work === 'committed', seen);
      await other();
    }
    if (state !== 'paid') {
      await solver.until(() => solver.work(job.id)?.work === 'revealed', seen);
      await market.later(ENDED_S);
    }
    await solver.until(() => solver.work(job.id)?.work === 'paid', seen);
    const said = await replicas.events(job.id);
    expect(said.filter((name) => name === 'SeatPaid')).toHaveLength(2);
    expect(said.filter((name) => name === 'SeatOpened')).toHaveLength(2);
    expect(solver.ledger.view().tasksPaid).toBe(1);
    expect(solver.node.failures).toEqual([]);
  },
);

test('a machine that comes back too late to open says what it cost, and the others are paid', async () => {
  const solver = await person();
  const job = await replicas.submit(3);
  await solver.until(() => solver.work(job.id)?.work === 'committed', 'its seat');
  await solver.crash();
  const others = [market.solver, await chain.account(true)];
  for (const other of others) await replicas.take(job, RIGHT, other);
  for (const other of others) await replicas.open(job, RIGHT, other);
  await market.later(CLAIM_WINDOW_S);
  await solver.reopen();
  await solver.until(() => solver.work(job.id)?.reason.includes('it costs a bond'), 'the insight');
  // It ends the task itself if nobody else does: what the bond leaves of its stake is locked until then.
  await market.later(ENDED_S);
  await solver.until(() => solver.work(job.id)?.work === 'lost', 'the end');
  expect(solver.work(job.id)?.reason).toBe('lost: the result was not opened in time');
  expect((await replicas.events(job.id)).filter((name) => name === 'SeatPaid')).toHaveLength(2);
});

test('a seat that was given up here and taken on chain all the same is opened', async () => {
  const solver = await person();
  const job = await replicas.submit(2, 2n * FEE);
  await solver.until(() => solver.work(job.id)?.work === 'committed', 'its seat');
  // As after a crash between a refusal that was none and the block that took the seat.
  solver.node.db.prepare(`UPDATE works SET state = 'lost' WHERE task = ?`).run(job.id);
  await replicas.take(job, RIGHT, market.solver);
  await solver.until(() => solver.work(job.id)?.work === 'revealed', 'its opening');
});

test('a database that is lost between seat and opening: the same result is computed again, and opened', async () => {
  const solver = await person();
  const job = await replicas.submit(2, 2n * FEE);
  await solver.until(() => solver.work(job.id)?.work === 'committed', 'its seat');
  solver.node.db.prepare('DELETE FROM works').run();
  solver.node.db.prepare('DELETE FROM outbox_attempts').run();
  solver.node.db.prepare('DELETE FROM outbox').run();
  await replicas.take(job, RIGHT, market.solver);
  await solver.until(() => solver.work(job.id)?.work === 'revealed', 'its opening');
});

test.each(['failed', 'lost'])(
  'a sealed seat without its result that ended as “%s” is computed again',
  async (state) => {
    const solver = await person();
    const job = await replicas.submit(2, 2n * FEE);
    await solver.until(() => solver.work(job.id)?.work === 'committed', 'its seat');
    solver.node.db
      .prepare(`UPDATE works SET state = ?, reason_code = 'INTERNAL', result_digest = NULL WHERE task = ?`)
      .run(state, job.id);
    await replicas.take(job, RIGHT, market.solver);
    await solver.until(() => solver.work(job.id)?.work === 'revealed', 'its opening');
  },
);

test.each([
  ['posted', 1],
  ['committed', 1],
  ['committed', 3],
  ['solved', 1],
  ['solved', 4],
] as const)('a reorg when the task is “%s”, %i deep: agreed and paid once all the same', async (state, depth) => {
  const [one, ...solvers] = [await person(), await person(), await person(), await person()];
  one.paused = true;
  for (const solver of solvers) solver.paused = state === 'posted';
  const key = await one.ask(String(FEE), [1, 2], 'critical');
  await together([one, ...solvers], () => one.view(key)?.state === state, state);
  await chain.request('anvil_reorg', [depth, []]);
  for (const solver of solvers) solver.paused = false;
  const seen = (): string =>
    JSON.stringify([one.view(key), solvers.map((each) => each.tasks.works.page(null, 3)), one.node.log], null, 1);
  await caughtUp(one, ...solvers);
  const answered = (): boolean => one.view(key)?.state === 'solved' && one.view(key)?.answer !== null;
  await together([one, ...solvers], answered, seen);
  await market.later(CLAIM_WINDOW_S);
  const paid = (): boolean => solvers.every((each) => each.ledger.view().tasksPaid === 1);
  await together([one, ...solvers], () => one.view(key)?.state === 'final' && paid(), seen);
  const said = await replicas.events(one.view(key)!.id!);
  expect(said.filter((name) => name === 'SeatPaid')).toHaveLength(3);
  expect([one, ...solvers].flatMap(({ node }) => node.failures)).toEqual([]);
});

test('hundreds of worthless jobs do not hide one that pays', async () => {
  const cheap = 10n ** 13n;
  await chain.hold(true);
  const nonce = await chain.nonce(market.asker.address);
  for (let n = 0; n < 120; n++) {
    const args = [orderOf(market.model, cheap, 600n), 3n, '0x0102'] as const;
    await chain.send(market.asker, chain.network.contracts.replicas, REPLICAS, 'submit', args);
  }
  await chain.hold(false);
  await chain.request('evm_mine');
  await until(async () => (await chain.nonce(market.asker.address)) === nonce + 120);
  const good = await replicas.submit();
  const solver = await person();
  await solver.until(() => solver.work(good.id)?.work === 'committed', 'the good one');
  expect(solver.tasks.works.nearest()).toMatch(/^plus one, waiting: the fee .* is below your minimum/);
});

test('jobs that nobody else comes to bind half of the stake at most, and none of it for long', async () => {
  const solver = await person();
  const lock = 100n * 3n * FEE;
  solver.paused = true;
  const far = await replicas.submit(7, 7n * FEE, 7_200n);
  const jobs = [await replicas.submit(), await replicas.submit(), await replicas.submit()];
  const seated = (): number =>
    jobs.filter(({ id }) => (solver.node.indexer.rows.job(id)?.taken.length ?? 0) > 0).length;
  // As the chain says it: less by each lock.
  Object.defineProperty(solver, 'free', { get: () => (5n - BigInt(seated())) * lock });
  solver.paused = false;
  const refused = (): boolean => jobs.some(({ id }) => solver.work(id)?.reason.includes('waits for other machines'));
  await solver.until(() => seated() === 2 && refused(), 'the refusal');
  expect(solver.work(far.id)?.reason).toBe('waiting: the stake would be locked for long if others do not come');
  const done = jobs.find(({ id }) => solver.work(id)?.work === 'committed')!;
  for (const other of [market.solver, await chain.account(true)])
    await replicas.take(solver.node.indexer.rows.job(done.id)!, RIGHT, other);
  await solver.until(() => seated() === 3, 'the third, once others came to one of them');
});
