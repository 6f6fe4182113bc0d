import type { Outbox } from '../chain/outbox.ts';

/** What is tried again, by task or intent: when (ms, on a clock that nobody sets) and how often. Only what is under way is in here. */
export class Retries {
  readonly #known = new Map<string, { readonly at: number; readonly tries: number }>();

  waits(key: string): boolean {
    return (this.#known.get(key)?.at ?? 0) > performance.now();
  }

  /** How often it was put off. */
  tries(key: string): number {
    return this.#known.get(key)?.tries ?? 0;
  }

  later(key: string, pauseMs: number): void {
    this.#known.set(key, { at: performance.now() + pauseMs, tries: this.tries(key) + 1 });
  }

  drop(...keys: readonly string[]): void {
    for (const key of keys) this.#known.delete(key);
  }

  /** Sends a failed intent once more, one pause after it was first seen to have failed. */
  intent(outbox: Outbox, key: string, pauseMs: number): void {
    if (this.waits(key)) return;
    if (this.tries(key) === 0) return this.later(key, pauseMs);
    this.drop(key);
    outbox.retry(key);
  }
}
