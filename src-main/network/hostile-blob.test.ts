import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, expect, test } from 'vitest';
import { CHUNK_BYTES, type BlobStore } from '../content/index.ts';
import { encodeManifest, sha256, type Manifest } from '../content/manifest.ts';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { blobRequest, type BlobRequest } from './blob-protocol.ts';
import { Frames } from './frames.ts';
import { NAMES, sample, Stage, until, type TestPeer } from './testing.ts';

const stage = new Stage();
afterEach(() => stage.end());
const DEADLINE = 30_000;
const code = (name: string) => expect.objectContaining({ code: name });

type Misdeed = (frames: Frames, request: BlobRequest, stream: Stream) => Promise<void>;

/** A peer that serves blobs its own way, connected to `victim`. */
async function liar(victim: TestPeer, misdeed: Misdeed): Promise<PeerId> {
  const rogue = await stage.rogue();
  await rogue.handle(NAMES.blob, async (stream) => {
    const frames = new Frames(stream, AbortSignal.timeout(DEADLINE));
    await misdeed(frames, blobRequest.parse(await frames.readFrame()), stream).catch(() => undefined);
  });
  const peerId = rogue.peerId.toString() as PeerId;
  await rogue.dial(multiaddr(victim.addr));
  await connected(victim, peerId);
  return peerId;
}

async function connected(victim: TestPeer, peerId: PeerId): Promise<void> {
  await until(async () =>
    expect((await victim.client.call('peers', null)).map((peer) => peer.peerId)).toContain(peerId),
  );
}

/** Answers as the honest server would, from given bytes. */
function serving(manifest: Manifest, bytes: Uint8Array): Misdeed {
  return async (frames, request) => {
    const { size } = manifest;
    const raw =
      request.op === 'manifest'
        ? encodeManifest(manifest)
        : bytes.subarray(request.from * CHUNK_BYTES, (request.from + request.count) * CHUNK_BYTES);
    await frames.writeFrame({ status: 'ok', size, length: raw.length });
    await frames.write(raw);
    await frames.end();
  };
}

async function honest(
  size: number,
): Promise<{ peer: TestPeer; bytes: Buffer; manifest: Manifest } & Awaited<ReturnType<BlobStore['put']>>> {
  const peer = await stage.peer();
  const bytes = sample(size);
  const info = await peer.store.put(bytes);
  return { peer, bytes, ...info, manifest: await peer.store.manifest(info.digest) };
}

const SIZE = 3 * CHUNK_BYTES + 5;
/** What the lie costs us is part of the promise: bytes fetched in all, the honest copy included. */
const LIES: Array<[string, number, (truth: { bytes: Buffer; manifest: Manifest }) => Misdeed]> = [
  [
    'wrong bytes under the right manifest',
    SIZE,
    ({ manifest, bytes }) => {
      const wrong = Buffer.from(bytes);
      wrong[2 * CHUNK_BYTES + 1]! ^= 1;
      return serving(manifest, wrong);
    },
  ],
  [
    'a false manifest and bytes to match',
    2 * SIZE,
    ({ manifest }) => {
      const wrong = sample(SIZE, 77);
      const hashes = [0, 1, 2, 3].map((index) =>
        sha256(wrong.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
      );
      return serving({ size: manifest.size, chunks: Buffer.concat(hashes) }, wrong);
    },
  ],
  [
    'a manifest of another size',
    SIZE + 3 * CHUNK_BYTES,
    ({ manifest, bytes }) => serving({ ...manifest, size: SIZE - 1 }, bytes),
  ],
  ['a single-chunk manifest for a long blob', SIZE, ({ bytes }) => serving({ size: 5, chunks: sha256(bytes) }, bytes)],
  [
    'a manifest that is not dag-cbor',
    SIZE,
    () => async (frames) => {
      await frames.writeFrame({ status: 'ok', size: SIZE, length: 100 });
      await frames.write(Buffer.alloc(100, 0xff));
    },
  ],
];

test.each(LIES)('%s: the liar is banned, the honest peer is used', async (_name, cost, make) => {
  const victim = await stage.peer();
  const { peer, cid, digest, bytes, manifest } = await honest(SIZE);
  const peerId = await liar(victim, make({ bytes, manifest }));
  await victim.client.call('connectTo', { addr: peer.addr });
  await victim.client.call('fetchBlob', { cid, maxBytes: SIZE, providers: [peerId], deadlineMs: DEADLINE });
  expect(Buffer.compare(await victim.store.get(digest, SIZE), bytes)).toBe(0);
  const status = await victim.client.call('status', null);
  expect(status).toMatchObject({ banned: [peerId], bytesFetched: cost });
  expect(victim.heard.banned).toMatchObject([{ peerId }]);
  // Shut out: its connection is cut, and it gets no new one.
  await until(async () =>
    expect((await victim.client.call('peers', null)).map((view) => view.peerId)).toEqual([peer.peerId]),
  );
});

test('two who vouched for one false manifest are both convicted', async () => {
  const victim = await stage.peer();
  const { peer, cid, digest } = await honest(2 * CHUNK_BYTES);
  const wrong = sample(2 * CHUNK_BYTES, 5);
  const manifest = {
    size: wrong.length,
    chunks: Buffer.concat([0, 1].map((n) => sha256(wrong.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)))),
  };
  // The first gives the manifest and no chunk, the second finishes the job.
  const first = await liar(victim, async (frames, request, stream) => {
    if (request.op === 'manifest') return serving(manifest, wrong)(frames, request, stream);
    stream.abort(new Error('gone'));
  });
  const second = await liar(victim, serving(manifest, wrong));
  await victim.client.call('connectTo', { addr: peer.addr });
  await victim.client.call('fetchBlob', { cid, maxBytes: 9e9, providers: [first, second], deadlineMs: DEADLINE });
  expect(await victim.store.has(digest)).toBe(true);
  expect((await victim.client.call('status', null)).banned.toSorted()).toEqual([first, second].toSorted());
});

