import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRanking } from './ranking.ts';
import { roundLike, roundOwn } from './rounded.ts';
import { compareValues } from './tolerance.ts';

const value = fc.double({ min: -1_000, max: 1_000, noNaN: true });
const steps = fc.constantFrom(2 ** -10, 1e-3, 0.5);
const bytes = (values: Float32Array): Buffer => Buffer.from(values.buffer);

test('rounding: two machines less than a quarter step apart always get the same bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.double({ min: -0.24, max: 0.24, noNaN: true })), { minLength: 1, maxLength: 200 }),
      steps,
      (pairs, step) => {
        const solver = pairs.map(([one]) => one);
        const checker = pairs.map(([one, share]) => one + share * step);
        const published = roundOwn(solver, step);
        expect(bytes(roundLike(published, checker, step))).toEqual(bytes(published));
      },
    ),
  );
});

test('rounding: a value more than a whole step away never passes, and what is published is near what was computed', () => {
  fc.assert(
    fc.property(value, steps, fc.double({ min: 1.01, max: 50, noNaN: true }), fc.boolean(), (own, step, away, up) => {
      const lie = roundOwn([own + (up ? 1 : -1) * away * step], step);
      expect(bytes(roundLike(lie, [own], step))).not.toEqual(bytes(lie));
      expect(Math.abs((roundOwn([own], step)[0] as number) - own)).toBeLessThanOrEqual(
        step / 4 + Math.abs(own) * 2 ** -23,
      );
    }),
  );
});

test('rounding: whoever chooses the grid against its own value gains less than a step', () => {
  fc.assert(
    fc.property(value, steps, fc.integer({ min: -8, max: 8 }), (own, step, off) => {
      const multiple = Math.round((2 * own) / step) + off;
      const forged = Float32Array.of((multiple * step) / 2);
      const passes = bytes(roundLike(forged, [own], step)).equals(bytes(forged));
      if (passes)
        expect(Math.abs((forged[0] as number) - own)).toBeLessThanOrEqual(step / 2 + (step + Math.abs(own)) * 2 ** -22);
    }),
  );
});

test('rounding: what has no grid stays as it is, and zero has one sign', () => {
  const odd = [Number.NaN, Infinity, -Infinity, -0, -1e-9];
  expect([...roundOwn(odd, 1)]).toEqual([Number.NaN, Infinity, -Infinity, 0, 0]);
  const published = roundOwn(odd, 1);
  expect(bytes(roundLike(published, odd, 1))).toEqual(bytes(published));
});

test('tolerance: every value within its bound agrees, one beyond it does not, wherever it stands', () => {
  const tolerance = { atol: 1e-4, rtol: 1e-4 };
  const jitter = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, jitter), { minLength: 1, maxLength: 15 }), fc.nat(), (pairs, pick) => {
      const own = pairs.map(([one]) => one);
      const allowed = own.map((one) => tolerance.atol + tolerance.rtol * Math.abs(one));
      const theirs = own.map((one, at) => one + 0.99 * (allowed[at] as number) * (pairs[at] as [number, number])[1]);
      expect(compareValues(own, theirs, tolerance).agrees).toBe(true);
      const at = pick % own.length;
      theirs[at] = (own[at] as number) + 1.1 * (allowed[at] as number);
      const { agrees, worst } = compareValues(own, theirs, tolerance);
      expect([agrees, worst]).toEqual([false, at]);
    }),
  );
});

test('tolerance: many small lies in one direction are seen, honest noise is not', () => {
  const own = Array.from({ length: 1_000 }, (_, at) => Math.sin(at));
  const tolerance = { atol: 1e-3, rtol: 0 };
  expect(
    compareValues(
      own,
      own.map((one) => one + 0.5e-3),
      tolerance,
    ).agrees,
  ).toBe(false);
  expect(
    compareValues(
      own,
      own.map((one, at) => one + (at % 2 === 0 ? 9e-4 : -9e-4)),
      tolerance,
    ).agrees,
  ).toBe(true);
});

test('tolerance: nothing hides behind numbers that are none', () => {
  const tolerance = { atol: 1, rtol: 1 };
  for (const lie of [Number.NaN, Infinity, -Infinity]) {
    expect(compareValues([0], [lie], tolerance).agrees).toBe(false);
    expect(compareValues([lie], [0], tolerance).agrees).toBe(false);
    expect(compareValues([lie], [lie], tolerance).agrees).toBe(true);
  }
  expect(compareValues([Infinity], [-Infinity], tolerance).agrees).toBe(false);
  expect(compareValues([1], [1, 2], tolerance).agrees).toBe(false);
});

test('ranking: noise far below the margin never changes the verdict, another winner does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 20, maxLength: 20 }),
      (scores, top, noise) => {
        const theirs = scores.map((score, at) => score + (noise[at] as number));
        expect(compareRanking(scores, theirs, { top, margin: 0.1 }).agrees).toBe(true);
        const liar = [...scores];
        const best = scores.indexOf(Math.max(...scores));
        liar[(best + 1) % scores.length] = 1_000;
        expect(compareRanking(scores, liar, { top, margin: 0.1 }).agrees).toBe(false);
      },
    ),
  );
  expect(compareRanking([1, 0.99, 0], [0.99, 1, 0], { top: 1, margin: 0.1 })).toEqual({
    agrees: true,
    by: 'tolerance',
  });
  expect(compareRanking([1, 0], [Number.NaN, 0], { top: 1, margin: 0.1 }).agrees).toBe(false);
});
