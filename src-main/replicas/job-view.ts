import type { SeatView, Step, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { agreedOn, allOpened, finishableAt, type ChainJob, type ChainSeat } from '../chain/replicas-projection.ts';
import { workViewOf } from '../tasks/view.ts';
import type { Work } from '../tasks/work-rows.ts';

/** A replicated task as the screens name its states. */
export function jobState(job: ChainJob): TaskState {
  if (job.state === 'agreed') return 'final';
  if (job.state === 'failed') return 'refunded';
  if (job.taken.some(({ stage }) => stage === 'frozen')) return 'contested';
  if (!allOpened(job)) return job.taken.length === 0 ? 'posted' : 'committed';
  return agreedOn(job) === null ? 'differing' : 'solved';
}

/** Where it stands, for the one who asked. */
export function jobReason(job: ChainJob, answered: boolean): string {
  const { seats, taken, agreed } = job;
  const opened = taken.filter((seat) => seat.opened !== null).length;
  switch (jobState(job)) {
    case 'posted':
      return `waiting for ${seats} machines`;
    case 'committed':
      return job.state === 'open'
        ? `${taken.length} of ${seats} machines have sealed an answer; nobody sees it before all have`
        : `all ${seats} machines have sealed an answer, ${opened} have opened theirs`;
    case 'solved':
      return answered
        ? 'the machines agree; final once the claim window is over'
        : 'the machines agree: the answer is being fetched';
    case 'differing':
      return 'the machines do not agree: your money comes back unless the court finds one of them wrong';
    case 'contested':
      return 'one of the results is contested: the court decides';
    case 'final': {
      const how = `${agreed?.seats ?? 0} of ${seats} machines agreed`;
      return answered ? `${how}: answered and final` : `${how} and are paid: the answer is still being fetched`;
    }
    default:
      return taken.length < seats
        ? `only ${taken.length} of ${seats} machines came: your money is back`
        : 'the machines did not agree: your money is back';
  }
}

/** @param job null: the chain undid it */
export function jobWorkView(work: Work, job: ChainJob | null, model: string, steps: readonly Step[]): TaskView {
  const state = job === null ? 'refunded' : jobState(job);
  return workViewOf(work, job?.fields ?? null, job === null ? null : jobFacts(job), { model, state, steps });
}

export function jobFacts(
  job: ChainJob,
): Pick<TaskView, 'solver' | 'resultDigest' | 'deadline' | 'finalAt' | 'retractAt' | 'seats'> {
  const { fields } = job;
  const final = allOpened(job) ? finishableAt(job) : null;
  return {
    solver: null,
    resultDigest: agreedOn(job),
    deadline: fields.deadline * 1_000,
    finalAt: final === null ? null : final * 1_000,
    retractAt: job.state === 'open' && job.taken.length === 0 ? fields.retractAt * 1_000 : null,
    seats: seatViews(job),
  };
}

function seatViews(job: ChainJob): SeatView[] {
  const empty: SeatView = { id: null, state: 'empty', solver: null, digest: null, dispute: null };
  return Array.from({ length: job.seats }, (_, n) => {
    const seat = job.taken[n];
    if (seat === undefined) return empty;
    const { id, solver, opened, dispute } = seat;
    return { id, state: seatState(seat), solver, digest: opened?.resultDigest ?? null, dispute: dispute?.id ?? null };
  });
}

function seatState({ stage, paid, missed }: ChainSeat): SeatView['state'] {
  if (paid !== null) return 'paid';
  if (missed !== null) return 'missed';
  return stage === 'frozen' ? 'contested' : stage;
}
