const SOON_MS = 500;
const LATER_MS = 5_000;

/** A clock that works in rounds: they follow events, and time alone only wakes what waits for time. */
export class Rounds {
  readonly #work: () => boolean;
  readonly #fail: (error: unknown) => void;
  readonly #soonMs: number;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #queued = false;

  /** @param work one round; true when something may be due soon by time alone. */
  constructor(work: () => boolean, fail: (error: unknown) => void, soonMs = SOON_MS) {
    this.#work = work;
    this.#fail = fail;
    this.#soonMs = soonMs;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Something changed that may matter. Many wakes make one round. */
  wake(): void {
    if (!this.#running || this.#queued) return;
    this.#queued = true;
    setImmediate(() => {
      this.#queued = false;
      if (this.#running) this.#round();
    });
  }

  #round(): void {
    clearTimeout(this.#timer);
    let soon = false;
    try {
      soon = this.#work();
    } catch (error) {
      this.#fail(error);
    }
    this.#timer = setTimeout(() => this.wake(), soon ? this.#soonMs : LATER_MS);
    this.#timer.unref();
  }
}
