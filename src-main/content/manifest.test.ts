import { encode } from '@ipld/dag-cbor';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { BlobHasher, inChunks } from './chunker.ts';
import {
  CHUNK_BYTES,
  chunkMatches,
  decodeManifest,
  encodeManifest,
  manifestBound,
  MAX_BLOB_BYTES,
  sha256,
  toDigest,
} from './manifest.ts';

async function hashed(bytes: Uint8Array) {
  const hasher = new BlobHasher();
  for await (const chunk of inChunks(bytes)) hasher.add(chunk);
  return hasher.finish();
}

test.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5])(
  '%i bytes: round trip',
  async (size) => {
    const bytes = new Uint8Array(size).fill(7);
    const { digest, manifest } = await hashed(bytes);
    expect(digest).toBe(toDigest(sha256(bytes)));
    expect(manifest.size).toBe(size);
    expect(manifest.chunks.length).toBe(32 * Math.ceil(size / CHUNK_BYTES));
    const wire = encodeManifest(manifest);
    expect(wire.length).toBeLessThanOrEqual(manifestBound(size));
    expect(decodeManifest(wire, digest)).toEqual(manifest);
  },
);

test('chunks do not depend on how the stream was cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 8 }), async (lengths) => {
      const whole = Buffer.alloc(lengths.reduce((sum, length) => sum + length, 0));
      for (let index = 0; index < whole.length; index += 4096) whole[index] = index % 251;
      async function* cut() {
        let offset = 0;
        for (const length of lengths) {
          yield whole.subarray(offset, offset + length);
          offset += length;
        }
      }
      const sizes: number[] = [];
      const hasher = new BlobHasher();
      for await (const chunk of inChunks(cut())) {
        sizes.push(chunk.length);
        hasher.add(chunk);
      }
      expect(sizes.slice(0, -1).every((size) => size === CHUNK_BYTES)).toBe(true);
      expect(sizes.every((size) => size > 0)).toBe(true);
      expect(hasher.finish()).toEqual(await hashed(whole));
    }),
    { numRuns: 25 },
  );
});

test('refuses what is not the one canonical encoding', async () => {
  const bytes = new Uint8Array(2 * CHUNK_BYTES);
  const { digest, manifest } = await hashed(bytes);
  const good = { size: manifest.size, chunkSize: CHUNK_BYTES, chunks: manifest.chunks };
  const wire = encodeManifest(manifest);
  const cases: Array<[string, Uint8Array]> = [
    ['extra field', encode({ ...good, x: 1 })],
    ['other chunk size', encode({ ...good, chunkSize: 2 })],
    ['negative size', encode({ ...good, size: -1 })],
    ['fraction', encode({ ...good, size: 1.5 })],
    ['too large', encode({ ...good, size: MAX_BLOB_BYTES + 1 })],
    ['short list', encode({ ...good, chunks: manifest.chunks.subarray(1) })],
    ['text for bytes', encode({ ...good, chunks: 'a'.repeat(64) })],
    ['trailing byte', Buffer.concat([wire, Buffer.of(0)])],
    ['cut off', wire.subarray(0, -1)],
    ['a list', encode([1])],
    ['null', encode(null)],
    ['nothing', new Uint8Array()],
    ['long map head', Buffer.concat([Buffer.of(0xb8, 3), wire.subarray(1)])],
    ['garbage', Buffer.alloc(500, 0xff)],
    ['3 MB', Buffer.alloc(3_000_000)],
  ];
  for (const [name, wire] of cases) {
    expect(() => decodeManifest(wire, digest), name).toThrow(expect.objectContaining({ code: 'BAD_MANIFEST' }));
  }
  expect(() => decodeManifest(wire, digest, bytes.length - 1)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});

test('random bytes never throw anything but the named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decodeManifest(bytes, `0x${'0'.repeat(64)}` as Digest)).toThrow(
        expect.objectContaining({ code: 'BAD_MANIFEST' }),
      );
    }),
  );
});

test('a single chunk must be the content itself, and only empty content is empty', async () => {
  const one = await hashed(Buffer.from('one'));
  const other = await hashed(Buffer.from('two'));
  const empty = await hashed(new Uint8Array());
  for (const [wire, digest] of [
    [encodeManifest(other.manifest), one.digest],
    [encodeManifest(empty.manifest), one.digest],
  ] as const) {
    expect(() => decodeManifest(wire, digest)).toThrow(expect.objectContaining({ code: 'BAD_MANIFEST' }));
  }
  expect(decodeManifest(encodeManifest(empty.manifest), empty.digest).size).toBe(0);
});

test('chunkMatches checks length and hash', async () => {
  const bytes = Buffer.alloc(CHUNK_BYTES + 3, 1);
  const { manifest } = await hashed(bytes);
  expect(chunkMatches(manifest, 1, bytes.subarray(CHUNK_BYTES))).toBe(true);
  expect(chunkMatches(manifest, 1, bytes.subarray(CHUNK_BYTES + 1))).toBe(false);
  expect(chunkMatches(manifest, 1, Buffer.alloc(3, 2))).toBe(false);
  expect(chunkMatches(manifest, 0, bytes.subarray(CHUNK_BYTES))).toBe(false);
  expect(chunkMatches(manifest, 2, new Uint8Array())).toBe(false);
});
