import type { Clock } from './clock.ts';

/** While somebody looks or work runs, and otherwise. */
const FAST_MS = 2_000;
const SLOW_MS = 10_000;
/** What starts programs: while work runs, and otherwise. */
const ALL_BUSY_MS = 10_000;
const ALL_IDLE_MS = 30_000;
/** A pause between looks that nobody planned: the computer slept, or its clock was set. */
const JUMP_MS = 60_000;
/** Somebody who looked is taken to look on for so long. */
const LOOKING_MS = 60_000;

export interface WatchNeeds {
  readonly clock: Clock;
  /** Lanes compute right now; `cards`: on a graphics card. */
  readonly busy: () => 'cards' | 'processor' | 'no';
  /** @param all also what needs programs to be started */
  readonly look: (all: boolean) => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** The computer woke up, or its clock jumped. */
  readonly woke: (why: string) => void;
}

/** When the sensors are looked at: often while it matters, seldom otherwise, at once when something happened. */
export class Watch {
  readonly #needs: WatchNeeds;
  #cancel: (() => void) | undefined;
  #running = false;
  #looking = false;
  #again = false;
  #lookedAt = 0;
  #allAt = 0;
  #watchedUntil = 0;

  constructor(needs: WatchNeeds) {
    this.#needs = needs;
  }

  async start(): Promise<void> {
    this.#running = true;
    this.#lookedAt = this.#needs.clock.now();
    await this.now();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  /** Somebody looks at the figures: they come often for a while. */
  watched(): void {
    const { clock } = this.#needs;
    const fresh = this.#watchedUntil < clock.now();
    this.#watchedUntil = clock.now() + LOOKING_MS;
    if (fresh) void this.now();
  }

  /** Work began: not at the next slow look, but now. */
  wake(): void {
    if (!this.#running || this.#looking) return;
    const { clock } = this.#needs;
    const passed = clock.now() - this.#lookedAt;
    if (passed < 0 || passed >= FAST_MS) return void this.#round();
    this.#cancel?.();
    this.#cancel = clock.after(FAST_MS - passed, () => void this.#round());
  }

  /** Everything, at once; a second wish while one is under way is one more look afterwards. */
  async now(): Promise<void> {
    this.#allAt = 0;
    await this.#round();
  }

  async #round(): Promise<void> {
    const { clock, look, woke, failed } = this.#needs;
    if (!this.#running) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    this.#cancel?.();
    const now = clock.now();
    const passed = now - this.#lookedAt;
    this.#lookedAt = now;
    if (passed > SLOW_MS + JUMP_MS || passed < -JUMP_MS) {
      this.#allAt = 0;
      woke(passed > 0 ? `nothing was looked at for ${Math.round(passed / 1_000)} s` : 'the clock was set back');
    }
    const all = now - this.#allAt >= this.#allEvery() || now < this.#allAt;
    if (all) this.#allAt = now;
    try {
      await look(all);
    } catch (error) {
      // The next look comes all the same: what was decided last must not hold for ever.
      failed(error);
    } finally {
      this.#looking = false;
    }
    if (this.#again) {
      this.#again = false;
      return this.#round();
    }
    this.#cancel = clock.after(this.#every(), () => void this.#round());
  }

  #watching(): boolean {
    return this.#needs.clock.now() < this.#watchedUntil;
  }

  #every(): number {
    return this.#watching() || this.#needs.busy() !== 'no' ? FAST_MS : SLOW_MS;
  }

  #allEvery(): number {
    const busy = this.#needs.busy();
    if (this.#watching() || busy === 'cards') return 0;
    return busy === 'processor' ? ALL_BUSY_MS : ALL_IDLE_MS;
  }
}
