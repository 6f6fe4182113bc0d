import { inTime, reward, TRANSACTIONS, type Params } from './params.ts';

/** What can be computed exactly about a lone solver or checker, in f. */

/** Share of the drawn checkers who deliver in a world with few deviants; 0.7 is what the reference assumes. */
export const DELIVERING = 0.7;

/** Probability that a lone lie is caught and the case upheld. */
export function caught(p: Params, delivering = DELIVERING, checks = p.checks): number {
  return (1 - Math.exp(-checks * delivering * inTime(p))) * p.accuracy;
}

/** Honest less lying, per solution of a lone solver: `caught * (R + L) - c`. */
export function margin(p: Params, delivering = DELIVERING, checks = p.checks): number {
  return caught(p, delivering, checks) * (reward(p) + p.slash) - p.compute;
}

/** Largest value of a lie to somebody that is still deterred: `margin / (1 - caught)`, at least 0. */
export function deterred(p: Params, delivering = DELIVERING, checks = p.checks): number {
  return Math.max(0, margin(p, delivering, checks) / (1 - caught(p, delivering, checks)));
}

/** Smallest expected number of checks that deters a lone lie without outside value. */
export function leastChecks(p: Params, delivering = DELIVERING): number {
  const needed = p.compute / (reward(p) + p.slash) / p.accuracy;
  return -Math.log(1 - needed) / (delivering * inTime(p));
}

/** Stake share from which posting tasks to oneself pays when the cap binds: `1 / (0.9 + k)`. */
export function selfDealingBorder(p: Params, cap = p.mintCap): number {
  return 1 / (1 - p.treasuryCut + cap);
}

/** Net pay of a drawn checker by the share of duties he misses; what he loses, at once, when he is late. */
export function dutyMargin(p: Params, missed: number): number {
  const cost = p.compute + TRANSACTIONS.check * p.gas;
  return (1 - missed) * (p.dutyPay - cost) - missed * p.missFine;
}

/** Largest share of missed duties at which declaring oneself on duty still pays. */
export function mostMissed(p: Params): number {
  const gain = p.dutyPay - p.compute - TRANSACTIONS.check * p.gas;
  return gain / (gain + p.missFine);
}
