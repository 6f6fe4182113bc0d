import type { Step } from '../../src-shared/domain/tasks.ts';
import type { Steps } from '../store/steps.ts';
import { Retries } from '../tasks/retries.ts';
import { sentence } from '../tasks/work-book.ts';
import { ItemFaults } from './item-faults.ts';
import type { RunRows, RunWork } from './run-rows.ts';

type Which = Pick<RunWork, 'batch' | 'run'>;

/** Name of a run in stories, retries and keys of the outbox. */
export function nameOf({ batch, run }: Which): string {
  return `${batch}:${run}`;
}

/** Where runs stand and their stories: what the solver and the prover both write. */
export class RunBook {
  readonly rows: RunRows;
  readonly retries = new Retries();
  readonly faults = new ItemFaults();
  readonly #steps: Steps;
  readonly #changed: (work: Which) => void;

  constructor(rows: RunRows, steps: Steps, changed: (work: Which) => void) {
    this.rows = rows;
    this.#steps = steps;
    this.#changed = changed;
  }

  changed(work: Which): void {
    this.#changed(work);
  }

  move(work: Which, state: RunWork['state'], reason: string, code?: string): void {
    if (this.rows.move(work, state, reason, code)) this.#changed(work);
  }

  /** @returns false: nothing is due any more. */
  end(work: Which, state: 'paid' | 'lost' | 'failed' | 'skipped', reason: string, code?: string): false {
    const name = nameOf(work);
    this.retries.drop(name, `commit:${name}`, `reveal:${name}`, `claim:${name}`);
    if (!this.rows.move(work, state, reason, code)) return false;
    if (state !== 'paid') this.step(work, state, sentence(reason));
    this.#changed(work);
    return false;
  }

  step(work: Which, kind: Step['kind'], text: string, proof?: NonNullable<Step['proof']>): void {
    const tone = kind === 'lost' || kind === 'failed' ? 'bad' : 'plain';
    this.#steps.add(nameOf(work), { kind, at: Date.now(), text, tone, ...(proof === undefined ? {} : { proof }) });
  }

  drop(work: Which, kinds: ReadonlyArray<Step['kind']>): void {
    this.#steps.remove(nameOf(work), kinds);
  }
}
