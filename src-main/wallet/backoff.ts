import { PassphraseError } from './errors.ts';

/** Wrong passphrases that a typing person is granted before waiting starts. */
const FREE = 3;
const STEPS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Makes guessing through the app slow. Computes a time instead of waiting: nothing else is held up. */
export class Backoff {
  readonly #now: () => number;
  #failures = 0;
  #notBefore = 0;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds until the next try is allowed. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#now());
  }

  /** @throws PassphraseError `PASSPHRASE_WAIT`. */
  check(): void {
    const wait = Math.ceil(this.waitMs / 1000);
    if (wait === 0) return;
    throw new PassphraseError('PASSPHRASE_WAIT', `Too many wrong passphrases: wait ${wait} s before the next try.`);
  }

  failed(): void {
    this.#failures++;
    if (this.#failures < FREE) return;
    const step = STEPS_MS[Math.min(this.#failures - FREE, STEPS_MS.length - 1)] ?? 0;
    this.#notBefore = this.#now() + step;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }
}
