import type { Amount } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { count } from '../chain/masks.ts';
import type { UsableModel } from '../models/catalogue.ts';
import type { Offer } from '../policy/consider.ts';
import { unprofitable, type Profit } from '../policy/profit.ts';
import type { TaskContext } from '../tasks/context.ts';
import { offerOf } from '../tasks/offer.ts';
import { unableHere, type Ready } from '../tasks/readiness.ts';

export interface OfferNeeds {
  /** Seconds that this node lets pass before it takes anything; 0 for everybody but the sandbox's rival. */
  readonly patience: number;
  /** What one item in a run of `items` would bring and cost here; null when that cannot be weighed. */
  readonly profit: (batch: ChainBatch, items: number, model: UsableModel) => Profit | null;
  readonly heldUp: () => string | null;
  /** Whether the model can run here now, by what is known. */
  readonly ready: (model: UsableModel) => Ready;
}

interface Findings {
  readonly model: UsableModel | null;
  /** Of one item, after treasury. */
  readonly net: Amount;
  /** Stake that other work will lock. */
  readonly reserved: bigint;
  /** When others announced what is left, if nothing else is. */
  readonly rivalSince: number | null;
  readonly turnAt: number | null;
}

/** An item of a batch as it looks to the policy: what is asked of a task is asked of each. */
export function itemOffer(context: TaskContext, needs: OfferNeeds, batch: ChainBatch, found: Findings): Offer {
  const { model, reserved, ...rest } = found;
  const offer = offerOf(context, batch.fields, model, reserved);
  const profit = model === null ? null : needs.profit(batch, itemsAtOnce(batch, offer.freeStake), model);
  return {
    ...offer,
    ...rest,
    checking: false,
    idle: null,
    loss: profit === null ? null : unprofitable(profit),
    reservedUntil: null,
    patience: needs.patience,
    // The contract's rule: results of newcomers are checked more often, and items of a batch cannot be.
    newcomer: batch.fields.checksBps !== 0 && context.newcomer(),
    heldUp: needs.heldUp(),
    unable: model === null ? null : unableHere(needs.ready(model)),
  };
}

/** How many items share what a run costs: as many as are open and as the free stake answers for. */
function itemsAtOnce({ open, fields }: ChainBatch, freeStake: Amount | null): number {
  const answeredFor = Number(BigInt(freeStake ?? '0') / BigInt(fields.lock));
  return Math.max(1, Math.min(count(BigInt(open)), answeredFor));
}
