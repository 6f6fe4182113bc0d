import { readFile, stat } from 'node:fs/promises';
import { ModelChangedError } from '../models/errors.ts';
import { sha256 } from '../models/hash.ts';
import type { ModelRef } from './protocol.ts';
import type { Runtime, Session } from './runtimes/runtime.ts';

interface Held {
  readonly session: Session;
  readonly bytes: number;
}

/** Loaded models of a lane, least recently used first, bounded by the memory they are expected to take. */
export class Sessions {
  readonly #load: Runtime['load'];
  readonly #held = new Map<ModelRef, Held>();
  readonly #most: number;
  #limit: number;

  /** @param most models at once, whatever their size */
  constructor(runtime: Pick<Runtime, 'load'>, limit: number, most = Number.POSITIVE_INFINITY) {
    this.#load = (bytes, model) => runtime.load(bytes, model);
    this.#limit = limit;
    this.#most = most;
  }

  get loaded(): readonly string[] {
    return [...this.#held.keys()].map(({ name }) => name);
  }

  /** A session that is loaded; undefined when it is not. */
  held(model: ModelRef): Session | undefined {
    return this.#held.get(model)?.session;
  }

  /**
   * @param model the same object for the same model: a lane is told of each once
   * @throws ModelChangedError, ModelRefusedError
   */
  async get(model: ModelRef): Promise<Session> {
    const known = this.#held.get(model);
    if (known !== undefined) {
      this.#held.delete(model);
      this.#held.set(model, known);
      return known.session;
    }
    const bytes = await modelBytes(model);
    await this.#makeRoom(model.memoryBytes);
    const session = await this.#load(bytes, model);
    this.#held.set(model, { session, bytes: model.memoryBytes });
    return session;
  }

  /** Lets everything go but the model in use: memory ran short. */
  async trim(inUse: ModelRef): Promise<void> {
    for (const [model, held] of this.#held) {
      if (model === inUse) continue;
      this.#held.delete(model);
      await held.session.release();
    }
  }

  /** What does not fit any more is let go at once. Not while one of them runs. */
  async limitTo(bytes: number): Promise<void> {
    this.#limit = bytes;
    await this.#makeRoom(0, this.#most);
  }

  /** @param others models that may stay beside what is to come */
  async #makeRoom(wanted: number, others = this.#most - 1): Promise<void> {
    let total = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, wanted);
    for (const [model, held] of this.#held) {
      if (total <= this.#limit && this.#held.size <= others) return;
      this.#held.delete(model);
      total -= held.bytes;
      await held.session.release();
    }
  }
}

/** The file is read once, hashed, and those very bytes are loaded. @throws ModelChangedError */
export async function modelBytes(model: ModelRef): Promise<Uint8Array> {
  if (model.content !== undefined) {
    if (sha256(model.content) !== model.digest) throw new ModelChangedError(model.name);
    return model.content;
  }
  const size = await stat(model.path).then(
    (file) => file.size,
    () => -1,
  );
  if (size !== model.bytes) throw new ModelChangedError(model.name);
  const bytes = await readFile(model.path);
  if (sha256(bytes) !== model.digest) throw new ModelChangedError(model.name);
  return bytes;
}
