import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';

export interface StakeNeed {
  readonly id: 'suspended' | 'exit';
  readonly title: string;
  readonly detail: string;
  readonly until: Timestamp | null;
}

export function isSuspended(stake: StakeView, now: Timestamp): boolean {
  return stake.suspendedUntil !== null && stake.suspendedUntil > now;
}

export function exitReady(stake: StakeView, now: Timestamp): boolean {
  return stake.exit !== null && stake.exit.readyAt <= now;
}

/** Pure: what of the stake a person should look at. */
export function stakeNeeds(stake: StakeView | null, now: Timestamp): readonly StakeNeed[] {
  if (stake === null) return [];
  const needs: StakeNeed[] = [];
  if (isSuspended(stake, now))
    needs.push({
      id: 'suspended',
      title: 'You are suspended: no work, no checking, no ballot',
      detail: 'Three disputes went against you',
      until: stake.suspendedUntil,
    });
  if (stake.exit !== null && exitReady(stake, now))
    needs.push({
      id: 'exit',
      title: `${shortMoot(stake.exit.amount)} MOOT can leave your stake now`,
      detail: 'One more step brings it to what is ready to pay',
      until: null,
    });
  return needs;
}
