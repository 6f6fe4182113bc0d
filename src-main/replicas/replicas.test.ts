import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Amount, TaskId } from '../../src-shared/domain/ids.ts';
import type { StakeLock } from '../../src-shared/domain/stake.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { VAULT } from '../chain/abi.ts';
import { RACE, TestChain } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { TestReplicas } from '../chain/test-replicas.ts';
import { locksOf } from '../stake/locks.ts';
import { StakeRows } from '../stake/stake-rows.ts';
import type { Manifest } from '../models/manifest.ts';
import { Retries } from '../tasks/retries.ts';
import { MANIFEST, Person, sha256, TestBlobs, together } from '../tasks/test-world.ts';

const CLAIM_WINDOW_S = 21;
/** Of one machine. */
const FEE = 10n ** 15n;
/** What a seat is paid: the fee after the treasury's tenth; the first one also gets what does not divide. */
const SHARE = '900000000000000';
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

async function asker(): Promise<Person> {
  const one = await person();
  one.paused = true;
  return one;
}

async function inVault(of: string): Promise<{ readonly balance: bigint; readonly locked: bigint }> {
  const data = VAULT.codec.encodeFunctionData('accountOf', [of]);
  const answer = await chain.request<string>('eth_call', [{ to: chain.network.contracts.vault, data }, 'latest']);
  const account = VAULT.codec.decodeFunctionResult('accountOf', answer)[0] as Record<string, bigint>;
  return { balance: account['balance'] ?? 0n, locked: account['locked'] ?? 0n };
}

/** Ready to pay. */
const balance = async (of: string): Promise<bigint> => (await inVault(of)).balance;
const locked = async (of: string): Promise<bigint> => (await inVault(of)).locked;

/** What the screen says of the stake of a machine that does nothing else. */
async function locksFor({ address: me, node: { db } }: Person): Promise<StakeLock[]> {
  const rows = new StakeRows(db);
  const none = { duty: { amount: 0n, until: null }, jury: 0n, exit: { amount: 0n, readyAt: 0 } };
  const known = { tasks: rows.heldBy(me), jobs: rows.seatsOf(me), batches: [], cases: rows.openCases() };
  return locksOf({ me, ...known, ...none, locked: await locked(me) });
}

test('a seat for a model whose honest results differ is not taken, whoever offers it', async () => {
  const one = await asker();
  const manifest: Manifest = { ...MANIFEST, verification: { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 } };
  const solver = await Person.join(chain, { model: market.digest, blobs, manifest });
  await one.ask(String(FEE), [1, 2], 'critical');
  await together(
    [one, solver],
    () => solver.tasks.works.page(null, 1).length > 0,
    () => 'what it thinks of it',
  );
  expect(solver.tasks.works.page(null, 1)).toMatchObject([{ reason: expect.stringContaining('differ a little') }]);
});

const critical = (one: Person): Promise<string> => one.ask(String(FEE), [1, 2], 'critical');
const kinds = (view: TaskView | undefined): string[] => view?.steps.map(({ kind }) => kind) ?? [];

