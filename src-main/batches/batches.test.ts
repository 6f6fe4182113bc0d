import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Amount, BatchId } from '../../src-shared/domain/ids.ts';
import { BATCHES } from '../chain/abi.ts';
import { TestChain } from '../chain/test-chain.ts';
import { orderOf, TestMarket } from '../chain/test-market.ts';
import { ComputeError } from '../compute/job.ts';
import { StakeRows } from '../stake/stake-rows.ts';
import { Retries } from '../tasks/retries.ts';
import { MANIFEST, plusOne, TestBlobs } from '../tasks/test-world.ts';
import { firstItem } from './batch-calls.ts';
import { Bulker, together } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
beforeEach(async () => {
  // A model for each test, so that the batches of one are none of the next one's business.
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const bulker = (more: { paused?: boolean; manifest?: typeof MANIFEST } = {}): Promise<Bulker> =>
  Bulker.join(chain, market.digest, blobs, more);
const CLAIM_WINDOW_S = 21;
/** `node/business.ts`. */
const MAX_GAS = 2_000_000;
/** Of the fee, for one item. */
const NET = 9n * 10n ** 14n;

/** Posted, and seen by all. */
async function posted(asker: Bulker, key: string, ...others: readonly Bulker[]): Promise<BatchId> {
  await together([asker, ...others], () => asker.idOf(key) !== null, 'the batch');
  const id = asker.idOf(key)!;
  await together(others, () => others.every((other) => other.batch(id) !== undefined), 'the batch elsewhere');
  return id;
}

/** Its seal is there; then its wallet is locked, and it does not come to open it. */
function lockBeforeOpening(solver: Bulker): void {
  solver.heard = ({ work }) => void (work === 'revealing' && (solver.node.signer.locked = true));
}

test('asked, solved, answered line by line, paid: the same on both sides', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker()];
  const key = await asker.ask(7);
  await together([asker, solver], () => asker.view(key)?.batch?.answered === 7, 'the answers');
  expect(asker.answers(key)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `y: ${i + 1}, 1`));
  const id = asker.idOf(key)!;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
  expect(solver.ledger.view().pending).toBe(String(7n * NET));
  expect(new StakeRows(solver.node.db).runsOf(solver.address).map((batch) => batch.id)).toEqual([id]);
  expect(await solver.node.client.read(BATCHES, chain.network.contracts.batches, 'openOf', [id as never])).toEqual([
    BigInt(solver.batch(id)!.open),
    0n,
  ]);
  await market.later(CLAIM_WINDOW_S);
  await together(
    [asker, solver],
    () => solver.run(id)?.work === 'paid' && asker.view(key)?.state === 'final',
    () => `the payout ${JSON.stringify([solver.run(id), asker.view(key)])}`,
  );
  expect(asker.view(key)?.batch).toEqual({ items: 7, answered: 7, open: 0, final: 7, back: 0 });
  expect(solver.run(id)).toMatchObject({ net: String(7n * NET), batch: { answered: 7, open: 0, final: 7, back: 0 } });
  const kinds = solver.run(id)!.steps.map(({ kind }) => kind);
  for (const kind of ['posted', 'seen', 'accepted', 'computed', 'committed', 'revealed', 'served', 'paid'])
    expect(kinds).toContain(kind);
  expect(asker.view(key)!.steps.map(({ kind }) => kind)).toEqual(['posting', 'posted', 'revealed', 'final']);
  expect(solver.ledger.view()).toMatchObject({ total: String(7n * NET), pending: '0', tasksPaid: 7 });
  const [entry] = solver.ledger.page(null, 10);
  expect(entry).toMatchObject({ state: 'paid', net: String(7n * NET), offered: '7000000000000000' });
  expect(entry?.transactions.map(({ step }) => step)).toEqual(['commit', 'reveal', 'claim']);
  expect(new StakeRows(solver.node.db).paid(solver.address).solving).toBe(7n * NET);
  expect(new StakeRows(solver.node.db).runsOf(solver.address)).toEqual([]);
  expect([...asker.node.failures, ...solver.node.failures]).toEqual([]);
});

