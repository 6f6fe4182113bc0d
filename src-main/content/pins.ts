import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { diskError } from './errors.ts';
import type { BlobLayout } from './layout.ts';

/** Blobs that are never evicted. Kept by the main process only, in `pins.json` beside the blobs. */
export class Pins {
  readonly #path: string;
  readonly #pinned: Set<Digest>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, pinned: Set<Digest>) {
    this.#path = path;
    this.#pinned = pinned;
  }

  /** @throws SyntaxError when the file is damaged: evicting by an empty list would delete what a person wanted kept. */
  static async open(layout: BlobLayout): Promise<Pins> {
    const text = await readFile(layout.pins, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    return new Pins(layout.pins, new Set(JSON.parse(text) as Digest[]));
  }

  has(digest: Digest): boolean {
    return this.#pinned.has(digest);
  }

  async pin(digest: Digest): Promise<void> {
    this.#pinned.add(digest);
    await this.#save();
  }

  async unpin(digest: Digest): Promise<void> {
    this.#pinned.delete(digest);
    await this.#save();
  }

  #save(): Promise<void> {
    const write = async (): Promise<void> => {
      const aside = `${this.#path}.tmp`;
      try {
        await mkdir(dirname(this.#path), { recursive: true });
        await writeFile(aside, JSON.stringify([...this.#pinned].sort()), { flush: true });
        await rename(aside, this.#path);
      } catch (error) {
        throw diskError(error);
      }
    };
    // One at a time, in order; a failed write does not block the next.
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
