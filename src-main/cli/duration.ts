import { UsageError } from './exit-codes.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const YEAR = 366 * 86_400_000;

/** "30m", "1h", "2d" in milliseconds. @throws UsageError. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,8})([smhd])$/.exec(text);
  const ms = match === null ? Number.NaN : Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
  if (!(ms >= 1_000 && ms <= YEAR))
    throw new UsageError(
      `“${text}” is not a time span.`,
      'Write a number and s, m, h or d, such as 30m or 1h; at most a year.',
    );
  return ms;
}