const GARBAGE: Array<[string, Misdeed]> = [
  [
    'a frame of 1 GiB',
    async (_frames, _request, stream) => void stream.send(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04)),
  ],
  ['a length that never ends', async (_frames, _request, stream) => void stream.send(new Uint8Array(1000).fill(0xff))],
  ['a header above 64 KiB', async (frames) => frames.writeFrame({ status: 'x'.repeat(70_000) })],
  ['an unknown answer', async (frames) => frames.writeFrame({ status: 'soon' })],
  ['an extra field', async (frames) => frames.writeFrame({ status: 'missing', more: 1 })],
  ['not canonical', async (_frames, _request, stream) => void stream.send(Uint8Array.of(3, 0xb8, 0x00, 0x00))],
  [
    'a manifest longer than its size allows',
    async (frames) => frames.writeFrame({ status: 'ok', size: 10, length: 1_000_000 }),
  ],
];

test.each(GARBAGE)('%s: counted, and banned after three', async (_name, misdeed) => {
  const victim = await stage.peer();
  const { cid } = await honest(10);
  const peerId = await liar(victim, misdeed);
  const fetched = victim.client.call('fetchBlob', { cid, maxBytes: 9e9, deadlineMs: DEADLINE });
  await expect(fetched).rejects.toThrow(code('NETWORK_NO_PROVIDER'));
  expect(await victim.client.call('status', null)).toMatchObject({ faults: 3, banned: [peerId] });
});

test('too large by its own word is refused before a byte of it is asked for', async () => {
  const victim = await stage.peer();
  const { cid, manifest, bytes } = await honest(SIZE);
  const asked: string[] = [];
  await liar(victim, async (frames, request, stream) => {
    asked.push(request.op);
    await serving(manifest, bytes)(frames, request, stream);
  });
  const fetched = victim.client.call('fetchBlob', { cid, maxBytes: SIZE - 1, deadlineMs: DEADLINE });
  await expect(fetched).rejects.toThrow(code('TOO_LARGE'));
  expect(asked).toEqual(['manifest']);
  expect(await victim.client.call('status', null)).toMatchObject({ bytesFetched: 0, faults: 0, banned: [] });
});

test('a provider that vanishes in the middle of a chunk: the next one goes on', async () => {
  const victim = await stage.peer();
  const { peer, cid, digest, manifest, bytes } = await honest(SIZE);
  const peerId = await liar(victim, async (frames, request, stream) => {
    if (request.op === 'manifest' || request.from === 0) return serving(manifest, bytes)(frames, request, stream);
    await frames.writeFrame({ status: 'ok', size: SIZE, length: SIZE - CHUNK_BYTES - (request.count === 2 ? 5 : 0) });
    await frames.write(bytes.subarray(CHUNK_BYTES, CHUNK_BYTES + 1000));
    stream.abort(new Error('vanished'));
  });
  await victim.client.call('connectTo', { addr: peer.addr });
  await victim.client.call('fetchBlob', { cid, maxBytes: SIZE, providers: [peerId], deadlineMs: DEADLINE });
  expect(await victim.store.has(digest)).toBe(true);
  expect(victim.heard.transferProgress.map(({ provider }) => provider)).toEqual([
    peerId,
    peer.peerId,
    peer.peerId,
    peer.peerId,
  ]);
  expect((await victim.client.call('status', null)).banned).toEqual([]);
});

