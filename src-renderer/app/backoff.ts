const FIRST_MS = 400;
const LONGEST_MS = 10_000;

/** Pure: how long to wait before attempt `n` (0 is the first after a loss), doubling, bounded. */
export function backoff(n: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 20));
}