test('two solvers overlap: who is faster takes the item, the other opens the rest, all are answered once', async () => {
  const [asker, slow, fast] = [
    await bulker({ paused: true }),
    await bulker({ paused: true }),
    await bulker({ paused: true }),
  ];
  const id = await posted(asker, await asker.ask(8), slow, fast);
  lockBeforeOpening(slow);
  slow.paused = false;
  const sealed = () => [slow, fast].every((each) => each.batch(id)?.commitments.length === 1);
  await together([slow, fast], () => slow.node.signer.locked && sealed(), 'the seal');
  // While the announcement is fresh the other leaves its items alone.
  fast.free = 3n * BigInt(fast.batch(id)!.fields.lock);
  fast.heard = ({ work }) => void (work === 'revealing' && (fast.free = 0n));
  fast.paused = false;
  await together([fast], () => fast.run(id)?.reason.includes('sealed a result first'), 'the wait');
  await market.later(31);
  await together([fast], () => fast.run(id)?.work === 'revealed', 'the faster run');
  expect(fast.run(id)?.batch?.answered).toBe(3);
  slow.heard = () => undefined;
  slow.node.signer.locked = false;
  await together([slow], () => slow.run(id)?.work === 'revealed', 'the slower run');
  expect(slow.run(id)).toMatchObject({ batch: { answered: 5 }, net: String(5n * NET) });
  expect(slow.run(id)?.steps.find(({ kind }) => kind === 'revealed')?.text).toContain('faster with 3 items');
  await market.later(CLAIM_WINDOW_S);
  await together(
    [asker, slow, fast],
    () => slow.run(id)?.work === 'paid' && fast.run(id)?.work === 'paid' && asker.batch(id)?.state === 'over',
    'both payouts',
  );
  expect(slow.ledger.view().total).toBe(String(5n * NET));
  expect(fast.ledger.view().total).toBe(String(3n * NET));
});

test('a machine that comes too late with all of its items gives up, and says why', async () => {
  const [asker, slow, fast] = [
    await bulker({ paused: true }),
    await bulker({ paused: true }),
    await bulker({ paused: true }),
  ];
  const id = await posted(asker, await asker.ask(3), slow, fast);
  lockBeforeOpening(slow);
  slow.paused = false;
  await together([slow], () => slow.node.signer.locked && slow.batch(id)?.commitments.length === 1, 'the seal');
  await market.later(31);
  fast.paused = false;
  await together([fast], () => fast.run(id)?.work === 'revealed', 'the faster run');
  slow.heard = () => undefined;
  slow.node.signer.locked = false;
  await together([slow], () => slow.run(id)?.work === 'lost', 'the loss');
  expect(slow.run(id)?.reason).toBe('lost: other machines were faster with all of its items');
  expect(slow.ledger.view().total).toBe('0');
});

test('as much as the free stake answers for; the rest in the next run, once there is stake', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const key = await asker.ask(5);
  const id = await posted(asker, key, solver);
  solver.free = 2n * BigInt(solver.batch(id)!.fields.lock);
  solver.heard = ({ work }) => void (work === 'revealing' && (solver.free = 0n));
  solver.paused = false;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the first run');
  solver.heard = () => undefined;
  expect(solver.run(id)?.batch?.answered).toBe(2);
  await together([asker], () => asker.view(key)?.batch?.answered === 2, 'two answers');
  expect(asker.view(key)).toMatchObject({
    state: 'posted',
    reason: '2 of 5 answered; waiting for solvers of the rest',
  });
  solver.free = 100n * BigInt(solver.batch(id)!.fields.lock);
  await together(
    [asker, solver],
    () => asker.view(key)?.batch?.answered === 5 && solver.batch(id)?.open === '0',
    'all answers',
  );
  expect(solver.batch(id)?.runs).toHaveLength(2);
});

test('after a database was lost the next run has a salt of its own all the same', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const id = await posted(asker, await asker.ask(2), solver);
  solver.free = BigInt(solver.batch(id)!.fields.lock);
  solver.heard = ({ work }) => void (work === 'revealing' && (solver.free = 0n));
  solver.paused = false;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the first run');
  for (const table of ['batch_results', 'batch_works', 'outbox_attempts', 'outbox'])
    solver.node.db.prepare(`DELETE FROM ${table}`).run();
  solver.free = 100n * BigInt(solver.batch(id)!.fields.lock);
  await together([solver], () => solver.run(id, 1)?.work === 'revealed', 'the second run');
  expect(solver.run(id)).toBeUndefined();
});

