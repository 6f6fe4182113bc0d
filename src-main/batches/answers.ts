import type { Address, Digest } from '../../src-shared/domain/ids.ts';
import { digestIn, runWith, type ChainBatch } from '../chain/batches-projection.ts';
import { wireBytes } from '../models/tensors.ts';
import { AskError, MAX_FETCHES, MAX_REASON, RESULT_RETRY_MS } from '../tasks/asker.ts';
import type { TaskContext } from '../tasks/context.ts';
import { readAnswer } from '../tasks/input.ts';
import { Retries } from '../tasks/retries.ts';
import type { BatchAsk, BatchAskRows } from './batch-ask-rows.ts';

/** One solver that sends nothing must not take all places. */
const MAX_PER_SOLVER = 2;

/** A result on chain that is not here. */
export interface Missing {
  readonly ask: BatchAsk;
  readonly item: number;
  readonly digest: Digest;
  readonly solver: Address;
}

/** Fetches results by the digests on chain, a few at once, and keeps what they say. */
export class Answers {
  readonly #context: TaskContext;
  readonly #rows: BatchAskRows;
  readonly #changed: (key: string) => void;
  /** Solvers, by the name of the line. */
  readonly #fetching = new Map<string, Address>();
  readonly #retries = new Retries();

  constructor(context: TaskContext, rows: BatchAskRows, changed: (key: string) => void) {
    this.#context = context;
    this.#rows = rows;
    this.#changed = changed;
  }

  /** Lines with a result on chain and no answer here, but those whose result the court found wrong. */
  missing(ask: BatchAsk, batch: ChainBatch): Missing[] {
    const wrong = new Set(batch.overturned.map(({ item }) => item));
    return this.#rows.lines(ask.key).flatMap(({ item, answer }) => {
      const run = runWith(batch, item);
      const digest = run === undefined ? undefined : digestIn(run, item);
      if (answer !== null || run === undefined || digest === undefined || wrong.has(item)) return [];
      return [{ ask, item, digest, solver: run.solver }];
    });
  }

  /** What was tried least comes first, so that results that nobody sends hold back no others. */
  fetch(missing: readonly Missing[]): void {
    const tries = ({ ask, item }: Missing): number => this.#retries.tries(`${ask.key}:${item}`);
    for (const each of missing.toSorted((a, b) => tries(a) - tries(b))) this.#soon(each);
  }

  #soon({ ask, item, digest, solver }: Missing): void {
    const name = `${ask.key}:${item}`;
    if (this.#fetching.has(name) || this.#fetching.size >= MAX_FETCHES || this.#retries.waits(name)) return;
    if ([...this.#fetching.values()].filter((each) => each === solver).length >= MAX_PER_SOLVER) return;
    this.#fetching.set(name, solver);
    this.#fetch(ask, item, digest, solver)
      .catch((error: unknown) => this.#context.fail(error))
      .finally(() => {
        this.#fetching.delete(name);
        this.#changed(ask.key);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  async #fetch(ask: BatchAsk, item: number, digest: Digest, solver: Address): Promise<void> {
    const { catalogue, blobs, index, log } = this.#context;
    const name = `${ask.key}:${item}`;
    try {
      const model = catalogue.byId(ask.model);
      if (model === null) throw new AskError('TASK_NOT_FOUND', 'The model is not on this machine any more.');
      const bytes = await blobs.get(digest, wireBytes(model.manifest.outputs), solver);
      const answer = readAnswer(model.manifest, bytes);
      // The chain may have changed its mind meanwhile.
      const batch = ask.batch === null ? undefined : index.batch(ask.batch);
      const run = batch === undefined ? undefined : runWith(batch, item);
      if (run === undefined || digestIn(run, item) !== digest) return;
      this.#retries.drop(name);
      this.#rows.answer(ask.key, item, answer, digest);
    } catch (error) {
      const why = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
      log(`line ${item + 1} of ${ask.key}: ${why}`);
      // As for single tasks: longer and longer, up to an hour.
      const slower = 2 ** Math.max(0, this.#retries.tries(name) - 5);
      this.#retries.later(name, Math.min(RESULT_RETRY_MS * slower, 3_600_000));
    }
  }
}
