import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { activity, type Conditions } from './activity.ts';

const conditions: fc.Arbitrary<Conditions> = fc.record({
  wallet: fc.constantFrom('none', 'locked', 'damaged', 'unlocked', 'unlocked', 'unlocked', 'unlocked', 'unlocked'),
  chain: fc.constantFrom('starting', 'ok', 'gone'),
  started: fc.constantFrom(true, true, true, false),
  failed: fc.constantFrom(null, null, null, 'The disk is full.'),
  heldUp: fc.constantFrom(
    null,
    null,
    { code: 'PAUSED', why: 'You paused this machine.', lookAgainAt: null },
    { code: 'PAUSED', why: 'You paused this machine for a while.', lookAgainAt: 1_700_000_000_000 },
    { code: 'ON_BATTERY', why: 'The computer runs on its battery.', change: 'Plug it in.', lookAgainAt: null },
  ),
  slowed: fc.constantFrom(null, 'Somebody uses the computer, so work goes slowly.'),
  modelsAllowed: fc.nat(2),
  working: fc.array(fc.constantFrom('digits', 'languages'), { maxLength: 3 }),
  pending: fc.nat(2),
  nearest: fc.option(fc.constant('digits, waiting: the fee is low')),
});

test('one whole sentence for every combination, and the title fits the state', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(conditions, (c) => {
      const { state, code, title, why, change } = activity(c);
      seen.add(code);
      expect(title).toMatch(/^[A-Z][^.]+$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
      if (change !== undefined) expect(change).toMatch(/^[A-Z].*\.$/);
      if (state === 'needs-you') expect(change).toBeDefined();
    }),
    { numRuns: 2_000 },
  );
  expect([...seen].sort()).toEqual(
    [
      'CHAIN_GONE',
      'NEAREST',
      'NO_MODEL',
      'NO_WALLET',
      'NO_WORK',
      'ON_BATTERY',
      'PAUSED',
      'STAGE_FAILED',
      'STARTING',
      'WALLET_DAMAGED',
      'WALLET_LOCKED',
      'WORKING',
    ].sort(),
  );
});

test('what stops everything is said before what only delays it', () => {
  fc.assert(
    fc.property(conditions, (c) => {
      const { state, code, why, pausedUntil } = activity(c);
      const expected = (): [unknown, unknown] => {
        if (c.failed !== null) return [state, 'stopped'];
        if (c.wallet !== 'unlocked') return [state, 'needs-you'];
        if (!c.started) return [state, 'starting'];
        if (c.heldUp?.code === 'PAUSED')
          return [
            [code, pausedUntil],
            ['PAUSED', c.heldUp.lookAgainAt],
          ];
        if (c.chain === 'gone') return [code, 'CHAIN_GONE'];
        // The policy’s own words, unchanged.
        if (c.heldUp !== null) return [why, c.heldUp.why];
        if (c.slowed !== null && c.working.length > 0) return [why.endsWith(c.slowed), true];
        return [state, c.working.length > 0 ? 'working' : 'waiting'];
      };
      const [found, wanted] = expected();
      expect(found).toEqual(wanted);
    }),
    { numRuns: 2_000 },
  );
});
