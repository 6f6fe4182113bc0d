import type { Timestamp } from '../../src-shared/domain/ids.ts';
import type { History, Reading } from '../../src-shared/domain/machine.ts';

/** Pure: the past that the node kept and the readings that come in, as one line. */

const MINUTE = 60_000;
/** More points than this cannot be told apart on a screen. */
const POINTS = 720;

export interface Range {
  readonly minutes: number;
  readonly name: string;
  readonly words: string;
  /** Length of a row of the table. */
  readonly row: number;
}

export const RANGES: readonly [Range, ...Range[]] = [
  { minutes: 10, name: '10 min', words: 'the last 10 minutes', row: MINUTE },
  { minutes: 60, name: '1 h', words: 'the last hour', row: 5 * MINUTE },
  { minutes: 1_440, name: '24 h', words: 'the last 24 hours', row: 120 * MINUTE },
];

export type Series = 'load' | 'temperatureC' | 'powerW';

/** Time between two points of a range, ms. */
export function stepOf(minutes: number): number {
  return (minutes * MINUTE) / POINTS;
}

/** One more reading, if it is newer by at least `step`; what is older than `minutes` falls off. */
export function append(past: History, reading: Reading, minutes: number, step = stepOf(minutes)): History {
  const last = past.at.at(-1);
  if (reading.at === 0 || (last !== undefined && reading.at - last < step)) return past;
  const from = reading.at - minutes * MINUTE;
  const kept = past.at.findIndex((at) => at >= from);
  const cut = <T>(list: readonly T[]): readonly T[] => (kept < 0 ? [] : list.slice(kept));
  return {
    at: [...cut(past.at), reading.at],
    load: [...cut(past.load), reading.load],
    temperatureC: [...cut(past.temperatureC), reading.temperatureC],
    powerW: [...cut(past.powerW), reading.powerW],
  };
}

/** One series with a hole wherever nobody measured, so that sleep is not drawn as a straight line. */
export function withHoles(
  at: readonly Timestamp[],
  values: ReadonlyArray<number | null>,
): { readonly at: readonly number[]; readonly values: ReadonlyArray<number | null> } {
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const longest = Math.max(usual * 4, 5_000);
  const times: number[] = [];
  const drawn: Array<number | null> = [];
  for (const [index, time] of at.entries()) {
    const before = at[index - 1];
    if (before !== undefined && time - before > longest) {
      times.push((time + before) / 2);
      drawn.push(null);
    }
    times.push(time);
    drawn.push(values[index] ?? null);
  }
  return { at: times, values: drawn };
}

export interface Extent {
  readonly low: number;
  readonly high: number;
  readonly last: number | null;
}

/** null: nobody ever knew. */
export function extent(values: ReadonlyArray<number | null>): Extent | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return { low: Math.min(...known), high: Math.max(...known), last: values.at(-1) ?? null };
}

export interface HistoryRow {
  readonly from: Timestamp;
  /** Means; of the temperature the highest. null: nobody measured. */
  readonly load: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
}

/** The same as a table, newest row first. */
export function rowsOf(past: History, { minutes, row }: Range, now: Timestamp): readonly HistoryRow[] {
  const end = Math.ceil(now / row) * row;
  return Array.from({ length: Math.round((minutes * MINUTE) / row) }, (_, index) => {
    const from = end - (index + 1) * row;
    const inside = (name: Series): readonly number[] =>
      past[name].filter((value, at): value is number => {
        const time = past.at[at] ?? 0;
        return value !== null && time >= from && time < from + row;
      });
    const warm = inside('temperatureC');
    return {
      from,
      load: mean(inside('load')),
      temperatureC: warm.length === 0 ? null : Math.max(...warm),
      powerW: mean(inside('powerW')),
    };
  });
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
