import { readFile, stat } from 'node:fs/promises';
import { ModelChangedError } from '../models/errors.ts';
import { sha256 } from '../models/hash.ts';
import type { ModelRef } from './protocol.ts';
import type { Runtime, Session } from './runtimes/runtime.ts';

interface Held {
  readonly session: Session;
  readonly bytes: number;
}

/** Loaded models of a lane, least recently used first, bounded by the bytes of their files. */
export class Sessions {
  readonly #runtime: Runtime;
  readonly #held = new Map<string, Held>();
  #limit: number;

  constructor(runtime: Runtime, limit: number) {
    this.#runtime = runtime;
    this.#limit = limit;
  }

  set limit(bytes: number) {
    this.#limit = bytes;
  }
  get loaded(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** The file is read once, hashed, and those very bytes are loaded. @throws ModelChangedError, ModelRefusedError */
  async get(model: ModelRef): Promise<Session> {
    const key = JSON.stringify([model.digest, model.optimise, model.inputs, model.outputs, model.expose]);
    const known = this.#held.get(key);
    if (known !== undefined) {
      this.#held.delete(key);
      this.#held.set(key, known);
      return known.session;
    }
    const size = await stat(model.path).then(
      (file) => file.size,
      () => -1,
    );
    if (size !== model.bytes) throw new ModelChangedError(model.name);
    const bytes = await readFile(model.path);
    if (sha256(bytes) !== model.digest) throw new ModelChangedError(model.name);
    await this.#makeRoom(model.bytes);
    const session = await this.#runtime.load(bytes, model);
    this.#held.set(key, { session, bytes: model.bytes });
    return session;
  }

  async #makeRoom(wanted: number): Promise<void> {
    let total = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, wanted);
    for (const [key, held] of this.#held) {
      if (total <= this.#limit) return;
      this.#held.delete(key);
      total -= held.bytes;
      await held.session.release();
    }
  }
}
