import type { Address, Amount, Digest, ModelId, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { ChainEvent, Json } from './events.ts';
import { unpackTerms, type TaskTerms } from './task-terms.ts';

/** The words that every later call must bring again, exactly as the event carried them, and what is packed in them. */
export interface TaskFields extends TaskTerms {
  readonly requester: Address;
  readonly nonce: string;
  readonly model: ModelId;
  readonly inputDigest: Digest;
  readonly money: string;
  readonly times: string;
}

/** Who has a task to itself; seconds of the chain's clock. */
export interface Reservation {
  readonly solver: Address;
  readonly since: number;
  readonly until: number;
}

export interface ChainTask {
  readonly id: TaskId;
  /** `contested`: a solution is before the court and nothing moves until its ruling. */
  readonly state: 'open' | 'solved' | 'contested' | 'paid' | 'refunded';
  readonly fields: TaskFields;
  /** 0x hex; `0x` when the input travels between peers. */
  readonly input: string;
  readonly inputSize: number;
  readonly posted: Moment;
  readonly commitments: ReadonlyArray<
    { readonly solver: Address; readonly slot: number; readonly commitment: string } & Moment
  >;
  /** While the task is open; the holder may reveal later than `until`, until somebody forfeits it. */
  readonly reservation: (Reservation & Moment) | null;
  /** How many reservations came to nothing. */
  readonly forfeits: number;
  /** No reveal before this moment: a checker seals its own result first. */
  readonly heldUntil: number | null;
  readonly dispute: ({ readonly id: string; readonly claimant: Address } & Moment) | null;
  readonly solution:
    | ({
        readonly solver: Address;
        readonly resultDigest: Digest;
        readonly resultSize: number;
        readonly revealedAt: string;
      } & Moment)
    | null;
  /** `retained`: treasury, checkers and what a newcomer does not get; `issued`: emission. */
  readonly claimed: ({ readonly reward: Amount; readonly issued: Amount; readonly retained: Amount } & Moment) | null;
  /** `overturned`: after a solution that the court found wrong. */
  readonly refunded: ({ readonly amount: Amount; readonly overturned: boolean } & Moment) | null;
}

/** Proof of a step: block, its time in seconds, transaction. */
export interface Moment {
  readonly block: number;
  readonly time: number;
  readonly tx: TxHash;
}

/** Commitments beyond these are not kept: anyone may write them, and whether our own was mined the outbox knows. */
export const MAX_COMMITMENTS = 32;

/**
 * Pure fold: the task after one more of its events, in chain order. Events of an unknown task change nothing.
 * The contract guarantees the order of states; this only copies what it said.
 */
export function foldTask(task: ChainTask | null, event: ChainEvent): ChainTask | null {
  const { args } = event;
  const at: Moment = { block: event.block, time: event.time, tx: event.tx as TxHash };
  if (event.name === 'TaskSubmitted') {
    return {
      id: event.subject as TaskId,
      state: 'open',
      fields: fieldsOf(args['task'] as Record<string, string>),
      input: text(args['input']),
      inputSize: Number(args['inputSize']),
      posted: at,
      commitments: [],
      reservation: null,
      forfeits: 0,
      heldUntil: null,
      dispute: null,
      solution: null,
      claimed: null,
      refunded: null,
    };
  }
  if (task === null) return null;
  switch (event.name) {
    case 'Committed': {
      if (task.commitments.length >= MAX_COMMITMENTS) return task;
      const entry = {
        solver: args['solver'] as Address,
        slot: Number(args['slot']),
        commitment: text(args['commitment']),
        ...at,
      };
      return { ...task, commitments: [...task.commitments, entry] };
    }
    case 'Reserved': {
      const [since, until] = [Number(args['since']), Number(args['until'])];
      return { ...task, reservation: { solver: args['solver'] as Address, since, until, ...at } };
    }
    case 'Forfeited':
      return { ...task, reservation: null, forfeits: task.forfeits + 1 };
    case 'Held':
      return { ...task, heldUntil: Number(args['until']) };
    case 'Contested':
      return {
        ...task,
        state: 'contested',
        dispute: { id: text(args['disputeId']), claimant: args['claimant'] as Address, ...at },
      };
    case 'Revealed':
      return {
        ...task,
        state: 'solved',
        solution: {
          solver: args['solver'] as Address,
          resultDigest: args['resultDigest'] as Digest,
          resultSize: Number(args['resultSize']),
          revealedAt: text(args['revealedAt']),
          ...at,
        },
      };
    case 'Claimed':
      return {
        ...task,
        state: 'paid',
        claimed: {
          reward: args['reward'] as Amount,
          issued: args['issued'] as Amount,
          retained: args['retained'] as Amount,
          ...at,
        },
      };
    case 'Retracted':
    case 'Refunded':
    case 'Overturned': {
      const overturned = event.name === 'Overturned';
      return { ...task, state: 'refunded', refunded: { amount: args['amount'] as Amount, overturned, ...at } };
    }
    default:
      return task;
  }
}

export function fieldsOf({ requester, nonce, model, inputDigest, money, times }: Record<string, string>): TaskFields {
  const raw = { requester, nonce, model, inputDigest, money, times } as unknown as TaskFields;
  return { ...raw, ...unpackTerms(raw.money, raw.times) };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Seconds since 1970 from when a solved task may be claimed. */
export function claimableAt(task: ChainTask): number | null {
  return task.solution === null ? null : Number(task.solution.revealedAt) + task.fields.claimWindow;
}

/** Share of a check's pay that a newcomer does not get, in 1/10,000, as the contract has it. */
const NEWCOMER_CHECKS = 4_000n;

/**
 * What the solver gets of the fee. Rounded down where the contract does.
 * @param newcomer whether its results are checked more often, at its own cost
 */
export function solverShare(
  fields: Pick<TaskTerms, 'fee' | 'treasuryBps' | 'checksBps' | 'dutyPay'>,
  newcomer: boolean,
): { readonly solver: bigint; readonly treasury: bigint } {
  const fee = BigInt(fields.fee);
  const treasury = (fee * BigInt(fields.treasuryBps)) / 10_000n;
  const held = newcomer && fields.checksBps !== 0 ? (BigInt(fields.dutyPay) * NEWCOMER_CHECKS) / 10_000n : 0n;
  return { solver: fee - treasury - held, treasury };
}
