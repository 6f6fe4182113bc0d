import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { considerDuty, considerPresence, MAX_CHECKERS, type Standing, type Summons } from './duty.ts';

const amount = fc.integer({ min: 0, max: 30 }).map((units) => String(units) as Amount);
const seconds = fc.integer({ min: 0, max: 2_000 });

const summons: fc.Arbitrary<Summons> = fc.record({
  now: seconds,
  own: fc.boolean(),
  solving: fc.boolean(),
  model: fc.option(fc.constant('digits')),
  checked: fc.boolean(),
  wanted: fc.boolean(),
  heldUp: fc.constantFrom(null, 'you paused this machine'),
  unable: fc.constantFrom(null, 'its server was removed'),
  canSign: fc.boolean(),
  draw: fc.constantFrom('drawn', 'not-drawn', 'unknown'),
  noticeEnds: seconds,
  checkers: fc.integer({ min: 0, max: MAX_CHECKERS + 1 }),
  sealSeconds: fc.integer({ min: 5, max: 300 }),
  needSeconds: fc.integer({ min: 0, max: 300 }),
  deadline: seconds,
  notice: fc.integer({ min: 0, max: 60 }),
  pay: amount,
  deposit: amount,
  fund: amount,
});

/** One that is taken: drawn, within the notice, with everything that it needs. */
const good: Summons = {
  now: 100,
  own: false,
  solving: false,
  model: 'digits',
  checked: true,
  wanted: true,
  heldUp: null,
  unable: null,
  canSign: true,
  draw: 'drawn',
  noticeEnds: 104,
  checkers: 0,
  sealSeconds: 15,
  needSeconds: 3,
  deadline: 700,
  notice: 4,
  pay: '10' as Amount,
  deposit: '10' as Amount,
  fund: '10' as Amount,
};

test('announced only by who is drawn, in time, and able to answer for it', () => {
  let announced = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        summons,
        summons.map((each) => ({ ...good, now: each.now, needSeconds: each.needSeconds })),
      ),
      (each) => {
        const verdict = considerDuty(each);
        if (verdict.kind !== 'announce') return void expect(verdict.reason).not.toBe('');
        announced++;
        expect(each).toMatchObject({
          own: false,
          solving: false,
          checked: true,
          wanted: true,
          heldUp: null,
          unable: null,
          canSign: true,
        });
        expect(each.draw).toBe('drawn');
        expect(each.model).not.toBeNull();
        expect(each.now).toBeLessThan(each.noticeEnds);
        expect(each.checkers).toBeLessThan(MAX_CHECKERS);
        expect(each.needSeconds).toBeLessThan(each.sealSeconds);
        expect(each.now + each.needSeconds).toBeLessThan(each.deadline - each.notice);
        for (const cover of [each.deposit, each.fund]) expect(BigInt(cover)).toBeGreaterThanOrEqual(BigInt(each.pay));
      },
    ),
    { numRuns: 3_000 },
  );
  expect(announced).toBeGreaterThan(0);
});

test('each reason by its name, in this order', () => {
  expect(considerDuty(good)).toEqual({ kind: 'announce' });
  const changes: Array<Partial<Summons>> = [
    { own: true },
    { checked: false },
    { model: null },
    { solving: true },
    { wanted: false },
    { noticeEnds: 100 },
    { draw: 'unknown' },
    { draw: 'not-drawn' },
    { checkers: MAX_CHECKERS },
    { canSign: false },
    { heldUp: 'you paused this machine' },
    { unable: 'its server was removed' },
    { needSeconds: 15 },
    { deadline: 107 },
    { fund: '9' as Amount },
    { pay: '0' as Amount },
    { deposit: '9' as Amount },
  ];
  const codes = changes.map((change) => {
    const verdict = considerDuty({ ...good, ...change });
    return verdict.kind === 'announce' ? 'ANNOUNCE' : `${verdict.kind} ${verdict.code}`;
  });
  expect(codes).toEqual([
    'pass OWN',
    'pass NOT_CHECKED',
    'pass MODEL_UNKNOWN',
    'pass SOLVING',
    'pass OFF',
    'pass LATE',
    'wait SEED',
    'pass NOT_DRAWN',
    'pass FULL',
    'wait WALLET_LOCKED',
    'wait PAUSED',
    'wait CANNOT_RUN',
    'pass TOO_SLOW',
    'pass TOO_SLOW',
    'wait FUND',
    'wait FUND',
    'wait DEPOSIT',
  ]);
});

const there: Standing = {
  now: 100_000,
  wanted: true,
  heldUp: null,
  canSign: true,
  deposit: '5' as Amount,
  pending: 0,
  seenAt: 99_000,
  offAt: 0,
  minDeposit: '5' as Amount,
  freeStake: '100' as Amount,
  suspendedUntil: 0,
  missing: [],
};

test('on the roster as the person wants, and never at the price of what is not there', () => {
  const due = (change: Partial<Standing>) => considerPresence({ ...there, ...change });
  expect(due({}).kind).toBe('none');
  expect(due({ deposit: '0' as Amount })).toMatchObject({ kind: 'sign-on', deposit: '5' });
  // What a fine took is put back.
  expect(due({ deposit: '2' as Amount })).toMatchObject({ kind: 'sign-on', deposit: '3' });
  expect(due({ deposit: '2' as Amount, freeStake: '2' as Amount }).kind).toBe('none');
  expect(due({ deposit: '0' as Amount, freeStake: null }).kind).toBe('none');
  expect(due({ seenAt: 50_000 }).kind).toBe('heartbeat');
  expect(due({ seenAt: 50_000, heldUp: 'you paused this machine' }).kind).toBe('none');
  expect(due({ seenAt: 50_000, canSign: false }).kind).toBe('none');
  expect(due({ seenAt: 50_000, suspendedUntil: 100_001 }).kind).toBe('none');
  expect(due({ wanted: false }).kind).toBe('sign-off');
  expect(due({ wanted: false, deposit: '0' as Amount }).kind).toBe('none');
  expect(due({ wanted: false, offAt: 99_000 }).kind).toBe('none');
  expect(due({ wanted: false, offAt: 90_000 }).kind).toBe('release');
  expect(due({ wanted: false, offAt: 90_000, pending: 1 }).kind).toBe('none');
  // Who wants back has to wait for the release, too.
  expect(due({ offAt: 99_000 }).kind).toBe('none');
  expect(due({ missing: ['0x12'] }).reason).toContain('Not here: 0x12');
});
