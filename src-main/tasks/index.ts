import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { Part } from '../part.ts';
import { Asker, type MarketTerms } from './asker.ts';
import type { TaskContext } from './context.ts';
import { Solver, type SolverNeeds } from './solver.ts';

export type { Blobs, TaskContext } from './context.ts';
export type { MarketTerms } from './asker.ts';

const SOON_MS = 500;
const LATER_MS = 5_000;

/** The open lane: asking and solving under one clock. Rounds follow events; time alone only wakes what waits for time. */
export class Tasks implements Part {
  readonly asker: Asker;
  readonly solver: Solver;
  readonly #context: TaskContext;
  readonly #listeners = new Set<(task: TaskView) => void>();
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #queued = false;

  constructor(
    context: TaskContext,
    indexer: Indexer,
    needs: Omit<SolverNeeds, 'changed'> & { terms: () => MarketTerms | null; prepaid: () => TaskView['fee'] | null },
  ) {
    this.#context = context;
    this.asker = new Asker(context, { ...needs, changed: (key) => this.#tell(this.asker.view(key)) });
    this.solver = new Solver(context, {
      ...needs,
      changed: (task: TaskId) => {
        this.#tell(this.solver.view(task));
        this.wake();
      },
    });
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
    this.#running = true;
    this.solver.begin();
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
    return key.startsWith('work-') ? this.solver.view(key.slice('work-'.length) as TaskId) : this.asker.view(key);
  }

  /** Both roles, newest first. */
  recent(limit: number): TaskView[] {
    return [...this.asker.page(null, limit), ...this.solver.page(null, limit)]
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit);
  }

  #round(): void {
    clearTimeout(this.#timer);
    let soon = false;
    try {
      this.asker.tick();
      soon = this.solver.tick();
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
