import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { consider, IDLE_SECONDS, RIVAL_SECONDS, type Offer } from './consider.ts';

const amount = fc.bigInt(0n, 10n ** 24n).map((units) => units.toString() as Amount);
const seconds = fc.integer({ min: 0, max: 2_000 });

const offers: fc.Arbitrary<Offer> = fc.record({
  now: seconds,
  own: fc.boolean(),
  checking: fc.boolean(),
  model: fc.option(
    fc.record({
      name: fc.constant('digits'),
      optedIn: fc.boolean(),
      minFee: amount,
    }),
  ),
  net: amount,
  lock: amount,
  freeStake: fc.option(amount),
  idle: fc.option(fc.record({ until: fc.integer({ min: 0, max: 8_000 }), room: amount })),
  postedAt: seconds,
  deadline: seconds,
  retractAt: seconds,
  needSeconds: fc.integer({ min: 0, max: 300 }),
  loss: fc.option(fc.constant('it would cost more than it brings')),
  rivalSince: fc.option(seconds),
  reservedUntil: fc.option(seconds),
  turnAt: fc.option(seconds),
  patience: fc.integer({ min: 0, max: 60 }),
  newcomer: fc.boolean(),
  heldUp: fc.constantFrom(null, 'you paused this machine'),
  unable: fc.constantFrom(null, 'its server was removed'),
  canSign: fc.boolean(),
});

/** One that fits in every way. */
const good: Offer = {
  now: 100,
  own: false,
  checking: false,
  model: { name: 'digits', optedIn: true, minFee: '10' as Amount },
  net: '10' as Amount,
  lock: '200' as Amount,
  freeStake: '200' as Amount,
  idle: null,
  postedAt: 100,
  deadline: 700,
  retractAt: 160,
  needSeconds: 31,
  loss: null,
  rivalSince: null,
  reservedUntil: null,
  turnAt: 100,
  patience: 0,
  newcomer: false,
  heldUp: null,
  unable: null,
  canSign: true,
};

test('a task is taken only when everything holds', () => {
  let taken = 0;
  fc.assert(
    fc.property(offers, fc.subarray(Object.keys(good) as Array<keyof Offer>), (random, kept) => {
      // Around a good offer, or hardly any would ever be taken.
      const offer = { ...good, ...Object.fromEntries(kept.slice(0, 4).map((key) => [key, random[key]])) } as Offer;
      const verdict = consider(offer);
      if (verdict.kind !== 'take') {
        expect(verdict.reason).toMatch(/^(waiting|skipped|left to others): \S/);
        expect(verdict.code).toMatch(/^[A-Z_]+$/);
        return;
      }
      taken++;
      expect(offer.own || offer.heldUp !== null || offer.unable !== null || !offer.canSign).toBe(false);
      expect(offer.model).toMatchObject({ optedIn: true });
      expect(offer.loss).toBeNull();
      expect(BigInt(offer.net)).toBeGreaterThanOrEqual(BigInt(offer.model?.minFee ?? '-1'));
      expect(BigInt(offer.freeStake ?? '-1')).toBeGreaterThanOrEqual(BigInt(offer.lock));
      expect(offer.now + offer.needSeconds).toBeLessThanOrEqual(offer.deadline);
      expect(offer.now).toBeGreaterThanOrEqual(offer.postedAt + offer.patience);
      expect(offer.idle === null || offer.idle.until <= offer.now + IDLE_SECONDS).toBe(true);
      expect(offer.idle === null || BigInt(offer.lock) <= BigInt(offer.idle.room)).toBe(true);
      expect(offer.reservedUntil === null || offer.now > offer.reservedUntil).toBe(true);
      expect(offer.turnAt !== null && offer.now >= offer.turnAt).toBe(true);
      expect(offer.rivalSince === null || offer.now >= offer.rivalSince + RIVAL_SECONDS).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(200);
});

test('whatever the rest: own tasks, a pause and a closed wallet rule out taking', () => {
  fc.assert(
    fc.property(offers, (offer) => {
      for (const change of [
        { own: true },
        { checking: true },
        { heldUp: 'the computer runs on its battery' },
        { unable: 'its server was removed' },
        { canSign: false },
        { model: null },
        { freeStake: null },
      ]) {
        expect(consider({ ...offer, ...change }).kind).not.toBe('take');
      }
    }),
  );
});

test('more pay, more stake, less lock, an open wallet never turn a yes into a no', () => {
  fc.assert(
    fc.property(offers, amount, (random, more) => {
      const offer = { ...random, model: good.model };
      if (consider(offer).kind !== 'take') return;
      const plus = (value: Amount | null): Amount => (BigInt(value ?? '0') + BigInt(more)).toString() as Amount;
      expect(consider({ ...offer, net: plus(offer.net) }).kind).toBe('take');
      expect(consider({ ...offer, freeStake: plus(offer.freeStake) }).kind).toBe('take');
      expect(consider({ ...offer, lock: '0' as Amount }).kind).toBe('take');
      expect(consider({ ...offer, rivalSince: null, reservedUntil: null, turnAt: 0, patience: 0 }).kind).toBe('take');
    }),
    { numRuns: 2_000 },
  );
});

test('what is said to be worth another look is: at that time the reason is gone', () => {
  fc.assert(
    fc.property(offers, (offer) => {
      const verdict = consider(offer);
      if (verdict.kind !== 'wait' || verdict.againAt === undefined) return;
      expect(verdict.againAt).toBeGreaterThan(offer.now);
      const later = consider({ ...offer, now: verdict.againAt });
      expect(later.kind === 'take' ? '' : later.code).not.toBe(verdict.code);
    }),
    { numRuns: 2_000 },
  );
});

test('each reason by its name', () => {
  expect(consider(good)).toEqual({ kind: 'take' });
  const codes = (
    [
      { own: true },
      { checking: true },
      { model: null },
      { deadline: 130 },
      { retractAt: 120, now: 125, needSeconds: 121 },
      { model: { ...good.model, optedIn: false } },
      { net: '9' },
      { loss: 'it would cost more than it brings' },
      { newcomer: true },
      { canSign: false },
      { freeStake: null },
      { freeStake: '199' },
      { heldUp: 'the computer runs on its battery' },
      { unable: 'its server was removed' },
      { idle: { until: 3_701, room: '200' } },
      { idle: { until: 700, room: '199' } },
      { reservedUntil: 100 },
      { rivalSince: 71 },
      { turnAt: null },
      { turnAt: 101 },
      { patience: 1 },
    ] as Array<Partial<Offer>>
  ).map((change) => {
    const verdict = consider({ ...good, ...change });
    return verdict.kind === 'take' ? 'TAKE' : verdict.code;
  });
  expect(codes).toEqual([
    'OWN',
    'CHECKING',
    'MODEL_UNKNOWN',
    'TOO_LATE',
    'RETRACTABLE',
    'NOT_OPTED_IN',
    'FEE_LOW',
    'UNPROFITABLE',
    'NEWCOMER',
    'WALLET_LOCKED',
    'STAKE_UNKNOWN',
    'STAKE_SHORT',
    'PAUSED',
    'CANNOT_RUN',
    'IDLE_LONG',
    'IDLE_MUCH',
    'TAKEN',
    'TAKEN',
    'TURN_UNKNOWN',
    'TURN',
    'PATIENCE',
  ]);
});
