import { DELIVERING } from './formulas.ts';
import { DEFAULTS, inTime, type Params } from './params.ts';
import { Random } from './random.ts';

/**
 * Wrong results that one identity gets accepted before its last strike, on average, lying always: a newcomer is checked
 * more often for its first 20 accepted results, an account with history never.
 */
export function wrongBeforeSuspension(
  newcomer: boolean,
  strikes = 3,
  change: Partial<Params> = {},
  runs = 20_000,
): number {
  const p = { ...DEFAULTS, ...change };
  const random = new Random(7, strikes);
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    for (let lost = 0, own = 0; lost < strikes;) {
      const checks = newcomer && own < 20 ? p.newcomerChecks : p.checks;
      const caught = (1 - Math.exp(-checks * DELIVERING * inTime(p))) * p.accuracy;
      if (random.chance(caught)) {
        lost++;
      } else {
        own++;
        accepted++;
      }
    }
  }
  return accepted / runs;
}
