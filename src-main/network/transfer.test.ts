import { afterEach, expect, test } from 'vitest';
import { CHUNK_BYTES, digestToCid } from '../content/index.ts';
import { sha256, toDigest } from '../content/manifest.ts';
import { sample, Stage, until } from './testing.ts';

const stage = new Stage();
afterEach(() => stage.end());
const DEADLINE = 30_000;
const code = (name: string) => expect.objectContaining({ code: name });

test('0 B, 1 B, one chunk exactly, 5 MiB + 3: arrive, verified, over TLS', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  await b.client.call('connectTo', { addr: a.addr });
  for (const size of [0, 1, CHUNK_BYTES, 5 * CHUNK_BYTES + 3]) {
    const bytes = sample(size);
    const { cid, digest } = await a.store.put(bytes);
    const result = await b.client.call('fetchBlob', { cid, maxBytes: size, deadlineMs: DEADLINE });
    expect(result).toEqual({ cid, digest, size });
    expect(Buffer.compare(await b.store.get(digest, size), bytes)).toBe(0);
    expect(await b.client.call('has', { cid })).toBe(size);
  }
  expect(b.heard.transferProgress.at(-1)).toMatchObject({ received: 5 * CHUNK_BYTES + 3, provider: a.peerId });
  expect(await b.client.call('peers', null)).toMatchObject([
    { peerId: a.peerId, direction: 'outbound', encryption: '/tls/1.0.0' },
  ]);
  const total = 1 + CHUNK_BYTES + 5 * CHUNK_BYTES + 3;
  expect(await a.client.call('status', null)).toMatchObject({ bytesServed: total, faults: 0, banned: [] });
  expect(await b.client.call('status', null)).toMatchObject({ bytesFetched: total, faults: 0, banned: [] });
});

test('nobody has it, too large, bad input, cancelled', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  await b.client.call('connectTo', { addr: a.addr });
  const { cid } = await a.store.put(sample(1000));
  const absent = digestToCid(toDigest(sha256(sample(7))));
  const fetch = (request: object) =>
    b.client.call('fetchBlob', { cid, maxBytes: 1000, deadlineMs: DEADLINE, ...request });
  await expect(fetch({ cid: absent })).rejects.toThrow(code('NETWORK_NO_PROVIDER'));
  await expect(fetch({ maxBytes: 999 })).rejects.toThrow(code('TOO_LARGE'));
  await expect(fetch({ cid: 'x' })).rejects.toThrow(code('BAD_CID'));
  await expect(fetch({ providers: ['x'] })).rejects.toThrow(code('NETWORK_BAD_INPUT'));
  expect((await b.client.call('status', null)).bytesFetched).toBe(0);
  await expect(b.client.call('provide', { cid })).rejects.toThrow(code('NOT_FOUND'));
  await a.kill();
  await until(async () => expect((await b.client.call('status', null)).connections).toBe(0));
  const pending = fetch({ providers: [a.peerId] });
  await b.client.call('status', null);
  await b.client.call('cancelFetch', { cid });
  await expect(pending).rejects.toThrow(code('NETWORK_CANCELLED'));
});

test('the provider is killed in the middle; another one, found later, only sends the rest', async () => {
  const size = 48 * CHUNK_BYTES;
  const bytes = sample(size);
  const [a, b, c] = await Promise.all([stage.peer(), stage.peer(), stage.peer()]);
  const { cid, digest } = await a.store.put(bytes);
  await c.store.put(bytes);
  await b.client.call('connectTo', { addr: a.addr });
  const fetched = b.client.call('fetchBlob', { cid, maxBytes: size, deadlineMs: 60_000 });
  await until(() => expect(b.heard.transferProgress.length).toBeGreaterThan(2));
  await a.kill();
  await until(async () => expect((await b.client.call('status', null)).connections).toBe(0));
  await b.client.call('connectTo', { addr: c.addr });
  await expect(fetched).resolves.toMatchObject({ digest, size });
  const from = (peerId: string) => b.heard.transferProgress.filter(({ provider }) => provider === peerId);
  const half = from(a.peerId).at(-1)!.received;
  expect(half).toBeLessThan(size);
  expect(from(c.peerId)[0]!.received).toBe(half + CHUNK_BYTES);
  expect(Buffer.compare(await b.store.get(digest, size), bytes)).toBe(0);
});

test('a fetcher that is killed goes on where it was', async () => {
  const size = 48 * CHUNK_BYTES;
  const a = await stage.peer();
  const { cid, digest } = await a.store.put(sample(size));
  const blobDirectory = await stage.folder();
  const first = await stage.peer({ blobDirectory });
  await first.client.call('connectTo', { addr: a.addr });
  first.client.call('fetchBlob', { cid, maxBytes: size, deadlineMs: 60_000 }).catch(() => undefined);
  await until(() => expect(first.heard.transferProgress.length).toBeGreaterThan(2));
  await first.kill();
  const had = first.heard.transferProgress.at(-1)!.received;
  expect(had).toBeLessThan(size);
  const second = await stage.peer({ blobDirectory });
  await second.client.call('connectTo', { addr: a.addr });
  await second.client.call('fetchBlob', { cid, maxBytes: size, deadlineMs: 60_000 });
  expect(second.heard.transferProgress[0]!.received).toBeGreaterThan(had);
  expect(await second.store.has(digest)).toBe(true);
});

test('two callers share one transfer', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  await b.client.call('connectTo', { addr: a.addr });
  const { cid } = await a.store.put(sample(4 * CHUNK_BYTES));
  const request = { cid, maxBytes: 9e9, deadlineMs: DEADLINE };
  await Promise.all([b.client.call('fetchBlob', request), b.client.call('fetchBlob', request)]);
  expect((await a.client.call('status', null)).bytesServed).toBe(4 * CHUNK_BYTES);
});

test('rot on the serving side: the peer stops serving it and is not blamed', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  const { cid, digest } = await a.store.put(sample(2 * CHUNK_BYTES));
  await (await import('node:fs/promises')).writeFile(a.store.layout.data(digest), sample(2 * CHUNK_BYTES, 9));
  await b.client.call('connectTo', { addr: a.addr });
  await expect(b.client.call('fetchBlob', { cid, maxBytes: 9e9, deadlineMs: DEADLINE })).rejects.toThrow(
    code('NETWORK_NO_PROVIDER'),
  );
  expect(await a.client.call('has', { cid })).toBe(null);
  expect(await b.client.call('status', null)).toMatchObject({ faults: 0, banned: [] });
});
