import { useNow } from '../app/now.ts';
import { useSlice } from '../app/store.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { needOf, type Need } from './needs.ts';

export interface Needed {
  readonly dispute: DisputeView;
  readonly need: Need;
}

const URGENCY: ReadonlyArray<Need['kind']> = ['vote', 'open', 'appeal', 'contested'];

/** The disputes that need a person, what cannot wait first. */
export function useDisputeNeeds(): readonly Needed[] {
  const disputes = useSlice('disputes');
  const locked = useSlice('wallet').state === 'locked';
  const now = useNow(5_000);
  return disputes
    .flatMap((dispute) => {
      const need = needOf(dispute, now, locked);
      return need === null ? [] : [{ dispute, need }];
    })
    .toSorted((a, b) => URGENCY.indexOf(a.need.kind) - URGENCY.indexOf(b.need.kind));
}
