import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestChain } from '../chain/test-chain.ts';
import { digestOf, TestMarket } from '../chain/test-market.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { accused, all, Citizen, seated, type CitizenOptions } from './test-court.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
beforeEach(async () => {
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
});

const citizen = (more: Partial<CitizenOptions> = {}): Promise<Citizen> =>
  Citizen.join(chain, { model: market.digest, blobs, ...more });
const juror = (more: Partial<CitizenOptions> = {}): Promise<Citizen> => citizen({ jury: true, ...more });
const WRONG = digestOf('wrong');

test('a cheat is contested: jurors run the model again, seal, open, rule; the money moves as was said', async () => {
  const claimant = await citizen();
  const jurors = [await juror(), await juror(), await juror()];
  const everybody = [claimant, ...jurors];
  await seated(market, jurors);
  const before = await claimant.balance();
  const { id } = await accused(market, claimant, jurors, WRONG);
  await all(everybody, () => jurors.every((one) => one.sees(id, ({ ballot }) => ballot.vote === 'claimant')), 'votes');
  expect(jurors[0]!.case(id).ballot).toMatchObject({ state: 'computing', automatic: true });
  await market.later(16);
  await all(everybody, () => claimant.sees(id, ({ sealed }) => sealed === 3), 'the seals');
  await market.later(15);
  await all(everybody, () => claimant.sees(id, ({ state }) => state === 'ruled'), 'the ruling');
  expect(claimant.case(id)).toMatchObject({ ruling: 'claimant', opened: 3, role: 'claimant' });
  await market.later(16);
  await all(everybody, () => everybody.every((one) => one.sees(id, ({ state }) => state === 'final')), 'the end');
  const view = claimant.case(id);
  expect((await claimant.balance()) - before).toBe(BigInt(view.outcome!));
  expect(BigInt(view.outcome!)).toBeGreaterThan(0n);
  expect(claimant.node.failures).toEqual([]);
});
