import { createHash } from 'node:crypto';
import { decode, encode } from '@ipld/dag-cbor';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { ContentError } from './errors.ts';

/** Bytes per chunk; only the last chunk of a blob is shorter. */
export const CHUNK_BYTES = 1024 * 1024;
/** 64 GiB: the largest blob there can be, so that a manifest stays below 2.1 MB. */
export const MAX_BLOB_BYTES = 64 * 1024 ** 3;
const HASH_BYTES = 32;

/**
 * The pieces of a blob, so that each can be checked as it arrives. It is not authenticated by the content id: whoever
 * says it vouches for it, and the whole file decides in the end.
 */
export interface Manifest {
  /** Bytes, 0 to `MAX_BLOB_BYTES`. */
  readonly size: number;
  /** sha256 of every chunk, 32 bytes each, one after the other. */
  readonly chunks: Uint8Array;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

export function toDigest(hash: Uint8Array): Digest {
  return `0x${Buffer.from(hash).toString('hex')}` as Digest;
}

export function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK_BYTES);
}

/** Bytes of chunk `index` of a blob of `size` bytes. */
export function chunkLength(size: number, index: number): number {
  return Math.max(0, Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES));
}

export function chunkMatches(manifest: Manifest, index: number, bytes: Uint8Array): boolean {
  if (bytes.length !== chunkLength(manifest.size, index)) return false;
  return Buffer.compare(sha256(bytes), manifest.chunks.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)) === 0;
}

/** No manifest of a blob of at most `maxBytes` is longer than this, bytes. */
export function manifestBound(maxBytes: number): number {
  return 64 + chunkCount(maxBytes) * HASH_BYTES;
}

/** Canonical dag-cbor: equal manifests have equal bytes. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encode({ size: manifest.size, chunkSize: CHUNK_BYTES, chunks: manifest.chunks });
}

/**
 * Reads a manifest that a stranger sent for `digest`.
 * @throws ContentError `BAD_MANIFEST` for anything but the one canonical encoding, `TOO_LARGE` above `maxBytes`.
 */
export function decodeManifest(bytes: Uint8Array, digest: Digest, maxBytes: number = MAX_BLOB_BYTES): Manifest {
  const bad = (why: string): ContentError => new ContentError('BAD_MANIFEST', `the manifest is not valid: ${why}`);
  if (bytes.length > manifestBound(MAX_BLOB_BYTES)) throw bad('it is too long');
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (cause) {
    throw new ContentError('BAD_MANIFEST', 'the manifest is not dag-cbor', { cause });
  }
  if (typeof value !== 'object' || value === null) throw bad('it is not a map');
  const { size, chunkSize, chunks } = value as Record<string, unknown>;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > MAX_BLOB_BYTES) throw bad('size');
  if (chunkSize !== CHUNK_BYTES) throw bad('chunk size');
  if (!(chunks instanceof Uint8Array) || chunks.length !== chunkCount(size) * HASH_BYTES) throw bad('chunk list');
  const manifest = { size, chunks };
  if (Buffer.compare(encodeManifest(manifest), bytes) !== 0) throw bad('not canonical');
  if (size > maxBytes)
    throw new ContentError('TOO_LARGE', `the content has ${size} bytes, more than the allowed ${maxBytes}`);
  // One chunk or none: the content id itself says what its hash must be.
  if (size === 0 && toDigest(sha256(new Uint8Array())) !== digest) throw bad('empty, but the content id is not');
  if (chunks.length === HASH_BYTES && toDigest(chunks) !== digest) throw bad('its only chunk is not the content');
  return manifest;
}
