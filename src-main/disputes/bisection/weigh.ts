import type { Side } from '../../../src-shared/domain/disputes.ts';
import type { Settled } from './bisection-rows.ts';

/** What a machine knows of a case when it has to say who is right. */
export interface Known {
  /** What the own run says: 1 claimant, 2 defendant, null: there is none. */
  readonly own: number | null;
  /** Whether rounding alone may explain how far the result is from the own run. */
  readonly near: boolean;
  /** Whether the result itself cannot be had from anybody. */
  readonly unserved: boolean;
  /** What comparing the two sides' runs gave. */
  readonly settled: Pick<Settled, 'wrong' | 'parting'> | null;
  /** Whose run, or values of it, cannot be had. */
  readonly silent: Side | null;
  /** Whether there is still time to wait. */
  readonly patient: boolean;
}

/**
 * Pure: the vote that follows. 1 claimant, 2 defendant, null: not known yet, or for a person to say.
 *
 * The own run decides. The sides may be two accounts of one person, who can make their runs say anything, but for one
 * thing: that the solver is wrong. So what they show saves a result only where the result is near the own run: there a
 * solver loses nothing for rounding differently, unless its run is not shown or found wrong. A contester that shows
 * nothing, or a run that does not hold, cannot take that from it.
 */
export function weigh({ own, near, unserved, settled, silent, patient }: Known): number | null {
  if (own === 2) return 2;
  if (own === null) {
    if (patient) return null;
    // Nobody can compare what nobody has, and its author has had the time to send it.
    if (unserved) return 1;
    return settled?.wrong === 'defendant' || settled?.wrong === 'both' ? 1 : null;
  }
  if (!near) return own;
  if (settled === null && patient) return null;
  return (settled === null ? silent === 'claimant' : stands(settled)) ? 2 : own;
}

/** Whether the solver's run is one that a machine may honestly have made, as far as it was looked at. */
function stands({ wrong, parting }: Pick<Settled, 'wrong' | 'parting'>): boolean {
  if (wrong === 'unknown') return parting?.claimant == null && parting?.defendant?.holds === true;
  return wrong === 'nobody' || wrong === 'claimant';
}
