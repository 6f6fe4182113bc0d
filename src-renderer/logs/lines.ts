import type { LogLine } from '../../src-shared/domain/machine.ts';

/** Pure: pages of the log as one list, newest first. */
export function merge(known: readonly LogLine[], page: readonly LogLine[]): readonly LogLine[] {
  if (page.length === 0) return known;
  const ids = new Set(known.map(({ id }) => id));
  const fresh = page.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].toSorted((a, b) => b.id - a.id);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** "21 Nov 14:05:09": short, and sorts by eye. */
export function stamp(at: number, locale = 'en-GB'): string {
  const date = new Date(at);
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(date);
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** What the clipboard gets: oldest first, one line each, as a log file would have it. */
export function asText(lines: readonly LogLine[]): string {
  return lines
    .toReversed()
    .map(({ at, level, part, text }) => `${new Date(at).toISOString()} ${level} ${part}: ${text}`)
    .join('\n');
}
