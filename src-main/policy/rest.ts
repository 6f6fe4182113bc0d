import type { Timestamp } from '../../src-shared/domain/ids.ts';

/** How long a model is left alone after it failed here: the first pause, and the longest. */
export const SHORTEST_REST_MS = 60_000;
export const LONGEST_REST_MS = 3_600_000;

/** A model that failed here for a reason of this machine is left alone until a moment. */
export interface Rest {
  /** The reason, as part of a sentence: without capital and full stop. */
  readonly why: string;
  readonly until: Timestamp;
  readonly pauseMs: number;
}

/** Pure. Twice as long after each failure; what fails within a pause, such as work begun before it, does not lengthen it. */
export function restAfter(before: Rest | undefined, why: string, now: Timestamp): Rest {
  if (before !== undefined && now < before.until) return before;
  const pauseMs = before === undefined ? SHORTEST_REST_MS : Math.min(2 * before.pauseMs, LONGEST_REST_MS);
  return { why, until: now + pauseMs, pauseMs };
}

/** Pure. The rest as part of a sentence. */
export function restWords({ why, until }: Rest): string {
  const time = new Date(until);
  const [hours, minutes] = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0'));
  return `${why}; it is tried again at ${hours}:${minutes}`;
}