test('three machines solve it, each on its own; they agree, the answer is there before the end, all are paid', async () => {
  const one = await asker();
  const solvers = [await person(), await person(), await person()];
  const before = await balance(one.address);
  const key = await critical(one);
  const seen = (): string =>
    JSON.stringify([one.view(key), solvers.map((each) => each.tasks.works.page(null, 2))], null, 1);
  await together([one, ...solvers], () => one.view(key)?.answer !== null, seen);
  expect(one.view(key)).toMatchObject({ state: 'solved', fee: String(3n * FEE), resultDigest: RIGHT });
  expect(one.view(key)?.answer?.text).toBe('y: 2, 3');
  expect(one.view(key)?.seats?.map(({ state }) => state)).toEqual(['opened', 'opened', 'opened']);
  const id = one.view(key)!.id!;
  for (const solver of solvers) {
    const locks = await locksFor(solver);
    expect(locks.map(({ cause, task }) => [cause, task])).toEqual([['solution', id]]);
  }
  // Nobody saw a digest before all three were sealed.
  expect((await replicas.events(id)).slice(0, 4)).toEqual(['JobSubmitted', 'SeatTaken', 'SeatTaken', 'SeatTaken']);
  await market.later(CLAIM_WINDOW_S);
  const done = (): boolean => solvers.every((each) => each.work(id)?.work === 'paid');
  await together([one, ...solvers], () => done() && one.view(key)?.state === 'final', seen);
  expect(one.view(key)).toMatchObject({ reason: '3 of 3 machines agreed: answered and final' });
  expect(await balance(one.address)).toBe(before - 3n * FEE - 1_000n);
  for (const solver of solvers) {
    expect(solver.ledger.view()).toMatchObject({ total: SHARE, pending: '0', tasksPaid: 1 });
    expect(solver.ledger.page(null, 5)[0]?.transactions.map(({ step }) => step)).toEqual(['commit', 'reveal', 'claim']);
    expect(kinds(solver.work(id))).toEqual(
      expect.arrayContaining(['posted', 'seen', 'accepted', 'computed', 'committed', 'revealed', 'served', 'paid']),
    );
    expect(solver.contested).toEqual([]);
  }
  // One of the four ended it, the others left it to that one.
  expect((await replicas.events(id)).filter((name) => name === 'JobAgreed')).toHaveLength(1);
  const ended = (who: Person): number =>
    (
      who.node.db.prepare(`SELECT count(*) AS n FROM outbox WHERE key LIKE 'end:%' OR key LIKE 'refund:%'`).get() as {
        n: number;
      }
    ).n;
  expect([one, ...solvers].map(ended).reduce((sum, n) => sum + n)).toBe(1);
  expect([one, ...solvers].flatMap(({ node }) => node.failures)).toEqual([]);
});

test('nobody comes: taken back by hand, not too early, or by itself after the deadline', async () => {
  const one = await asker();
  const before = await balance(one.address);
  const [byHand, byItself] = [await critical(one), await critical(one)];
  await one.until(() => [byHand, byItself].every((key) => one.view(key)?.state === 'posted'), 'the posts');
  expect(() => one.tasks.asker.retract(byHand)).toThrow(/too early/);
  await market.later(21);
  await one.until(() => one.node.client.now() > one.view(byHand)!.retractAt! / 1_000);
  one.tasks.asker.retract(byHand);
  await one.until(() => one.view(byHand)?.state === 'refunded', 'the way by hand');
  await market.later(601);
  await one.until(() => one.view(byItself)?.state === 'refunded', 'the way by itself');
  expect(one.view(byItself)).toMatchObject({ net: '0', reason: 'only 0 of 3 machines came: your money is back' });
  expect(await balance(one.address)).toBe(before);
});

test('too few machines come: everybody has everything back, and the stake of those who came is free again', async () => {
  const [one, solver] = [await asker(), await person()];
  const key = await critical(one);
  const seated = (): boolean => solver.work(one.view(key)?.id ?? '')?.work === 'committed';
  await together([one, solver], () => seated() && one.view(key)?.state === 'committed', 'a seat');
  const id = one.view(key)!.id!;
  expect(one.view(key)).toMatchObject({ state: 'committed', retractAt: null });
  expect(() => one.tasks.asker.retract(key)).toThrow(/nothing to take back/);
  await market.later(601);
  await together(
    [one, solver],
    () => one.view(key)?.state === 'refunded' && solver.work(id)?.work === 'lost',
    'the end',
  );
  expect(solver.work(id)?.reason).toBe('lost: too few machines came');
  expect(one.view(key)?.reason).toBe('only 1 of 3 machines came: your money is back');
  expect(await locked(solver.address)).toBe(0n);
});

test('the asker is gone: those who came free their stake themselves', async () => {
  const solver = await person();
  const job = await replicas.submit();
  await solver.until(() => solver.work(job.id)?.work === 'committed', 'a seat');
  await market.later(601 + 12);
  await solver.until(() => solver.work(job.id)?.work === 'lost', 'the end');
  expect(await locked(solver.address)).toBe(0n);
});

