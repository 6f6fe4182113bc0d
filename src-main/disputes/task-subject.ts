import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { claimableAt, type ChainTask } from '../chain/tasks-projection.ts';
import { contestCall, ruledFields } from '../tasks/market-calls.ts';
import type { Subject } from './subject.ts';

/** The result of an ordinary task. */
export function taskSubject(index: IndexRows, id: TaskId): Subject | undefined {
  const task = index.task(id);
  const ruled = task === undefined ? null : ruledFields(task);
  if (task === undefined || task.solution === null || ruled === null) return undefined;
  const { fields, input, solution, dispute, refunded } = task;
  return {
    subject: id,
    id,
    fields,
    input,
    solver: solution.solver,
    digest: solution.resultDigest,
    stage: stageOf(task),
    closesAt: claimableAt(task) ?? 0,
    dispute: dispute?.id ?? null,
    refund: BigInt(fields.fee) + BigInt(fields.modelFee) + BigInt(fields.checksPaid),
    refunded: refunded?.overturned === true ? BigInt(refunded.amount) : null,
    ruled,
    contest: (why) => contestCall(task, why),
  };
}

function stageOf({ state }: ChainTask): Subject['stage'] {
  if (state === 'contested') return 'contested';
  return state === 'solved' ? 'open' : 'past';
}
