import { amount } from '../../src-shared/domain/amounts.ts';
import type { TaskFields } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import type { Offer } from '../policy/consider.ts';
import type { TaskContext } from './context.ts';
import { jobTimeoutMs } from './rerun.ts';
import { same } from './work-book.ts';

/** Fetch, seal, open and their blocks, besides the computation itself. */
export const OVERHEAD_S = 30;

/** Upper bound of what a work of a model takes from its input to its proof. */
export function needSeconds({ manifest }: UsableModel): number {
  return OVERHEAD_S + Math.ceil(jobTimeoutMs(manifest) / 1_000);
}

type Common =
  | 'now'
  | 'own'
  | 'model'
  | 'lock'
  | 'freeStake'
  | 'postedAt'
  | 'deadline'
  | 'retractAt'
  | 'needSeconds'
  | 'canSign';

/** What is considered of every open task in the same way. @param promised stake that works under way will lock */
export function offerOf(
  { account, canSign, chain, freeStake, catalogue }: TaskContext,
  fields: TaskFields,
  model: UsableModel | null,
  promised: bigint,
): Pick<Offer, Common> {
  const free = freeStake();
  return {
    now: chain.now(),
    own: same(fields.requester, account()),
    model: model === null ? null : { name: model.manifest.name, ...catalogue.preference(model) },
    lock: fields.lock,
    freeStake: free === null ? null : amount(free > promised ? free - promised : 0n),
    postedAt: fields.submittedAt,
    deadline: fields.deadline,
    retractAt: fields.retractAt,
    needSeconds: model === null ? OVERHEAD_S : needSeconds(model),
    canSign: canSign(),
  };
}
