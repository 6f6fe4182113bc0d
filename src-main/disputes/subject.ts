import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskFields } from '../chain/tasks-projection.ts';
import type { Runnable } from '../tasks/rerun.ts';

/** What a case is about, whichever contract it comes from: enough to run the model again and to hand a ruling back. */
export interface Subject extends Runnable {
  /** As the case names it; what this node keeps about it goes by this name, too. */
  readonly subject: TaskId;
  readonly fields: TaskFields;
  /** Who answers for the result, and what the result is. */
  readonly solver: Address;
  readonly digest: Digest;
  /** `open`: it can be contested. `past`: not any more, or the court has ruled. */
  readonly stage: 'open' | 'contested' | 'past';
  /** Until when it can be contested, seconds. */
  readonly closesAt: number;
  /** The latest case over it. */
  readonly dispute: string | null;
  /** What the requester gets back at once when the result is overturned, and what it got; base units. */
  readonly refund: bigint;
  readonly refunded: bigint | null;
  /** What the court hands back to the contract with its ruling. */
  readonly ruled: `0x${string}`;
  /** Call data of a contestation; null when there is nothing to contest. @param why evidence */
  readonly contest: (why: string) => string | null;
}
