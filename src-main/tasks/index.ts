import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { Part } from '../part.ts';
import { Rounds } from '../rounds.ts';
import { Asker, type MarketTerms } from './asker.ts';
import type { TaskContext } from './context.ts';
import { Solver, type SolverNeeds } from './solver.ts';

export type { Blobs, TaskContext } from './context.ts';
export type { MarketTerms } from './asker.ts';

/** The open lane: asking and solving under one clock. */
export class Tasks implements Part {
  readonly asker: Asker;
  readonly solver: Solver;
  readonly #rounds: Rounds;
  readonly #listeners = new Set<(task: TaskView) => void>();

  constructor(
    context: TaskContext,
    indexer: Indexer,
    needs: Omit<SolverNeeds, 'changed'> & { terms: () => MarketTerms | null; prepaid: () => TaskView['fee'] | null },
  ) {
    this.#rounds = new Rounds(() => {
      this.asker.tick();
      return this.solver.tick();
    }, context.fail);
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
    this.solver.begin();
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#rounds.stop();
  }

  /** Something changed that may matter: a preference, the pause, the chain. */
  wake(): void {
    this.#rounds.wake();
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

  #tell(task: TaskView | undefined): void {
    if (task !== undefined) for (const listener of this.#listeners) listener(task);
  }
}
