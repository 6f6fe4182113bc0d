/**
 * What work is for, most urgent first: somebody pays for it; a sealed promise would cost a deposit; a check that may
 * find something; a measurement.
 */
export const PRIORITIES = ['paid', 'duty', 'speculative', 'benchmark'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Waiting this long moves work up one class, so that nothing waits for ever. */
export const AGING_MS = 20_000;

/** Lower goes first. @param waitedMs of the oldest work in the class */
export function rank(priority: Priority, waitedMs: number): number {
  return PRIORITIES.indexOf(priority) - Math.max(0, waitedMs) / AGING_MS;
}
