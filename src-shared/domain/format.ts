import type { Timestamp } from './ids.ts';

/** Pure wording of durations, moments, ids and sizes; every front end and the log speak the same way. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds in words, at most two units, never negative: "12 s", "41 min", "2 h 10 min", "3 days". */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return pair(Math.floor(span / HOUR), 'h', Math.floor((span % HOUR) / MINUTE), 'min');
  const days = Math.floor(span / DAY);
  if (days >= 7) return `${days} days`;
  return pair(days, days === 1 ? 'day' : 'days', Math.floor((span % DAY) / HOUR), 'h');
}

/** "just now", "5 min ago", "in 41 min". A future moment is rounded up, so that "in 1 min" is never too short. */
export function relativeTime(at: Timestamp, now: Timestamp): string {
  const gap = at - now;
  if (Math.abs(gap) < 5 * SECOND) return gap > SECOND ? 'in a moment' : 'just now';
  if (gap > 0) return `in ${duration(roundUp(gap))}`;
  return `${duration(-gap)} ago`;
}

/** "21 Nov 2026, 14:05:09" in the person's own locale and zone. */
export function absoluteTime(at: Timestamp, locale?: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'medium' };
  return new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone }).format(at);
}

/** "14:05". */
export function clockTime(at: Timestamp, locale?: string, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone }).format(at);
}

/** Ids lose their middle, not their end: "0x8f2c…91ab". Text that is short anyway stays whole. */
export function shortId(value: string, head = 4, tail = 4): string {
  const prefix = value.startsWith('0x') ? 2 : 0;
  if (value.length <= prefix + head + tail + 1) return value;
  return `${value.slice(0, prefix + head)}…${value.slice(-tail)}`;
}

/** Powers of 1000, as disks and networks count: "0 B", "26.4 kB", "1.2 GB". */
export function byteSize(bytes: number): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < names.length - 1) {
    value /= 1000;
    step++;
  }
  const text = step === 0 || value >= 99.95 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, '');
  return `${text} ${names[step] ?? 'B'}`;
}

/** Share of 1: "97 %", "0.4 %", "< 0.1 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.1) return '< 0.1 %';
  if (value > 99.9 && value < 100) return '> 99.9 %';
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.floor(value)} %`;
}

/** "1 task", "2 tasks". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function roundUp(ms: number): number {
  if (ms < MINUTE) return Math.ceil(ms / SECOND) * SECOND;
  return Math.ceil(ms / MINUTE) * MINUTE;
}
