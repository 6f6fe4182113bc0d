import type { Address, Amount, Digest, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { Assurance, Step, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import type { Submission } from './market-calls.ts';

/** What the chain knows of something that was asked, in the words of the asking side. */
export interface Asked {
  readonly id: TaskId;
  /** Transaction that posted it. */
  readonly posted: TxHash;
  readonly requester: Address;
  readonly state: TaskState;
  /** Where it stands in one sentence. @param answered whether the answer is on this machine */
  readonly reason: (answered: boolean) => string;
  /** What it cost after all; null: what was asked for. */
  readonly net: Amount | null;
  /** As soon as it is known, and who can serve it. */
  readonly result: { readonly digest: Digest; readonly solvers: readonly Address[] } | null;
  /** Takes it back by hand, from that second on; null when there is nothing to take back. */
  readonly retract: { readonly from: number; readonly data: string } | null;
  readonly facts: Pick<TaskView, 'solver' | 'resultDigest' | 'deadline' | 'finalAt' | 'retractAt' | 'seats'>;
  readonly steps: (me: Address | null) => Step[];
}

/** A way of asking: one machine solves it, or several must agree. */
export interface AskLane {
  /** How many machines are paid the fee that the person enters. */
  readonly machines: number;
  /** Contract that takes the order. */
  readonly to: () => Address;
  submit(order: Omit<Submission, 'assurance'>, assurance: Assurance): string;
  find(id: TaskId): Asked | undefined;
  /** Does what is due by itself: the money back, the end. */
  tick(id: TaskId): void;
}
