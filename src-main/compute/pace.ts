/** Longest single sleep, ms: a change of the share takes effect within it. */
const SLICE_MS = 50;
/** Rests shorter than this are saved up: timers are not finer, and a sleep costs more than it rests. */
const LEAST_MS = 4;

export interface PaceClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const CLOCK: PaceClock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Keeps a lane at a share of the time: after a run of length d it rests d * (1 / duty - 1). Time without work counts as
 * rest. What cannot be interrupted is rested for afterwards.
 */
export class Pace {
  readonly #clock: PaceClock;
  #duty = 1;
  #owed = 0;
  #idleSince: number;

  constructor(clock: PaceClock = CLOCK) {
    this.#clock = clock;
    this.#idleSince = clock.now();
  }

  get duty(): number {
    return this.#duty;
  }
  set duty(duty: number) {
    this.#duty = duty;
    if (duty >= 1) this.#owed = 0;
  }

  ran(ms: number): void {
    if (this.#duty >= 1) return;
    this.#owed += ms * (1 / this.#duty - 1);
    this.#idleSince = this.#clock.now();
  }

  /** Whether `rest` would take time: asked in loops that are not to be asynchronous for nothing. */
  get due(): boolean {
    return this.#owed >= LEAST_MS;
  }

  /** @param signal ends the rest early: nothing will run after it */
  async rest(signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (signal?.aborted === true) return;
      const now = this.#clock.now();
      this.#owed = Math.max(0, this.#owed - Math.max(0, now - this.#idleSince));
      this.#idleSince = now;
      if (!this.due) return;
      await this.#clock.sleep(Math.min(this.#owed, SLICE_MS));
    }
  }
}
