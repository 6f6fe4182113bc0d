import { appendFile, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { BlobStore } from './blob-store.ts';
import { CHUNK_BYTES, sha256, toDigest } from './manifest.ts';
import { PartialBlob } from './partial-blob.ts';
import { Pins } from './pins.ts';
import { chooseEvictions, evict, listBlobs } from './quota.ts';

let root: string;
let store: BlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'folkmoot-blobs-'));
  store = new BlobStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function sample(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < size; index += 97) bytes[index] = (index * seed) % 253;
  return bytes;
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

const code = (name: string) => expect.objectContaining({ code: name });

test.each([0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5])('put, has, size, get: %i bytes', async (size) => {
  const bytes = sample(size);
  const info = await store.put(pieces(bytes, 70_001));
  expect(info).toMatchObject({ size, digest: toDigest(sha256(bytes)) });
  expect(await store.put(bytes)).toEqual(info);
  expect(await store.has(info.digest)).toBe(true);
  expect(await store.size(info.digest)).toBe(size);
  expect(Buffer.compare(await store.get(info.digest, size), bytes)).toBe(0);
  expect(await readFile(join(root, info.digest.slice(2, 4), info.digest.slice(4)))).toEqual(bytes);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('ranges over chunk borders', async () => {
  const bytes = sample(2 * CHUNK_BYTES + 100);
  const { digest } = await store.put(bytes);
  for (const [start, end] of [
    [0, 1],
    [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
    [CHUNK_BYTES, 2 * CHUNK_BYTES],
    [2 * CHUNK_BYTES + 99, 9e9],
    [5, 5],
    [9e9, 9e9 + 1],
  ] as const) {
    const parts: Uint8Array[] = [];
    for await (const part of store.stream(digest, { start, end })) parts.push(part);
    expect(Buffer.compare(Buffer.concat(parts), bytes.subarray(start, end)), `${start}-${end}`).toBe(0);
  }
});

test('limits: too large, not what was expected, absent', async () => {
  const bytes = sample(1000);
  await expect(store.put(bytes, { maxBytes: 999 })).rejects.toThrow(code('TOO_LARGE'));
  await expect(store.put(pieces(bytes, 10), { maxBytes: 999 })).rejects.toThrow(code('TOO_LARGE'));
  await expect(store.put(bytes, { expect: toDigest(sha256(Buffer.from('x'))) })).rejects.toThrow(code('CORRUPT'));
  await expect(store.get(toDigest(sha256(bytes)), 10)).rejects.toThrow(code('NOT_FOUND'));
  const { digest } = await store.put(bytes);
  await expect(store.get(digest, 999)).rejects.toThrow(code('TOO_LARGE'));
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('rot is noticed on reading and the blob removed', async () => {
  for (const fresh of [false, true]) {
    const { digest } = await store.put(sample(CHUNK_BYTES + 10));
    const handle = await open(await store.path(digest), 'r+');
    await handle.write(Buffer.of(0xee), 0, 1, CHUNK_BYTES + 3);
    await handle.close();
    // With the manifest at hand the chunk gives it away, without it the whole.
    const reader = fresh ? new BlobStore(root) : store;
    if (fresh) await rm(store.layout.manifest(digest));
    await expect(reader.get(digest, 9e9)).rejects.toThrow(code('CORRUPT'));
    expect(await reader.has(digest)).toBe(false);
  }
  const { digest } = await store.put(sample(50));
  await appendFile(await store.path(digest), 'x');
  await expect(new BlobStore(root).get(digest, 9e9)).rejects.toThrow(code('CORRUPT'));
});

test('a lost or damaged manifest is made again', async () => {
  const { digest } = await store.put(sample(CHUNK_BYTES + 10));
  await writeFile(store.layout.manifest(digest), 'junk');
  const reader = new BlobStore(root);
  expect(await reader.manifest(digest)).toEqual(await store.manifest(digest));
  expect(await readFile(store.layout.manifest(digest), 'latin1')).not.toBe('junk');
});

test('a full disk has a name and leaves nothing behind', async () => {
  const full = new BlobStore(root, {
    open: (async (...args: Parameters<typeof open>) => {
      const handle = await open(...args);
      handle.writeFile = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      return handle;
    }) as typeof open,
  });
  await expect(full.put(sample(10))).rejects.toThrow(code('DISK_FULL'));
  expect(await listBlobs(full)).toEqual([]);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('a partial download is verified again when it is resumed', async () => {
  const bytes = sample(3 * CHUNK_BYTES + 5);
  const elsewhere = new BlobStore(join(root, 'elsewhere'));
  const { digest } = await elsewhere.put(bytes);
  const manifest = await elsewhere.manifest(digest);
  const chunk = (index: number) => bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);

  const first = await PartialBlob.open(store, digest, manifest);
  expect(await first.append(chunk(1))).toBe(false);
  expect(await first.append(chunk(0))).toBe(true);
  expect(await first.append(chunk(1))).toBe(true);
  await first.close();
  const folder = store.layout.partial(digest);
  const [name] = await readdir(folder);
  // A torn write after the second chunk, and rot in the second.
  await appendFile(join(folder, name!), 'torn');
  const second = await PartialBlob.open(store, digest, manifest);
  expect(second.next).toBe(2);
  await second.close();
  const handle = await open(join(folder, name!), 'r+');
  await handle.write(Buffer.of(0xee), 0, 1, CHUNK_BYTES);
  await handle.close();

  const third = await PartialBlob.open(store, digest, manifest);
  expect(third).toMatchObject({ next: 1, received: CHUNK_BYTES, complete: false });
  await expect(third.finish()).rejects.toThrow(code('CORRUPT'));
  for (const index of [1, 2, 3]) expect(await third.append(chunk(index))).toBe(true);
  expect(await third.append(new Uint8Array())).toBe(false);
  expect(await third.finish()).toBe(true);
  expect(Buffer.compare(await store.get(digest, 9e9), bytes)).toBe(0);
  expect(await readdir(store.layout.partials)).toEqual([]);
});

test('a lying manifest cannot become a blob, nor spoil the honest partial', async () => {
  const honest = sample(2 * CHUNK_BYTES);
  const false_ = sample(2 * CHUNK_BYTES, 3);
  const elsewhere = new BlobStore(join(root, 'elsewhere'));
  const { digest } = await elsewhere.put(honest);
  const good = await PartialBlob.open(store, digest, await elsewhere.manifest(digest));
  await good.append(honest.subarray(0, CHUNK_BYTES));
  await good.close();
  const lie = (await elsewhere.put(false_)).digest;
  const bad = await PartialBlob.open(store, digest, await elsewhere.manifest(lie));
  expect(bad.next).toBe(0);
  await bad.append(false_.subarray(0, CHUNK_BYTES));
  await bad.append(false_.subarray(CHUNK_BYTES));
  expect(await bad.finish()).toBe(false);
  expect(await store.has(digest)).toBe(false);
  const again = await PartialBlob.open(store, digest, await elsewhere.manifest(digest));
  expect(again.next).toBe(1);
  await again.close();
});

test('eviction: least recently used first, never pinned, and says what it did', async () => {
  const blobs = await Promise.all([1, 2, 3].map((seed) => store.put(sample(1000, seed))));
  const [a, b, c] = blobs.map((blob) => blob.digest) as [Digest, Digest, Digest];
  for (const [digest, time] of [
    [a, 100],
    [b, 50],
    [c, 200],
  ] as const)
    await utimes(store.layout.data(digest), time, time);
  const pins = await Pins.open(store.layout);
  await Promise.all([pins.pin(b), pins.pin(c), pins.unpin(c)]);
  const reread = await Pins.open(store.layout);
  expect([a, b, c].map((digest) => reread.has(digest))).toEqual([false, true, false]);
  const report = await evict(store, 2000, (digest) => pins.has(digest));
  expect(report).toEqual({ removed: [a], freed: 1000, kept: 2000 });
  expect((await evict(store, 0, (digest) => pins.has(digest))).removed).toEqual([c]);
  expect(await listBlobs(store)).toEqual([expect.objectContaining({ digest: b })]);
  expect(await readdir(store.layout.folder(a))).toEqual([]);
});

test('reading makes a blob recent', async () => {
  const { digest } = await store.put(sample(10));
  await utimes(store.layout.data(digest), 1, 1);
  await store.get(digest, 10);
  expect((await listBlobs(store))[0]!.lastUse).toBeGreaterThan(1e12);
});

test('a damaged pin list stops eviction instead of emptying the store', async () => {
  await writeFile(store.layout.pins, '[');
  await expect(Pins.open(store.layout)).rejects.toThrow(SyntaxError);
});

test('chooseEvictions stops as soon as the quota holds', () => {
  const blobs = [3, 1, 2].map((lastUse) => ({ digest: `0x${lastUse}` as Digest, size: 10, lastUse }));
  expect(chooseEvictions(blobs, 30, () => false)).toEqual([]);
  expect(chooseEvictions(blobs, 29, () => false).map((blob) => blob.lastUse)).toEqual([1]);
  expect(chooseEvictions(blobs, 10, () => false).map((blob) => blob.lastUse)).toEqual([1, 2]);
});
