const WINDOW_MS = 60_000;
const MOST = 3;
const PAUSE_MS = 1_000;

/**
 * What to do after the interface ended: load it again, a little later each time; after a few ends within a minute, no
 * more, for what ends it at once would go on for ever, unseen in the tray.
 */
export class CrashWatch {
  readonly #now: () => number;
  #ends: number[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds after which it is loaded again; null: not any more by itself. */
  ended(): number | null {
    const now = this.#now();
    this.#ends = [...this.#ends.filter((at) => now - at < WINDOW_MS), now];
    return this.#ends.length > MOST ? null : PAUSE_MS * 2 ** (this.#ends.length - 1);
  }

  /** A person wants to see it: it has its tries again. @returns whether it was given up */
  wanted(): boolean {
    const given = this.#ends.length > MOST;
    if (given) this.#ends = [];
    return given;
  }
}
