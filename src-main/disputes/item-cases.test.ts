import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { itemIdOf, type ChainBatch } from '../chain/batches-projection.ts';
import { TestBatches } from '../chain/test-batches.ts';
import { RACE, TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { all, Citizen, seated, Trial, type CitizenOptions } from './test-court.ts';

let chain: TestChain;
let market: TestMarket;
let batches: TestBatches;
let blobs: TestBlobs;
beforeEach(async () => {
  // Batches are closed to newcomers where results are checked.
  chain = await TestChain.start({ ...RACE, checksBps: 0n });
  market = await TestMarket.open(chain);
  batches = new TestBatches(market);
  blobs = new TestBlobs();
});
afterEach(() => chain.stop());

const INPUTS = ['0x0102', '0x0304', '0x0506'] as const;

const citizen = (more: Partial<CitizenOptions> = {}): Promise<Citizen> =>
  Citizen.join(chain, { model: market.digest, blobs, ...more });
const kept = async (...bytes: number[]): Promise<Digest> =>
  (await blobs.of(market.solver.address).keep(Uint8Array.from(bytes))).digest;

/** The claimant contests the item by hand, and everybody knows of the case. */
async function accused(claimant: Citizen, others: readonly Citizen[], batch: ChainBatch, item: number) {
  const subject = itemIdOf(batch.id, item);
  const known = (): ChainBatch | undefined => claimant.node.indexer.rows.batchOfItem(subject)?.batch;
  await all([claimant], () => known() !== undefined, 'the run');
  claimant.disputes.contest(subject, 'https://example.org/why');
  await all([claimant, ...others], () => known()?.contested.length === 1, 'the case');
  return { id: known()!.contested[0]!.dispute, subject, known: () => known()! };
}

async function judged(trial: Trial, jurors: number): Promise<void> {
  await trial.sealed(jurors);
  await trial.opened(jurors);
  await trial.ruled();
  await trial.over();
}

test('one wrong item of a run: the jury runs that one again, its money comes back, the others are not touched', async () => {
  const claimant = await citizen();
  const jurors = [await citizen({ jury: true }), await citizen({ jury: true })];
  await seated(market, jurors);
  const wrong = await kept(9, 9);
  const results = [await kept(2, 3), wrong, await kept(6, 7)];
  const batch = await batches.solve(await batches.submit(INPUTS), results);
  const { id, known } = await accused(claimant, jurors, batch, 1);
  const trial = new Trial(id, [claimant, ...jurors]);
  await trial.until(() => jurors.every((one) => one.sees(id, ({ ballot }) => ballot.vote === 'claimant')), 'votes');
  await trial.until(() => jurors[0]!.case(id).contested.answer !== null, 'both results');
  expect(jurors[0]!.case(id)).toMatchObject({
    defendant: market.solver.address,
    own: { answer: { text: 'y: 4, 5' } },
    contested: { answer: { text: 'y: 9, 9' }, digest: wrong },
  });
  await judged(trial, 2);
  expect(known().overturned).toMatchObject([{ item: 1, amount: String(10n ** 15n + 1_000n) }]);
  expect(known().paid).toEqual([]);
  for (const one of trial.everybody) expect(one.node.failures).toEqual([]);
});

test('an item that is right: the claimant loses, and the solver is paid for it at once; it cannot be contested again', async () => {
  const claimant = await citizen();
  const jurors = [await citizen({ jury: true }), await citizen({ jury: true })];
  await seated(market, jurors);
  const results = [await kept(2, 3), await kept(4, 5), await kept(6, 7)];
  const batch = await batches.solve(await batches.submit(INPUTS), results);
  const { id, subject, known } = await accused(claimant, jurors, batch, 2);
  await judged(new Trial(id, [claimant, ...jurors]), 2);
  expect(known().paid).toMatchObject([{ solver: market.solver.address, items: '4' }]);
  expect(() => claimant.disputes.contest(subject, '')).toThrow(/no result to contest/);
  expect(() => claimant.disputes.contest(`0x${'77'.repeat(32)}` as string as TaskId, '')).toThrow(/no result/);
});
