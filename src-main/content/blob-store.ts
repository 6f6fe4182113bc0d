import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cid, Digest } from '../../src-shared/domain/ids.ts';
import { BlobHasher, checkSize, inChunks, type ByteSource } from './chunker.ts';
import { digestToCid } from './cid.ts';
import { ContentError, diskError } from './errors.ts';
import { BlobLayout } from './layout.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkLength,
  chunkMatches,
  decodeManifest,
  encodeManifest,
  MAX_BLOB_BYTES,
  type Manifest,
} from './manifest.ts';

export interface BlobInfo {
  readonly cid: Cid;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface PutOptions {
  readonly maxBytes?: number;
  /** Refuse content with another digest. */
  readonly expect?: Digest;
}

const MANIFESTS_KEPT = 32;
const TOUCH_MS = 60_000;

function missing(digest: Digest): ContentError {
  return new ContentError('NOT_FOUND', `no content with digest ${digest} here`);
}

/**
 * Content-addressed folder. Whatever is put here may be served to any peer that knows its content id: it is public.
 * Bytes are verified on every read; a blob that has rotted is removed and reported as `CORRUPT`.
 */
export class BlobStore {
  readonly layout: BlobLayout;
  readonly #open: typeof open;
  readonly #manifests = new Map<Digest, Manifest>();

  /** @param io replaces `open` in tests (a full disk). */
  constructor(directory: string, io: { open?: typeof open } = {}) {
    this.layout = new BlobLayout(directory);
    this.#open = io.open ?? open;
  }

  /**
   * Stores bytes or a stream; a blob that exists already is left as it is.
   * @throws ContentError `TOO_LARGE`, `CORRUPT` (not the expected digest), `DISK_FULL`.
   */
  async put(source: ByteSource, options: PutOptions = {}): Promise<BlobInfo> {
    const { maxBytes = MAX_BLOB_BYTES, expect } = options;
    if (source instanceof Uint8Array) checkSize(source.length, maxBytes);
    const hasher = new BlobHasher();
    const aside = await this.#aside();
    try {
      const handle = await this.#open(aside, 'wx');
      try {
        for await (const chunk of inChunks(source)) {
          checkSize(hasher.size + chunk.length, maxBytes);
          hasher.add(chunk);
          await handle.writeFile(chunk);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      const { digest, manifest } = hasher.finish();
      if (expect !== undefined && expect !== digest) {
        throw new ContentError('CORRUPT', `expected ${expect}, got ${digest}`);
      }
      await this.adopt(aside, digest, manifest);
      return { cid: digestToCid(digest), digest, size: manifest.size };
    } catch (error) {
      await rm(aside, { force: true });
      throw diskError(error);
    }
  }

  /** Moves a complete, verified and synced file under its final name. */
  async adopt(file: string, digest: Digest, manifest: Manifest): Promise<void> {
    const target = this.layout.data(digest);
    try {
      await mkdir(dirname(target), { recursive: true });
      await this.#writeManifest(digest, manifest);
      await rename(file, target);
    } catch (error) {
      // Windows does not rename over a file that someone reads; then the same content is there already.
      if ((await this.size(digest)) !== manifest.size) throw diskError(error);
      await rm(file, { force: true });
    }
    this.#remember(digest, manifest);
  }

  /** Bytes, or undefined when the blob is not here. */
  async size(digest: Digest): Promise<number | undefined> {
    const info = await stat(this.layout.data(digest)).catch(() => undefined);
    return info?.isFile() === true ? info.size : undefined;
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.size(digest)) !== undefined;
  }

  /** Where the bytes lie, for readers that map files; such readers verify nothing. @throws ContentError `NOT_FOUND`. */
  async path(digest: Digest): Promise<string> {
    if (!(await this.has(digest))) throw missing(digest);
    await this.#touch(digest);
    return this.layout.data(digest);
  }

  /** The whole blob in memory. @throws ContentError `NOT_FOUND`, `TOO_LARGE`, `CORRUPT`. */
  async get(digest: Digest, maxBytes: number): Promise<Uint8Array> {
    const size = await this.size(digest);
    if (size === undefined) throw missing(digest);
    checkSize(size, maxBytes);
    const parts: Uint8Array[] = [];
    for await (const part of this.stream(digest)) parts.push(part);
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** Bytes `start` to `end` (exclusive), clamped to the blob. @throws ContentError `NOT_FOUND`, `CORRUPT`. */
  async *stream(digest: Digest, range: { start?: number; end?: number } = {}): AsyncGenerator<Uint8Array> {
    const { size } = await this.manifest(digest);
    const start = Math.max(0, range.start ?? 0);
    const end = Math.min(size, range.end ?? size);
    if (start >= end) return;
    const first = Math.floor(start / CHUNK_BYTES);
    let offset = first * CHUNK_BYTES;
    for await (const chunk of this.chunks(digest, first, chunkCount(end) - first)) {
      yield chunk.subarray(Math.max(0, start - offset), Math.min(chunk.length, end - offset));
      offset += chunk.length;
    }
  }

  /** Chunks `from` to `from + count` (exclusive), each verified. @throws ContentError `NOT_FOUND`, `CORRUPT`. */
  async *chunks(digest: Digest, from: number, count: number): AsyncGenerator<Uint8Array> {
    const manifest = await this.manifest(digest);
    const handle = await this.#open(this.layout.data(digest), 'r').catch(() => {
      throw missing(digest);
    });
    try {
      await this.#touch(digest);
      for (let index = from; index < Math.min(from + count, chunkCount(manifest.size)); index++) {
        const chunk = await readChunk(handle, manifest, index);
        if (chunk === undefined) {
          await this.remove(digest);
          throw new ContentError('CORRUPT', `the stored content ${digest} is damaged and was removed`);
        }
        yield chunk;
      }
    } finally {
      await handle.close();
    }
  }

