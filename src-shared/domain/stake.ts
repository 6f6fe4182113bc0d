import type { Amount, TaskId, Timestamp, TxHash } from './ids.ts';

/** Why a part of the stake is locked. `unknown`: for something that this node has not read from the chain. */
export type LockCause = 'reservation' | 'solution' | 'contestation' | 'defence' | 'duty' | 'jury' | 'exit' | 'unknown';

export interface StakeLock {
  readonly cause: LockCause;
  readonly amount: Amount;
  /** One sentence: what it answers for. */
  readonly why: string;
  /** When it ends at the earliest; null when that depends on others or on you. */
  readonly until: Timestamp | null;
  /** What to look at: a task or a dispute. */
  readonly task: TaskId | null;
  readonly dispute: string | null;
}

/** Stake that was taken, and why. */
export interface SlashView {
  readonly at: Timestamp;
  readonly amount: Amount;
  readonly why: string;
  readonly transaction: TxHash;
}

/** A standing duty: checker or juror. */
export interface ServiceView {
  /** What the person wants. */
  readonly wanted: boolean;
  /** What the chain says. `leaving`: signed off, the deposit comes back later. */
  readonly state: 'off' | 'joining' | 'on' | 'leaving';
  readonly deposit: Amount;
  /** Present today, so it can be drawn. */
  readonly present: boolean;
  /** One sentence: why it is as it is, or what it does. */
  readonly reason: string;
  /** Done and missed so far. */
  readonly served: number;
  readonly missed: number;
  readonly earned: Amount;
}

export interface StakeView {
  /** All of the stake; `free` secures nothing and is not on its way out. */
  readonly stake: Amount;
  readonly free: Amount;
  readonly locked: Amount;
  readonly prepaid: Amount;
  readonly wallet: Amount;
  readonly locks: readonly StakeLock[];
  /** Stake on its way out. */
  readonly exit: { readonly amount: Amount; readonly readyAt: Timestamp } | null;
  readonly exitDelaySeconds: number;
  readonly duty: ServiceView;
  readonly jury: ServiceView;
  readonly slashes: readonly SlashView[];
  /** Until when nothing can be locked, after three lost cases; null when not suspended. */
  readonly suspendedUntil: Timestamp | null;
  /** What the stake brought so far. `issued`: new tokens, on top of fees. */
  readonly income: {
    readonly solving: Amount;
    readonly issued: Amount;
    readonly checking: Amount;
    readonly disputes: Amount;
  };
  /** A move that is under way, one sentence; null when none is. */
  readonly moving: string | null;
}
