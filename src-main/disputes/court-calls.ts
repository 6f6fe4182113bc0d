import type { Address } from '../../src-shared/domain/ids.ts';
import { COURT, encodeCall } from '../chain/abi.ts';
import {
  currentDraw,
  finishedDraws,
  type Ballot,
  type ChainDispute,
  type ChainDraw,
  type Opening,
} from '../chain/disputes-projection.ts';
import { DisputeError } from './errors.ts';
import { pastAfter, sealedHash, ZERO } from './sealing.ts';

/**
 * Call data of the court's functions. Everything that the court wants back is rebuilt from the events of the case, so
 * any node can move any case on.
 */

type Hex = `0x${string}`;

/** Fixes the seed, or begins another draw when it cannot be known any more. @throws DisputeError `NOT_VOTING` */
export function drawCall(dispute: ChainDispute): string {
  return encodeCall(COURT, 'draw', [BigInt(dispute.id), caseOf(dispute), drawOf(voting(dispute))]);
}

/** Seals the caller's own ballot. @throws DisputeError `NOT_VOTING` */
export function commitCall(dispute: ChainDispute, commitment: Hex): string {
  const draw = voting(dispute);
  return encodeCall(COURT, 'commit', [BigInt(dispute.id), caseOf(dispute), drawOf(draw), draw.list, commitment]);
}

/** Opens a ballot ahead of the tally, wherever it was sealed. @throws DisputeError `NOT_VOTING` */
export function openCall(dispute: ChainDispute, ballot: Ballot, opening: Opening): string {
  const draw = voting(dispute);
  const common = [BigInt(dispute.id), caseOf(dispute), drawOf(draw)] as const;
  if (ballot.position === null) {
    const { vote, trace, salt } = opening;
    return encodeCall(COURT, 'openDirect', [...common, hex(ballot.juror), BigInt(vote), trace, salt]);
  }
  const { vote, trace, salt } = opening;
  const placed: Hex = `0x${byte(ballot.position)}${byte(vote)}${trace.slice(2)}${salt.slice(2)}`;
  return encodeCall(COURT, 'openList', [...common, draw.list, placed]);
}

/**
 * Counts the ballots.
 * @param late the time for opening is over: what was opened ahead counts. Before that all ballots are needed.
 * @returns null when ballots are missing.
 * @throws DisputeError `NOT_VOTING`
 */
export function tallyCall(dispute: ChainDispute, late: boolean): string | null {
  const draw = voting(dispute);
  if (!late && draw.ballots.some(({ opening }) => opening === null)) return null;
  return encodeCall(COURT, 'tally', [BigInt(dispute.id), caseOf(dispute), drawOf(draw), packTally(draw)]);
}

/**
 * Ballots in the list 1 | traces 1 | traces 32 each, ascending | the list, then the others by juror. Opened: juror 20 |
 * seats 1 | vote 1 | number of the trace 1 | salt 16. Unopened: juror 20 | seats 1 | ff | commitment 26.
 */
function packTally(draw: ChainDraw): Hex {
  const listed = draw.ballots.filter(({ position }) => position !== null);
  const directs = draw.ballots.filter(({ position }) => position === null).toSorted(byJuror);
  const named = draw.ballots.flatMap(({ opening }) => (opening === null ? [] : [opening.trace.toLowerCase()]));
  const traces = [...new Set(named.filter((trace) => trace !== ZERO))].sort();
  const ballots = [...listed, ...directs].map(({ juror, seats, commitment, opening }) => {
    const who = juror.slice(2).toLowerCase() + byte(seats);
    if (opening === null) return `${who}ff${commitment.slice(2)}`;
    const { vote, trace, salt } = opening;
    return who + byte(vote) + byte(traces.indexOf(trace.toLowerCase()) + 1) + salt.slice(2);
  });
  const head = byte(listed.length) + byte(traces.length) + traces.map((trace) => trace.slice(2)).join('');
  return `0x${head}${ballots.join('')}`;
}

/** Fines jurors who were drawn and sealed nothing. @param which index into the finished draws */
export function reportCall(dispute: ChainDispute, which: number, jurors: readonly Address[]): string {
  const ascending = [...jurors].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).map(hex);
  const args = [BigInt(dispute.id), caseOf(dispute), historyOf(dispute), BigInt(which), ascending] as const;
  return encodeCall(COURT, 'reportAbsent', args);
}

/** Gives to an appeal against the ruling. @param most base units; what is too much is not taken */
export function fundAppealCall(dispute: ChainDispute, most: bigint): string {
  const past = pastAfter(dispute);
  return encodeCall(COURT, 'fundAppeal', [BigInt(dispute.id), caseOf(dispute), roundOf(dispute), past, most]);
}

/** @param fields what the module needs with the ruling */
export function executeCall(dispute: ChainDispute, fields: Hex): string {
  return encodeCall(COURT, 'execute', [BigInt(dispute.id), caseOf(dispute), historyOf(dispute), fields]);
}

/** The ruling for a module that missed it. */
export function deliverCall(dispute: ChainDispute, fields: Hex): string {
  return encodeCall(COURT, 'deliver', [BigInt(dispute.id), hex(dispute.fields.module), fields]);
}

export function repayCall(id: string, round: number, backer: Address): string {
  return encodeCall(COURT, 'repayAppeal', [BigInt(id), BigInt(round), hex(backer)]);
}

export function evidenceCall(id: string, text: string): string {
  return encodeCall(COURT, 'submitEvidence', [BigInt(id), text]);
}

export function joinCall(deposit: bigint): string {
  return encodeCall(COURT, 'join', [deposit]);
}

export function resignCall(): string {
  return encodeCall(COURT, 'resign', []);
}

export function returnDepositCall(juror: Address): string {
  return encodeCall(COURT, 'returnDeposit', [hex(juror)]);
}

export function heartbeatCall(): string {
  return encodeCall(COURT, 'heartbeat', []);
}

export function caseOf({ fields }: ChainDispute) {
  return {
    module: hex(fields.module),
    claimant: hex(fields.claimant),
    defendant: hex(fields.defendant),
    money: BigInt(fields.money),
    terms: BigInt(fields.terms),
  };
}

export function drawOf(draw: ChainDraw) {
  const list = draw.list === '0x' ? ZERO : sealedHash(draw.list);
  return { clock: BigInt(draw.clock), seed: draw.seed ?? ZERO, list, past: draw.past };
}

function historyOf(dispute: ChainDispute) {
  return finishedDraws(dispute).map(({ clock, seed, records }) => ({
    clock: BigInt(clock),
    seed: seed ?? ZERO,
    records,
  }));
}

function roundOf(dispute: ChainDispute): bigint {
  return BigInt(dispute.ruling?.round ?? 0);
}

function voting(dispute: ChainDispute): ChainDraw {
  const draw = currentDraw(dispute);
  if (draw === null) throw new DisputeError('NOT_VOTING', 'The case takes no ballots now.');
  return draw;
}

function byJuror(a: Ballot, b: Ballot): number {
  return a.juror.toLowerCase() < b.juror.toLowerCase() ? -1 : 1;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function hex(address: Address): Hex {
  return address as string as Hex;
}