test('nobody comes: the money is back after the deadline, by itself', async () => {
  const asker = await bulker({ paused: true });
  const key = await asker.ask(4);
  const id = await posted(asker, key);
  await market.later(asker.batch(id)!.fields.deadline - asker.batch(id)!.posted.time + 1);
  await together([asker], () => asker.view(key)?.state === 'refunded', 'the refund');
  expect(asker.view(key)).toMatchObject({ net: '0', batch: { items: 4, answered: 0, open: 0, final: 4, back: 4 } });
  expect(asker.batch(id)?.returned).toMatchObject({ items: '15', retracted: false });
});

test('by hand the open items come back from retractAt on, and those that are solved are paid', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const key = await asker.ask(5);
  const id = await posted(asker, key, solver);
  expect(() => asker.batches.asker.retract(key)).toThrow('too early');
  solver.free = 2n * BigInt(solver.batch(id)!.fields.lock);
  solver.paused = false;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
  solver.paused = true;
  await market.later(20);
  await together([asker], () => asker.batch(id)?.runs.length === 1 && asker.node.client.now() > 0, 'the run');
  await together([asker], () => asker.node.client.now() >= asker.batch(id)!.fields.retractAt, 'the moment');
  asker.batches.asker.retract(key);
  await together([asker], () => asker.view(key)?.retractAt === null, 'the money');
  expect(() => asker.batches.asker.retract(key)).toThrow('nothing to take back');
  await market.later(CLAIM_WINDOW_S);
  await together([asker, solver], () => asker.view(key)?.state === 'final' && asker.view(key)?.batch?.answered === 2);
  expect(asker.view(key)?.reason).toBe('2 of 5 answered and final; the money of 3 is back');
  expect(asker.batches.asker.lines(key).filter(({ state }) => state === 'refunded')).toHaveLength(3);
  expect(BigInt(asker.view(key)!.net)).toBe(-2n * (10n ** 15n + 1_000n));
});

test('inputs too large for the chain travel between peers', async () => {
  const manifest = {
    ...MANIFEST,
    inputs: [{ name: 'x', dtype: 'uint8', shape: [3_000] }],
    outputs: [{ name: 'y', dtype: 'uint8', shape: [3_000] }],
  } as unknown as typeof MANIFEST;
  const [asker, solver] = [await bulker({ paused: true, manifest }), await bulker({ manifest })];
  const key = await asker.ask(6, 3_000);
  await together([asker, solver], () => asker.view(key)?.batch?.answered === 6, 'the answers');
  const inputs = solver.node.indexer.rows.batchInputs(asker.idOf(key)!);
  expect([inputs.onChain.length, inputs.digests.length]).toEqual([0, 6]);
  expect(asker.answers(key)[5]).toMatch(/^y: 6, 1, /);
});

test('an item that cannot be computed does not keep the others from being solved, and is not tried for ever', async () => {
  const solver = await bulker();
  const [tx] = [
    await chain.send(market.asker, chain.network.contracts.batches, BATCHES, 'submitBatch', [
      orderOf(market.model, 10n ** 15n, 600n),
      ['0x0102', '0x01', '0x0304'],
    ]),
  ];
  const [event] = await market.events(tx);
  const id = event!.subject as BatchId;
  await together([solver], () => solver.run(id, 1)?.work === 'failed', 'the end');
  expect(solver.batch(id)).toMatchObject({ open: '2', runs: [{ taken: '5' }] });
  expect(solver.run(id)?.work).toBe('revealed');
});

