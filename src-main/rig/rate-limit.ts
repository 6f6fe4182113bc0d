/** Failures per window; the right token is let through all the same, so nobody can lock the owner out. */
export class RateLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #failures: number[] = [];

  constructor(limit: number, windowMs: number, now: () => number = Date.now) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Counts a failure. @returns false when there were too many. */
  fail(): boolean {
    const since = this.#now() - this.#windowMs;
    this.#failures = [...this.#failures.filter((at) => at > since), this.#now()].slice(-this.#limit - 1);
    return this.#failures.length <= this.#limit;
  }
}
