import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { finishableAt, type ChainJob, type ChainSeat } from '../chain/replicas-projection.ts';
import { contestCall, ruledFields } from '../replicas/job-calls.ts';
import type { Subject } from './subject.ts';

/** The result of one of several machines that must agree. */
export function seatSubject(index: IndexRows, id: TaskId): Subject | undefined {
  const job = index.jobOfSeat(id);
  const seat = job?.taken.find((each) => each.id === id);
  if (job === undefined || seat === undefined || seat.opened === null) return undefined;
  const { resultDigest } = seat.opened;
  return {
    subject: id,
    id: job.id,
    fields: job.fields,
    input: job.input,
    solver: seat.solver,
    digest: resultDigest,
    stage: stageOf(job, seat),
    closesAt: finishableAt(job) ?? 0,
    dispute: seat.dispute?.id ?? null,
    // What becomes of the fees is decided at the end, when all seats are counted.
    refund: 0n,
    refunded: null,
    ruled: ruledFields(job, seat.solver, resultDigest),
    contest: (why) => contestCall(job, seat.solver, resultDigest, why),
  };
}

function stageOf({ state }: ChainJob, { stage }: ChainSeat): Subject['stage'] {
  if (stage === 'frozen') return 'contested';
  return stage === 'opened' && state === 'sealed' ? 'open' : 'past';
}