test('an item whose input nobody sends holds back neither the rest of its run nor the runs after it', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const id = await posted(asker, await asker.ask(4), solver);
  const bad = firstItem(id, solver.address, 4);
  const unreachable = Object.assign(new Error('Nobody has it.'), { code: 'NETWORK_NO_PROVIDER' });
  solver.compute = (job) => (job.key === `${id}:${bad}` ? Promise.reject(unreachable) : plusOne(job));
  // One item at a time, and the bad one is the first.
  solver.free = BigInt(solver.batch(id)!.fields.lock);
  solver.paused = false;
  await together([solver], () => solver.batch(id)?.open === String(1 << bad), 'the others');
  await together([solver], () => solver.run(id, 3)?.work === 'failed', 'the end');
  expect(solver.run(id, 3)?.reason).toBe('failed: nobody has it');
});

test('the server is gone: the run waits with its reason, asks no more of it, and goes on after the rest', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const id = await posted(asker, await asker.ask(3), solver);
  const silent = vi.fn(() => Promise.reject(new ComputeError('SERVER_GONE', 'The server cannot be reached.')));
  solver.compute = silent;
  solver.paused = false;
  await together([solver], () => solver.run(id)?.reason.includes('cannot run here now: the server'), 'the reason');
  expect(silent).toHaveBeenCalledOnce();
  expect(solver.run(id)?.work).toBe('waiting');
  solver.compute = plusOne;
  solver.now += 60_000;
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
  expect(solver.batch(id)?.runs).toMatchObject([{ taken: '7' }]);
});

test('announcements cost nothing: bounded in number, and none holds others off for longer than a moment', async () => {
  const [asker, solver] = [await bulker({ paused: true }), await bulker({ paused: true })];
  const id = await posted(asker, await asker.ask(2), solver);
  const { batches } = chain.network.contracts;
  const unknown = `0x${'ee'.repeat(32)}` as const;
  const seal = `0x${'ab'.repeat(26)}` as const;
  await chain.hold(true);
  for (let slot = 0n; slot < 70n; slot++)
    await chain.send(market.asker, batches, BATCHES, 'commitRoot', [
      slot === 3n ? unknown : (id as never),
      slot,
      seal,
      3n,
    ]);
  await chain.hold(false);
  await chain.request('evm_mine');
  await together([solver], () => solver.batch(id)?.commitments.length === 64, 'the crowd');
  const kept = solver.node.db
    .prepare(`SELECT subject, count(*) AS n FROM events WHERE name = 'RootCommitted' GROUP BY subject`)
    .all() as Array<{ subject: string; n: number }>;
  expect(kept.find(({ subject }) => subject === id)?.n).toBe(64);
  expect(kept.some(({ subject }) => subject === unknown)).toBe(false);
  solver.paused = false;
  await together([solver], () => solver.run(id)?.reason.includes('sealed a result first'), 'the wait');
  await market.later(31);
  await together([solver], () => solver.run(id)?.work === 'revealed', 'the run');
});

test('the largest batch there is: each of its transactions stays below what the wallet signs', async () => {
  const manifest = {
    ...MANIFEST,
    inputs: [{ name: 'x', dtype: 'uint8', shape: [256] }],
    outputs: [{ name: 'y', dtype: 'uint8', shape: [256] }],
  } as unknown as typeof MANIFEST;
  const [asker, solver] = [await bulker({ paused: true, manifest }), await bulker({ manifest })];
  // No byte is zero: those are cheaper.
  const inputs = Array.from({ length: 64 }, (_, i) => ({ kind: 'upload', upload: String(i) }) as const);
  const order = { model: market.digest, fee: '1000000000000000' as Amount, inputs };
  const key = await asker.batches.asker.ask(order, (id) => new Uint8Array(256).fill(Number(id) + 1));
  await together([asker, solver], () => asker.view(key)?.batch?.answered === 64, 'the answers');
  const id = asker.idOf(key)!;
  expect(solver.node.indexer.rows.batchInputs(id).onChain).toHaveLength(64);
  await market.later(CLAIM_WINDOW_S);
  await together([asker, solver], () => solver.run(id)?.work === 'paid', 'the payout');
  const gas = [
    asker.node.outbox.get(`batch:${key}`),
    ...['commit', 'reveal', 'claim'].map((step) => solver.node.outbox.get(`${step}:${id}:0`)),
  ].map((row) => Number(row?.gas_limit));
  expect(gas).toHaveLength(4);
  for (const limit of gas) expect(limit).toBeLessThan(MAX_GAS);
});
