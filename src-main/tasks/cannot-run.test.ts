import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RACE, TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { ComputeError } from '../compute/job.ts';
import { Retries } from './retries.ts';
import { Person, plusOne, TestBlobs } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let solver: Person;
beforeAll(async () => {
  // A reservation costs half the fee when nothing comes of it.
  chain = await TestChain.start({ ...RACE, bondBps: 5_000n, checksBps: 1_000n, notice: 4n, reserveSeconds: 60n });
});
afterAll(() => chain.stop());
beforeEach(async () => {
  market = await TestMarket.open(chain);
  solver = await Person.join(chain, { model: market.digest, blobs: new TestBlobs() });
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(() => void vi.restoreAllMocks());

const MINUTE = 60_000;
const gone = (): never => {
  throw new ComputeError('SERVER_GONE', 'The server cannot be reached.');
};
const reserved = (id: string): boolean =>
  solver.node.indexer.rows.task(id as never)?.reservation != null ||
  solver.node.outbox.get(`reserve:${id}:0:0`) !== undefined;
const said = (id: string): string => solver.work(id)?.reason ?? '';

test('the server is gone: what was taken is tried on, nothing else is reserved, and it goes on once the server is back', async () => {
  solver.compute = gone;
  const first = await market.submit();
  await solver.until(() => said(first.id) === 'waiting: the server cannot be reached', 'the failure');
  const second = await market.submit();
  await solver.until(() => said(second.id).startsWith('waiting: cannot run here now: the server'), 'the reason');
  expect(said(second.id)).toMatch(/the server cannot be reached; it is tried again at \d\d:\d\d$/);
  expect(solver.tasks.works.nearest()).toBe(`plus one, ${said(second.id)}`);
  expect(reserved(second.id)).toBe(false);
  expect(solver.work(first.id)?.work).not.toBe('failed');
  solver.compute = plusOne;
  await solver.until(
    () => reserved(second.id),
    () => said(second.id),
  );
  await market.later(4);
  await solver.until(
    () => solver.work(first.id)?.work === 'revealed',
    () => said(first.id),
  );
  expect(solver.node.failures).toEqual([]);
});

test('after a rest one task is risked, the others only once it came out', async () => {
  solver.readiness.gone(market.digest, { code: 'PROVIDER_FAILED', message: 'No provider works.' });
  const [first, second] = [await market.submit(), await market.submit()];
  await solver.until(() => said(first.id).includes('no provider works') && said(second.id).includes('no provider'));
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  solver.compute = async (job) => (await held, plusOne(job));
  // More than one could be computed at a time.
  solver.lanes = 4;
  solver.now += MINUTE;
  const other = (): string => (reserved(first.id) ? second.id : first.id);
  await solver.until(() => [first, second].some(({ id }) => solver.work(id)?.work === 'computing'), 'the trial');
  await solver.until(
    () => said(other()).includes('another task shows first'),
    () => said(other()),
  );
  expect(reserved(other())).toBe(false);
  release();
  await solver.until(() => reserved(first.id) && reserved(second.id), 'both');
});

test('a server that still does not answer after the rest costs no task', async () => {
  solver.readiness.gone(market.digest, { code: 'SERVER_GONE', message: 'The server cannot be reached.' });
  const look = vi.fn(async () => gone());
  solver.look = look;
  const task = await market.submit();
  await solver.until(() => said(task.id).includes('the server cannot be reached'));
  solver.now += MINUTE;
  await solver.until(() => look.mock.calls.length === 1, 'the look');
  await solver.until(() => said(task.id).includes('it is tried again at'));
  expect(reserved(task.id)).toBe(false);
  solver.look = async () => undefined;
  solver.now += 2 * MINUTE;
  await solver.until(
    () => reserved(task.id),
    () => said(task.id),
  );
});

test('when there is no time left to try it again, the work is given up with its reason', async () => {
  let tries = 0;
  solver.compute = async () => {
    // The deadline comes nearer than a run takes.
    if (tries++ === 0) await market.later(570);
    return gone();
  };
  const task = await market.submit();
  await solver.until(
    () => solver.work(task.id)?.work === 'failed',
    () => said(task.id),
  );
  expect(said(task.id)).toBe('failed: the server cannot be reached');
});
