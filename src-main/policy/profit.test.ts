import * as fc from 'fast-check';
import { parseEther } from 'ethers';
import { expect, test } from 'vitest';
import { NO_PRICES, type Prices } from '../../src-shared/domain/prices.ts';
import { profitOf, unprofitable, type Prospect } from './profit.ts';

const units = fc.bigInt({ min: 0n, max: 10n ** 21n });
const price = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
const prices: fc.Arbitrary<Prices> = fc.record({ watts: price, perKwh: price, perMoot: price, perCoin: price });
const prospects: fc.Arbitrary<Prospect> = fc.record({
  net: units,
  issueRate: fc.integer({ min: 0, max: 65_535 }),
  issueCap: units,
  rewardNow: fc.option(units),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
  seconds: fc.option(fc.double({ min: 0, max: 86_400, noNaN: true })),
  gas: fc.bigInt({ min: 0n, max: 10n ** 6n }),
  gasPrice: fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n })),
});

test('income never above fee and cap, costs never below nothing, and the sum is their difference', () => {
  fc.assert(
    fc.property(prospects, prices, (prospect, priced) => {
      const { income, electricity, gas, profit } = profitOf(prospect, priced);
      expect(income).toBeLessThanOrEqual(prospect.net + prospect.issueCap);
      expect(income).toBeGreaterThanOrEqual(0n);
      for (const cost of [electricity, gas]) expect(cost ?? 0n).toBeGreaterThanOrEqual(0n);
      expect(profit).toBe(income - (electricity ?? 0n) - (gas ?? 0n));
    }),
    { numRuns: 3_000 },
  );
});

test('without a price of MOOT nothing is counted, so no task is refused for it', () => {
  fc.assert(
    fc.property(prospects, prices, (prospect, priced) => {
      const found = profitOf(prospect, { ...priced, perMoot: null });
      expect(found).toMatchObject({ electricity: null, gas: null });
      expect(unprofitable(found)).toBeNull();
      expect(unprofitable(profitOf(prospect, NO_PRICES))).toBeNull();
    }),
  );
});

test('more pay and better chances never make it worse; more time, power and gas never make it better', () => {
  fc.assert(
    fc.property(prospects, prices, fc.double({ min: 1, max: 10, noNaN: true }), (prospect, priced, factor) => {
      const { profit } = profitOf(prospect, priced);
      const better: Array<Partial<Prospect>> = [
        { net: prospect.net * 2n },
        { issueCap: prospect.issueCap * 2n },
        { chance: 1 },
        { issueRate: prospect.issueRate + 1 },
      ];
      for (const change of better)
        expect(profitOf({ ...prospect, ...change }, priced).profit).toBeGreaterThanOrEqual(profit);
      const worse: Array<Partial<Prospect>> = [
        { gas: prospect.gas * 2n },
        { seconds: prospect.seconds === null ? null : prospect.seconds * factor },
      ];
      for (const change of worse)
        expect(profitOf({ ...prospect, ...change }, priced).profit).toBeLessThanOrEqual(profit);
      const watts = priced.watts === null ? null : priced.watts * factor;
      expect(profitOf(prospect, { ...priced, watts }).profit).toBeLessThanOrEqual(profit);
    }),
    { numRuns: 2_000 },
  );
});

test('by hand: a kilowatt for an hour at 0.375, gas for half a coin at 2, MOOT at 1.50', () => {
  const prospect: Prospect = {
    net: parseEther('0.9'),
    issueRate: 1_000,
    issueCap: parseEther('1'),
    rewardNow: parseEther('0.5'),
    chance: 0.5,
    seconds: 3_600,
    gas: 500_000n,
    gasPrice: 10n ** 12n,
  };
  const found = profitOf(prospect, { watts: 1_000, perKwh: 0.375, perMoot: 1.5, perCoin: 2 });
  // Half of 0.9 and four fifths of 0.5.
  expect(found.income).toBe(parseEther('0.65'));
  expect(Number(found.electricity) / 1e18).toBeCloseTo(0.25, 12);
  expect(Number(found.gas) / 1e18).toBeCloseTo(0.666_666, 5);
  expect(unprofitable(found)).toBe(
    'it would cost more than it brings: 0.25 of electricity and 0.6666 of gas against 0.65 MOOT',
  );
  expect(
    unprofitable(profitOf({ ...prospect, chance: 1 }, { watts: 1_000, perKwh: 0.375, perMoot: 1.5, perCoin: 2 })),
  ).toBeNull();
});
