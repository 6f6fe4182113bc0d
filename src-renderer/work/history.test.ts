import { describe, expect, it, test } from 'vitest';
import { NO_READING, type History } from '../../src-shared/domain/machine.ts';
import { append, extent, RANGES, rowsOf, withHoles } from './history.ts';

const EMPTY: History = { at: [], load: [], temperatureC: [], powerW: [] };
const reading = (at: number, load: number | null = 0.5) => ({ ...NO_READING, at, load, temperatureC: 60 });

describe('a live reading', () => {
  it('is added once', () => {
    const one = append(EMPTY, reading(100_000), 10);
    expect(one.at).toEqual([100_000]);
    expect(append(one, reading(100_000), 10)).toBe(one);
  });
  it('before the first is none', () => expect(append(EMPTY, NO_READING, 10)).toBe(EMPTY));
  it('comes less often where a range is long', () => {
    const day = append(EMPTY, reading(100_000), 1_440);
    expect(append(day, reading(101_000), 1_440)).toBe(day);
    expect(append(day, reading(221_000), 1_440).at).toHaveLength(2);
  });
  it('pushes out what is too old, in all lists alike', () => {
    const past = append(append(EMPTY, reading(1_000), 10), reading(500_000), 10);
    const next = append(past, reading(700_000), 10);
    expect(next.at).toEqual([500_000, 700_000]);
    for (const list of [next.load, next.temperatureC, next.powerW]) expect(list).toHaveLength(2);
  });
});

test('a sleep is a hole, and an unknown value stays one', () => {
  const at = [0, 1_000, 2_000, 3_000, 60_000, 61_000];
  const drawn = withHoles(at, [1, 2, null, 4, 5, 6]);
  expect(drawn.values).toEqual([1, 2, null, 4, null, 5, 6]);
  expect(drawn.at).toEqual([0, 1_000, 2_000, 3_000, 31_500, 60_000, 61_000]);
});

test('the extent of nothing known is not zero', () => {
  expect(extent([null, null])).toBeNull();
  expect(extent([0, null, 3, null])).toEqual({ low: 0, high: 3, last: null });
});

test('rows cover the range, newest first, each with what was measured in it', () => {
  const past: History = {
    at: [61_000, 90_000, 121_000],
    load: [0.2, 0.4, null],
    temperatureC: [60, 70, 65],
    powerW: [null, null, 100],
  };
  const rows = rowsOf(past, RANGES[0], 150_000);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toEqual({ from: 120_000, load: null, temperatureC: 65, powerW: 100 });
  expect(rows[1]?.load).toBeCloseTo(0.3);
  expect(rows[1]).toMatchObject({ from: 60_000, temperatureC: 70, powerW: null });
  expect(rows[2]).toMatchObject({ load: null, temperatureC: null, powerW: null });
});
