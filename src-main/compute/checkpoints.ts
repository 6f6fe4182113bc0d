import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Checkpoint } from './job.ts';
import { store, unpack } from './payload.ts';

const MAX_KEPT = 64;

/** Newest state of each job that runs in steps, so that one whose lane died goes on instead of starting again. */
export class Checkpoints {
  readonly #folder: string;
  readonly #kept = new Map<string, Checkpoint>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get(key: string): Checkpoint | undefined {
    return this.#kept.get(key);
  }

  save(key: string, step: number, state: Uint8Array): Checkpoint {
    mkdirSync(this.#folder, { recursive: true });
    const before = this.#kept.get(key);
    const checkpoint = { step, state: store(state, this.#folder) };
    this.#kept.delete(key);
    this.#kept.set(key, checkpoint);
    if (before !== undefined && before.state.path !== checkpoint.state.path) this.#remove(before);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.drop(oldest);
    return checkpoint;
  }

  drop(key: string): void {
    const checkpoint = this.#kept.get(key);
    this.#kept.delete(key);
    if (checkpoint !== undefined) this.#remove(checkpoint);
  }

  /** The state itself, checked. @throws PayloadError */
  read({ state }: Checkpoint): Uint8Array {
    return unpack(state, dirname(state.path), true);
  }

  clear(): void {
    this.#kept.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Two jobs may have come to the same state. */
  #remove({ state }: Checkpoint): void {
    if ([...this.#kept.values()].some((other) => other.state.path === state.path)) return;
    rmSync(state.path, { force: true });
  }
}
