import type { Span } from '../../src-shared/domain/machine.ts';

/** Pure: spans of the week, their words and their picture. Local time; days 0 (Sunday) to 6. */

export const DAY_MINUTES = 1_440;

/** As a week is read: Monday first. */
export const WEEK: ReadonlyArray<{ readonly day: number; readonly short: string; readonly name: string }> = [
  { day: 1, short: 'Mo', name: 'Monday' },
  { day: 2, short: 'Tu', name: 'Tuesday' },
  { day: 3, short: 'We', name: 'Wednesday' },
  { day: 4, short: 'Th', name: 'Thursday' },
  { day: 5, short: 'Fr', name: 'Friday' },
  { day: 6, short: 'Sa', name: 'Saturday' },
  { day: 0, short: 'Su', name: 'Sunday' },
];

export const PRESETS: ReadonlyArray<{ readonly name: string; readonly spans: readonly Span[] }> = [
  { name: 'Every night', spans: [{ days: [1, 2, 3, 4, 5, 6, 0], from: 22 * 60, to: 7 * 60 }] },
  {
    name: 'Nights and weekends',
    spans: [
      { days: [1, 2, 3, 4, 5], from: 20 * 60, to: 7 * 60 },
      { days: [6, 0], from: 0, to: DAY_MINUTES },
    ],
  },
];

/** "20:00"; the end of the day is "24:00". */
export function sayClock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** What a time field holds. @returns null when it holds none */
export function readClock(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/** A time field knows no 24:00: midnight as an end is the end of the day. */
export function readEnd(text: string): number | null {
  const minute = readClock(text);
  return minute === 0 ? DAY_MINUTES : minute;
}

export function problemOf({ days, from, to }: Span): string | null {
  if (days.length === 0) return 'Choose at least one day.';
  return from === to ? 'It starts and ends at the same time.' : null;
}

/** "every day", "Monday to Friday", "Saturday, Sunday". */
export function sayDays(days: readonly number[]): string {
  const chosen = WEEK.map(({ day }) => days.includes(day));
  const first = chosen.indexOf(true);
  const last = chosen.lastIndexOf(true);
  const names = WEEK.filter(({ day }) => days.includes(day)).map(({ name }) => name);
  if (names.length === 7) return 'every day';
  const unbroken = last - first + 1 === names.length;
  return unbroken && names.length > 2 ? `${names[0]} to ${names.at(-1)}` : names.join(', ');
}

/** "Monday to Friday from 20:00 to 07:00 the next day". */
export function saySpan({ days, from, to }: Span): string {
  if (from === 0 && to === DAY_MINUTES) return `${sayDays(days)}, all day`;
  return `${sayDays(days)} from ${sayClock(from)} to ${sayClock(to)}${to < from ? ' the next day' : ''}`;
}

export interface Segment {
  readonly from: number;
  readonly to: number;
}

/** What each day of `WEEK` holds: what passes midnight is cut there. */
export function segments(spans: readonly Span[]): ReadonlyArray<readonly Segment[]> {
  return WEEK.map(({ day }) =>
    spans.flatMap(({ days, from, to }) => {
      const here = days.includes(day);
      if (to > from) return here ? [{ from, to }] : [];
      const before = days.includes((day + 6) % 7);
      return [...(before && to > 0 ? [{ from: 0, to }] : []), ...(here ? [{ from, to: DAY_MINUTES }] : [])];
    }),
  );
}

export function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  const plain = (spans: readonly Span[]): string =>
    JSON.stringify(spans.map(({ days, from, to }) => [days.toSorted((x, y) => x - y), from, to]));
  return plain(a) === plain(b);
}
