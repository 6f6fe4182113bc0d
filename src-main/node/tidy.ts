import { evict, type BlobStore } from '../content/index.ts';
import type { Store } from '../store/open.ts';
import { neededBlobs } from './needed-blobs.ts';
import type { Uploads } from './uploads.ts';

/** Unpinned content beyond this is let go, least recently used first. */
const BLOB_QUOTA = 2 * 1024 ** 3;
const HELD_QUOTA = 256 * 1_048_576;
const EVERY_MS = 10 * 60_000;

/** Lets go now and then what nobody needs any more. */
export class Tidy {
  readonly #fail: (error: unknown) => void;
  readonly #uploads: Uploads;
  #timer: NodeJS.Timeout | undefined;

  constructor(uploads: Uploads, fail: (error: unknown) => void) {
    this.#uploads = uploads;
    this.#fail = fail;
  }

  /** Once now. @param held results that are not for peers yet */
  async start(db: Store, store: BlobStore, held: BlobStore): Promise<void> {
    const tidy = async (): Promise<void> => {
      const needed = neededBlobs(db);
      await evict(store, BLOB_QUOTA, (digest) => needed.has(digest));
      // Results of works that came to nothing.
      await evict(held, HELD_QUOTA, (digest) => needed.has(digest));
      this.#uploads.sweep();
    };
    await tidy();
    this.#timer = setInterval(() => void tidy().catch(this.#fail), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
