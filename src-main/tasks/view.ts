import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import type { Step, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { claimableAt, type ChainTask } from '../chain/tasks-projection.ts';
import type { Ask } from './ask-rows.ts';
import type { Work } from './work-rows.ts';

/** Shown while the account behind a task is not known. */
export const NOBODY = '0x0000000000000000000000000000000000000000' as Address;

/** The asker's story: what the chain says, in the words of the screen. */
export function askView(
  ask: Ask,
  task: ChainTask | null,
  model: string,
  requester: Address,
  steps: readonly Step[],
): TaskView {
  const state = askState(ask, task);
  return {
    key: ask.key,
    id: task?.id ?? null,
    role: 'asked',
    model: { id: ask.model, name: model },
    requester,
    state,
    work: null,
    reason: askReason(ask, state),
    fee: ask.fee,
    modelFee: ask.modelFee,
    net:
      state === 'refunded' || state === 'overturned' || state === 'failed'
        ? amount(0n)
        : amount(-(BigInt(ask.fee) + BigInt(ask.modelFee))),
    input: ask.preview,
    answer: ask.answer,
    createdAt: ask.createdAt,
    updatedAt: ask.updatedAt,
    ...chainFacts(task),
    steps,
  };
}

export function workView(work: Work, task: ChainTask | null, model: string, steps: readonly Step[]): TaskView {
  return {
    key: `work-${work.task}`,
    id: work.task,
    role: 'worked',
    model: { id: work.model, name: model },
    requester: task?.fields.requester ?? NOBODY,
    state: task === null ? 'refunded' : chainState(task),
    work: work.state,
    reason: work.reason,
    fee: task?.fields.fee ?? work.net,
    modelFee: task?.fields.modelFee ?? ('0' as Amount),
    net: work.net,
    input: null,
    answer: null,
    createdAt: work.createdAt,
    updatedAt: work.updatedAt,
    ...chainFacts(task),
    resultDigest: work.resultDigest,
    steps,
  };
}

function chainFacts(
  task: ChainTask | null,
): Pick<TaskView, 'solver' | 'resultDigest' | 'deadline' | 'finalAt' | 'retractAt'> {
  const final = task === null ? null : claimableAt(task);
  return {
    solver: task?.solution?.solver ?? null,
    resultDigest: task?.solution?.resultDigest ?? null,
    deadline: task === null ? null : task.fields.deadline * 1_000,
    finalAt: final === null ? null : final * 1_000,
    retractAt: task?.state === 'open' ? task.fields.retractAt * 1_000 : null,
  };
}

function askState(ask: Ask, task: ChainTask | null): TaskState {
  if (task !== null) return chainState(task);
  return ask.error === null ? 'posting' : 'failed';
}

function chainState(task: ChainTask): TaskState {
  if (task.state === 'solved') return 'solved';
  if (task.state === 'paid') return 'final';
  if (task.state === 'contested') return 'contested';
  if (task.state === 'refunded') return task.refunded?.overturned === true ? 'overturned' : 'refunded';
  if (task.reservation !== null && task.commitments.length === 0) return 'reserved';
  return task.commitments.length > 0 ? 'committed' : 'posted';
}

function askReason(ask: Ask, state: TaskState): string {
  switch (state) {
    case 'posting':
      return 'being posted on chain';
    case 'posted':
      return 'waiting for a solver';
    case 'reserved':
      return 'a solver has reserved it and is at work';
    case 'committed':
      return 'a solver sealed a result and opens it in a moment';
    case 'solved':
      return ask.answer === null
        ? 'solved: the result is being fetched'
        : 'answered; final once the claim window is over';
    case 'final':
      return ask.answer === null ? 'paid: the result is still being fetched' : 'answered and final';
    case 'contested':
      return 'the result is contested: the court decides';
    case 'refunded':
      return 'nobody solved it: your money is back';
    case 'overturned':
      return 'the court found the result wrong: your money is back';
    case 'failed':
      return ask.error ?? 'it could not be posted; nothing was paid';
  }
}
