import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { Part } from '../part.ts';
import { ReplicaLane } from '../replicas/replica-lane.ts';
import { SeatSolver, type SeatNeeds } from '../replicas/seat-solver.ts';
import { Rounds } from '../rounds.ts';
import { Asker } from './asker.ts';
import type { MarketTerms } from './quote.ts';
import type { TaskContext } from './context.ts';
import { MarketLane } from './market-lane.ts';
import { Openings } from './openings.ts';
import type { Compute } from './rerun.ts';
import { Runner } from './runner.ts';
import { Solver, type SolverNeeds } from './solver.ts';
import { same, WorkBook } from './work-book.ts';
import { WorkRows } from './work-rows.ts';
import { Works } from './works.ts';

export type { Blobs, TaskContext } from './context.ts';
export type { MarketTerms } from './quote.ts';

/** Tasks that were only looked at are forgotten after this time. */
const KEEP_SKIPPED_MS = 30 * 86_400_000;

export type TaskNeeds = Omit<SolverNeeds & SeatNeeds, 'changed' | 'promised'> & {
  readonly compute: Compute;
  /** Works that can be computed at the same time. */
  readonly lanes: () => number;
  readonly terms: () => MarketTerms | null;
  readonly prepaid: () => TaskView['fee'] | null;
  /** Stake that work of other kinds will lock. */
  readonly promised: () => bigint;
};

/** The open lane: asking and solving, alone or with others, under one clock. */
export class Tasks implements Part {
  readonly asker: Asker;
  readonly solver: Solver;
  readonly seats: SeatSolver;
  readonly works: Works;
  readonly #runner: Runner;
  readonly #rows: WorkRows;
  readonly #rounds: Rounds;
  readonly #openings: Openings;
  readonly #listeners = new Set<(task: TaskView) => void>();

  constructor(context: TaskContext, indexer: Indexer, needs: TaskNeeds) {
    this.#rounds = new Rounds(() => {
      this.asker.tick();
      const soon = this.solver.tick();
      return this.seats.tick() || soon;
    }, context.fail);
    this.#rows = new WorkRows(context.db);
    this.works = new Works(context, this.#rows);
    const lanes = { market: new MarketLane(context), replicas: new ReplicaLane(context) };
    this.asker = new Asker(context, lanes, { ...needs, changed: (key) => this.#tell(this.asker.view(key)) });
    const changed = (task: TaskId): void => {
      this.#tell(this.works.view(task));
      this.wake();
    };
    const promised = (): bigint => this.promised() + needs.promised();
    const book = new WorkBook(this.#rows, context.steps, changed);
    this.#runner = new Runner(context, needs.compute, book, needs.lanes);
    this.solver = new Solver(context, { ...needs, promised, changed }, book, this.#runner);
    this.seats = new SeatSolver(context, { ...needs, promised, changed }, book, this.#runner);
    this.#openings = new Openings(context, indexer, (id, me) => openedBy(context.index, id as TaskId, me));
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
    this.#rows.prune(Date.now() - KEEP_SKIPPED_MS);
    this.#openings.look(this.#rows.active().map(({ task }) => task));
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
    return key.startsWith('work-') ? this.works.view(key.slice('work-'.length) as TaskId) : this.asker.view(key);
  }

  /** Stake that works under way will lock. */
  promised(): bigint {
    return this.solver.promised() + this.seats.promised();
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

  #tell(task: TaskView | undefined): void {
    if (task !== undefined) for (const listener of this.#listeners) listener(task);
  }
}

/** What an account has opened of a task, alone or as one of several. */
function openedBy(index: IndexRows, id: TaskId, me: Address): Digest[] {
  const solution = index.task(id)?.solution;
  const seat = index.job(id)?.taken.find(({ solver }) => same(solver, me));
  const own = solution != null && same(solution.solver, me) ? [solution.resultDigest] : [];
  return seat?.opened == null ? own : [...own, seat.opened.resultDigest];
}
