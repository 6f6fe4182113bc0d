import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFees, toUnits, tryCase } from './court.ts';
import { DEFAULTS, TRANSACTIONS } from './params.ts';
import { play } from './play.ts';
import { populate } from './population.ts';
import { Random } from './random.ts';
import {
  absenceFine,
  appealBond,
  contestBond,
  dutyPay,
  heldBack,
  isSupported,
  issueRate,
  isUpheld,
  lockOf,
  mint,
  panelSize,
  payout,
  potOf,
  seats,
  SEAT_ONE,
  share,
  splitParty,
  splitPot,
  strike,
  surcharge,
  TERMS,
  turnWait,
  U_ONE,
  type Split,
} from './rules.ts';
import { turnSeconds } from './turns.ts';

const F = 10n ** 18n;
const DAY = 86_400;
const amount = fc.bigInt({ min: 1n, max: 10n ** 24n });
const u64 = fc.bigInt({ min: 0n, max: U_ONE - 1n });
const agreeing = fc.array(fc.bigInt({ min: 1n, max: 40n }), { maxLength: 60 });

describe('a pot', () => {
  type Splitter = (pot: bigint, seats: readonly bigint[]) => Split;

  /** Whether fuzzing finds a pot of which money is lost, made, or given to the wrong side of the halves. */
  function isBroken(split: Splitter): boolean {
    return fc.check(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), agreeing, (pot, jurors) => {
        const { party, jurors: paid } = split(pot, jurors);
        const all = paid.reduce((sum, x) => sum + x, 0n);
        const count = jurors.reduce((sum, x) => sum + x, 0n);
        if (party + all !== pot || all > pot / 2n || party < 0n) return false;
        // What rounding left over is less than one unit per seat.
        if (count > 0n && pot / 2n - all >= count) return false;
        return jurors.every((n, i) => n === 0n || paid[i]! / n === paid[0]! / jurors[0]!);
      }),
      { numRuns: 2_000, seed: 1 },
    ).failed;
  }

  it('loses and makes nothing', () => expect(isBroken(splitPot)).toBe(false));

  it.each<[string, Splitter]>([
    ['rounds up', (pot, n) => ({ ...splitPot(pot, n), jurors: splitPot(pot, n).jurors.map((x) => x + 1n) })],
    ['drops the dust', (pot, n) => ({ party: pot / 2n, jurors: splitPot(pot, n).jurors })],
    ['forgets that no juror agreed', (pot, n) => (n.length === 0 ? { party: pot / 2n, jurors: [] } : splitPot(pot, n))],
    [
      'pays heads instead of seats',
      (pot, n) => {
        const each = n.length === 0 ? 0n : pot / 2n / BigInt(n.length);
        return { party: pot - each * BigInt(n.length), jurors: n.map(() => each) };
      },
    ],
  ])('is found out when it %s', (_, broken) => expect(isBroken(broken)).toBe(true));

  it('leaves nothing over between a party and its backers', () => {
    fc.assert(
      fc.property(amount, amount, fc.array(amount, { maxLength: 2 }), (rest, own, raised) => {
        const { party, backers } = splitParty(rest, own, raised);
        expect(backers.reduce((sum, x) => sum + x, party)).toBe(rest);
        expect(party >= 0n).toBe(true);
      }),
    );
    expect(splitParty(15n * F, 10n * F, [10n * F, 10n * F])).toEqual({ party: 5n * F, backers: [5n * F, 5n * F] });
  });

  it('is paid by the losing side alone, its appeals and the absent included', () => {
    const appeals = [
      { by: 'defendant', bond: 10n },
      { by: 'claimant', bond: 7n },
    ] as const;
    expect(potOf(true, 20n, 5n, appeals, 1n)).toBe(31n);
    expect(potOf(false, 20n, 5n, appeals, 1n)).toBe(13n);
  });
});

