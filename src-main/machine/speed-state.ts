import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { ClaimState } from '../../src-shared/domain/speed.ts';
import type { SpeedClaim } from '../network/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * How long what was found stands. Speed depends on heat, drivers and what else a machine does: a day. A slow answer may
 * have been a bad moment of the line, so it is looked at again sooner. A wrong result is no matter of moments: only a
 * lie or a broken machine gives other bytes, so it is remembered for a month. Silence says little, and less after a week.
 */
export const AGES = { holds: DAY, slow: 6 * HOUR, wrong: 30 * DAY, silent: 7 * DAY } as const;
/** No peer is asked by itself more often; its own limit is one question in this time. */
export const PEER_GAP_MS = HOUR / 6;
/** Silence doubles the time to the next try, up to a day. */
const SILENT_RETRY_MS = HOUR;

/** What is kept of one claim of one peer. */
export interface SpeedRecord {
  /** The last proof that was judged, of a claim of so many runs per 1,000 s. */
  readonly judged: {
    readonly verdict: 'holds' | 'slow' | 'wrong';
    readonly claimed: number;
    /** Runs per 1,000 s. */
    readonly measured: number;
    readonly at: Timestamp;
  } | null;
  readonly triedAt: Timestamp;
  /** Tries in a row without a proof. */
  readonly silent: number;
}

/** A clock that was set back makes the future: that is no more recent than the past. */
function within(at: Timestamp, age: number, now: Timestamp): boolean {
  return Math.abs(now - at) < age;
}

/**
 * Pure. A claim that was shown to hold covers every lower one, and one that was missed every higher one; so a new figure
 * of a peer neither washes off a failure nor borrows a success.
 */
export function stateOf(record: SpeedRecord | undefined, claim: SpeedClaim, now: Timestamp): ClaimState {
  if (record === undefined) return 'unchecked';
  const { judged, silent, triedAt } = record;
  if (judged !== null && within(judged.at, AGES[judged.verdict], now)) {
    if (judged.verdict === 'wrong') return 'wrong';
    if (judged.verdict === 'holds' && claim.runsPer1000s <= judged.claimed) return 'holds';
    if (judged.verdict === 'slow' && claim.runsPer1000s >= judged.claimed) return 'slow';
  }
  return silent > 0 && within(triedAt, AGES.silent, now) ? 'silent' : 'unchecked';
}

/** Pure. Whether it is time to ask again. */
function isDue(record: SpeedRecord | undefined, claim: SpeedClaim, now: Timestamp): boolean {
  const state = stateOf(record, claim, now);
  if (state === 'unchecked') return true;
  const wait = Math.min(DAY, SILENT_RETRY_MS * 2 ** Math.min(10, (record?.silent ?? 1) - 1));
  return state === 'silent' && record !== undefined && !within(record.triedAt, wait, now);
}

export interface Claimant {
  readonly peer: PeerId;
  readonly claims: readonly SpeedClaim[];
  /** When any of its claims was tried last. */
  readonly triedAt: Timestamp | null;
}

export interface Choice {
  readonly peer: PeerId;
  readonly claim: SpeedClaim;
}

/**
 * Pure. Whom to ask next, and about what; undefined when nobody is due. First a peer, then one of its claims, both at
 * random: who claims more is not asked more, and nobody can foresee its turn. @param random 0 to below 1
 */
export function chooseCheck(
  claimants: readonly Claimant[],
  recordOf: (peer: PeerId, claim: SpeedClaim) => SpeedRecord | undefined,
  now: Timestamp,
  random: () => number,
): Choice | undefined {
  const due = claimants.flatMap(({ peer, claims, triedAt }) => {
    if (triedAt !== null && within(triedAt, PEER_GAP_MS, now)) return [];
    const some = claims.filter((claim) => isDue(recordOf(peer, claim), claim, now));
    return some.length === 0 ? [] : [{ peer, claims: some }];
  });
  const one = pick(due, random);
  const claim = one === undefined ? undefined : pick(one.claims, random);
  return one === undefined || claim === undefined ? undefined : { peer: one.peer, claim };
}

function pick<T>(all: readonly T[], random: () => number): T | undefined {
  return all[Math.min(all.length - 1, Math.floor(random() * all.length))];
}
