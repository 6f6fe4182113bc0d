import { z } from 'zod';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Settings } from '../store/settings.ts';

/** Weight of the newest run in the running mean. */
const NEWEST = 0.3;

/** How long each model takes on this machine: a running mean over own runs, kept through restarts. */
export class Measured {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @returns seconds inside the runtime; null when the model was never run here */
  seconds(model: Digest): number | null {
    return this.#settings.get(`measured.${model}`, z.number().nonnegative().nullable(), null);
  }

  note(model: Digest, elapsedMs: number): void {
    const now = elapsedMs / 1_000;
    const before = this.seconds(model);
    this.#settings.set(`measured.${model}`, before === null ? now : before + NEWEST * (now - before));
  }
}
