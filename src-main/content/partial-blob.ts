import { mkdir, open, readdir, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { BlobStore } from './blob-store.ts';
import { BlobHasher } from './chunker.ts';
import { ContentError, diskError } from './errors.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkLength,
  chunkMatches,
  encodeManifest,
  sha256,
  type Manifest,
} from './manifest.ts';

/** Different manifests for one blob that are kept at once; all but one of them are lies. */
const MANIFESTS_PER_BLOB = 4;

/** Names a manifest: peers that vouch for the same one can continue each other's work. */
export function manifestKey(manifest: Manifest): string {
  return Buffer.from(sha256(encodeManifest(manifest)))
    .toString('hex')
    .slice(0, 32);
}

/**
 * A download that survives kills: chunks are appended in order, and on opening those already on disk are verified again.
 * Keyed by digest and manifest, so that a false manifest cannot spoil what an honest one has begun.
 */
export class PartialBlob {
  readonly #store: BlobStore;
  readonly #digest: Digest;
  readonly #manifest: Manifest;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #hasher = new BlobHasher();
  #next = 0;

  private constructor(store: BlobStore, digest: Digest, manifest: Manifest, file: string, handle: FileHandle) {
    this.#store = store;
    this.#digest = digest;
    this.#manifest = manifest;
    this.#file = file;
    this.#handle = handle;
  }

  /** @throws ContentError `DISK_FULL`. */
  static async open(store: BlobStore, digest: Digest, manifest: Manifest): Promise<PartialBlob> {
    const folder = store.layout.partial(digest);
    const file = join(folder, `${manifestKey(manifest)}.data`);
    try {
      await mkdir(folder, { recursive: true });
      await dropOldest(folder, file);
      const handle = await open(file, 'r+').catch(async () => {
        await writeFile(file, '');
        return open(file, 'r+');
      });
      const partial = new PartialBlob(store, digest, manifest, file, handle);
      await partial.#recover();
      return partial;
    } catch (error) {
      throw diskError(error);
    }
  }

  /** Index of the first chunk that is missing. */
  get next(): number {
    return this.#next;
  }
  /** Bytes that are here and verified against the manifest. */
  get received(): number {
    return this.#hasher.size;
  }
  get complete(): boolean {
    return this.#next === chunkCount(this.#manifest.size);
  }

  /** Takes the next chunk. @returns false, and keeps nothing, when it is not what the manifest says. */
  async append(chunk: Uint8Array): Promise<boolean> {
    if (this.complete || !chunkMatches(this.#manifest, this.#next, chunk)) return false;
    try {
      await this.#handle.write(chunk, 0, chunk.length, this.#next * CHUNK_BYTES);
    } catch (error) {
      throw diskError(error);
    }
    this.#hasher.add(chunk);
    this.#next++;
    return true;
  }

  /**
   * The last step: the whole must have the digest. Then it becomes a blob of the store.
   * @returns false when it does not: the manifest was a lie, and what was fetched by it is deleted.
   */
  async finish(): Promise<boolean> {
    if (!this.complete) throw new ContentError('CORRUPT', 'the download is not complete');
    const { digest } = this.#hasher.finish();
    try {
      await this.#handle.sync();
    } catch (error) {
      throw diskError(error);
    } finally {
      await this.#handle.close();
    }
    if (digest !== this.#digest) {
      await rm(this.#file, { force: true });
      return false;
    }
    await this.#store.adopt(this.#file, digest, this.#manifest);
    await rm(this.#store.layout.partial(digest), { recursive: true, force: true });
    return true;
  }

  /** Leaves what has arrived for the next time. */
  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #recover(): Promise<void> {
    const { size } = this.#manifest;
    while (!this.complete) {
      const chunk = Buffer.allocUnsafe(chunkLength(size, this.#next));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.#next * CHUNK_BYTES);
      if (bytesRead !== chunk.length || !chunkMatches(this.#manifest, this.#next, chunk)) break;
      this.#hasher.add(chunk);
      this.#next++;
    }
    await this.#handle.truncate(this.received);
    await utimes(this.#file, new Date(), new Date());
  }
}

async function dropOldest(folder: string, keep: string): Promise<void> {
  const others = (await readdir(folder)).map((name) => join(folder, name)).filter((path) => path !== keep);
  const aged = await Promise.all(others.map(async (path) => ({ path, used: (await stat(path)).mtimeMs })));
  aged.sort((a, b) => b.used - a.used);
  for (const { path } of aged.slice(MANIFESTS_PER_BLOB - 1)) await rm(path, { force: true });
}
