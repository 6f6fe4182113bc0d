import type { Address, Amount, Digest, ModelId, TaskId, Timestamp } from './ids.ts';

/**
 * Where a task stands, as a person follows it. `posting` and `failed` exist only on the asker's own machine; `differing`:
 * the machines that must agree do not.
 */
export const TASK_STATES = [
  'posting',
  'posted',
  'reserved',
  'committed',
  'differing',
  'solved',
  'contested',
  'final',
  'refunded',
  'overturned',
  'failed',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Where this machine's own work on somebody's task stands. */
export const WORK_STATES = [
  'waiting',
  'reserving',
  'fetching',
  'computing',
  'computed',
  'committing',
  'committed',
  'revealing',
  'revealed',
  'contested',
  'claiming',
  'paid',
  'skipped',
  'lost',
  'failed',
] as const;
export type WorkState = (typeof WORK_STATES)[number];

export type StepKind =
  | 'posting'
  | 'posted'
  | 'seen'
  | 'skipped'
  | 'waiting'
  | 'accepted'
  | 'reserved'
  | 'fetched'
  | 'computed'
  | 'committed'
  | 'revealed'
  | 'served'
  | 'result'
  | 'contested'
  | 'claimed'
  | 'final'
  | 'paid'
  | 'refunded'
  | 'lost'
  | 'failed';

/** One step of a task's story: time, cause, proof. */
export interface Step {
  readonly kind: StepKind;
  readonly at: Timestamp;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly proof?: { readonly kind: 'transaction' | 'digest' | 'peer'; readonly value: string };
}

export interface Answer {
  /** "7", "French"; for raw tensors a short rendering of the first values. */
  readonly text: string;
  /** One row per class, best first; shares of 1. Empty for raw tensors. */
  readonly shares: ReadonlyArray<{ readonly label: string; readonly share: number }>;
}

/** What the asker put in, small enough to show again. */
export type InputPreview =
  | { readonly kind: 'image'; readonly width: number; readonly height: number; readonly pixels: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other'; readonly text: string };

/** One of the machines that must agree. `out`: the court found its result wrong; `confirmed`: the court let it stand. */
export interface SeatView {
  /** What a contestation of its result names; null before it is taken. */
  readonly id: TaskId | null;
  readonly state: 'empty' | 'sealed' | 'opened' | 'contested' | 'out' | 'confirmed' | 'missed' | 'paid';
  readonly solver: Address | null;
  readonly digest: Digest | null;
  /** The case over its result. */
  readonly dispute: string | null;
}

/** Most lines of one batch. */
export const MAX_LINES = 64;

/** How far the items of a batch are. */
export interface BatchProgress {
  readonly items: number;
  /** Items that have an answer here; of others' batches: that this machine solved. */
  readonly answered: number;
  /** Items that nobody has solved yet. */
  readonly open: number;
  /** Items that nothing can happen to any more: paid, or the money is back. */
  readonly final: number;
  /** Those of them whose money is back. */
  readonly back: number;
}

/** One item of a batch that this person asked for. */
export interface LineView {
  readonly item: number;
  readonly input: InputPreview | null;
  readonly state: TaskState;
  readonly answer: Answer | null;
  readonly solver: Address | null;
  readonly resultDigest: Digest | null;
  /** What a contestation of its result names, and until when there can be one; null before there is a result. */
  readonly id: TaskId | null;
  readonly finalAt: Timestamp | null;
}

/** A task, or a batch of them: amounts are those of all its items together. */
export interface TaskView {
  /** Unique on this machine, also before the chain knows the task. */
  readonly key: string;
  /** On chain; null for a batch. */
  readonly id: TaskId | null;
  readonly role: 'asked' | 'worked';
  readonly model: { readonly id: ModelId; readonly name: string };
  readonly requester: Address;
  readonly solver: Address | null;
  readonly state: TaskState;
  /** Only for `worked`. */
  readonly work: WorkState | null;
  /** One sentence: "waiting: the fee 0.01 is below your minimum 0.05". */
  readonly reason: string;
  /** Of all machines together. */
  readonly fee: Amount;
  readonly modelFee: Amount;
  /** What this machine earns or paid, after the treasury's share. */
  readonly net: Amount;
  readonly input: InputPreview | null;
  readonly answer: Answer | null;
  readonly resultDigest: Digest | null;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly deadline: Timestamp | null;
  /** When the claim window ends; null before the reveal. */
  readonly finalAt: Timestamp | null;
  /** From when the asker may take the money back; null when it cannot. */
  readonly retractAt: Timestamp | null;
  /** The machines that must agree; null for a task that one solves. */
  readonly seats: readonly SeatView[] | null;
  readonly steps: readonly Step[];
  /** Only for batches; the lines are asked for. */
  readonly batch?: BatchProgress;
}

/** How closely a result is checked; the index is the contract's number. `critical`: several machines must agree. */
export const ASSURANCES = ['basic', 'checked', 'critical'] as const;
export type Assurance = (typeof ASSURANCES)[number];

export interface Quote {
  /** For one machine. */
  readonly fee: Amount;
  /** How many machines are paid that fee. */
  readonly machines: number;
  readonly modelFee: Amount;
  /** Paid for checks, on top; zero in the basic class. */
  readonly checks: Amount;
  readonly total: Amount;
  readonly treasuryShare: Amount;
  readonly prepaid: Amount;
  /** null when the ask can be posted; else one sentence. */
  readonly obstacle: string | null;
  readonly finalAfterSeconds: number;
  readonly refundAfterSeconds: number;
}
