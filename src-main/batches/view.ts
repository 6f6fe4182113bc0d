import { amount, ZERO } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { LineView, Step, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { digestIn, itemIdOf, runClaimableAt, runWith, type ChainBatch, type Run } from '../chain/batches-projection.ts';
import { count, has, itemsOf } from '../chain/masks.ts';
import { NOBODY } from '../tasks/view.ts';
import type { BatchAsk, BatchLine } from './batch-ask-rows.ts';
import { nameOf } from './run-book.ts';
import type { RunWork } from './run-rows.ts';
import { earnedBy, times } from './story.ts';

/** Of the states of a task those that an item of a batch can be in on chain. */
type ItemState = Extract<TaskState, 'posted' | 'solved' | 'contested' | 'final' | 'overturned' | 'refunded'>;
type BatchState = ItemState | 'posting' | 'failed' | 'committed';

/** Where an item of a batch on chain stands. */
export function itemState(batch: ChainBatch, item: number): ItemState {
  if (has(BigInt(batch.open), item)) return 'posted';
  if (batch.paid.some(({ items }) => has(BigInt(items), item))) return 'final';
  if (batch.overturned.some((each) => each.item === item)) return 'overturned';
  if (batch.returned !== null && has(BigInt(batch.returned.items), item)) return 'refunded';
  return batch.contested.some((each) => each.item === item) ? 'contested' : 'solved';
}

export function lineView(line: BatchLine, ask: BatchAsk, batch: ChainBatch | null): LineView {
  const run = batch === null ? undefined : runWith(batch, line.item);
  const state = batch === null ? (ask.error === null ? 'posting' : 'failed') : itemState(batch, line.item);
  return {
    item: line.item,
    input: line.preview,
    state,
    // What the court found wrong is nobody's answer.
    answer: state === 'overturned' ? null : line.answer,
    solver: run?.solver ?? null,
    resultDigest: run === undefined ? null : (digestIn(run, line.item) ?? null),
    id: batch === null || run === undefined ? null : itemIdOf(batch.id, line.item),
    finalAt: batch === null || run === undefined ? null : runClaimableAt(batch, run) * 1_000,
  };
}

/** The asker's side: one entry for all lines. @param there items whose answers are here */
export function batchView(
  ask: BatchAsk,
  there: readonly number[],
  batch: ChainBatch | null,
  model: string,
  requester: Address,
  steps: readonly Step[],
): TaskView {
  const states = batch === null ? [] : Array.from({ length: batch.items }, (_, item) => itemState(batch, item));
  const answered = there.filter((item) => states[item] !== 'overturned').length;
  const open = states.filter((each) => each === 'posted').length;
  const back = states.filter((each) => each === 'refunded' || each === 'overturned').length;
  const final = back + states.filter((each) => each === 'final').length;
  const state = stateOf(ask, batch, states);
  const paidFor = state === 'failed' ? 0 : ask.items - back;
  const last = batch === null ? [] : batch.runs.map((run) => runClaimableAt(batch, run));
  return {
    key: ask.key,
    id: null,
    role: 'asked',
    model: { id: ask.model, name: model },
    requester,
    solver: null,
    state,
    work: null,
    reason: reasonOf(ask, state, answered, back),
    fee: times(ask.fee, ask.items),
    modelFee: times(ask.modelFee, ask.items),
    net: amount(-BigInt(paidFor) * (BigInt(ask.fee) + BigInt(ask.modelFee))),
    input: { kind: 'other', text: ask.items === 1 ? '1 line' : `${ask.items} lines` },
    answer: null,
    resultDigest: null,
    createdAt: ask.createdAt,
    updatedAt: ask.updatedAt,
    deadline: batch === null ? null : batch.fields.deadline * 1_000,
    finalAt: batch === null || batch.open !== '0' || last.length === 0 ? null : Math.max(...last) * 1_000,
    retractAt: batch === null || batch.open === '0' ? null : batch.fields.retractAt * 1_000,
    steps,
    seats: null,
    batch: { items: ask.items, answered, open, final, back },
  };
}

/** As long as anything is open the batch is; then the most urgent of its items speaks for it. */
function stateOf(ask: BatchAsk, batch: ChainBatch | null, states: readonly ItemState[]): BatchState {
  if (batch === null) return ask.error === null ? 'posting' : 'failed';
  const order: readonly ItemState[] = ['posted', 'contested', 'solved', 'final', 'overturned'];
  const state = order.find((each) => states.includes(each)) ?? 'refunded';
  return state === 'posted' && batch.runs.length === 0 && batch.commitments.length > 0 ? 'committed' : state;
}

function reasonOf(ask: BatchAsk, state: BatchState, answered: number, back: number): string {
  const done = `${answered} of ${ask.items} answered`;
  const rest = back === 0 ? '' : `; the money of ${back} is back`;
  switch (state) {
    case 'posting':
      return 'being posted on chain';
    case 'failed':
      return ask.error ?? 'it could not be posted; nothing was paid';
    case 'posted':
      return answered === 0 ? 'waiting for solvers' : `${done}; waiting for solvers of the rest`;
    case 'committed':
      return 'a solver sealed results and opens them in a moment';
    case 'solved':
      return `${done}; final once the claim window is over${rest}`;
    case 'contested':
      return `${done}; the court decides about some${rest}`;
    case 'final':
      return `${done} and final${rest}`;
    case 'refunded':
      return 'nobody solved it: your money is back';
    case 'overturned':
      return 'the court found the results wrong: your money is back';
  }
}

/** A run of this machine. */
export function runView(
  work: RunWork,
  batch: ChainBatch | null,
  run: Run | undefined,
  model: string,
  steps: readonly Step[],
): TaskView {
  const sealed = run === undefined ? work.items : BigInt(run.taken);
  const number = count(sealed);
  const paid = batch === null || run === undefined ? ZERO : amount(earnedBy(batch, run).reward);
  const states = batch === null ? [] : itemsOf(sealed).map((item) => itemState(batch, item));
  const wrong = states.filter((each) => each === 'overturned').length;
  const over = wrong + states.filter((each) => each === 'final').length;
  const final = batch === null || run === undefined ? null : runClaimableAt(batch, run) * 1_000;
  return {
    key: `run-${nameOf(work)}`,
    id: null,
    role: 'worked',
    model: { id: work.model, name: model },
    requester: batch?.fields.requester ?? NOBODY,
    solver: run?.solver ?? null,
    state: batch === null ? 'refunded' : run === undefined ? 'posted' : runState(states),
    work: work.state,
    reason: work.reason,
    fee: times(batch?.fields.fee ?? work.net, Math.max(number, 1)),
    modelFee: times(batch?.fields.modelFee ?? '0', Math.max(number, 1)),
    net: work.state === 'paid' ? paid : times(work.net, Math.max(number, 1)),
    input: null,
    answer: null,
    resultDigest: null,
    createdAt: work.createdAt,
    updatedAt: work.updatedAt,
    deadline: batch === null ? null : batch.fields.deadline * 1_000,
    finalAt: final,
    retractAt: null,
    steps,
    seats: null,
    batch: { items: batch?.items ?? number, answered: number, open: 0, final: over, back: wrong },
  };
}

function runState(states: readonly TaskState[]): TaskState {
  return (['contested', 'solved', 'final'] as const).find((each) => states.includes(each)) ?? 'overturned';
}
