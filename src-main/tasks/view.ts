import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import type { Step, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { claimableAt, type ChainTask, type TaskFields } from '../chain/tasks-projection.ts';
import type { Ask } from './ask-rows.ts';
import type { Asked } from './lane.ts';
import type { Work } from './work-rows.ts';

/** Shown while the account behind a task is not known. */
export const NOBODY = '0x0000000000000000000000000000000000000000' as Address;

/** The asker's story: what the chain says, in the words of the screen. @param asked null: not on chain */
export function askView(
  ask: Ask,
  asked: Asked | null,
  model: string,
  requester: Address,
  steps: readonly Step[],
): TaskView {
  const state = asked?.state ?? (ask.error === null ? 'posting' : 'failed');
  return {
    key: ask.key,
    id: asked?.id ?? null,
    role: 'asked',
    model: { id: ask.model, name: model },
    requester,
    state,
    work: null,
    reason: asked?.reason(ask.answer !== null) ?? ask.error ?? 'being posted on chain',
    fee: ask.fee,
    modelFee: ask.modelFee,
    net: asked?.net ?? (state === 'failed' ? amount(0n) : amount(-(BigInt(ask.fee) + BigInt(ask.modelFee)))),
    input: ask.preview,
    answer: ask.answer,
    createdAt: ask.createdAt,
    updatedAt: ask.updatedAt,
    ...(asked?.facts ?? NO_FACTS),
    // Before the chain knows it, so that the page does not change its shape.
    ...(asked === null && ask.seats > 1 ? { seats: [] } : {}),
    steps,
  };
}

export function workView(work: Work, task: ChainTask | null, model: string, steps: readonly Step[]): TaskView {
  const state = task === null ? 'refunded' : chainState(task);
  return workViewOf(work, task?.fields ?? null, task === null ? null : chainFacts(task), { model, state, steps });
}

/** @param fields null: not on chain any more */
export function workViewOf(
  work: Work,
  fields: TaskFields | null,
  facts: Asked['facts'] | null,
  shown: { readonly model: string; readonly state: TaskState; readonly steps: readonly Step[] },
): TaskView {
  return {
    key: `work-${work.task}`,
    id: work.task,
    role: 'worked',
    model: { id: work.model, name: shown.model },
    requester: fields?.requester ?? NOBODY,
    state: shown.state,
    work: work.state,
    reason: work.reason,
    fee: fields?.fee ?? work.net,
    modelFee: fields?.modelFee ?? ('0' as Amount),
    net: work.net,
    input: null,
    answer: null,
    createdAt: work.createdAt,
    updatedAt: work.updatedAt,
    ...(facts ?? NO_FACTS),
    resultDigest: work.resultDigest,
    steps: shown.steps,
  };
}

const NO_FACTS: Asked['facts'] = {
  solver: null,
  resultDigest: null,
  deadline: null,
  finalAt: null,
  retractAt: null,
  seats: null,
};

export function chainFacts(task: ChainTask): Asked['facts'] {
  const final = claimableAt(task);
  return {
    solver: task.solution?.solver ?? null,
    resultDigest: task.solution?.resultDigest ?? null,
    deadline: task.fields.deadline * 1_000,
    finalAt: final === null ? null : final * 1_000,
    retractAt: task.state === 'open' ? task.fields.retractAt * 1_000 : null,
    seats: null,
  };
}

/** An ordinary task as the screens name its states. */
export function chainState(task: ChainTask): TaskState {
  if (task.state === 'solved') return 'solved';
  if (task.state === 'paid') return 'final';
  if (task.state === 'contested') return 'contested';
  if (task.state === 'refunded') return task.refunded?.overturned === true ? 'overturned' : 'refunded';
  if (task.reservation !== null && task.commitments.length === 0) return 'reserved';
  return task.commitments.length > 0 ? 'committed' : 'posted';
}
