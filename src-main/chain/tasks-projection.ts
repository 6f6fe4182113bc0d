import type { Address, Amount, Digest, ModelId, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { ChainEvent, Json } from './events.ts';

/** The fields that every later call must bring again, exactly as the event carried them. */
export interface TaskFields {
  readonly requester: Address;
  readonly nonce: string;
  readonly fee: Amount;
  readonly modelFee: Amount;
  readonly lock: Amount;
  readonly model: ModelId;
  readonly inputDigest: Digest;
  readonly submittedAt: string;
  readonly retractAt: string;
  readonly deadline: string;
  readonly claimWindow: string;
  readonly treasuryBps: string;
}

export interface ChainTask {
  readonly id: TaskId;
  readonly state: 'open' | 'solved' | 'paid' | 'refunded';
  readonly fields: TaskFields;
  /** 0x hex; `0x` when the input travels between peers. */
  readonly input: string;
  readonly inputSize: number;
  readonly posted: Moment;
  readonly commitments: ReadonlyArray<
    { readonly solver: Address; readonly slot: number; readonly commitment: string } & Moment
  >;
  readonly solution:
    | ({
        readonly solver: Address;
        readonly resultDigest: Digest;
        readonly resultSize: number;
        readonly revealedAt: string;
      } & Moment)
    | null;
  readonly claimed: ({ readonly reward: Amount; readonly treasuryShare: Amount } & Moment) | null;
  readonly refunded: ({ readonly amount: Amount } & Moment) | null;
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
      fields: args['task'] as unknown as TaskFields,
      input: text(args['input']),
      inputSize: Number(args['inputSize']),
      posted: at,
      commitments: [],
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
        claimed: { reward: args['reward'] as Amount, treasuryShare: args['treasuryShare'] as Amount, ...at },
      };
    case 'Retracted':
    case 'Refunded':
      return { ...task, state: 'refunded', refunded: { amount: args['amount'] as Amount, ...at } };
    default:
      return task;
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Seconds since 1970 from when a solved task may be claimed. */
export function claimableAt(task: ChainTask): number | null {
  return task.solution === null ? null : Number(task.solution.revealedAt) + Number(task.fields.claimWindow);
}

/** What the solver gets of the fee: the treasury's share is rounded down, as the contract does. */
export function solverShare(fields: Pick<TaskFields, 'fee' | 'treasuryBps'>): {
  readonly solver: bigint;
  readonly treasury: bigint;
} {
  const fee = BigInt(fields.fee);
  const treasury = (fee * BigInt(fields.treasuryBps)) / 10_000n;
  return { solver: fee - treasury, treasury };
}
