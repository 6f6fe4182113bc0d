import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { Side } from '../../src-shared/domain/disputes.ts';
import type { Address, Amount, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import { unpackCase, unpackClock, type CaseTerms, type Clock } from './case-terms.ts';
import type { ChainEvent, Json } from './events.ts';
import type { Moment } from './tasks-projection.ts';

type Hex = `0x${string}`;

/** The words that every later call must bring again, exactly as the event carried them. */
export interface CaseFields {
  readonly module: Address;
  readonly claimant: Address;
  readonly defendant: Address;
  readonly money: string;
  readonly terms: string;
}

export interface Opening {
  /** 0 refused to choose, 1 claimant, 2 defendant. */
  readonly vote: number;
  readonly trace: Hex;
  /** 16 bytes. */
  readonly salt: Hex;
}

export interface Ballot {
  readonly juror: Address;
  readonly seats: number;
  readonly commitment: Hex;
  /** Place in the list of the draw; null for a ballot in a word of its own. */
  readonly position: number | null;
  readonly sealed: Moment;
  /** null until it was opened ahead of the tally. */
  readonly opening: (Opening & Moment) | null;
}

/** One draw of a panel; finished once it has records. */
export interface ChainDraw extends Clock {
  readonly clock: string;
  /** Chain over the draws before it. */
  readonly past: Hex;
  readonly seed: Hex | null;
  /** Sealed records; `0x` while there is no list. */
  readonly list: Hex;
  readonly ballots: readonly Ballot[];
  readonly records: Hex | null;
}

/** Who gave how much to an appeal against the ruling of a round. */
export interface ChainAppeal {
  readonly round: number;
  readonly side: Side;
  readonly raised: Amount;
  readonly given: ReadonlyArray<{ readonly backer: Address; readonly amount: Amount }>;
  readonly repaid: ReadonlyArray<{ readonly backer: Address; readonly amount: Amount }>;
}

export interface ChainDispute {
  readonly id: string;
  readonly subject: TaskId;
  /** `undelivered`: the money is booked, the module has not heard the ruling yet. */
  readonly state: 'voting' | 'ruled' | 'undelivered' | 'over';
  readonly fields: CaseFields;
  readonly terms: CaseTerms;
  readonly opened: Moment;
  /** In order; the last one is the current one while the case votes. */
  readonly draws: readonly ChainDraw[];
  /** The latest; `until`: last second of its appeal, 0 when there is none. */
  readonly ruling: ({ readonly side: Side; readonly round: number; readonly until: number } & Moment) | null;
  readonly appeals: readonly ChainAppeal[];
  readonly fines: ReadonlyArray<{ readonly juror: Address; readonly amount: Amount } & Moment>;
  readonly evidence: ReadonlyArray<{ readonly party: Address; readonly text: string }>;
  readonly executed:
    | ({
        readonly side: Side;
        readonly pot: Amount;
        readonly perSeat: Amount;
        readonly seats: number;
        readonly toParty: Amount;
        readonly toBackers: Amount;
      } & Moment)
    | null;
}

export const SEALED_BYTES = 47;
export const RECORD_BYTES = 22;
const PLACED_BYTES = 50;
/**
 * Anyone may show something, any number of times: what is beyond this is not kept. Each side has as much room to itself,
 * and everybody else together, so that nobody fills the room of another.
 */
const MAX_EVIDENCE = 16;
const ZERO_WORD: Hex = `0x${'0'.repeat(64)}`;

/** Pure fold: the case after one more of its events, in chain order. Events of an unknown case change nothing. */
export function foldDispute(dispute: ChainDispute | null, event: ChainEvent): ChainDispute | null {
  const { args } = event;
  const at: Moment = { block: event.block, time: event.time, tx: event.tx as TxHash };
  if (event.name === 'Opened') return opened(args, at);
  if (dispute === null) return null;
  switch (event.name) {
    case 'DrawStarted': {
      const started = newDraw(text(args['clock']), text(args['past']) as Hex);
      // A draw whose seed was missed has no records: the new one takes its place.
      const finished = dispute.draws.filter(({ records }) => records !== null);
      return { ...dispute, state: 'voting', draws: [...finished, started] };
    }
    case 'Seeded':
      return inDraw(dispute, currentNumber(dispute), (draw) => ({ ...draw, seed: text(args['seed']) as Hex }));
    case 'ListSealed':
      return inDraw(dispute, Number(args['draw']), (draw) => {
        const list = text(args['list']) as Hex;
        return { ...draw, seed: text(args['seed']) as Hex, list, ballots: [...listed(list, at), ...draw.ballots] };
      });
    case 'BallotSealed':
      return inDraw(dispute, Number(args['draw']), (draw) => {
        const ballot: Ballot = {
          juror: args['juror'] as Address,
          seats: Number(args['seats']),
          commitment: text(args['commitment']) as Hex,
          position: null,
          sealed: at,
          opening: null,
        };
        return { ...draw, seed: text(args['seed']) as Hex, ballots: [...draw.ballots, ballot] };
      });
    case 'ListOpened':
      return inDraw(dispute, Number(args['draw']), (draw) =>
        placed(text(args['placed'])).reduce((rest, [position, opening]) => {
          const is = (ballot: Ballot): boolean => ballot.position === position && ballot.opening === null;
          return withOpening(rest, is, { ...opening, ...at });
        }, draw),
      );
    case 'BallotOpened':
      return inDraw(dispute, Number(args['draw']), (draw) => {
        const is = (ballot: Ballot): boolean => ballot.juror === args['juror'] && ballot.position === null;
        const [trace, salt] = [text(args['trace']) as Hex, text(args['salt']) as Hex];
        return withOpening(draw, is, { vote: Number(args['vote']), trace, salt, ...at });
      });
    case 'Tallied':
      return tallied(dispute, args, at);
    case 'AppealFunded':
      return funded(dispute, args);
    case 'AppealRepaid': {
      const entry = { backer: args['backer'] as Address, amount: args['amount'] as Amount };
      return {
        ...dispute,
        appeals: dispute.appeals.map((appeal) =>
          appeal.round === Number(args['round']) ? { ...appeal, repaid: [...appeal.repaid, entry] } : appeal,
        ),
      };
    }
    case 'Fined': {
      const fine = { juror: args['juror'] as Address, amount: args['fine'] as Amount, ...at };
      return { ...dispute, fines: [...dispute.fines, fine] };
    }
    case 'Evidence': {
      const shown = { party: args['party'] as Address, text: text(args['evidence']) };
      return hasRoom(dispute, shown.party) ? { ...dispute, evidence: [...dispute.evidence, shown] } : dispute;
    }
    case 'Executed':
      // Whether the module has heard of it, the module's own event says: until then it may be undelivered.
      return {
        ...dispute,
        state: 'undelivered',
        executed: {
          side: sideOf(args['ruling']),
          pot: args['pot'] as Amount,
          perSeat: args['perSeat'] as Amount,
          seats: Number(args['seats']),
          toParty: args['toParty'] as Amount,
          toBackers: args['toBackers'] as Amount,
          ...at,
        },
      };
    case 'Delivered':
    case 'Ruling':
      return { ...dispute, state: 'over' };
    default:
      return dispute;
  }
}

/** The draw that takes ballots now; null once the case has a ruling. */
export function currentDraw(dispute: ChainDispute): ChainDraw | null {
  return dispute.state === 'voting' ? (dispute.draws.at(-1) ?? null) : null;
}

/** Finished draws, as the court wants them back. */
export function finishedDraws(dispute: ChainDispute): Array<ChainDraw & { readonly records: Hex }> {
  return dispute.draws.flatMap((draw) => (draw.records === null ? [] : [{ ...draw, records: draw.records }]));
}

/** Records of a finished draw. `mark`: 0 refused, 1 claimant, 2 defendant, 3 absent. */
export function readRecords(records: Hex): Array<{ juror: Address; seats: number; mark: number }> {
  return pieces(records, RECORD_BYTES).map((piece) => ({
    juror: `0x${piece.slice(0, 40)}` as Address,
    seats: Number.parseInt(piece.slice(40, 42), 16),
    mark: Number.parseInt(piece.slice(42, 44), 16),
  }));
}

/** Backers who can have money back and have not: of appeals that came short, and of those that were right. */
export function repayable(dispute: ChainDispute): Array<{ readonly round: number; readonly backer: Address }> {
  if (dispute.executed === null) return [];
  const { side } = dispute.executed;
  const made = (appeal: ChainAppeal): boolean => units(appeal.raised) >= units(dispute.terms.appealBond);
  return dispute.appeals
    .filter((appeal) => !made(appeal) || appeal.side === side)
    .flatMap(({ round, given, repaid }) =>
      given
        .filter(({ backer }) => !repaid.some((entry) => entry.backer === backer))
        .map(({ backer }) => ({ round, backer })),
    );
}

/** Whether one more of this account is kept. */
export function hasRoom(
  { evidence, fields }: { readonly evidence: ReadonlyArray<{ readonly party: Address }>; readonly fields: CaseFields },
  party: Address,
): boolean {
  const places = [fields.claimant, fields.defendant].map((side) => side.toLowerCase());
  const placeOf = (one: Address): number => places.indexOf(one.toLowerCase());
  return evidence.filter((shown) => placeOf(shown.party) === placeOf(party)).length < MAX_EVIDENCE;
}

export function other(side: Side): Side {
  return side === 'claimant' ? 'defendant' : 'claimant';
}

function opened(args: ChainEvent['args'], at: Moment): ChainDispute {
  const { module, claimant, defendant, money, terms } = args['case_'] as unknown as CaseFields;
  return {
    id: text(args['disputeId']),
    subject: text(args['subject']) as TaskId,
    state: 'voting',
    fields: { module, claimant, defendant, money, terms },
    terms: unpackCase(money, terms),
    opened: at,
    draws: [newDraw(text(args['clock']), ZERO_WORD)],
    ruling: null,
    appeals: [],
    fines: [],
    evidence: [],
    executed: null,
  };
}

function tallied(dispute: ChainDispute, args: ChainEvent['args'], at: Moment): ChainDispute {
  const number = Number(args['draw']);
  const counted = inDraw(dispute, number, (draw) => ({ ...draw, records: text(args['records']) as Hex }));
  if (args['ruling'] === '0') return counted;
  const ruling = { side: sideOf(args['ruling']), round: number >> 8, until: Number(args['until']), ...at };
  return { ...counted, state: 'ruled', ruling };
}

function funded(dispute: ChainDispute, args: ChainEvent['args']): ChainDispute {
  const round = Number(args['round']);
  const [backer, given] = [args['backer'] as Address, args['amount'] as Amount];
  const before = dispute.appeals.find((appeal) => appeal.round === round) ?? {
    round,
    side: other(dispute.ruling?.side ?? 'claimant'),
    raised: amount(0n),
    given: [],
    repaid: [],
  };
  const known = before.given.find((entry) => entry.backer === backer);
  const entry = { backer, amount: amount(units(known?.amount ?? amount(0n)) + units(given)) };
  const after = {
    ...before,
    raised: args['raised'] as Amount,
    given: [...before.given.filter((each) => each !== known), entry],
  };
  return { ...dispute, appeals: [...dispute.appeals.filter((appeal) => appeal.round !== round), after] };
}

function newDraw(clock: string, past: Hex): ChainDraw {
  return { clock, ...unpackClock(clock), past, seed: null, list: '0x', ballots: [], records: null };
}

function currentNumber(dispute: ChainDispute): number {
  return dispute.draws.at(-1)?.number ?? 0;
}

function inDraw(dispute: ChainDispute, number: number, change: (draw: ChainDraw) => ChainDraw): ChainDispute {
  const is = (draw: ChainDraw): boolean => draw.number === number && draw.records === null;
  return { ...dispute, draws: dispute.draws.map((draw) => (is(draw) ? change(draw) : draw)) };
}

function withOpening(draw: ChainDraw, is: (ballot: Ballot) => boolean, opening: Opening & Moment): ChainDraw {
  return { ...draw, ballots: draw.ballots.map((ballot) => (is(ballot) ? { ...ballot, opening } : ballot)) };
}

/** Ballots of a list: juror 20 | seats 1 | commitment 26. */
function listed(list: Hex, at: Moment): Ballot[] {
  return pieces(list, SEALED_BYTES).map((piece, position) => ({
    juror: `0x${piece.slice(0, 40)}` as Address,
    seats: Number.parseInt(piece.slice(40, 42), 16),
    commitment: `0x${piece.slice(42)}`,
    position,
    sealed: at,
    opening: null,
  }));
}

/** Placed openings: position 1 | vote 1 | trace 32 | salt 16. */
function placed(packed: string): Array<[number, Opening]> {
  return pieces(packed, PLACED_BYTES).map((piece) => [
    Number.parseInt(piece.slice(0, 2), 16),
    {
      vote: Number.parseInt(piece.slice(2, 4), 16),
      trace: `0x${piece.slice(4, 68)}`,
      salt: `0x${piece.slice(68, 100)}`,
    },
  ]);
}

function pieces(packed: string, bytes: number): string[] {
  const hex = packed.slice(2);
  return Array.from({ length: hex.length / (2 * bytes) }, (_, n) => hex.slice(n * 2 * bytes, (n + 1) * 2 * bytes));
}

function sideOf(ruling: Json | undefined): Side {
  return ruling === '1' ? 'claimant' : 'defendant';
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
