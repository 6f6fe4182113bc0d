import type { Timestamp } from '../../src-shared/domain/ids.ts';

const PERIOD_MS = 90 * 86_400_000;

/** Number of the 90-day period, counted from 1970, whose peer key is in use at a time. */
export function periodOf(at: Timestamp): number {
  return Math.floor(at / PERIOD_MS);
}

/** First moment of a period. */
export function periodStart(period: number): Timestamp {
  return period * PERIOD_MS;
}
