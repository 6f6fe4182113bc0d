import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import type { Offer } from '../policy/consider.ts';
import { unprofitable, type Profit } from '../policy/profit.ts';
import type { TaskContext } from '../tasks/context.ts';
import { jobTimeoutMs } from '../tasks/rerun.ts';
import { same } from '../tasks/work-book.ts';
import { OVERHEAD_S } from './run-compute.ts';

export interface OfferNeeds {
  /** Seconds that this node lets pass before it takes anything; 0 for everybody but the sandbox's rival. */
  readonly patience: number;
  /** What one item would bring and cost here; null when that cannot be weighed. */
  readonly profit: (batch: ChainBatch, model: UsableModel) => Profit | null;
  readonly paused: () => boolean;
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
export function offerOf(context: TaskContext, needs: OfferNeeds, batch: ChainBatch, found: Findings): Offer {
  const { account, canSign, chain, freeStake, catalogue, newcomer } = context;
  const { fields } = batch;
  const { model, net, reserved, rivalSince, turnAt } = found;
  const free = freeStake();
  const profit = model === null ? null : needs.profit(batch, model);
  return {
    now: chain.now(),
    own: same(fields.requester, account()),
    checking: false,
    model: model === null ? null : { name: model.manifest.name, ...catalogue.preference(model) },
    net,
    loss: profit === null ? null : unprofitable(profit),
    lock: fields.lock,
    freeStake: free === null ? null : amount(free > reserved ? free - reserved : 0n),
    postedAt: fields.submittedAt,
    deadline: fields.deadline,
    retractAt: fields.retractAt,
    needSeconds: OVERHEAD_S + (model === null ? 0 : Math.ceil(jobTimeoutMs(model.manifest) / 1_000)),
    rivalSince,
    reservedUntil: null,
    turnAt,
    patience: needs.patience,
    // The contract's rule: results of newcomers are checked more often, and items of a batch cannot be.
    newcomer: fields.checksBps !== 0 && newcomer(),
    paused: needs.paused(),
    canSign: canSign(),
  };
}
