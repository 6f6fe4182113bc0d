import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { BallotView, DisputeRole, DisputeState, DisputeView, Side } from '../../src-shared/domain/disputes.ts';
import { count } from '../../src-shared/domain/format.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure: how disputes are said. One or two words for a row, one sentence for a page. */
export interface Said {
  readonly short: string;
  readonly title: string;
  readonly tone: Tone;
}

/** What the case is about, seen from here. */
const THING: Readonly<Record<DisputeRole, string>> = {
  claimant: 'the result you contested',
  defendant: 'your result',
  juror: 'the result',
  requester: 'the answer you got',
  watcher: 'the result',
};

export const ROLES: Readonly<Record<DisputeRole, string>> = {
  claimant: 'you contested it',
  defendant: 'your result',
  juror: 'you are on the jury',
  requester: 'you asked for it',
  watcher: 'of others',
};

/** What a ruling for one side says about the result. */
export function verdict(side: Side): 'wrong' | 'right' {
  return side === 'claimant' ? 'wrong' : 'right';
}

export function isDecided(state: DisputeState): boolean {
  return state === 'closing' || state === 'final';
}

/** This node is one of the two sides. */
export function ownSide(role: DisputeRole): Side | null {
  return role === 'claimant' || role === 'defendant' ? role : null;
}

export function sayDispute(dispute: DisputeView): Said {
  const thing = THING[dispute.role];
  const found = dispute.ruling === null ? null : verdict(dispute.ruling);
  const side = ownSide(dispute.role);
  const against = side !== null && dispute.ruling !== null && dispute.ruling !== side;
  switch (dispute.state) {
    case 'sealing':
      return { ...(ballotWord(dispute) ?? { short: 'voting', tone: 'wait' }), title: `A jury looks at ${thing}` };
    case 'opening':
      return { ...(ballotWord(dispute) ?? { short: 'counting', tone: 'wait' }), title: `A jury has voted on ${thing}` };
    case 'ruled':
      return {
        short: `found ${found ?? 'nothing'}`,
        title: found === null ? `The jury has ruled on ${thing}` : `The jury found that ${thing} is ${found}`,
        tone: against ? 'trouble' : 'wait',
      };
    case 'closing':
    case 'final':
      return { ...ending(dispute, found ?? 'right'), title: `Decided: ${thing} was ${found ?? 'left as it is'}` };
  }
}

const BALLOTS: Readonly<Partial<Record<BallotView['state'], Pick<Said, 'short' | 'tone'>>>> = {
  computing: { short: 'running it', tone: 'work' },
  sealing: { short: 'sealing', tone: 'work' },
  sealed: { short: 'sealed', tone: 'work' },
  opening: { short: 'opening', tone: 'work' },
  opened: { short: 'opened', tone: 'work' },
  late: { short: 'missed', tone: 'trouble' },
};

/** This machine is at work on it right now: the only ballot that may pulse. */
export function isBusy(ballot: BallotView): boolean {
  if (ballot.state === 'computing') return ballot.vote === null;
  return ballot.state === 'sealing' || ballot.state === 'opening';
}

/** For a juror the own ballot says more than the stage of the case. */
function ballotWord({ ballot }: DisputeView): Pick<Said, 'short' | 'tone'> | null {
  if (ballot.state === 'computing' && ballot.vote !== null) return { short: 'computed', tone: 'work' };
  return BALLOTS[ballot.state] ?? null;
}

function ending(dispute: DisputeView, found: string): Pick<Said, 'short' | 'tone'> {
  if (dispute.state === 'closing') return { short: `was ${found}`, tone: 'wait' };
  const outcome = dispute.outcome === null ? 0n : units(dispute.outcome);
  if (outcome > 0n) return { short: 'gained', tone: 'work' };
  if (outcome < 0n) return { short: 'lost', tone: 'trouble' };
  return { short: `was ${found}`, tone: 'wait' };
}

