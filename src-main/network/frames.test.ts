import { createHash } from 'node:crypto';
import type { Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, expect, test } from 'vitest';
import { Frames, strictDecode } from './frames.ts';
import { sample, Stage, until } from './testing.ts';

const stage = new Stage();
afterEach(() => stage.end());
const never = () => AbortSignal.timeout(60_000);
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Frames over real TCP, TLS and yamux. */
async function pair(signal = never()): Promise<{ ours: Frames; theirs: Frames; stream: Stream }> {
  const [a, b] = await Promise.all([stage.rogue(), stage.rogue()]);
  const arrived = Promise.withResolvers<Frames>();
  await b.handle('/x', (stream) => arrived.resolve(new Frames(stream, never())));
  const stream = await a.dialProtocol(
    b.getMultiaddrs().map((address) => multiaddr(address.toString())),
    '/x',
  );
  const ours = new Frames(stream, signal);
  await ours.writeFrame('hello');
  const theirs = await arrived.promise;
  expect(await theirs.readFrame()).toBe('hello');
  return { ours, theirs, stream };
}

test('a slow reader slows the writer down and loses nothing', async () => {
  const { ours, theirs, stream } = await pair();
  const bytes = sample(24 * 1024 * 1024);
  const sending = (async () => {
    for (let offset = 0; offset < bytes.length; offset += 1024 * 1024)
      await theirs.write(bytes.subarray(offset, offset + 1024 * 1024));
    await theirs.end();
  })();
  await until(() => expect(stream.readStatus).toBe('paused'));
  const whole = createHash('sha256');
  let most = 0;
  for (let offset = 0; offset < bytes.length; offset += 256 * 1024) {
    whole.update(await ours.read(256 * 1024));
    most = Math.max(most, stream.readBufferLength);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sending;
  expect(whole.digest('hex')).toBe(hash(bytes));
  expect(most).toBeLessThan(4 * 1024 * 1024);
  await expect(ours.read(1)).rejects.toMatchObject({ name: 'PeerAway' });
});

test('frames and raw bytes mix; values keep their shape', async () => {
  const { ours, theirs } = await pair();
  const value = { a: [1, 'x', null, new Uint8Array([1, 2])], b: 'y'.repeat(20_000) };
  await theirs.writeFrame(value);
  await theirs.write(Buffer.from('raw'));
  await theirs.writeFrame({});
  expect(await ours.readFrame()).toEqual(value);
  expect(Buffer.from(await ours.read(3)).toString()).toBe('raw');
  expect(await ours.readFrame()).toEqual({});
});

test.each([
  ['longer than allowed', [0x81, 0x08], 'garbage'],
  ['longer than three bytes', [0xff, 0xff, 0xff, 0x01], 'garbage'],
  ['length with a needless byte', [0x81, 0x00, 0xf6], 'garbage'],
  ['length in an indefinite string', [4, 0x7f, 0x61, 0x61, 0xff], 'garbage'],
])('refuses a frame: %s', async (_name, bytes, kind) => {
  const { ours, theirs } = await pair();
  await theirs.write(Uint8Array.from(bytes));
  await expect(ours.readFrame(1024)).rejects.toMatchObject({ name: 'PeerFault', kind });
});

test('the deadline ends a read, and a reset ends a write', async () => {
  const controller = new AbortController();
  const { ours, theirs } = await pair(controller.signal);
  const reading = ours.read(1);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ name: 'PeerSlow' });
  await expect(ours.write(Buffer.from('x'))).rejects.toMatchObject({ name: 'PeerSlow' });
  const endless = (async () => {
    for (;;) await theirs.write(new Uint8Array(1024 * 1024));
  })();
  await expect(endless).rejects.toMatchObject({ name: 'PeerAway' });
});

test('one value, one encoding', () => {
  expect(strictDecode(Uint8Array.of(0x01))).toBe(1);
  // 1 in two bytes; a map with its keys in the wrong order; a float that is no number.
  for (const bytes of [[0x18, 0x01], [0xa2, 0x61, 0x62, 1, 0x61, 0x61, 2], [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], []]) {
    expect(() => strictDecode(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ kind: 'garbage' }));
  }
});
