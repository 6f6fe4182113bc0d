const EVERY_MS = 100;
/** Beyond this share of the limit, models that are not in use are let go. */
const SHORT = 0.8;

/** Own resident memory, looked up now and then: a look costs as much as a small job. */
export class Rss {
  limit = Number.POSITIVE_INFINITY;
  #bytes = 0;
  #at = Number.NEGATIVE_INFINITY;

  bytes(): number {
    const now = performance.now();
    if (now - this.#at >= EVERY_MS) {
      this.#bytes = process.memoryUsage.rss();
      this.#at = now;
    }
    return this.#bytes;
  }

  get short(): boolean {
    return this.#bytes > SHORT * this.limit;
  }
}