test('a seat that is never opened: its bond goes to the asker, the others agree and are paid', async () => {
  const one = await asker();
  const solvers = [await person(), await person()];
  const key = await critical(one);
  await one.until(() => one.view(key)?.state === 'posted');
  const id = one.view(key)!.id!;
  await replicas.take(one.node.indexer.rows.job(id)!, digestOf('never shown'), market.solver);
  const seen = (): string => JSON.stringify([one.view(key), solvers.map((each) => each.work(id))], null, 1);
  const opened = (): boolean => solvers.every((each) => each.work(id)?.work === 'revealed');
  await together([one, ...solvers], opened, seen);
  // Two agree, but the third may still open another result.
  expect(one.view(key)).toMatchObject({ state: 'committed', answer: null });
  await market.later(2 * CLAIM_WINDOW_S);
  const done = (): boolean => solvers.every((each) => each.work(id)?.work === 'paid') && one.view(key)?.answer !== null;
  await together([one, ...solvers], done, seen);
  expect(one.view(key)).toMatchObject({ state: 'final', reason: '2 of 3 machines agreed: answered and final' });
  expect(
    one
      .view(key)
      ?.seats?.map(({ state }) => state)
      .sort(),
  ).toEqual(['missed', 'paid', 'paid']);
  // The part of the empty-handed one, and its bond: half of all fees.
  expect(one.view(key)?.net).toBe(String(FEE + (3n * FEE) / 2n - 3n * FEE - 1_000n));
});

test('one of three says something else: no answer, the others contest it; without a ruling the money comes back', async () => {
  const one = await asker();
  const solvers = [await person(), await person()];
  const key = await critical(one);
  await one.until(() => one.view(key)?.state === 'posted');
  const id = one.view(key)!.id!;
  const { digest } = await blobs.of(market.solver.address).keep(Uint8Array.of(9, 9));
  const job = await replicas.take(one.node.indexer.rows.job(id)!, digest, market.solver);
  await together([one, ...solvers], () => solvers.every((each) => each.work(id)?.work === 'revealed'), 'the others');
  await replicas.open(job, digest, market.solver);
  const liar = (): TaskId | undefined =>
    one.node.indexer.rows.job(id)?.taken.find(({ solver }) => solver === market.solver.address)?.id;
  await together([one], () => one.view(key)?.state === 'differing', 'the asker');
  const accusers = (): number => solvers.filter(({ contested }) => contested.includes(liar()!)).length;
  await together(solvers, () => accusers() > 0, 'the contest');
  // One is enough; the other comes forward when nothing follows.
  await market.later(11);
  await together(solvers, () => accusers() === 2, 'the other one');
  expect(one.view(key)).toMatchObject({ answer: null, resultDigest: null });
  // Nobody contests one who says the same.
  expect(solvers.flatMap(({ contested }) => contested).every((seat) => seat === liar())).toBe(true);
  await market.later(CLAIM_WINDOW_S);
  await together([one, ...solvers], () => one.view(key)?.state === 'refunded', 'the money back');
  expect(one.view(key)).toMatchObject({ net: '0', reason: 'the machines did not agree: your money is back' });
  await together(solvers, () => solvers.every((each) => each.work(id)?.work === 'lost'), 'the loss');
});

test('a contestation that the stake does not reach is not tried, and said', async () => {
  const solver = await person();
  const job = await replicas.submit(2, 2n * FEE);
  await solver.until(() => solver.work(job.id)?.work === 'committed', 'a seat');
  await replicas.take(job, digestOf('lie'), market.solver);
  solver.free = 1n;
  await solver.until(() => solver.work(job.id)?.work === 'revealed', 'its opening');
  await replicas.open(job, digestOf('lie'), market.solver);
  await solver.until(() => solver.work(job.id)?.reason.includes('to contest it takes'), 'the reason');
  expect(solver.contested).toEqual([]);
});

test('all seats are gone before its own result was ready: lost, nothing locked', async () => {
  const solver = await person();
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const compute = solver.compute;
  solver.compute = async (job) => (await gate, compute(job));
  const job = await replicas.submit(2, 2n * FEE);
  await solver.until(() => solver.work(job.id)?.work === 'computing', 'the computation');
  await replicas.take(job, RIGHT, market.solver);
  await replicas.take(job, RIGHT, await chain.account(true));
  go();
  await solver.until(() => solver.work(job.id)?.work === 'lost', 'the loss');
  expect(solver.work(job.id)?.reason).toBe('lost: other machines took all seats');
  expect(await locked(solver.address)).toBe(0n);
});

test('what cannot be asked critically says why: three fees and no paid checks', async () => {
  const one = await asker();
  const quote = one.tasks.asker.quote(market.digest, String(FEE) as Amount, 'critical');
  const total = String(3n * FEE + 1_000n);
  expect(quote).toMatchObject({ fee: String(FEE), machines: 3, checks: '0', total, obstacle: null });
  await expect(one.ask(String(40n * 10n ** 18n), [1, 2], 'critical')).rejects.toThrow(/ready to pay/);
});
