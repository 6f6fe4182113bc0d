import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { Provider } from '../../src-shared/domain/machine.ts';
import { publishable } from '../compute/verification/agree.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { retryIn } from './causes.ts';
import type { TaskContext } from './context.ts';
import { inputOf, jobTimeoutMs, type Compute, type Runnable } from './rerun.ts';
import { needSeconds } from './offer.ts';
import { clause, type WorkBook } from './work-book.ts';

/** Works for each lane that may be taken before one runs: a reservation takes a block or two, and costs a bond when nothing comes of it. */
const AHEAD = 4;

/** Something to compute, and until when (seconds of the chain's clock). */
type Timed = Runnable & { readonly fields: { readonly deadline: number } };

/** Fetches and computes what this machine has taken, as many at a time as there are lanes that may work. */
export class Runner {
  readonly #context: TaskContext;
  readonly #compute: Compute;
  readonly #book: WorkBook;
  readonly #lanes: () => number;
  readonly #running = new Set<TaskId>();

  constructor(context: TaskContext, compute: Compute, book: WorkBook, lanes: () => number) {
    this.#context = context;
    this.#compute = compute;
    this.#book = book;
    this.#lanes = lanes;
  }

  get busy(): boolean {
    return this.#running.size >= Math.max(1, this.#lanes());
  }

  /** As many works may be taken and not computed yet. */
  get most(): number {
    return AHEAD * Math.max(1, this.#lanes());
  }

  /** Names of the models being worked on, for the one sentence. */
  working(): string[] {
    return [...this.#running].map((task) => {
      const work = this.#book.rows.get(task);
      return (work === undefined ? null : this.#context.catalogue.byId(work.model))?.manifest.name ?? 'a task';
    });
  }

  /** Nothing where it runs already. */
  start(task: Timed, model: UsableModel): void {
    if (this.#running.has(task.id)) return;
    this.#run(task, model).catch((error: unknown) => this.#context.fail(error));
  }

  /** Fetch and compute; the result is on disk before the state says so. */
  async #run(task: Timed, model: UsableModel): Promise<void> {
    const { blobs, log, chain } = this.#context;
    this.#running.add(task.id);
    try {
      this.#book.move(task.id, 'fetching', 'fetching the input');
      const input = await inputOf(this.#context, task, model.manifest);
      this.#book.step(
        task.id,
        'fetched',
        task.input === '0x' ? 'The input arrived from a peer and matches its digest.' : 'The input was on chain.',
      );
      this.#book.move(task.id, 'computing', `computing ${model.manifest.name}`);
      const result = await this.#compute({
        key: task.id,
        manifest: model.manifest,
        digest: model.digest,
        input,
        timeoutMs: jobTimeoutMs(model.manifest),
      });
      const kept = await blobs.hold(publishable(model.manifest, result.output));
      this.#book.step(
        task.id,
        'computed',
        `Computed in ${result.elapsedMs.toFixed(result.elapsedMs < 10 ? 1 : 0)} ms ${placeOf(result.provider)}.`,
        { kind: 'digest', value: kept.digest },
      );
      this.#book.retries.drop(task.id);
      this.#book.rows.computed(task.id, kept.digest, kept.size);
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'INTERNAL';
      const why = clause(error instanceof Error ? error.message : String(error));
      log(`task ${task.id.slice(0, 10)}: ${why}`);
      if (code === 'DISK_FULL') this.#context.fail(error);
      const tries = this.#book.retries.tries(task.id) + 1;
      // A lane that died may do better next time; the pool refuses a task that kills it twice.
      const left = task.fields.deadline - chain.now() - needSeconds(model);
      const pause = retryIn(code, tries, left * 1_000);
      if (pause !== null) {
        this.#book.retries.later(task.id, pause);
        this.#book.move(task.id, 'waiting', `waiting: ${why}`, code);
      } else this.#book.end(task.id, 'failed', `failed: ${why}`, code);
    } finally {
      this.#running.delete(task.id);
      this.#book.changed(task.id);
    }
  }
}

function placeOf(provider: Provider | null): string {
  if (provider === null) return 'on your server';
  return provider === 'cpu' ? 'on the processor' : `on the graphics card (${provider})`;
}
