import { createHash } from 'node:crypto';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { ContentError } from './errors.ts';
import { CHUNK_BYTES, sha256, toDigest, type Manifest } from './manifest.ts';

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

async function* parts(source: ByteSource): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}

/** Cuts any byte stream into chunks of `CHUNK_BYTES`; only the last one is shorter, none is empty. */
export async function* inChunks(source: ByteSource): AsyncGenerator<Uint8Array> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for await (const part of parts(source)) {
    for (let offset = 0; offset < part.length;) {
      const taken = Math.min(CHUNK_BYTES - filled, part.length - offset);
      chunk.set(part.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      if (filled === CHUNK_BYTES) {
        yield chunk;
        chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** Hashes a blob as its chunks pass: content digest and manifest in one go. Chunks must come in order. */
export class BlobHasher {
  readonly #whole = createHash('sha256');
  readonly #hashes: Uint8Array[] = [];
  #size = 0;

  add(chunk: Uint8Array): void {
    this.#whole.update(chunk);
    this.#hashes.push(sha256(chunk));
    this.#size += chunk.length;
  }

  get size(): number {
    return this.#size;
  }

  /** Once only. */
  finish(): { digest: Digest; manifest: Manifest } {
    return {
      digest: toDigest(this.#whole.digest()),
      manifest: { size: this.#size, chunks: new Uint8Array(Buffer.concat(this.#hashes)) },
    };
  }
}

/** @throws ContentError `TOO_LARGE`. */
export function checkSize(size: number, maxBytes: number): void {
  if (size > maxBytes) throw new ContentError('TOO_LARGE', `the content has more than the allowed ${maxBytes} bytes`);
}
