import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { KEPT, readIndex, sweep, writeIndex, type Indexed } from './checkpoint-index.ts';
import type { Checkpoint, Job } from './job.ts';
import { store, unpack } from './payload.ts';

/** A state, and what it is of: the same key with another input is another job. */
interface Kept {
  readonly of: Digest;
  readonly at: number;
  readonly checkpoint: Checkpoint;
}

export interface CheckpointOptions {
  /** The folder stays: what is in it is found again by the next pool. */
  readonly stays: boolean;
  /** ms since 1970; the real clock when absent. */
  readonly now?: () => number;
}

const IDENTITIES = new WeakMap<Job, Digest>();

/** Newest state of each job that runs in steps, so that one whose lane or node died goes on instead of starting again. */
export class Checkpoints {
  readonly #folder: string;
  readonly #stays: boolean;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(folder: string, { stays, now = Date.now }: CheckpointOptions) {
    this.#folder = folder;
    this.#stays = stays;
    this.#now = now;
  }

  /** Finds what an earlier pool left. Whatever is not as it should be is removed, and the jobs start from the beginning. */
  open(): void {
    if (!this.#stays) return;
    this.#kept.clear();
    for (const { key, of, at, step, digest, bytes } of readIndex(this.#folder)) {
      const state = { path: join(this.#folder, digest.slice(2)), digest, bytes };
      this.#kept.set(key, { of, at, checkpoint: { step, state } });
    }
    this.#bound();
    this.#write();
    sweep(this.#folder, new Set([...this.#kept.values()].map(({ checkpoint }) => checkpoint.state.path)));
  }

  get(job: Job): Checkpoint | undefined {
    const kept = this.#kept.get(job.key);
    if (kept === undefined || kept.of !== identity(job)) return undefined;
    const { step, state } = kept.checkpoint;
    return step < (job.steps?.count ?? 0) && state.bytes === job.input.length ? kept.checkpoint : undefined;
  }

  save(job: Job, step: number, state: Uint8Array): Checkpoint {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const before = this.#kept.get(job.key);
    const checkpoint = { step, state: store(state, this.#folder) };
    this.#kept.delete(job.key);
    this.#kept.set(job.key, { of: identity(job), at: this.#now(), checkpoint });
    const gone = this.#bound();
    // First what is named, then what is no longer: a crash in between leaves a file too many, never a name too many.
    this.#write();
    for (const each of before === undefined ? gone : [before, ...gone]) this.#remove(each.checkpoint);
    return checkpoint;
  }

  drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#write();
    this.#remove(kept.checkpoint);
  }

  /** The state itself, checked. @throws PayloadError */
  read({ state }: Checkpoint): Uint8Array {
    return unpack(state, dirname(state.path), true);
  }

  /** The end of this pool; what stays is for the next. */
  close(): void {
    this.#kept.clear();
    if (!this.#stays) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lets go of what is too old, and of the oldest where there are too many or they are too large; the newest stays. */
  #bound(): readonly Kept[] {
    const gone: Kept[] = [];
    let bytes = [...this.#kept.values()].reduce((sum, { checkpoint }) => sum + checkpoint.state.bytes, 0);
    for (const [key, kept] of this.#kept) {
      // A clock that was set back makes the future: that is not to be trusted either.
      const old = Math.abs(this.#now() - kept.at) > KEPT.ms;
      const many = this.#kept.size > 1 && (this.#kept.size > KEPT.count || bytes > KEPT.bytes);
      if (!old && !many) continue;
      this.#kept.delete(key);
      bytes -= kept.checkpoint.state.bytes;
      gone.push(kept);
    }
    return gone;
  }

  #write(): void {
    if (!this.#stays) return;
    const entries = [...this.#kept].map(([key, { of, at, checkpoint }]): Indexed => {
      const { step, state } = checkpoint;
      return { key, of, at, step, digest: state.digest, bytes: state.bytes };
    });
    writeIndex(this.#folder, entries);
  }

  /** Two jobs may have come to the same state. */
  #remove({ state }: Checkpoint): void {
    if ([...this.#kept.values()].some(({ checkpoint }) => checkpoint.state.path === state.path)) return;
    rmSync(state.path, { force: true });
  }
}

/** What a job computes: model, input, and how its steps hang together. */
function identity(job: Job): Digest {
  const known = IDENTITIES.get(job);
  if (known !== undefined) return known;
  const { feed, count } = job.steps ?? { feed: [], count: 0 };
  const words = JSON.stringify([
    job.manifest.file.digest,
    job.manifest.runtime,
    count,
    feed.map(({ output, input }) => [output, input]),
  ]);
  const hash = createHash('sha256').update(`${words.length}:${words}`).update(job.input);
  const digest = `0x${hash.digest('hex')}` as Digest;
  IDENTITIES.set(job, digest);
  return digest;
}
