import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { Part } from '../part.ts';
import { ReplicaLane } from '../replicas/replica-lane.ts';
import { SeatSolver, type SeatNeeds } from '../replicas/seat-solver.ts';
import { Asker } from './asker.ts';
import type { MarketTerms } from './quote.ts';
import type { TaskContext } from './context.ts';
import { MarketLane } from './market-lane.ts';
import type { Compute } from './rerun.ts';
import { Runner } from './runner.ts';
import { Solver, type SolverNeeds } from './solver.ts';
import { WorkBook } from './work-book.ts';
import { WorkRows } from './work-rows.ts';
import { Works } from './works.ts';

export type { Blobs, TaskContext } from './context.ts';
export type { MarketTerms } from './quote.ts';

const SOON_MS = 500;
const LATER_MS = 5_000;
/** Tasks that were only looked at are forgotten after this time. */
const KEEP_SKIPPED_MS = 30 * 86_400_000;

export type TaskNeeds = Omit<SolverNeeds & SeatNeeds, 'changed' | 'promised'> & {
  readonly compute: Compute;
  readonly terms: () => MarketTerms | null;
  readonly prepaid: () => TaskView['fee'] | null;
};

/** The open lane: asking and solving, alone or with others, under one clock. Rounds follow events; time alone only wakes what waits for time. */
export class Tasks implements Part {
  readonly asker: Asker;
  readonly solver: Solver;
  readonly seats: SeatSolver;
  readonly works: Works;
  readonly #context: TaskContext;
  readonly #runner: Runner;
  readonly #rows: WorkRows;
  readonly #listeners = new Set<(task: TaskView) => void>();
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #queued = false;

  constructor(context: TaskContext, indexer: Indexer, needs: TaskNeeds) {
    this.#context = context;
    this.#rows = new WorkRows(context.db);
    this.works = new Works(context, this.#rows);
    const lanes = { market: new MarketLane(context), replicas: new ReplicaLane(context) };
    this.asker = new Asker(context, lanes, { ...needs, changed: (key) => this.#tell(this.asker.view(key)) });
    const changed = (task: TaskId): void => {
      this.#tell(this.works.view(task));
      this.wake();
    };
    const promised = (): bigint => this.solver.promised() + this.seats.promised();
    const book = new WorkBook(this.#rows, context.steps, changed);
    this.#runner = new Runner(context, needs.compute, book);
    this.solver = new Solver(context, { ...needs, promised, changed }, book, this.#runner);
    this.seats = new SeatSolver(context, { ...needs, promised, changed }, book, this.#runner);
    indexer.onChange((change) => {
      this.asker.onIndex(change);
      this.solver.onIndex(change);
      this.seats.onIndex(change);
      this.wake();
    });
    context.outbox.onChange(() => this.wake());
    context.chain.onHead(() => this.wake());
  }

  onChange(listener: (task: TaskView) => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#running = true;
    this.#rows.prune(Date.now() - KEEP_SKIPPED_MS);
    this.wake();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Something changed that may matter: a preference, the pause, the chain. Many wakes make one round. */
  wake(): void {
    if (!this.#running || this.#queued) return;
    this.#queued = true;
    setImmediate(() => {
      this.#queued = false;
      if (this.#running) this.#round();
    });
  }

  get(key: string): TaskView | undefined {
    return key.startsWith('work-') ? this.works.view(key.slice('work-'.length) as TaskId) : this.asker.view(key);
  }

  /** Names of the models being worked on. */
  working(): string[] {
    return this.#runner.working();
  }

  /** Both roles, newest first. */
  recent(limit: number): TaskView[] {
    return [...this.asker.page(null, limit), ...this.works.page(null, limit)]
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit);
  }

  #round(): void {
    clearTimeout(this.#timer);
    let soon = false;
    try {
      this.asker.tick();
      soon = this.solver.tick();
      soon = this.seats.tick() || soon;
    } catch (error) {
      this.#context.fail(error);
    }
    this.#timer = setTimeout(() => this.wake(), soon ? SOON_MS : LATER_MS);
    this.#timer.unref();
  }

  #tell(task: TaskView | undefined): void {
    if (task !== undefined) for (const listener of this.#listeners) listener(task);
  }
}