/** The stations of a case, and the last one behind it. */
export const STATIONS = [
  { id: 'sealed', name: 'Sealed' },
  { id: 'opened', name: 'Opened' },
  { id: 'ruling', name: 'Ruling' },
  { id: 'appeal', name: 'Appeal' },
  { id: 'final', name: 'Final' },
] as const;

const REACHED: Readonly<Record<DisputeState, number>> = { sealing: -1, opening: 0, ruled: 2, closing: 3, final: 4 };

export function stationOf(state: DisputeState): number {
  return REACHED[state];
}

/** What ends when the current stage ends; null when nothing is waited for. */
export function endOf(state: DisputeState): string | null {
  const ends: Partial<Record<DisputeState, string>> = {
    sealing: 'Ballots are taken until',
    opening: 'Ballots are opened until',
    ruled: 'Can be appealed until',
  };
  return ends[state] ?? null;
}

export const PANELS = 3;

/** Which panel, how large, and what is known of its ballots. */
export function panelLine(dispute: DisputeView): string {
  const { round, seats, sealed, opened } = dispute;
  const last = round >= PANELS ? ', the last one' : '';
  const ballots =
    dispute.state === 'sealing' ? `${count(sealed, 'ballot')} sealed so far` : `${sealed} sealed, ${opened} opened`;
  return `Panel ${round} of ${PANELS}${last}: about ${count(seats, 'seat')}, ${ballots}.`;
}

export interface Comparison {
  readonly state: 'same' | 'differ' | 'unknown';
  readonly title: string;
  readonly text: string;
}

/** Whether this machine gets what the solver got. Digests decide: a short answer may hide a difference. */
export function compare({ contested, own, role, state, ballot, agreement }: DisputeView): Comparison {
  const theirs = role === 'defendant' ? 'you gave' : 'the solver gave';
  if (contested.digest === null)
    return {
      state: 'unknown',
      title: 'Nothing to compare yet',
      text: 'The contested result has not been read so far.',
    };
  if (own.digest === null) {
    const text =
      ballot.state === 'computing'
        ? 'This machine is running the model again right now.'
        : isDecided(state)
          ? 'This machine did not run the model for this dispute.'
          : 'This machine has not run the model for this dispute.';
    return { state: 'unknown', title: 'Nothing to compare yet', text };
  }
  if (own.digest === contested.digest)
    return { state: 'same', title: 'They agree', text: `This machine gets exactly what ${theirs}.` };
  if (agreement?.verdict === 'same')
    return { state: 'same', title: 'They agree', text: `Not byte for byte, and they need not. ${agreement.why}` };
  // A person is asked although both results are there: then no machine can tell an honest difference from a wrong one.
  if (ballot.state === 'asked')
    return {
      state: 'differ',
      title: 'They differ',
      text: 'Not byte for byte the same. Honest results of some models differ a little: look at both.',
    };
  const alike = own.answer !== null && own.answer.text === contested.answer?.text;
  if (agreement?.verdict === 'different' && alike)
    return { state: 'differ', title: 'They differ', text: `The short answer is the same. ${agreement.why}` };
  return {
    state: 'differ',
    title: 'They differ',
    text: alike
      ? 'The short answer is the same, but the full results are not.'
      : `This machine gets something else than what ${theirs}.`,
  };
}

/** What a vote for a side does to the money of the others, in words. */
export function voteMeans(side: Side, dispute: Pick<DisputeView, 'atStake' | 'bond'>): string {
  return side === 'claimant'
    ? `If the jury agrees, the solver loses ${shortMoot(dispute.atStake)} MOOT of stake.`
    : `If the jury agrees, whoever contested it loses the bond of ${shortMoot(dispute.bond)} MOOT.`;
}

/** The heading of the list. */
export function listTitle(disputes: readonly DisputeView[], needed: number): string {
  if (needed > 0) return needed === 1 ? 'One dispute needs you' : `${needed} disputes need you`;
  const open = disputes.filter((dispute) => !isDecided(dispute.state)).length;
  if (open > 0) return `${count(open, 'dispute')} under way, none needs you`;
  return disputes.length === 0 ? 'No disputes' : 'All disputes are decided';
}