  /** Chunk hashes; computed (and the whole verified) when the file beside the blob is missing or does not fit. */
  async manifest(digest: Digest): Promise<Manifest> {
    const size = await this.size(digest);
    if (size === undefined) throw missing(digest);
    const known = this.#manifests.get(digest) ?? (await this.#readManifest(digest));
    if (known !== undefined && known.size === size) {
      this.#remember(digest, known);
      return known;
    }
    const hasher = new BlobHasher();
    const handle = await this.#open(this.layout.data(digest), 'r');
    try {
      for await (const chunk of inChunks(handle.createReadStream({ autoClose: false }))) hasher.add(chunk);
    } finally {
      await handle.close();
    }
    const found = hasher.finish();
    if (found.digest !== digest) {
      await this.remove(digest);
      throw new ContentError('CORRUPT', `the stored content ${digest} is damaged and was removed`);
    }
    await this.#writeManifest(digest, found.manifest);
    this.#remember(digest, found.manifest);
    return found.manifest;
  }

  async remove(digest: Digest): Promise<void> {
    this.#manifests.delete(digest);
    await rm(this.layout.data(digest), { force: true });
    await rm(this.layout.manifest(digest), { force: true });
  }

  async #aside(): Promise<string> {
    await mkdir(this.layout.tmp, { recursive: true }).catch((error: unknown) => {
      throw diskError(error);
    });
    return join(this.layout.tmp, `${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  async #readManifest(digest: Digest): Promise<Manifest | undefined> {
    try {
      return decodeManifest(await readFile(this.layout.manifest(digest)), digest);
    } catch {
      return undefined;
    }
  }

  async #writeManifest(digest: Digest, manifest: Manifest): Promise<void> {
    const aside = await this.#aside();
    const handle = await this.#open(aside, 'wx');
    try {
      await handle.writeFile(encodeManifest(manifest));
    } finally {
      await handle.close();
    }
    await rename(aside, this.layout.manifest(digest));
  }

  #remember(digest: Digest, manifest: Manifest): void {
    this.#manifests.delete(digest);
    this.#manifests.set(digest, manifest);
    const oldest = this.#manifests.keys().next().value;
    if (this.#manifests.size > MANIFESTS_KEPT && oldest !== undefined) this.#manifests.delete(oldest);
  }

  /** The modification time is the time of last use: both processes see it, and no index can go stale. */
  async #touch(digest: Digest): Promise<void> {
    const path = this.layout.data(digest);
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || Date.now() - info.mtimeMs < TOUCH_MS) return;
    await utimes(path, new Date(), new Date()).catch(() => undefined);
  }
}

async function readChunk(handle: FileHandle, manifest: Manifest, index: number): Promise<Uint8Array | undefined> {
  const chunk = Buffer.allocUnsafe(chunkLength(manifest.size, index));
  const { bytesRead } = await handle.read(chunk, 0, chunk.length, index * CHUNK_BYTES);
  return bytesRead === chunk.length && chunkMatches(manifest, index, chunk) ? chunk : undefined;
}
