import { RECENT_TASKS, type Slice, type Snapshot, type StateEvent } from '../../src-shared/bridge/state.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';

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
  #scheduled = false;

  constructor(views: Views) {
    this.#views = views;
  }

  snapshot(): Snapshot {
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
    const slices = [...this.#dirty];
    const tasks = [...this.#tasks.values()];
    this.#dirty.clear();
    this.#tasks.clear();
    for (const task of tasks) this.#emit({ slice: 'tasks', value: task });
    for (const slice of slices) {
      const value = this.#views[slice]();
      const text = JSON.stringify(value);
      if (this.#last.get(slice) === text) continue;
      this.#last.set(slice, text);
      this.#emit({ slice, value } as StateEvent);
    }
  }

  #emit(event: StateEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
