import { AbiCoder, id, keccak256 } from 'ethers';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { PRESENCE_S, type Draw } from '../policy/duty.ts';

/**
 * The roster's draw, reckoned here: a view call for each task that somebody posts would be paid by the endpoint. What
 * comes out is only a filter; the contract decides again when the checker announces itself.
 */

const DRAW_TAG = id('folkmoot.duty.draw.v1');
const BPS = 10_000n;
const U_BITS = 64n;
/** Results of newcomers are checked half the time. */
export const NEWCOMER_BPS = 5_000;
export const NEWCOMER_WORKS = 20;
const DAY_S = 86_400;

/** A checker as the roster and the vault know it. Seconds and base units. */
export interface Checker {
  readonly deposit: bigint;
  readonly atRisk: bigint;
  readonly pending: number;
  readonly since: number;
  readonly seenAt: number;
  readonly weight: bigint;
  readonly offAt: number;
}

/** The last two changes of a stake. */
export interface Trace {
  readonly stake: bigint;
  readonly changedAt: number;
  readonly before: bigint;
  readonly changedBefore: number;
}

export interface Odds {
  readonly checker: Checker;
  readonly trace: Trace;
  readonly minDeposit: bigint;
  /** Stake that was seen on a day, by days since 1970; a day that is not known counts as nothing. */
  readonly onDuty: ReadonlyMap<number, bigint>;
}

/**
 * @param hash of the block that decides; null while it is not known.
 * @param expected checkers that are drawn on average, in 1/10,000.
 * @param since whose stake and presence count: those of this moment, seconds.
 */
export function draw(
  task: TaskId,
  hash: string | null,
  expected: number,
  since: number,
  me: Address,
  odds: Odds,
): Draw {
  if (!isOnDuty(odds, since)) return 'not-drawn';
  if (hash === null) return 'unknown';
  const u = drawNumber(task, hash, me);
  const stake = stakeFor(odds, since);
  const total = totalFor(odds, since);
  return u * total * BPS < (BigInt(expected) * stake) << U_BITS ? 'drawn' : 'not-drawn';
}

/** 64 bits that nobody knew at submission. */
export function drawNumber(task: TaskId, hash: string, me: Address): bigint {
  const packed = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'bytes32', 'bytes32', 'address'],
    [DRAW_TAG, task, hash, me],
  );
  return BigInt(keccak256(packed)) & ((1n << U_BITS) - 1n);
}

export function isOnDuty({ checker, minDeposit }: Odds, when: number): boolean {
  if (checker.deposit < minDeposit || checker.since === 0 || checker.since >= when) return false;
  if (checker.offAt !== 0 && when >= checker.offAt) return false;
  return when <= checker.seenAt + PRESENCE_S;
}

function stakeFor({ checker, trace }: Odds, since: number): bigint {
  const then = trace.changedAt < since ? trace.stake : trace.changedBefore < since ? trace.before : 0n;
  // After two changes nobody knows; then what was counted before stands for it.
  if (then === 0n && checker.seenAt < since) return checker.weight;
  return then > checker.weight ? checker.weight : then;
}

function totalFor({ onDuty, checker }: Odds, since: number): bigint {
  const day = Math.floor(since / DAY_S);
  return [day - 1, day, Math.floor(checker.seenAt / DAY_S)]
    .map((each) => onDuty.get(each) ?? 0n)
    .reduce((a, b) => (a > b ? a : b));
}
