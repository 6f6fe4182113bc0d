import { RECENT_TASKS, type Slice, type Snapshot, type StateEvent } from '../../src-shared/bridge/state.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';

/** `STOPPED`: a front end asks a node that has just stopped. */
export class StoppedError extends FolkmootError {
  constructor() {
    super('STOPPED', 'Folkmoot’s node has stopped.', { remedy: 'Start it again.' });
  }
}

export type Views = { readonly [K in Slice]: () => Snapshot[K] } & { readonly tasks: () => readonly TaskView[] };

/**
 * The one place where front ends learn of changes. Parts say which slice is dirty; slices are computed once per turn
 * of the event loop, however often they were touched, and sent only if they really changed.
 */
export class Hub {
  readonly #views: Views;
  readonly #listeners = new Set<(event: StateEvent) => void>();
  readonly #last = new Map<Slice, string>();
  readonly #dirty = new Set<Slice>();
  readonly #tasks = new Map<string, TaskView>();
  /** Slices that could not be computed the last time; each is reported once. */
  readonly #failing = new Set<Slice>();
  readonly #fail: (error: unknown) => void;
  #scheduled = false;
  #stopped = false;

  /** @param fail is told of a slice that cannot be computed; the others are told to front ends all the same */
  constructor(views: Views, fail: (error: unknown) => void) {
    this.#views = views;
    this.#fail = fail;
  }

  /** Tells what is still to be told; from then on nothing is computed, for the store may be closed. */
  stop(): void {
    this.#flush();
    this.#stopped = true;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** @throws StoppedError */
  snapshot(): Snapshot {
    if (this.#stopped) throw new StoppedError();
    const { node, activity, machine, wallet, network, models, containers, tasks } = this.#views;
    const { earnings, prices, stake, disputes } = this.#views;
    return {
      node: node(),
      activity: activity(),
      machine: machine(),
      wallet: wallet(),
      network: network(),
      models: models(),
      containers: containers(),
      earnings: earnings(),
      prices: prices(),
      stake: stake(),
      disputes: disputes(),
      tasks: tasks().slice(0, RECENT_TASKS),
    };
  }

  subscribe(listener: (event: StateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dirty(...slices: Slice[]): void {
    for (const slice of slices) this.#dirty.add(slice);
    this.#schedule();
  }

  task(task: TaskView): void {
    this.#tasks.set(task.key, task);
    this.dirty('activity', 'earnings');
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#stopped) return;
    const slices = [...this.#dirty];
    const tasks = [...this.#tasks.values()];
    this.#dirty.clear();
    this.#tasks.clear();
    for (const task of tasks) this.#emit({ slice: 'tasks', value: task });
    for (const slice of slices) this.#tell(slice);
  }

  #tell(slice: Slice): void {
    let value: Snapshot[Slice];
    try {
      value = this.#views[slice]();
    } catch (error) {
      if (this.#failing.has(slice)) return;
      this.#failing.add(slice);
      return this.#fail(error);
    }
    this.#failing.delete(slice);
    const text = JSON.stringify(value);
    if (this.#last.get(slice) === text) return;
    this.#last.set(slice, text);
    this.#emit({ slice, value } as StateEvent);
  }

  #emit(event: StateEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
