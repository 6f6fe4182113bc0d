import type { Amount, TaskId, Timestamp, TxHash } from './ids.ts';

/** `pending`: proved on chain, claim window open. `forgone`: work done, somebody else was first. */
export type LedgerState = 'pending' | 'paid' | 'forgone';

/** One task from offer to payout, or one run of a batch: `task` is the id of either. Amounts in MOOT base units; `gas` in wei of the chain's coin. */
export interface LedgerEntry {
  readonly task: TaskId;
  readonly model: string;
  readonly state: LedgerState;
  readonly offered: Amount;
  readonly treasury: Amount;
  /** Paid from the fee; before the payout what it will be. */
  readonly net: Amount;
  /** New tokens on top of it. */
  readonly issued: Amount;
  readonly gas: string;
  readonly at: Timestamp;
  readonly transactions: ReadonlyArray<{ readonly step: 'commit' | 'reveal' | 'claim'; readonly hash: TxHash }>;
}

/** Sums of what was paid, new tokens included. */
export interface EarningsView {
  readonly today: Amount;
  readonly week: Amount;
  readonly total: Amount;
  readonly pending: Amount;
  readonly tasksPaid: number;
  readonly gas: string;
  /** Paid per local day, oldest first, last 14 days. */
  readonly days: ReadonlyArray<{ readonly day: string; readonly paid: Amount }>;
  readonly entries: readonly LedgerEntry[];
}
