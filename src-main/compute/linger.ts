/** Longest time that an event loop is kept from falling asleep, ms: waking a core up takes a third of it. */
export const LINGER_MS = 0.25;

/**
 * Looks for messages instead of sleeping until one comes, for a quarter of a millisecond at most: between two processes
 * that hand each other work of microseconds, waking the core of the other side is what takes the time. Only while one
 * piece of work follows the other: looking keeps a core that the other side, woken up for a single one, might be put on.
 */
export class Linger {
  #until = 0;
  #last = Number.NEGATIVE_INFINITY;
  #looking = false;

  /** Work has just come or gone. */
  touch(): void {
    const now = performance.now();
    const follows = now - this.#last < LINGER_MS;
    this.#last = now;
    if (!follows) return;
    this.#until = now + LINGER_MS;
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(this.#look);
  }

  /** A loop with an immediate in it asks the system for news without waiting for any. */
  readonly #look = (): void => {
    this.#looking = performance.now() < this.#until;
    if (this.#looking) setImmediate(this.#look);
  };
}
