import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { verdict } from './words.ts';

type Seen = ReadonlyMap<string, DisputeView>;

export function seen(disputes: readonly DisputeView[]): Seen {
  return new Map(disputes.map((dispute) => [dispute.id, dispute]));
}

/** Pure: what happened since, one sentence each, to be read out. Cases that only came into view say nothing. */
export function news(before: Seen, now: readonly DisputeView[]): readonly string[] {
  return now.flatMap((dispute) => {
    const last = before.get(dispute.id);
    const sentence = last === undefined ? arrival(dispute) : change(last, dispute);
    return sentence === null ? [] : [`${sentence} ${dispute.model}, dispute ${dispute.id}.`];
  });
}

function arrival(dispute: DisputeView): string | null {
  if (dispute.state !== 'sealing') return null;
  if (dispute.role === 'defendant') return 'Your result is contested:';
  if (dispute.role === 'requester') return 'An answer you got is contested:';
  if (dispute.ballot.state === 'asked') return 'Your vote is needed:';
  return dispute.role === 'juror' ? 'You have a seat on a jury:' : null;
}

function change(last: DisputeView, now: DisputeView): string | null {
  if (now.state === 'final' && last.state !== 'final') return ending(now);
  if (now.round > last.round) return 'The ruling was appealed, and a larger panel votes:';
  if (now.ruling !== null && now.ruling !== last.ruling) return `A jury found the result ${verdict(now.ruling)}:`;
  if (now.ballot.state === last.ballot.state) return null;
  switch (now.ballot.state) {
    case 'asked':
      return 'Your vote is needed:';
    case 'sealed':
      return 'Your ballot is sealed:';
    case 'opened':
      return 'Your ballot is opened:';
    case 'late':
      return 'You missed a ballot:';
    default:
      return null;
  }
}

function ending(dispute: DisputeView): string {
  const outcome = dispute.outcome === null ? 0n : units(dispute.outcome);
  const found = dispute.ruling === null ? '' : `, the result was ${verdict(dispute.ruling)}`;
  if (outcome === 0n || dispute.outcome === null) return `Decided${found}:`;
  const sum = shortMoot(dispute.outcome).replace('-', '');
  return `Decided${found}, you ${outcome > 0n ? 'gained' : 'lost'} ${sum} MOOT:`;
}
