import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseEther, type Wallet } from 'ethers';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import { RACE, TestChain } from '../chain/test-chain.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { TestReplicas } from '../chain/test-replicas.ts';
import { finishCall } from '../replicas/job-calls.ts';
import { Settings } from '../store/settings.ts';
import { Retries } from '../tasks/retries.ts';
import { Person, plusOne, TestBlobs, together } from '../tasks/test-world.ts';
import { Disputes } from './index.ts';
import { all, Citizen, seated, Trial, type CitizenOptions } from './test-court.ts';

let chain: TestChain;
let market: TestMarket;
let replicas: TestReplicas;
let blobs: TestBlobs;
beforeEach(async () => {
  chain = await TestChain.start({ ...RACE, bondBps: 5_000n });
  market = await TestMarket.open(chain);
  replicas = new TestReplicas(market);
  blobs = new TestBlobs();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await chain.stop();
});

const citizen = (more: Partial<CitizenOptions> = {}): Promise<Citizen> =>
  Citizen.join(chain, { model: market.digest, blobs, ...more });
const juror = (): Promise<Citizen> => citizen({ jury: true });
const kept = async (...bytes: number[]): Promise<ReturnType<typeof digestOf>> =>
  (await blobs.of(market.solver.address).keep(Uint8Array.from(bytes))).digest;

/** Three wallets that say this, each in a seat of its own. */
async function answered(results: readonly ReturnType<typeof digestOf>[]): Promise<{ job: ChainJob; who: Wallet[] }> {
  let job = await replicas.submit(results.length);
  const who = [market.solver, await chain.account(true), await chain.account(true)];
  for (const [n, result] of results.entries()) job = await replicas.take(job, result, who[n]!);
  for (const [n, result] of results.entries()) job = await replicas.open(job, result, who[n]!);
  return { job, who };
}

/** The case against a seat. */
async function accused(claimant: Citizen, others: readonly Citizen[], seat: TaskId): Promise<string> {
  const known = (): ChainJob | undefined => claimant.node.indexer.rows.jobOfSeat(seat);
  await all([claimant], () => known()?.taken.every(({ opened }) => opened !== null), 'the openings');
  claimant.disputes.contest(seat, 'https://example.org/why');
  const id = (): string => known()?.taken.find((each) => each.id === seat)?.dispute?.id ?? '';
  await all([claimant, ...others], () => id() !== '', 'the case');
  return id();
}

test('a machine that differs is thrown out by the court, and the other two are paid', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror(), await juror()];
  await seated(market, jurors);
  const [right, wrong] = [await kept(2, 3), await kept(9, 9)];
  const { job, who } = await answered([right, wrong, right]);
  const liar = job.taken[1]!;
  const id = await accused(claimant, jurors, liar.id);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.until(() => jurors.every((one) => one.sees(id, ({ ballot }) => ballot.vote === 'claimant')), 'votes');
  await trial.until(() => jurors[0]!.case(id).contested.answer !== null, 'both results');
  expect(jurors[0]!.case(id)).toMatchObject({
    task: job.id,
    defendant: who[1]!.address,
    own: { answer: { text: 'y: 2, 3' }, digest: right },
    contested: { answer: { text: 'y: 9, 9' }, digest: wrong },
  });
  await trial.sealed(3);
  await trial.opened(3);
  await trial.ruled();
  await trial.over();
  const known = (): ChainJob => claimant.node.indexer.rows.job(job.id)!;
  expect(known().taken.map(({ stage }) => stage)).toEqual(['opened', 'out', 'opened']);
  await market.later(21);
  await chain.sendData(market.stranger, replicas.address, finishCall(known()) ?? '');
  await all([claimant], () => known().state === 'agreed', 'the end');
  expect(known().agreed).toMatchObject({ resultDigest: right, seats: 2 });
  for (const one of trial.everybody) expect(one.node.failures).toEqual([]);
});

test('a machine that was right is confirmed, and its seat is paid like the others', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror()];
  await seated(market, jurors);
  const right = await kept(2, 3);
  const { job } = await answered([right, right, right]);
  const id = await accused(claimant, jurors, job.taken[0]!.id);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.sealed(2);
  await trial.opened(2);
  await trial.ruled();
  await trial.over();
  const known = (): ChainJob => claimant.node.indexer.rows.job(job.id)!;
  expect(known().taken[0]!.stage).toBe('confirmed');
  expect(() => claimant.disputes.contest(job.taken[0]!.id, '')).toThrow(/no result to contest/);
  await market.later(21);
  await chain.sendData(market.stranger, replicas.address, finishCall(known()) ?? '');
  await all([claimant], () => known().state === 'agreed', 'the end');
  expect(known().taken.every(({ paid }) => paid !== null)).toBe(true);
});

test('the machines themselves contest the one that lies, and are paid once it is out; the asker gets its part back', async () => {
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
  const person = (): Promise<Person> => Person.join(chain, { model: market.digest, blobs });
  const [one, ...solvers] = [await person(), await person(), await person()];
  one.paused = true;
  const jurors = [await juror(), await juror()];
  await seated(market, jurors);
  for (const solver of solvers) {
    const modelFile = async (): Promise<Uint8Array> => new Uint8Array();
    const more = {
      compute: plusOne,
      modelFile,
      probe: async () => [],
      prepaid: () => parseEther('100'),
      sandbox: false,
      nudge: () => undefined,
    };
    const disputes = new Disputes(
      { ...solver.context, settings: new Settings(solver.node.db), ...more },
      solver.node.indexer,
    );
    solver.contest = (seat) => disputes.contest(seat, '');
    await disputes.start();
  }
  const key = await one.ask(String(10n ** 15n), [1, 2], 'critical');
  await one.until(() => one.view(key)?.state === 'posted');
  const task = one.view(key)!.id!;
  const known = (): ChainJob => one.node.indexer.rows.job(task)!;
  const wrong = await kept(9, 9);
  await replicas.take(known(), wrong, market.solver);
  const everybody = [one, ...solvers];
  await together(everybody, () => solvers.every((each) => each.work(task)?.work === 'revealed'), 'the openings');
  await replicas.open(known(), wrong, market.solver);
  const liar = () => known().taken.find(({ solver }) => solver === market.solver.address);
  await together(everybody, () => liar()?.stage === 'frozen', 'the contestation');
  expect(one.view(key)).toMatchObject({ state: 'contested', answer: null });
  const id = liar()!.dispute!.id;
  await all(jurors, () => jurors.every((each) => each.sees(id, () => true)), 'the case');
  const trial = new Trial(id, jurors);
  await trial.sealed(2);
  await trial.opened(2);
  await trial.ruled();
  await trial.over();
  const seen = (): string => JSON.stringify([one.view(key), solvers.map((each) => each.work(task))], null, 1);
  await together(everybody, () => one.view(key)?.answer?.text === 'y: 2, 3', seen);
  await market.later(21);
  const paid = (): boolean => solvers.every((each) => each.work(task)?.work === 'paid');
  await together(everybody, () => paid() && one.view(key)?.state === 'final', seen);
  expect(
    one
      .view(key)
      ?.seats?.map(({ state }) => state)
      .sort(),
  ).toEqual(['out', 'paid', 'paid']);
  expect(one.view(key)?.net).toBe(String(-2n * 10n ** 15n - 1_000n));
});
