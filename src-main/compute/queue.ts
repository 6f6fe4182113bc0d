/** Waiting work, one line per source; whoever asks for much waits behind those who ask for little. */
export class FairQueue<T> {
  readonly #capacity: number;
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** False when the queue is full. `first` puts an item back at the head of its line, even into a full queue. */
  put(source: string, item: T, first = false): boolean {
    if (!first && this.#size >= this.#capacity) return false;
    const line = this.#lines.get(source) ?? [];
    if (first) line.unshift(item);
    else line.push(item);
    this.#lines.set(source, line);
    this.#size++;
    return true;
  }

  /** Head of each line. */
  heads(): T[] {
    return [...this.#lines.values()].map((line) => line[0] as T);
  }

  /** What `take` would give first. */
  peek(accepts: (head: T) => boolean): T | undefined {
    for (const line of this.#lines.values()) if (accepts(line[0] as T)) return line[0];
    return undefined;
  }

  /**
   * The head of the next line that `accepts` it, and what follows it in that line as long as `joins` agrees, at most
   * `limit` together. The line then goes to the end of the round.
   */
  take(limit: number, joins: (head: T, next: T) => boolean, accepts: (head: T) => boolean = () => true): T[] {
    for (const [source, line] of this.#lines) {
      const head = line[0] as T;
      if (!accepts(head)) continue;
      let count = 1;
      while (count < Math.min(limit, line.length) && joins(head, line[count] as T)) count++;
      const taken = line.splice(0, count);
      this.#lines.delete(source);
      if (line.length > 0) this.#lines.set(source, line);
      this.#size -= taken.length;
      return taken;
    }
    return [];
  }

  remove(source: string, item: T): boolean {
    const line = this.#lines.get(source);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return false;
    line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(source);
    this.#size--;
    return true;
  }

  some(holds: (item: T) => boolean): boolean {
    return [...this.#lines.values()].some((line) => line.some(holds));
  }

  drain(): T[] {
    const all = [...this.#lines.values()].flat();
    this.#lines.clear();
    this.#size = 0;
    return all;
  }
}
