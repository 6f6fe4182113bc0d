const CRASHES = 2;
const MAX_KEYS = 10_000;

/** Tasks that killed lanes. The list is bounded and forgets the oldest first; it does not outlive the node. */
export class Poison {
  readonly #counts = new Map<string, number>();

  refuses(key: string): boolean {
    return this.#counts.size > 0 && (this.#counts.get(key) ?? 0) >= CRASHES;
  }

  crashed(key: string): void {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_KEYS && oldest !== undefined) this.#counts.delete(oldest);
  }

  passed(key: string): void {
    if (this.#counts.size > 0) this.#counts.delete(key);
  }
}
