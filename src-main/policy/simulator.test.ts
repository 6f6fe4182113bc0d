import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DayError, parseDay } from './day-format.ts';
import { simulate, type Simulation } from './simulator.ts';
import { anyConditions, anyPolicy, FINE, policyOf } from './test-conditions.ts';

const day = (name: string): string => readFileSync(join(import.meta.dirname, 'days', `${name}.jsonl`), 'utf8');
const of = ({ summaries }: Simulation, device: string) => summaries.find((each) => each.device === device)!;
const hoursOf = (simulation: Simulation, device: string, code: string): number =>
  of(simulation, device).reasons.reduce((sum, each) => (each.code === code ? sum + each.hours : sum), 0);

test('a gaming evening: the card stops while it is played and a while after, also in short breaks', () => {
  const simulation = simulate(parseDay(day('gaming-evening')), policyOf());
  const lines = parseDay(day('gaming-evening'));
  const gamed = lines.filter(({ fullScreen }) => fullScreen === true);
  for (const { now } of gamed) {
    const stretch = simulation.stretches.find(
      ({ device, from, to }) => device === 'gpu:GPU-1' && from <= now && now < to,
    );
    expect(stretch?.decision.act).toBe('stop');
  }
  expect(hoursOf(simulation, 'gpu:GPU-1', 'ACTIVE')).toBeGreaterThan(4);
  expect(of(simulation, 'gpu:GPU-1').run).toBeGreaterThan(12);
});

test('a hot summer day with quiet hours: slow, then stopped, and no flutter around the target', () => {
  const quiet = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 1_320, to: 420 }];
  const simulation = simulate(parseDay(day('hot-summer')), policyOf({ quiet }, { targetC: 75 }));
  expect(hoursOf(simulation, 'gpu:GPU-1', 'QUIET_HOURS') + hoursOf(simulation, 'gpu:GPU-1', 'WARM')).toBeGreaterThan(8);
  expect(hoursOf(simulation, 'gpu:GPU-1', 'WARM') + hoursOf(simulation, 'gpu:GPU-1', 'HOT')).toBeGreaterThan(2);
  expect(simulation.stretches.filter(({ device }) => device === 'gpu:GPU-1').length).toBeLessThan(12);
});

test('a laptop: nothing on battery, the time with a closed lid is not counted, unknown input is said', () => {
  const simulation = simulate(parseDay(day('laptop-day')), policyOf());
  const { run, throttled, stopped, unknown } = of(simulation, 'cpu');
  expect(hoursOf(simulation, 'cpu', 'ON_BATTERY')).toBeGreaterThan(8);
  expect(unknown).toBeGreaterThan(1.4);
  expect(hoursOf(simulation, 'cpu', 'IDLE_UNKNOWN')).toBeGreaterThan(6);
  expect(run + throttled + stopped + unknown).toBeCloseTo(23.92, 1);
});

test('the days are what their script makes', () => {
  const before = ['gaming-evening', 'hot-summer', 'laptop-day'].map(day);
  execFileSync(process.execPath, [join(import.meta.dirname, 'days', 'make.ts')]);
  expect(['gaming-evening', 'hot-summer', 'laptop-day'].map(day)).toEqual(before);
});

test('a recording that is none names its line', () => {
  const good = JSON.stringify(FINE);
  expect(parseDay(`${good}\n`)).toHaveLength(1);
  for (const [text, line, why] of [
    ['{', 1, 'not JSON'],
    [`${good}\n{}`, 2, 'now'],
    [`${good}\n${JSON.stringify({ ...FINE, now: 1 })}`, 2, 'older'],
    [JSON.stringify({ ...FINE, minute: 1_440 }), 1, 'minute'],
  ] as const) {
    expect(() => parseDay(text)).toThrow(DayError);
    expect(() => parseDay(text)).toThrow(new RegExp(`Line ${line} .*${why}`));
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseDay(text);
      } catch (error) {
        expect(error).toBeInstanceOf(DayError);
      }
    }),
  );
});

test('hours add up, whatever the day and the policy', () => {
  fc.assert(
    fc.property(fc.array(anyConditions, { maxLength: 30 }), anyPolicy, (moments, policy) => {
      const lines = moments.map((line, at) => ({ ...line, now: 1_800_000_000_000 + at * 120_000 }));
      for (const { run, throttled, stopped, unknown } of simulate(lines, policy).summaries)
        expect(run + throttled + stopped + unknown).toBeCloseTo(((lines.length - 1) * 120_000) / 3_600_000);
    }),
  );
});
