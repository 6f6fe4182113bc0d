import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { ASSURANCES, type Assurance } from '../../src-shared/domain/tasks.ts';
import type { TaskContext } from './context.ts';
import type { Asked, AskLane } from './lane.ts';
import { refundCall, retractCall, submitCall, type Submission } from './market-calls.ts';
import { Retries } from './retries.ts';
import { chainSteps } from './story.ts';
import { chainFacts, chainState } from './view.ts';

export const REFUND_RETRY_MS = 15_000;

/** Ordinary tasks: one machine solves it, and others may check. */
export class MarketLane implements AskLane {
  readonly machines = 1;
  readonly #context: TaskContext;
  readonly #retries = new Retries();

  constructor(context: TaskContext) {
    this.#context = context;
  }

  readonly to = (): Address => this.#context.chain.network.contracts.market;

  submit(order: Omit<Submission, 'assurance'>, assurance: Assurance): string {
    return submitCall({ ...order, assurance: ASSURANCES.indexOf(assurance) });
  }

  find(id: TaskId): Asked | undefined {
    const task = this.#context.index.task(id);
    if (task === undefined) return undefined;
    const { solution } = task;
    const state = chainState(task);
    return {
      id,
      posted: task.posted.tx,
      requester: task.fields.requester,
      state,
      reason: (answered) => reasonOf(state, answered),
      net: state === 'refunded' || state === 'overturned' ? amount(0n) : null,
      result: solution === null ? null : { digest: solution.resultDigest, solvers: [solution.solver] },
      retract: task.state === 'open' ? { from: task.fields.retractAt, data: retractCall(task) } : null,
      facts: chainFacts(task),
      steps: (me) => chainSteps(task, me),
    };
  }

  /** After the deadline, and again until it worked: an endpoint's idea of the time lags behind by up to a block. */
  tick(id: TaskId): void {
    const { index, chain, outbox } = this.#context;
    const task = index.task(id);
    if (task?.state !== 'open' || chain.now() <= task.fields.deadline) return;
    const key = `refund:${id}`;
    outbox.enqueue({ key, label: 'Money back', to: this.to(), data: refundCall(task) });
    if (outbox.get(key)?.state === 'failed') this.#retries.intent(outbox, key, REFUND_RETRY_MS);
  }
}

function reasonOf(state: Asked['state'], answered: boolean): string {
  switch (state) {
    case 'reserved':
      return 'a solver has reserved it and is at work';
    case 'committed':
      return 'a solver sealed a result and opens it in a moment';
    case 'solved':
      return answered ? 'answered; final once the claim window is over' : 'solved: the result is being fetched';
    case 'final':
      return answered ? 'answered and final' : 'paid: the result is still being fetched';
    case 'contested':
      return 'the result is contested: the court decides';
    case 'refunded':
      return 'nobody solved it: your money is back';
    case 'overturned':
      return 'the court found the result wrong: your money is back';
    default:
      return 'waiting for a solver';
  }
}