test('a drip is cut off by the deadline of the request, and its peer banned after three', async () => {
  const victim = await stage.peer({ limits: { requestTimeoutMs: 300 } });
  const { cid, manifest, bytes } = await honest(SIZE);
  const peerId = await liar(victim, async (frames, request, stream) => {
    if (request.op === 'manifest') return serving(manifest, bytes)(frames, request, stream);
    await frames.writeFrame({ status: 'ok', size: SIZE, length: CHUNK_BYTES });
    for (let offset = 0; stream.status === 'open'; offset++) {
      await frames.write(bytes.subarray(offset, offset + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const fetched = victim.client.call('fetchBlob', { cid, maxBytes: SIZE, deadlineMs: DEADLINE });
  await expect(fetched).rejects.toThrow(code('NETWORK_NO_PROVIDER'));
  expect(await victim.client.call('status', null)).toMatchObject({ banned: [peerId], bytesFetched: 0 });
});

test('a silent provider is bounded by the deadline of the fetch', async () => {
  const victim = await stage.peer();
  const { cid } = await honest(10);
  await liar(victim, () => new Promise(() => undefined));
  const fetched = victim.client.call('fetchBlob', { cid, maxBytes: 9e9, deadlineMs: 500 });
  await expect(fetched).rejects.toThrow(code('NETWORK_DEADLINE'));
});

/** Opens a blob stream to `peer` and returns how it ended: the first answer, or `reset`. */
async function ask(
  rogue: Libp2p,
  connection: Connection,
  send: (frames: Frames, stream: Stream) => Promise<void> | void,
): Promise<unknown> {
  const stream = await connection.newStream(NAMES.blob);
  const frames = new Frames(stream, AbortSignal.timeout(DEADLINE));
  try {
    await send(frames, stream);
    return await frames.readFrame();
  } catch {
    expect(rogue.status).toBe('started');
    return 'reset';
  } finally {
    stream.abort(new Error('done'));
  }
}

test('the server: garbage is reset and counted, a flood is told busy, both leave others served', async () => {
  const server = await stage.peer({ limits: { requestsPerSecond: 0.001, faultsBeforeBan: 4 } });
  const { cid, digest } = await server.store.put(sample(10));
  const rogue = await stage.rogue();
  const connection = await rogue.dial(multiaddr(server.addr));
  const garbage: Array<(frames: Frames, stream: Stream) => Promise<void> | void> = [
    (_frames, stream) => void stream.send(new Uint8Array(100_000).fill(0xff)),
    (frames) => frames.writeFrame({ op: 'chunks', cid, from: 0, count: 17 }),
    (frames) => frames.writeFrame({ op: 'chunks', cid, from: 1, count: 1 }),
  ];
  const gentle = await stage.peer({ limits: { faultsBeforeBan: 4 } });
  await gentle.store.put(sample(10));
  const other = await rogue.dial(multiaddr(gentle.addr));
  for (const send of garbage) expect(await ask(rogue, other, send)).toBe('reset');
  expect(await gentle.client.call('status', null)).toMatchObject({ faults: 3, banned: [] });
  expect(await ask(rogue, other, (frames) => frames.writeFrame({ op: 'drop', cid }))).toBe('reset');
  await until(async () => expect((await gentle.client.call('status', null)).banned).toEqual([rogue.peerId.toString()]));
  await until(() => expect(other.status).not.toBe('open'));

  // 0.001 per second: the burst is below one request.
  const manifest = (frames: Frames) => frames.writeFrame({ op: 'manifest', cid });
  expect(await ask(rogue, connection, manifest)).toEqual({ status: 'busy' });
  const calm = await stage.peer();
  await calm.store.put(sample(10));
  const third = await rogue.dial(multiaddr(calm.addr));
  expect(await ask(rogue, third, manifest)).toMatchObject({ status: 'ok', size: 10 });
  expect(await calm.store.has(digest)).toBe(true);
});

test('a banned peer cannot come back', async () => {
  const victim = await stage.peer();
  const rogue = await stage.rogue();
  const peerId = rogue.peerId.toString() as PeerId;
  await rogue.dial(multiaddr(victim.addr));
  await connected(victim, peerId);
  await victim.client.call('ban', { peerId, ms: 60_000, reason: 'test' });
  await until(() => expect(rogue.getConnections()).toEqual([]));
  const again = await rogue.dial(multiaddr(victim.addr)).catch(() => undefined);
  if (again !== undefined) await until(() => expect(again.status).not.toBe('open'));
  expect((await victim.client.call('peers', null)).map((view) => view.peerId)).not.toContain(peerId);
});
