import type { BallotView, DisputeView, Side } from '../../src-shared/domain/disputes.ts';
import { compare, verdict } from './words.ts';

/** Pure: how the vote stands and where it came from; null while there is none. */
export function ballotLine(ballot: BallotView): string | null {
  if (ballot.vote === null) return null;
  const how = ballot.automatic ? 'as this machine computed it' : 'by your own decision';
  const shown = ballot.state === 'opened' ? 'Everybody can see it now.' : 'Nobody else can see it until it is opened.';
  if (ballot.state === 'computing')
    return `This machine found the result ${verdict(ballot.vote)}. Nobody else can see that until the ballot is opened.`;
  if (ballot.state === 'late') return `It would have said that the result is ${verdict(ballot.vote)}.`;
  return `It says that the result is ${verdict(ballot.vote)}, ${how}. ${shown}`;
}

/** Pure: a warning for a vote that goes against what this machine computed; null when it does not. */
export function againstOwn(side: Side, dispute: DisputeView): string | null {
  const { state } = compare(dispute);
  if (state === 'same' && side === 'claimant')
    return 'This machine got the same result as the solver: you would vote against your own computation.';
  if (state === 'differ' && dispute.ballot.state === 'asked')
    return `Be sure that the difference is ${side === 'claimant' ? 'more than an honest one' : 'an honest one'}: no machine can tell here.`;
  if (state === 'differ' && side === 'defendant')
    return 'This machine got another result than the solver: you would vote against your own computation.';
  if (state === 'unknown') return 'This machine has not run the model, so nothing here supports either vote.';
  return null;
}
