import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

/** What the court packs into the words of a case (`ICourtTypes`). Times in seconds, shares in 1/10,000. */
export interface CaseTerms {
  readonly bond: Amount;
  readonly atStake: Amount;
  readonly openedAt: number;
  /** People judge, and not machines that run the model again. */
  readonly people: boolean;
  /** Ballots of one side must name the same trace. */
  readonly traceMustMatch: boolean;
  readonly commitSeconds: number;
  readonly revealSeconds: number;
  readonly appealSeconds: number;
  /** Expected seats of the three rounds. */
  readonly seats: readonly [number, number, number];
  readonly redraws: number;
  readonly quorumBps: number;
  /** Fine for a missing ballot; twice that for one who missed another within `repeatDays`. */
  readonly fine: Amount;
  readonly repeatDays: number;
  readonly appealBond: Amount;
  readonly jurorBps: number;
}

/** One draw of a panel: `number` is round * 256 + attempt. */
export interface Clock {
  readonly startedAt: number;
  readonly seedBlock: number;
  /** Weight of all who could be drawn, base units. */
  readonly present: Amount;
  readonly round: number;
  readonly attempt: number;
  readonly number: number;
}

export const ROUNDS = 3;
const BPS = 10_000n;

/** `value * bps / 10,000`, rounded down as the contract does. */
export function shareOf(value: bigint, bps: number): bigint {
  return (value * BigInt(bps)) / BPS;
}

function field(word: bigint, shift: number, bits: number): bigint {
  return (word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);
}

/** @param money,terms decimal or 0x text of the words, first field highest */
export function unpackCase(money: string, terms: string): CaseTerms {
  const [m, t] = [BigInt(money), BigInt(terms)];
  const of = (shift: number, bits: number): number => Number(field(t, shift, bits));
  const atStake = field(m, 56, 80);
  return {
    bond: amount(field(m, 136, 80)),
    atStake: amount(atStake),
    openedAt: Number(field(m, 16, 40)),
    people: field(m, 8, 8) === 1n,
    traceMustMatch: field(m, 0, 8) !== 0n,
    commitSeconds: of(184, 24),
    revealSeconds: of(160, 24),
    appealSeconds: of(136, 24),
    seats: [of(128, 8), of(120, 8), of(112, 8)],
    redraws: of(104, 8),
    quorumBps: of(80, 16),
    fine: amount(shareOf(atStake, of(64, 16))),
    repeatDays: of(56, 8),
    appealBond: amount(shareOf(atStake, of(40, 16))),
    jurorBps: of(24, 16),
  };
}

/** @param clock decimal or 0x text of the word */
export function unpackClock(clock: string): Clock {
  const word = BigInt(clock);
  return {
    startedAt: Number(field(word, 136, 40)),
    seedBlock: Number(field(word, 96, 40)),
    present: amount(field(word, 16, 80)),
    round: Number(field(word, 8, 8)),
    attempt: Number(field(word, 0, 8)),
    number: Number(field(word, 0, 16)),
  };
}
