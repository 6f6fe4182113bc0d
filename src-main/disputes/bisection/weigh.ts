import type { Settled } from './bisection-rows.ts';

/**
 * Pure: the vote that follows from an own run and from comparing the two sides' runs. 1 claimant, 2 defendant, null: not
 * known yet, or for a person to say.
 * An own run that agrees with the result settles it, whatever the sides show. One that does not agree is believed unless
 * both sides turn out to have computed honestly, on machines that round differently: nobody loses stake for that.
 * @param own what the own run says
 * @param patient whether there is still time to wait for what the sides show
 */
export function weigh(own: number | null, settled: Pick<Settled, 'wrong'> | null, patient: boolean): number | null {
  if (own === 2) return 2;
  if (settled === null) return own !== null && !patient ? own : null;
  if (settled.wrong === 'nobody') return 2;
  if (own !== null) return own;
  if (settled.wrong === 'claimant') return 2;
  return settled.wrong === 'defendant' || settled.wrong === 'both' ? 1 : null;
}
