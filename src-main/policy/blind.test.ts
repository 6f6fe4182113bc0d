import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../src-shared/domain/machine.ts';
import { BLIND_MS, SILENT_MS } from './blind.ts';
import type { Memory } from './conditions.ts';
import { decide, type Ruling } from './decide.ts';
import { RULES } from './rules.ts';
import { CARD, FINE, NO_WORK, policyOf } from './test-conditions.ts';

const LOOK_MS = 2_000;
const HOUR_MS = 3_600_000;

interface Moment {
  readonly at: number;
  readonly decision: Decision;
  readonly takes: boolean;
  readonly computes: boolean;
}

/**
 * A card whose sensor cannot tell our work from a game's, and a lane that always has work: it ends the job in hand
 * before it stops.
 */
function play(
  ms: number,
  jobMs: number,
  game: (at: number) => boolean,
  sensor: (at: number) => boolean = () => true,
): Moment[] {
  let memory: Readonly<Record<string, Memory>> = {};
  let [computes, before, jobEnds, allowed] = [false, false, 0, false];
  const moments: Moment[] = [];
  for (let at = 0; at < ms; at += LOOK_MS) {
    if (computes && at >= jobEnds) computes = false;
    if (!computes && allowed) [computes, jobEnds] = [true, at + jobMs];
    const working = computes || before;
    before = computes;
    const foreignLoad = working || !sensor(at) ? null : game(at) ? 0.8 : 0;
    const devices = [{ ...CARD, working, foreignLoad }];
    const decided = decide({ ...FINE, now: FINE.now + at, devices }, policyOf(), NO_WORK, memory);
    memory = decided.memory;
    const { decision, takes, finish } = decided.rulings[CARD.id]!;
    allowed = decision.duty > 0;
    if (!allowed && !finish) computes = false;
    moments.push({ at, decision, takes, computes });
  }
  return moments;
}

test('a card whose load may be ours or a game’s rests now and then, which costs little and flutters not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 60_000 }), (jobMs) => {
      const moments = play(2 * HOUR_MS, jobMs, () => false);
      const rests = moments.filter(({ decision, computes }) => decision.act === 'stop' && !computes);
      expect(rests.length / moments.length).toBeLessThan(0.03);
      expect(new Set(rests.map(({ decision }) => decision.code))).toEqual(new Set(['SEEING']));
      // Nobody outside notices: work is taken meanwhile.
      expect(moments.every(({ takes }) => takes)).toBe(true);
      const begins = moments.filter(({ decision }, at) => decision.act !== moments[at - 1]?.decision.act);
      expect(begins.length).toBeLessThanOrEqual(2 * ((2 * HOUR_MS) / BLIND_MS) + 1);
    }),
    { numRuns: 50 },
  );
});

test('a game that starts while we work is noticed, has the card to itself, and work comes back after it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 60_000 }),
      fc.integer({ min: 0, max: 900_000 }),
      fc.integer({ min: 600_000, max: HOUR_MS }),
      (jobMs, from, long) => {
        const moments = play(from + long + 300_000, jobMs, (at) => at >= from && at < from + long);
        const late = from + BLIND_MS + jobMs + 5 * LOOK_MS;
        for (const { at, decision, computes } of moments) {
          if (at >= late && at < from + long) expect([computes, decision.code]).toEqual([false, 'CARD_IN_USE']);
        }
        expect(moments.at(-1)?.decision.act).toBe('run');
      },
    ),
    { numRuns: 100 },
  );
});

test('a sensor that never told anything is not waited for; one that fell silent makes it go slowly until it is back', () => {
  const never = play(
    HOUR_MS,
    1_000,
    () => false,
    () => false,
  );
  expect(new Set(never.map(({ decision }) => decision.act))).toEqual(new Set(['run']));
  const back = HOUR_MS / 2;
  const lost = play(
    HOUR_MS,
    1_000,
    () => false,
    (at) => at < 10_000 || at >= back,
  );
  const slow = lost.filter(({ at }) => at > BLIND_MS + SILENT_MS + 30_000 && at < back);
  expect(new Set(slow.map(({ decision }) => decision.code))).toEqual(new Set(['FOREIGN_UNKNOWN', 'SEEING']));
  expect(Math.max(...slow.map(({ decision }) => decision.duty))).toBe(0.25);
  expect(lost.at(-1)?.decision.act).toBe('run');
});

test('a game that was there is not over because its sensor fell silent', () => {
  const seen = decide({ ...FINE, devices: [{ ...CARD, foreignLoad: 0.6 }] }, policyOf(), NO_WORK).memory;
  const later = (hours: number) => ({
    ...FINE,
    now: FINE.now + hours * HOUR_MS,
    devices: [{ ...CARD, foreignLoad: null }],
  });
  const silent = decide(later(1), policyOf(), NO_WORK, seen).memory;
  expect(decide(later(2), policyOf(), NO_WORK, silent).rulings[CARD.id]?.decision).toMatchObject({
    code: 'CARD_IN_USE',
    why: 'Another program used the graphics card when that was last known.',
  });
  // Who does not yield to games is not held.
  expect(decide(later(2), policyOf({ yieldToGames: false }), NO_WORK, silent).rulings[CARD.id]?.decision.act).toBe(
    'run',
  );
});

test('a rest beside a pause is a pause: no work is taken, whatever the order of the rules', () => {
  const blind = { ...CARD, working: true, foreignLoad: null };
  const known = decide(FINE, policyOf(), NO_WORK).memory;
  const since = decide({ ...FINE, devices: [blind] }, policyOf(), NO_WORK, known).memory;
  const at = (rules: typeof RULES, paused: boolean): Ruling =>
    decide(
      { ...FINE, now: FINE.now + BLIND_MS, devices: [blind] },
      { ...policyOf(), pause: paused ? { until: null, finish: false } : null },
      { ...NO_WORK, owed: !paused },
      since,
      rules,
    ).rulings[CARD.id]!;
  for (const rules of [RULES, RULES.toReversed()]) {
    expect(at(rules, true)).toMatchObject({ takes: false, finish: false, decision: { code: 'PAUSED' } });
    expect(at(rules, false)).toMatchObject({ takes: true, finish: true, decision: { act: 'stop', code: 'SEEING' } });
  }
});
