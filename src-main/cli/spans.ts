import type { Span } from '../../src-shared/domain/machine.ts';
import { UsageError } from './exit-codes.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const ONE = /^(?:([a-z]{3})(?:-([a-z]{3}))? )?(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;
const HINT = 'Write days and hours, such as “mon-fri 18:00-08:00, sat 0:00-24:00”, or only hours for every day.';

/** "mon-fri 18:00-08:00, sun 9:00-17:00". @throws UsageError. */
export function parseSpans(text: string): Span[] {
  return text.split(',').map((part) => {
    const [, first, last, ...clock] = ONE.exec(part.trim().toLowerCase()) ?? [];
    const [fromHour = Number.NaN, fromMinute = 0, toHour = Number.NaN, toMinute = 0] = clock.map(Number);
    const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
    const days = daysOf(first, last);
    if (!(from <= 1_440 && to <= 1_440 && fromMinute < 60 && toMinute < 60) || days.length === 0)
      throw new UsageError(`“${part.trim()}” is no span of the week.`, HINT);
    return { days, from, to };
  });
}

function daysOf(first: string | undefined, last: string | undefined): number[] {
  if (first === undefined) return [0, 1, 2, 3, 4, 5, 6];
  const from = DAYS.findIndex((day) => day === first);
  const to = last === undefined ? from : DAYS.findIndex((day) => day === last);
  if (from < 0 || to < 0) return [];
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7).sort();
}

export function describeSpans(spans: readonly Span[]): string {
  const clock = (minute: number): string => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  const named = (days: readonly number[]): string =>
    days.length === 7 ? 'daily' : days.map((day) => DAYS[day]).join(' ');
  return spans.map(({ days, from, to }) => `${named(days)} ${clock(from)}-${clock(to)}`).join(', ');
}
