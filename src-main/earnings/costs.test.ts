import { parseEther } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SANDBOX_MARKET } from '../chain/sandbox/settings.ts';
import { TestChain, until } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { TestNode } from '../chain/test-node.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { Measured } from '../models/measured.ts';
import { unprofitable } from '../policy/profit.ts';
import { Settings } from '../store/settings.ts';
import { Retries } from '../tasks/retries.ts';
import { Person, TestBlobs } from '../tasks/test-world.ts';
import { Costs } from './costs.ts';

let chain: TestChain;
let market: TestMarket;
beforeAll(async () => {
  chain = await TestChain.start({ ...SANDBOX_MARKET, spread: 0n, checksBps: 0n });
  market = await TestMarket.open(chain);
});
afterAll(() => chain.stop());

test('weighed by own measurements, the chain and the prices that a person has set, which survive a restart', async () => {
  const node = await TestNode.start(chain);
  const settings = new Settings(node.db);
  const measured = new Measured(settings);
  const costs = new Costs(node.client, settings, measured);
  const task = await market.submit({ fee: parseEther('1') });
  const model = { digest: market.digest } as UsableModel;
  expect(costs.of(task, model, false)).toBeNull();
  costs.prices = { watts: 3_600, perKwh: 1, perMoot: 1, perCoin: null };
  // Never run here: its time is not known and not counted.
  expect(costs.of(task, model, false)).toMatchObject({ income: parseEther('0.9'), electricity: null, gas: null });
  measured.note(market.digest, 1_000_000);
  await until(() => costs.of(task, model, false)?.electricity !== null);
  const found = new Costs(node.client, new Settings(node.db), measured).of(task, model, false);
  expect(found).toMatchObject({ electricity: parseEther('1'), profit: -parseEther('0.1') });
  expect(unprofitable(found!)).toBe('it would cost more than it brings: 1 of electricity against 0.9 MOOT');
  costs.prices = { watts: 3_600, perKwh: 0.1, perMoot: 1, perCoin: 1_000_000 };
  await until(() => costs.of(task, model, false)?.gas !== null, 'the price of gas');
  expect(costs.of(task, model, false)?.electricity).toBe(parseEther('0.1'));
});

test('a task at a loss is left alone, says why, and is taken once it pays', async () => {
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
  const solver = await Person.join(chain, { model: market.digest, blobs: new TestBlobs() });
  solver.profit = { income: parseEther('0.9'), electricity: parseEther('1'), gas: null, profit: -parseEther('0.1') };
  const task = await market.submit({ fee: parseEther('1') });
  const loss = 'waiting: it would cost more than it brings: 1 of electricity against 0.9 MOOT';
  await solver.until(() => solver.work(task.id)?.reason === loss, 'the reason');
  solver.profit = null;
  await solver.until(() => solver.work(task.id)?.work === 'revealed', 'the work');
  vi.restoreAllMocks();
});
