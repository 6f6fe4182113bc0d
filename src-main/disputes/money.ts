import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeRole, Side } from '../../src-shared/domain/disputes.ts';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import { shareOf } from '../chain/case-terms.ts';
import {
  currentDraw,
  finishedDraws,
  readRecords,
  type ChainAppeal,
  type ChainDispute,
} from '../chain/disputes-projection.ts';
import { same } from '../tasks/work-book.ts';
import type { Subject } from './subject.ts';

/** What the court's rules make of a case for one account; base units. See `Settlement.sol`. */

const MARK: Record<Side, number> = { claimant: 1, defendant: 2 };

/**
 * What a won and a lost case mean for `me`, as far as that can be known before the end: how many jurors will agree is
 * estimated by the ballots that are sealed.
 * @param seats own seats in the current panel, and the side they are for; null: not decided
 */
export function prospects(
  dispute: ChainDispute,
  about: Subject | null,
  role: DisputeRole,
  me: Address,
  own: { readonly seats: number; readonly vote: Side | null } | null,
): { readonly canWin: Amount; readonly canLose: Amount } {
  const { bond, atStake, fine } = dispute.terms;
  const backing = backed(dispute, me);
  let win = 0n;
  let lose = backing;
  for (const side of ['claimant', 'defendant'] as const) {
    const pot = expectedPot(dispute, side);
    const rest = pot - shareOf(pot, dispute.terms.jurorBps);
    const gain = backersGain(dispute, side, rest, me);
    if (role === side) win += rest - backersGain(dispute, side, rest, null);
    if (own !== null && (own.vote ?? side) === side) win = max(win, jurorShare(dispute, side, pot, own.seats));
    win += gain;
  }
  if (role === 'claimant') lose += units(bond);
  if (role === 'defendant') lose += units(atStake);
  if (role === 'requester' && about !== null) win += about.refund;
  if (own !== null) lose += units(fine);
  return { canWin: amount(win), canLose: amount(lose) };
}

/** What an executed case brought `me`; negative: lost. Shares of backers are exact once they were paid. */
export function outcomeOf(dispute: ChainDispute, about: Subject | null, me: Address): Amount | null {
  const { executed, fields, terms } = dispute;
  if (executed === null) return null;
  let sum = 0n;
  if (same(fields.claimant, me)) sum += executed.side === 'claimant' ? units(executed.toParty) : -units(terms.bond);
  if (same(fields.defendant, me))
    sum += executed.side === 'defendant' ? units(executed.toParty) : -units(terms.atStake);
  sum += units(executed.perSeat) * BigInt(agreeing(dispute, executed.side, me));
  for (const fine of dispute.fines) if (same(fine.juror, me)) sum -= units(fine.amount);
  const rest = units(executed.pot) - units(executed.perSeat) * BigInt(executed.seats);
  for (const appeal of dispute.appeals) {
    const given = givenBy(appeal, me);
    if (given === 0n || !isMade(dispute, appeal)) continue;
    const paid = appeal.repaid.find(({ backer }) => same(backer, me));
    if (appeal.side !== executed.side) sum -= given;
    else if (paid === undefined) sum += (partOf(dispute, appeal, rest) * given) / units(appeal.raised);
    else sum += units(paid.amount) - given;
  }
  if (about !== null && same(about.fields.requester, me)) sum += about.refunded ?? 0n;
  return amount(sum);
}

/** Pays of jurors and party go by what is really taken: the loser's stake or bond, lost bonds of appeals, fines. */
function expectedPot(dispute: ChainDispute, side: Side): bigint {
  const { bond, atStake } = dispute.terms;
  let pot = side === 'claimant' ? units(atStake) : units(bond);
  for (const appeal of dispute.appeals)
    if (isMade(dispute, appeal) && appeal.side !== side) pot += units(appeal.raised);
  for (const fine of dispute.fines) pot += units(fine.amount);
  return pot;
}

function jurorShare(dispute: ChainDispute, side: Side, pot: bigint, seats: number): bigint {
  const draw = currentDraw(dispute);
  const sealed = draw?.ballots.reduce((sum, ballot) => sum + ballot.seats, 0) ?? 0;
  const now = Math.max(sealed, draw === null ? 0 : (dispute.terms.seats[draw.round] ?? 0), seats);
  const agree = agreeing(dispute, side, null) + now;
  return agree === 0 ? 0n : (shareOf(pot, dispute.terms.jurorBps) / BigInt(agree)) * BigInt(seats);
}

/** Seats in finished draws that are for a side, of one juror or of all. */
export function agreeing(dispute: ChainDispute, side: Side, juror: Address | null): number {
  return finishedDraws(dispute)
    .flatMap(({ records }) => readRecords(records))
    .filter((record) => record.mark === MARK[side] && (juror === null || same(record.juror, juror)))
    .reduce((sum, { seats }) => sum + seats, 0);
}

/** What backers on a side get of the rest of the pot, besides their bonds; all of them, or one. */
function backersGain(dispute: ChainDispute, side: Side, rest: bigint, backer: Address | null): bigint {
  return dispute.appeals
    .filter((appeal) => appeal.side === side && isMade(dispute, appeal))
    .reduce((sum, appeal) => {
      const part = partOf(dispute, appeal, rest);
      return sum + (backer === null ? part : (part * givenBy(appeal, backer)) / units(appeal.raised));
    }, 0n);
}

function partOf(dispute: ChainDispute, appeal: ChainAppeal, rest: bigint): bigint {
  const { bond, atStake } = dispute.terms;
  const own = appeal.side === 'claimant' ? units(bond) : units(atStake);
  const backed = dispute.appeals
    .filter((each) => each.side === appeal.side && isMade(dispute, each))
    .reduce((sum, { raised }) => sum + units(raised), 0n);
  return (rest * units(appeal.raised)) / (own + backed);
}

/** What `me` has at risk in appeals that were made. */
function backed(dispute: ChainDispute, me: Address): bigint {
  return dispute.appeals
    .filter((appeal) => isMade(dispute, appeal))
    .reduce((sum, appeal) => sum + givenBy(appeal, me), 0n);
}

function isMade({ terms }: ChainDispute, { raised }: ChainAppeal): boolean {
  return units(raised) >= units(terms.appealBond);
}

function givenBy({ given }: ChainAppeal, me: Address): bigint {
  return given.filter(({ backer }) => same(backer, me)).reduce((sum, { amount }) => sum + units(amount), 0n);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
