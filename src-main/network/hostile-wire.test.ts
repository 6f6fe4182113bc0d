import { connect as connectTcp, type Socket } from 'node:net';
import { lpStream, streamPair } from '@libp2p/utils';
import { multiaddr } from '@multiformats/multiaddr';
import { decode } from 'uint8-varint';
import { afterEach, expect, test } from 'vitest';
import { NAMES, sample, Stage, until, type TestPeer } from './testing.ts';

const stage = new Stage();
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stage.end();
});

/** Longer than any test: what is closed here was closed for what it said, not for its silence. */
const PATIENT = { limits: { handshakeTimeoutMs: 600_000, requestTimeoutMs: 600_000 } };

async function dialRaw(peer: TestPeer): Promise<{ socket: Socket; closed: Promise<void> }> {
  const port = Number(/\/tcp\/(\d+)/.exec(peer.addr)![1]);
  const socket = connectTcp(port, '127.0.0.1');
  sockets.push(socket);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.resume();
  // Reset before this process looked, it closes without ever having been connected.
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  return { socket, closed };
}

/** The peer is alive and still serves strangers. */
async function stillServes(peer: TestPeer): Promise<void> {
  const other = await stage.peer();
  const { cid } = await peer.store.put(sample(100));
  await other.client.call('connectTo', { addr: peer.addr });
  await other.client.call('fetchBlob', { cid, maxBytes: 100, deadlineMs: 30_000 });
}

test('lpStream as it is installed (and bundled) tries at most eight bytes of a length', async () => {
  for (const options of [{}, { maxDataLength: 1024 }, { maxLengthLength: 3 }]) {
    const [ours, theirs] = await streamPair();
    let tried = 0;
    const lengthDecoder = Object.assign(
      (bytes: Parameters<typeof decode>[0]) => {
        tried++;
        return decode(bytes);
      },
      { bytes: 0 },
    );
    const reader = lpStream(ours, { ...options, lengthDecoder });
    theirs.send(new Uint8Array(64 * 1024).fill(0xff));
    await expect(reader.read()).rejects.toMatchObject({ name: 'InvalidDataLengthLengthError' });
    expect(tried).toBeLessThanOrEqual(8);
    theirs.abort(new Error('done'));
  }
});

const GREETING = '\x13/multistream/1.0.0\n';
const GARBAGE: Array<[string, Buffer]> = [
  ['a length that never ends instead of a protocol', Buffer.alloc(256 * 1024, 0xff)],
  ['the same after an honest greeting', Buffer.concat([Buffer.from(GREETING), Buffer.alloc(256 * 1024, 0xff)])],
  ['a protocol name of 1 GiB', Buffer.concat([Buffer.from(GREETING), Buffer.of(0x80, 0x80, 0x80, 0x80, 0x04)])],
  ['zeros', Buffer.alloc(64 * 1024)],
  ['TLS of the wrong kind', Buffer.concat([Buffer.from(`${GREETING}\x0b/tls/1.0.0\n`), Buffer.alloc(4096, 0xab)])],
];

test.each(GARBAGE)('before login: %s closes the socket at once, and the peer serves on', async (_name, bytes) => {
  const peer = await stage.peer(PATIENT);
  const { socket, closed } = await dialRaw(peer);
  socket.write(bytes);
  await closed;
  await stillServes(peer);
});

/** These could be the start of a long message: they may wait as long as a handshake may take, no longer. */
const PLAUSIBLE: Array<[string, Buffer]> = [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['noise of the wrong kind', Buffer.concat([Buffer.from(`${GREETING}\x07/noise\n`), Buffer.alloc(4096, 0xab)])],
];

test.each(PLAUSIBLE)('before login: %s ends with the handshake time', async (_name, bytes) => {
  const peer = await stage.peer({ limits: { handshakeTimeoutMs: 500 } });
  const { socket, closed } = await dialRaw(peer);
  socket.write(bytes);
  await closed;
});

test('before login: silent sockets end with the handshake time, and are bounded in number', async () => {
  const peer = await stage.peer({ limits: { handshakeTimeoutMs: 500, maxPendingConnections: 5 } });
  const silent = await Promise.all(Array.from({ length: 20 }, () => dialRaw(peer)));
  await Promise.all(silent.map(({ closed }) => closed));
  await stillServes(peer);
});

test('after login: a length that never ends is refused on every kind of stream', async () => {
  const peer = await stage.peer(PATIENT);
  const protocols = ['negotiation', NAMES.blob, NAMES.presence, '/meshsub/1.2.0', `/${NAMES.prefix}/id/push/1.0.0`];
  for (const protocol of protocols) {
    const rogue = await stage.rogue();
    const connection = await rogue.dial(multiaddr(peer.addr));
    const stream =
      protocol === 'negotiation'
        ? await (
            connection as unknown as {
              muxer: { createStream(): Promise<Awaited<ReturnType<typeof connection.newStream>>> };
            }
          ).muxer.createStream()
        : await connection.newStream(protocol);
    stream.addEventListener('message', () => undefined);
    stream.send(new Uint8Array(128 * 1024).fill(0xff));
    await until(() => expect([stream.status, stream.remoteWriteStatus], protocol).not.toEqual(['open', 'writable']));
    await rogue.stop();
  }
  await stillServes(peer);
});

test('after login: presence streams take one bounded frame', async () => {
  const peer = await stage.peer(PATIENT);
  for (const bytes of [
    Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04),
    Uint8Array.of(0x81, 0x80, 0x04),
    Uint8Array.of(1, 0xf6),
  ]) {
    const rogue = await stage.rogue();
    const connection = await rogue.dial(multiaddr(peer.addr));
    const stream = await connection.newStream(NAMES.presence);
    stream.addEventListener('message', () => undefined);
    stream.send(bytes);
    await until(() => expect(stream.status).not.toBe('open'));
    await rogue.stop();
  }
  expect((await peer.client.call('status', null)).faults).toBe(3);
});

test('after login: streams that say nothing are few, and end with the request time', async () => {
  const peer = await stage.peer({ limits: { requestTimeoutMs: 500, uploadsPerPeer: 2 } });
  const rogue = await stage.rogue();
  const connection = await rogue.dial(multiaddr(peer.addr));
  const streams = await Promise.all(Array.from({ length: 4 }, () => connection.newStream(NAMES.blob)));
  for (const stream of streams) stream.addEventListener('message', () => undefined);
  await until(() => expect(streams.filter(({ status }) => status === 'open')).toEqual([]));
  expect(connection.status).toBe('open');
});

test('a peer that shares no protocol is shown the door, ours stay', async () => {
  const peer = await stage.peer({ limits: { upkeepMs: 50, strangerMs: 600 } });
  const friend = await stage.peer();
  await friend.client.call('connectTo', { addr: peer.addr });
  const rogue = await stage.rogue();
  const connection = await rogue.dial(multiaddr(peer.addr));
  await until(() => expect(connection.status).not.toBe('open'));
  // The friend came first: it has been through the same check.
  const left = async () => (await peer.client.call('peers', null)).map(({ peerId }) => peerId);
  await until(async () => expect(await left()).toEqual([friend.peerId]));
});

test('a peer of another network finds no protocol in common', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer({ networkId: 'other' })]);
  const { cid } = await a.store.put(sample(10));
  await b.client.call('connectTo', { addr: a.addr });
  const fetched = b.client.call('fetchBlob', { cid, maxBytes: 10, deadlineMs: 300 });
  await expect(fetched).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^NETWORK_/) }));
});
