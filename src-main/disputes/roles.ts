import type { DisputeRole } from '../../src-shared/domain/disputes.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Ballot, ChainDispute, ChainDraw } from '../chain/disputes-projection.ts';
import { same } from '../tasks/work-book.ts';
import type { Subject } from './subject.ts';

/** What `me` is in a case; the first that applies. @param seats whether it has or had a seat */
export function roleIn(dispute: ChainDispute, about: Subject | undefined, seats: boolean, me: Address): DisputeRole {
  if (same(dispute.fields.claimant, me)) return 'claimant';
  if (same(dispute.fields.defendant, me)) return 'defendant';
  if (seats) return 'juror';
  if (about !== undefined && same(about.fields.requester, me)) return 'requester';
  return 'watcher';
}

export function isParty({ fields }: ChainDispute, me: Address): boolean {
  return same(fields.claimant, me) || same(fields.defendant, me);
}

export function ballotOf(draw: ChainDraw, me: Address): Ballot | undefined {
  return draw.ballots.find(({ juror }) => same(juror, me));
}

/** When ballots of a draw are sealed and opened; last seconds. */
export function periods(
  { terms }: ChainDispute,
  draw: ChainDraw,
): { readonly sealing: number; readonly opening: number } {
  const sealing = draw.startedAt + terms.commitSeconds;
  return { sealing, opening: sealing + terms.revealSeconds };
}
