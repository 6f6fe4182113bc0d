import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { Step } from '../../src-shared/domain/tasks.ts';
import type { Steps } from '../store/steps.ts';
import type { Verdict } from '../policy/consider.ts';
import { Retries } from './retries.ts';
import type { Work, WorkRows } from './work-rows.ts';

/** Where works stand and their stories: what the solver and the prover both write. */
export class WorkBook {
  readonly rows: WorkRows;
  readonly retries = new Retries();
  readonly #steps: Steps;
  readonly #changed: (task: TaskId) => void;

  constructor(rows: WorkRows, steps: Steps, changed: (task: TaskId) => void) {
    this.rows = rows;
    this.#steps = steps;
    this.#changed = changed;
  }

  changed(task: TaskId): void {
    this.#changed(task);
  }

  move(task: TaskId, state: Work['state'], reason: string, code?: string): void {
    if (this.rows.move(task, state, reason, code)) this.#changed(task);
  }

  /** Notes what the policy says of an open task that this machine has not taken. */
  considered(work: Pick<Work, 'task' | 'kind' | 'model' | 'net'>, verdict: Verdict): void {
    const { task } = work;
    const state = verdict.kind === 'skip' ? 'skipped' : 'waiting';
    const { reason, code } = verdict.kind === 'take' ? { reason: 'next in line', code: 'NEXT' } : verdict;
    const first = this.rows.get(task) === undefined;
    if (first) {
      this.rows.insert({ ...work, state, reason, reasonCode: code });
      this.step(task, 'seen', 'This machine saw the task.');
    } else if (verdict.kind === 'take' || !this.rows.move(task, state, reason, code)) return;
    if (verdict.kind !== 'take') this.step(task, state, sentence(reason));
    this.#changed(task);
  }

  /** @returns false: nothing is due any more. */
  end(task: TaskId, state: 'paid' | 'lost' | 'failed' | 'skipped', reason: string, code?: string): false {
    this.retries.drop(task, `commit:${task}`, `reveal:${task}`, `claim:${task}`);
    if (!this.rows.move(task, state, reason, code)) return false;
    if (state !== 'paid') this.step(task, state, sentence(reason));
    this.#changed(task);
    return false;
  }

  step(task: TaskId, kind: Step['kind'], text: string, proof?: NonNullable<Step['proof']>): void {
    const tone = kind === 'lost' || kind === 'failed' ? 'bad' : 'plain';
    this.#steps.add(task, { kind, at: Date.now(), text, tone, ...(proof === undefined ? {} : { proof }) });
  }
}

/** Messages of other parts end up in stories: kept short enough for a line. */
const MAX_CLAUSE = 300;

/** A message of another part as the rest of a sentence. */
export function clause(message: string): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1, MAX_CLAUSE).replace(/\.$/, '')}`;
}

export function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

export function same(a: string, b: string | null): boolean {
  return b !== null && a.toLowerCase() === b.toLowerCase();
}
