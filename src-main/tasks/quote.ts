import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { ASSURANCES, type Assurance, type Quote } from '../../src-shared/domain/tasks.ts';
import type { ChainModel } from '../chain/models-projection.ts';

/** Seconds that a task stays open before the money comes back by itself. */
export const LIFETIME_S = 600;

/** Of the class that this node asks in. Shares in 1/10,000. */
export interface MarketTerms {
  readonly treasuryBps: number;
  readonly minFee: bigint;
  readonly dutyBps: number;
  /** Expected checks of each assurance class; the first is paid by the treasury. */
  readonly checksBps: readonly [number, number, number];
}

/** Pure: what an ask costs, part by part, and why it cannot be posted if so. @param order `fee`: for one machine */
export function quoteOf(order: {
  readonly model: Pick<ChainModel, 'fee' | 'claimWindow'>;
  readonly fee: Amount;
  readonly assurance: Assurance;
  readonly machines: number;
  /** People judge its results, so nobody can check them by running the model again. */
  readonly judged: boolean;
  /** Whether two honest machines publish the same bytes. */
  readonly sameBytes: boolean;
  readonly terms: MarketTerms | null;
  readonly prepaid: Amount;
}): Quote {
  const { model, fee, assurance, machines, judged, sameBytes, terms, prepaid } = order;
  const fees = units(fee) * BigInt(machines);
  const checks = terms === null || judged ? 0n : checksCost(terms, fees, assurance);
  const total = amount(fees + units(model.fee) + checks);
  return {
    fee,
    machines,
    modelFee: model.fee,
    checks: amount(checks),
    total,
    treasuryShare: amount(terms === null ? 0n : (fees * BigInt(terms.treasuryBps)) / 10_000n),
    prepaid,
    obstacle:
      machines > 1 && !sameBytes
        ? 'Honest results of this model differ a little, so several machines cannot be held against each other.'
        : obstacleTo(units(fee), units(total), units(prepaid), terms),
    finalAfterSeconds: model.claimWindow,
    refundAfterSeconds: LIFETIME_S,
  };
}

/**
 * What the requester pays for checks, as `TaskTerms.checksPaid`: rounded down twice, like there. Machines that must agree
 * check each other.
 */
function checksCost({ dutyBps, checksBps }: MarketTerms, fee: bigint, assurance: Assurance): bigint {
  if (assurance !== 'checked') return 0n;
  const pay = (fee * BigInt(dutyBps)) / 10_000n;
  return (pay * BigInt(checksBps[ASSURANCES.indexOf(assurance)] ?? 0)) / 10_000n;
}

/** Why this cannot be posted; null when it can. @param total of everything, base units. */
export function obstacleTo(
  fee: bigint,
  total: bigint,
  prepaid: bigint,
  terms: { readonly minFee: bigint } | null,
): string | null {
  if (terms === null) return 'The chain has not answered yet.';
  if (fee < terms.minFee) return `The smallest fee is ${shortMoot(amount(terms.minFee))} MOOT.`;
  if (total > prepaid)
    return `It costs ${shortMoot(amount(total))} MOOT; you have ${shortMoot(amount(prepaid))} ready to pay.`;
  return null;
}
