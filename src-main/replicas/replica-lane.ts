import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { agreedOn, type ChainJob } from '../chain/replicas-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Intents } from '../tasks/intents.ts';
import type { Asked, AskLane } from '../tasks/lane.ts';
import type { Submission } from '../tasks/market-calls.ts';
import { endWhenDue } from './ending.ts';
import { retractCall, submitCall } from './job-calls.ts';
import { jobSteps } from './job-story.ts';
import { jobFacts, jobReason, jobState } from './job-view.ts';

/** How many machines must agree. One that vanishes, or that the court throws out, does not stop the other two. */
const SEATS = 3;

/** Replicated tasks: several machines solve them, each on its own, and only what they agree on is paid. */
export class ReplicaLane implements AskLane {
  readonly machines = SEATS;
  readonly #context: TaskContext;
  readonly #intents: Intents;

  constructor(context: TaskContext) {
    this.#context = context;
    this.#intents = new Intents(context.outbox);
  }

  readonly to = (): Address => this.#context.chain.network.contracts.replicas;

  submit(order: Omit<Submission, 'assurance'>): string {
    return submitCall(order, SEATS);
  }

  find(id: TaskId): Asked | undefined {
    const job = this.#context.index.job(id);
    if (job === undefined) return undefined;
    const digest = agreedOn(job);
    const solvers = job.taken.filter(({ opened }) => opened?.resultDigest === digest).map(({ solver }) => solver);
    return {
      id,
      posted: job.posted.tx,
      requester: job.fields.requester,
      state: jobState(job),
      reason: (answered) => jobReason(job, answered),
      net: netOf(job),
      result: digest === null ? null : { digest, solvers },
      retract:
        job.state === 'open' && job.taken.length === 0 ? { from: job.fields.retractAt, data: retractCall(job) } : null,
      facts: jobFacts(job),
      steps: (me) => jobSteps(job, me),
    };
  }

  tick(id: TaskId): void {
    const me = this.#context.account();
    const job = this.#context.index.job(id);
    if (me !== null && job !== undefined) endWhenDue(this.#context, this.#intents, job, me, 'refund');
  }
}

/** Parts of machines that were not paid came back. */
function netOf({ fields, agreed, failed }: ChainJob): Asked['net'] {
  const back = agreed?.back ?? failed?.back;
  return back === undefined ? null : amount(units(back) - units(fields.fee) - units(fields.modelFee));
}
