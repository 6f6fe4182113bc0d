import type { Address, BatchId, Digest } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { Part } from '../part.ts';
import { Rounds } from '../rounds.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Openings } from '../tasks/openings.ts';
import { same } from '../tasks/work-book.ts';
import { BatchAsker, type BatchAskerNeeds } from './asker.ts';
import { nameOf } from './run-book.ts';
import { BatchSolver, type BatchSolverNeeds } from './solver.ts';

export type { BatchTerms } from './asker.ts';

const RUN = /^run-(0x[0-9a-f]{64}):(\d{1,6})$/;

/** The open lane in bulk: asking and solving batches under one clock. */
export class Batches implements Part {
  readonly asker: BatchAsker;
  readonly solver: BatchSolver;
  readonly #rounds: Rounds;
  readonly #openings: Openings;
  readonly #listeners = new Set<(task: TaskView) => void>();

  constructor(
    context: TaskContext,
    indexer: Indexer,
    needs: Omit<BatchSolverNeeds, 'changed'> & Omit<BatchAskerNeeds, 'changed'>,
  ) {
    this.#rounds = new Rounds(() => {
      this.asker.tick();
      return this.solver.tick();
    }, context.fail);
    this.asker = new BatchAsker(context, { ...needs, changed: (key) => this.#tell(key) });
    this.solver = new BatchSolver(context, {
      ...needs,
      changed: (work) => {
        this.#tell(`run-${nameOf(work)}`);
        this.wake();
      },
    });
    this.#openings = new Openings(context, indexer, (id, me) => openedBy(context.index, id as BatchId, me));
    indexer.onChange((change) => {
      this.asker.onIndex(change);
      this.solver.onIndex(change);
      this.wake();
    });
    context.outbox.onChange(() => this.wake());
    context.chain.onHead(() => this.wake());
  }

  onChange(listener: (task: TaskView) => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.solver.begin();
    this.#openings.look(this.solver.batches());
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#rounds.stop();
  }

  wake(): void {
    this.#rounds.wake();
  }

  /** A batch that was asked for, or a run; undefined for keys of anything else. */
  get(key: string): TaskView | undefined {
    const [, batch, run] = RUN.exec(key) ?? [];
    return batch === undefined ? this.asker.view(key) : this.solver.view(batch as BatchId, Number(run));
  }

  /** Both roles, newest first. */
  recent(limit: number): TaskView[] {
    return [...this.asker.page(null, limit), ...this.solver.page(null, limit)];
  }

  #tell(key: string): void {
    const task = this.get(key);
    if (task !== undefined) for (const listener of this.#listeners) listener(task);
  }
}

/** What an account has opened of a batch. */
function openedBy(index: IndexRows, id: BatchId, me: Address): Digest[] {
  const runs = index.batch(id)?.runs ?? [];
  return runs.filter(({ solver }) => same(solver, me)).flatMap(({ digests }) => digests);
}
