import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RACE, TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from './retries.ts';
import { Person, plusOne, TestBlobs, together } from './test-world.ts';

/** The market as it is meant to be: whoever starts reserves the task first, and checkers get their notice. */
const NOTICE_S = 4;
const RESERVE_S = 60;
const CLAIM_WINDOW_S = 21;

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeAll(async () => {
  const terms = { bondBps: 5_000n, checksBps: 1_000n, notice: BigInt(NOTICE_S), reserveSeconds: BigInt(RESERVE_S) };
  chain = await TestChain.start({ ...RACE, ...terms });
});
afterAll(() => chain.stop());
beforeEach(async () => {
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });
const taskOf = (who: Person, id: string) => who.node.indexer.rows.task(id as never);

test('the task is reserved before anything is computed, and the result opened after the notice', async () => {
  const solver = await person();
  let computed = 0;
  solver.compute = (job) => {
    expect(taskOf(solver, job.key)?.reservation?.solver).toBe(solver.address);
    computed++;
    return plusOne(job);
  };
  const task = await market.submit();
  await solver.until(() => taskOf(solver, task.id)?.commitments.length === 1, 'the commitment');
  expect(computed).toBe(1);
  expect(solver.node.outbox.get(`reveal:${task.id}`)).toBeUndefined();
  await market.later(NOTICE_S);
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the reveal');
  await market.later(CLAIM_WINDOW_S);
  await solver.until(() => solver.work(task.id)?.work === 'paid', 'the payout');
  // 0.9 of the fee, less the 0.24 that a newcomer's checks cost.
  expect(solver.work(task.id)?.net).toBe('660000000000000');
  expect(solver.ledger.view().total).toBe('660000000000000');
  expect(solver.work(task.id)?.steps.map(({ kind }) => kind)).toContain('reserved');
  expect(solver.node.failures).toEqual([]);
});

test('no more is reserved at once than can be begun soon: each costs a bond when nothing comes of it', async () => {
  const solver = await person();
  solver.paused = true;
  solver.compute = () => new Promise(() => undefined);
  const tasks: Array<Awaited<ReturnType<typeof market.submit>>> = [];
  for (let count = 0; count < 7; count++) tasks.push(await market.submit());
  await solver.until(() => tasks.every(({ id }) => solver.work(id) !== undefined), 'all of them seen');
  solver.paused = false;
  solver.wake();
  await solver.until(() => tasks.some(({ id }) => solver.work(id)?.work === 'computing'), 'the first at work');
  const reserved = tasks.filter(
    ({ id }) => taskOf(solver, id)?.reservation != null || solver.work(id)?.work === 'reserving',
  );
  expect(reserved).toHaveLength(4);
  expect(tasks.filter(({ id }) => solver.work(id)?.reason.includes('busy'))).toHaveLength(3);
});

test('what another machine has reserved is left to it, until it lets the time pass: then the asker gets its bond', async () => {
  const [first, second] = [await person(), await person()];
  second.paused = true;
  const task = await market.submit();
  first.compute = () => new Promise(() => undefined);
  await first.until(() => first.work(task.id)?.work === 'computing', 'the start');
  await first.crash();
  await second.until(() => taskOf(second, task.id)?.reservation != null, 'the reservation');
  second.paused = false;
  await second.until(() => second.work(task.id)?.reason === 'waiting: another machine has reserved it', 'the wait');
  expect(second.node.outbox.get(`reserve:${task.id}:0:0`)).toBeUndefined();
  await market.later(RESERVE_S + NOTICE_S + 1);
  await second.until(() => taskOf(second, task.id)?.reservation?.solver === second.address, 'the new holder');
  expect(taskOf(second, task.id)?.forfeits).toBe(1);
  await market.later(NOTICE_S);
  await second.until(() => second.work(task.id)?.work === 'revealed', 'the reveal');
});

test('a machine that dies with its reservation on chain goes on where it was', async () => {
  const solver = await person();
  solver.compute = () => new Promise(() => undefined);
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.work === 'computing', 'the start');
  await solver.crash();
  await solver.reopen();
  await solver.until(() => taskOf(solver, task.id)?.commitments.length === 1, 'the commitment');
  await market.later(NOTICE_S);
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the reveal');
});

test('a machine that dies before its reservation is mined sends it once', async () => {
  const solver = await person();
  solver.paused = true;
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.reason === 'waiting: you paused this machine', 'the task');
  await chain.hold(true);
  solver.paused = false;
  await solver.until(() => solver.node.outbox.get(`reserve:${task.id}:0:0`)?.state === 'sent', 'the reservation');
  await solver.crash();
  await solver.reopen();
  await chain.hold(false);
  await chain.request('evm_mine');
  await solver.until(() => taskOf(solver, task.id)?.commitments.length === 1, 'the commitment');
  expect(await chain.nonce(solver.address)).toBe(2);
});

test('a result that comes after the bond was lost is opened under a new reservation', async () => {
  const solver = await person();
  let finish: () => void = () => undefined;
  solver.compute = (job) => new Promise((resolve) => (finish = () => void resolve(plusOne(job))));
  const task = await market.submit();
  await solver.until(() => solver.work(task.id)?.work === 'computing', 'the start');
  await market.later(RESERVE_S + NOTICE_S + 1);
  await market.forfeit(taskOf(solver, task.id)!);
  finish();
  await solver.until(() => taskOf(solver, task.id)?.forfeits === 1, 'the loss of the bond');
  await solver.until(() => {
    finish();
    return taskOf(solver, task.id)?.reservation?.solver === solver.address;
  }, 'the new reservation');
  await solver.until(() => (finish(), taskOf(solver, task.id)?.commitments.length === 1), 'the commitment');
  await market.later(NOTICE_S);
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the reveal');
});

test('two machines that want the same task: one reserves it, the other says so and takes the next', async () => {
  const [one, two] = [await person(), await person()];
  const [first, second] = [await market.submit(), await market.submit()];
  await together(
    [one, two],
    () => [first, second].every(({ id }) => taskOf(one, id)?.commitments.length === 1),
    'both commitments',
  );
  await market.later(NOTICE_S);
  await together(
    [one, two],
    () => [first, second].every(({ id }) => taskOf(one, id)?.state === 'solved'),
    'both results',
  );
  const revealed = (id: string) => [one, two].filter((who) => who.work(id)?.work === 'revealed');
  await together([one, two], () => [first, second].every(({ id }) => revealed(id).length === 1), 'one of them each');
});
