import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Amount, Timestamp } from '../../src-shared/domain/ids.ts';
import { ownSide, verdict } from './words.ts';

export interface Need {
  readonly kind: 'vote' | 'open' | 'appeal' | 'contested';
  readonly title: string;
  readonly detail: string;
  readonly until: Timestamp | null;
  /** What the button of a reminder says. */
  readonly act: string;
}

/** A sealed ballot opens by itself; with so little time left a person should look after it. */
const ALARM_MS = 10 * 60_000;

/** Pure: why a person is needed in this dispute, or null. `locked`: the wallet cannot sign. */
export function needOf(dispute: DisputeView, now: Timestamp, locked: boolean): Need | null {
  const { ballot, model, until } = dispute;
  if (until !== null && until <= now) return null;
  if (dispute.state === 'sealing' && ballot.state === 'asked')
    return {
      kind: 'vote',
      title: `Your vote is needed: ${model}`,
      detail: 'A missing ballot costs part of your deposit',
      until,
      act: 'Look and vote',
    };
  const waits = waitsFor(dispute, now, locked);
  if (waits !== null)
    return {
      kind: 'open',
      title: `Your ballot must be ${waits}: ${model}`,
      detail: locked ? 'Unlock the wallet, or it counts as missing' : 'Keep Folkmoot running, or it counts as missing',
      until,
      act: 'Open this dispute',
    };
  if (dispute.appeal !== null && dispute.appeal.side === ownSide(dispute.role))
    return {
      kind: 'appeal',
      title: `A jury ruled against you: ${model}`,
      detail: `You can appeal for ${shortMoot(appealPrice(dispute.appeal))} MOOT`,
      until,
      act: 'Look at the ruling',
    };
  const votes = dispute.state === 'sealing' || dispute.state === 'opening';
  if (dispute.role === 'defendant' && votes)
    return {
      kind: 'contested',
      title: `Your result is contested: ${model}`,
      detail: `${shortMoot(dispute.atStake)} MOOT of your stake answer for it`,
      until,
      act: 'Look at it',
    };
  return null;
}

/** What does not happen to a ballot by itself, or hardly in time; null when all goes its way. */
function waitsFor({ state, ballot, until }: DisputeView, now: Timestamp, locked: boolean): 'sealed' | 'opened' | null {
  if (state === 'sealing')
    return locked && (ballot.state === 'computing' || ballot.state === 'sealing') ? 'sealed' : null;
  if (state !== 'opening' || (ballot.state !== 'sealed' && ballot.state !== 'opening')) return null;
  const late = ballot.state === 'sealed' && until !== null && until - now < ALARM_MS;
  return locked || late ? 'opened' : null;
}

/** What is still missing of the appeal's bond. */
export function appealPrice(appeal: { readonly cost: Amount; readonly raised: Amount }): Amount {
  const missing = units(appeal.cost) - units(appeal.raised);
  return amount(missing > 0n ? missing : 0n);
}

/** One sentence about an appeal for those it would not help. */
export function appealOfOthers(dispute: DisputeView): string {
  const { appeal, role } = dispute;
  if (appeal === null) return '';
  if (ownSide(role) !== null) return 'The ruling went your way. The other side can still appeal.';
  const who = appeal.side === 'claimant' ? 'whoever contested the result' : 'the solver';
  const found = verdict(appeal.side === 'claimant' ? 'defendant' : 'claimant');
  return `The result was found ${found}. An appeal would help ${who}; anybody may pay for one.`;
}
