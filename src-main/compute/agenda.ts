import { PRIORITIES, rank, type Priority } from './priority.ts';
import { FairQueue } from './queue.ts';

/** What the agenda needs to know of its items. */
export interface Waiting {
  readonly priority: Priority;
  /** Whose turn it is within a class. */
  readonly source: string;
  /** On the clock of the agenda, ms. */
  readonly since: number;
}

/** Everything that waits: urgent classes first, fair between the sources of a class, and what waits long moves up. */
export class Agenda<T extends Waiting> {
  readonly #classes: ReadonlyMap<Priority, FairQueue<T>>;
  readonly #capacity: number;
  readonly #now: () => number;
  #size = 0;

  constructor(capacity: number, now: () => number) {
    this.#capacity = capacity;
    this.#now = now;
    this.#classes = new Map(PRIORITIES.map((name) => [name, new FairQueue<T>(Number.POSITIVE_INFINITY)]));
  }

  get size(): number {
    return this.#size;
  }

  /** False when it is full. `first` puts an item back at the head of its line, even when it is. */
  put(item: T, first = false): boolean {
    if (!first && this.#size >= this.#capacity) return false;
    this.#of(item.priority).put(item.source, item, first);
    this.#size++;
    return true;
  }

  /** The next item that `accepts` allows, and those behind it that may travel with it. */
  take(limit: number, joins: (head: T, next: T) => boolean, accepts: (head: T) => boolean): T[] {
    if (this.#size === 0) return [];
    const taken = this.#next(accepts)?.take(limit, joins, accepts) ?? [];
    this.#size -= taken.length;
    return taken;
  }

  /** What `take` would give first. */
  peek(accepts: (head: T) => boolean): T | undefined {
    return this.#next(accepts)?.peek(accepts);
  }

  remove(item: T): boolean {
    const removed = this.#of(item.priority).remove(item.source, item);
    if (removed) this.#size--;
    return removed;
  }

  some(holds: (item: T) => boolean): boolean {
    return [...this.#classes.values()].some((queue) => queue.some(holds));
  }

  drain(): T[] {
    this.#size = 0;
    return [...this.#classes.values()].flatMap((queue) => queue.drain());
  }

  #next(accepts: (head: T) => boolean): FairQueue<T> | undefined {
    const now = this.#now();
    let best: FairQueue<T> | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const [priority, queue] of this.#classes) {
      if (queue.size === 0) continue;
      const waits = queue
        .heads()
        .filter(accepts)
        .map(({ since }) => now - since);
      const value = waits.length === 0 ? Number.POSITIVE_INFINITY : rank(priority, Math.max(...waits));
      if (value >= lowest) continue;
      lowest = value;
      best = queue;
    }
    return best;
  }

  #of(priority: Priority): FairQueue<T> {
    return this.#classes.get(priority) as FairQueue<T>;
  }
}