describe('a case in the play', () => {
  it('moves money between accounts; only computing and gas leave them', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.boolean(), (seed, guilty) => {
        const pop = populate(DEFAULTS, [{ strategy: guilty ? 'liars' : 'thieves', share: 0.4 }], seed);
        const income = new Float64Array(pop.size);
        const random = new Random(seed);
        const verdict = tryCase(DEFAULTS, pop, { claimant: 1, defendant: 2, guilty, now: 0 }, income, random);
        const net = income.reduce((sum, f) => sum + f, 0);
        const gas = (verdict.rounds - 1) * DEFAULTS.gas;
        expect(net).toBeCloseTo(-verdict.jurorCost - gas, 6);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('is the same for the same seed', () => {
    const world = (seed: number) => play(DEFAULTS, [{ strategy: 'liars', share: 0.3 }], 2_000, seed);
    expect(world(5)).toEqual(world(5));
    expect(world(5)).not.toEqual(world(6));
  });
});

describe('a payment', () => {
  it('is divided without remainder', () => {
    fc.assert(
      fc.property(amount, fc.nat(40), fc.constantFrom('basic', 'checked', 'critical'), (fee, accepted, assurance) => {
        const extra = surcharge(fee, TERMS.dutyBps, assurance);
        const held = heldBack(fee, TERMS.dutyBps, accepted);
        const { worker, treasury } = payout(fee, extra, held);
        expect(worker + treasury).toBe(fee + extra);
        expect(worker >= 0n).toBe(true);
      }),
    );
  });

  it('has the amounts of the defaults', () => {
    expect(lockOf(F, TERMS.lockFactor)).toBe(20n * F);
    expect(contestBond(20n * F)).toBe(10n * F);
    expect(appealBond(20n * F)).toBe(10n * F);
    expect(dutyPay(F, TERMS.dutyBps)).toBe((6n * F) / 10n);
    expect(heldBack(F, TERMS.dutyBps, 19)).toBe((24n * F) / 100n);
    expect(heldBack(F, TERMS.dutyBps, 20)).toBe(0n);
    expect(surcharge(F, TERMS.dutyBps, 'basic')).toBe(0n);
    expect(surcharge(F, TERMS.dutyBps, 'checked')).toBe((3n * F) / 10n);
    expect(surcharge(F, TERMS.dutyBps, 'critical')).toBe((12n * F) / 10n);
    expect(share(F, TERMS.reservationBps)).toBe(F / 2n);
    expect(absenceFine(20n * F, false)).toBe(F / 10n);
    expect(absenceFine(20n * F, true)).toBe(F / 5n);
    expect([0, 1, 2, 3].map((round) => panelSize('compute', round))).toEqual([5, 11, 23, 23]);
    expect([0, 1, 2].map((round) => panelSize('people', round))).toEqual([7, 15, 31]);
  });
});

describe('emission', () => {
  const rate = fc.bigInt({ min: 0n, max: 2_000n });
  type Minter = typeof mint;

  /** Whether fuzzing finds more for the worker than was paid for the work, or more in all than is left to issue. */
  function isBroken(minter: Minter): boolean {
    return fc.check(
      fc.property(amount, rate, amount, amount, (reward, r, left, cap) => {
        const { worker, treasury, liquidity } = minter(reward, r, left, cap);
        return (
          worker <= cap && worker + treasury + liquidity <= left && treasury === liquidity && treasury * 8n <= worker
        );
      }),
      { numRuns: 2_000, seed: 3 },
    ).failed;
  }

  it('never exceeds the fee, nor what is left', () => expect(isBroken(mint)).toBe(false));
  it('is found out without its cap', () =>
    expect(isBroken((reward, r, left) => mint(reward, r, left, left))).toBe(true));
  it('is found out beyond the supply', () =>
    expect(isBroken((reward, r, _, cap) => mint(reward, r, 10n ** 30n, cap))).toBe(true));

  it('is 0.3 f to the worker of 0.375 f', () => {
    expect(mint((375n * F) / 1000n, 1_000n, 10n ** 24n, F)).toEqual({
      worker: (3n * F) / 10n,
      treasury: (375n * F) / 10_000n,
      liquidity: (375n * F) / 10_000n,
    });
  });

  it('needs the floor price and a tenth of all stake', () => {
    expect(issueRate(5n, 5n, true, 9n)).toBe(9n);
    expect(issueRate(4n, 5n, true, 9n)).toBe(0n);
    expect(issueRate(5n, 5n, false, 9n)).toBe(0n);
    expect(isSupported(10n, 100n)).toBe(true);
    expect(isSupported(9n, 99n)).toBe(false);
    expect(isSupported(0n, 0n)).toBe(false);
  });
});

describe('turns and seats', () => {
  it('wait less with more stake, never beyond the cap', () => {
    fc.assert(
      fc.property(u64, amount, amount, fc.bigInt({ min: 1n, max: 600n }), (u, a, b, spread) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const wait = (free: bigint) => turnWait(spread, u, free, a + b, 3_600n);
        expect(wait(more) <= wait(less)).toBe(true);
        expect(wait(less) <= 3_600n).toBe(true);
        const seconds = turnSeconds(Number(spread), Number(u) / 2 ** 64, Number(more), Number(a + b));
        if (seconds < 3_600) expect(Math.abs(Number(wait(more)) - seconds)).toBeLessThan(1 + 1e-9);
      }),
    );
    expect(turnWait(0n, 5n, 1n, 10n, 60n)).toBe(0n);
    expect(turnWait(5n, 0n, 0n, 10n, 60n)).toBe(60n);
  });

  it('are seats by stake, at most one more than the whole part, as the play draws them', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(5, 11, 23),
        fc.bigInt({ min: 0n, max: SEAT_ONE - 1n }),
        (own, rest, n, u) => {
          const [stake, total] = [BigInt(own) * F, BigInt(own + rest) * F];
          const drawn = Number(seats(stake, total, BigInt(n), u));
          const whole = Math.floor((n * own) / (own + rest));
          expect([whole, whole + 1]).toContain(drawn);
          const played = (n * own) / (own + rest) + Number(u) / 2 ** 128;
          if (Math.abs(played - Math.round(played)) > 1e-9) expect(drawn).toBe(Math.floor(played));
        },
      ),
    );
  });

  it('give a tie to the defendant', () => {
    expect([isUpheld(3, 2), isUpheld(2, 2), isUpheld(0, 0)]).toEqual([true, false, false]);
  });
});

describe('strikes', () => {
  it('suspend for 30 days at the third loss within 90 days', () => {
    const first = strike([], 0);
    const second = strike(first.losses, 45 * DAY);
    expect([first.suspendedUntil, second.suspendedUntil]).toEqual([undefined, undefined]);
    expect(strike(second.losses, 90 * DAY).suspendedUntil).toBe(120 * DAY);
    expect(strike(second.losses, 90 * DAY + 1)).toEqual({
      losses: [0, 45 * DAY, 90 * DAY + 1],
      suspendedUntil: undefined,
    });
  });
});

it('amounts go from fees to units and back', () => {
  expect(toUnits(0.24)).toBe((24n * F) / 100n);
  expect(toFees(toUnits(13.75))).toBe(13.75);
  expect(TRANSACTIONS.solve * DEFAULTS.gas).toBeCloseTo(0.12);
});
