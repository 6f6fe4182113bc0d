import type { GossipSub } from '@libp2p/gossipsub';
import { encode } from '@ipld/dag-cbor';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, expect, test } from 'vitest';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { Frames } from './frames.ts';
import { signPresence } from './presence-codec.ts';
import { NAMES, NETWORK, presenceOf, sample, Stage, until, type TestPeer } from './testing.ts';

const stage = new Stage();
afterEach(() => stage.end());
const code = (name: string) => expect.objectContaining({ code: name });

/** Gossip needs a moment to learn who listens: say it again until somebody does. */
async function heardBy(say: () => Promise<{ recipients: number }>, count = 1): Promise<void> {
  await until(async () => expect((await say()).recipients).toBeGreaterThanOrEqual(count));
}

async function line(): Promise<[TestPeer, TestPeer, TestPeer]> {
  const peers = await Promise.all([stage.peer(), stage.peer(), stage.peer()]);
  const [a, b, c] = peers as [TestPeer, TestPeer, TestPeer];
  await a.client.call('connectTo', { addr: b.addr });
  await c.client.call('connectTo', { addr: b.addr });
  return [a, b, c];
}

test('three peers in a line: announcements pass through, signed by their author, once', async () => {
  const [a, b, c] = await line();
  let count = 0;
  await until(async () => {
    const payload = Buffer.from([++count]);
    await a.client.call('announce', { topic: 'results', payload });
    expect(c.heard.announcement.length).toBeGreaterThan(0);
  });
  await heardBy(() => a.client.call('announce', { topic: 'results', payload: Buffer.from('last') }));
  const last = (peer: TestPeer) =>
    peer.heard.announcement.filter(({ payload }) => Buffer.from(payload).equals(Buffer.from('last')));
  await until(() => expect([last(b).length, last(c).length]).toEqual([1, 1]));
  expect(last(c)[0]).toMatchObject({ topic: 'results', from: a.peerId });
  expect(a.heard.announcement).toEqual([]);
});

test('provide: whoever hears it asks the provider first', async () => {
  const [a, , c] = await line();
  const { cid } = await a.store.put(sample(100));
  await until(async () => {
    await a.client.call('provide', { cid });
    expect(c.heard.announcement.map(({ from }) => from)).toContain(a.peerId);
  });
  expect(Buffer.from(c.heard.announcement[0]!.payload).toString()).toBe(cid);
  // c is not connected to a, and b has nothing: only what was announced leads there.
  await c.client.call('connectTo', { addr: a.addr });
  await c.client.call('fetchBlob', { cid, maxBytes: 100, deadlineMs: 30_000 });
});

test('what may not be announced', async () => {
  const peer = await stage.peer();
  const announce = (topic: string, payload: Uint8Array) =>
    peer.client.call('announce', { topic: topic as 'results', payload });
  await expect(announce('results', new Uint8Array(16 * 1024 + 1))).rejects.toThrow(code('NETWORK_BAD_INPUT'));
  await expect(announce('blobs', Buffer.from('x'))).rejects.toThrow(code('NETWORK_BAD_INPUT'));
  await expect(announce('gossip', Buffer.from('x'))).rejects.toThrow(code('NETWORK_BAD_INPUT'));
  expect(await announce('results', new Uint8Array(16 * 1024))).toEqual({ recipients: 0 });
});

test('invalid gossip is not delivered; a peer that forges presences is banned', async () => {
  const victim = await stage.peer();
  const rogue = await stage.rogue();
  const pubsub = rogue.services['pubsub'] as GossipSub;
  await rogue.dial(multiaddr(victim.addr));
  await until(() => expect(pubsub.getSubscribers(NAMES.topics.presence).length).toBe(1));
  const key = await generateKeyPair('Ed25519');
  const stranger = peerIdFromPrivateKey(key).toString() as PeerId;
  // Signed by the stranger indeed, but published by another.
  const signed = await signPresence(presenceOf(stranger, 1), key);
  await pubsub.publish(NAMES.topics.blobs, Buffer.from('not a content id'));
  await pubsub.publish(NAMES.topics.presence, signed.wire);
  await until(() => expect(victim.heard.banned.map(({ peerId }) => peerId)).toEqual([rogue.peerId.toString()]));
  expect([...victim.heard.announcement, ...victim.heard.presence]).toEqual([]);
});

test('presence: exchanged on connect, passed on, gossiped at change, replaced only by a higher seq', async () => {
  const [a, b, c] = await line();
  const { roles, models, binding } = presenceOf(a.peerId, 1);
  const { seq } = await a.client.call('setPresence', { roles, models, binding });
  await until(async () => {
    await a.client.call('setPresence', { roles, models, binding });
    expect(c.heard.presence.length).toBeGreaterThan(0);
  });
  const [said] = c.heard.presence;
  expect(said).toMatchObject({ network: NETWORK, peerId: a.peerId, roles, models, binding });
  expect(said!.seq).toBeGreaterThan(seq - 1);
  expect(said!.addrs.length).toBe(1);
  const late = await stage.peer();
  await late.client.call('connectTo', { addr: b.addr });
  await until(async () =>
    expect((await late.client.call('presences', null)).map(({ peerId }) => peerId)).toEqual([a.peerId]),
  );
  await until(async () => {
    await a.client.call('setPresence', { roles: ['validator'], models: [], binding });
    expect(late.heard.presence.at(-1)?.roles).toEqual(['validator']);
  });
  const seqs = late.heard.presence.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((x, y) => x - y));
  expect((await late.client.call('status', null)).presences).toBe(1);
  await expect(a.client.call('setPresence', { roles: ['Bad Role'], models, binding })).rejects.toThrow(
    code('NETWORK_BAD_INPUT'),
  );
  expect(await a.client.call('setPresence', null)).toEqual({ seq: 0 });
});

test('presence over its own stream: an older seq does not replace, a forged one bans', async () => {
  const victim = await stage.peer();
  const key = await generateKeyPair('Ed25519');
  const author = peerIdFromPrivateKey(key).toString() as PeerId;
  const say = async (wire: Uint8Array): Promise<PeerId> => {
    const rogue = await stage.rogue();
    const connection = await rogue.dial(multiaddr(victim.addr));
    const frames = new Frames(await connection.newStream(NAMES.presence), AbortSignal.timeout(30_000));
    await frames.writeFrame([{ age: 5, wire }]);
    await frames.readFrame().catch(() => undefined);
    return rogue.peerId.toString() as PeerId;
  };
  const made = (seq: number, role: string) => signPresence({ ...presenceOf(author, seq), roles: [role] }, key);
  await say((await made(10, 'worker')).wire);
  await say((await made(9, 'juror')).wire);
  await say((await made(10, 'juror')).wire);
  expect(await victim.client.call('presences', null)).toMatchObject([{ peerId: author, seq: 10, roles: ['worker'] }]);
  await say((await made(11, 'relay')).wire);
  // The event may come a moment after the answer.
  await until(async () => expect(victim.heard.presence.map(({ seq }) => seq)).toEqual([10, 11]));

  const forged = await signPresence(presenceOf(author, 12), await generateKeyPair('Ed25519'));
  const liar = await say(forged.wire);
  await say(encode({ body: new Uint8Array(3), signature: new Uint8Array(64) }));
  expect(await victim.client.call('presences', null)).toMatchObject([{ seq: 11 }]);
  expect(await victim.client.call('status', null)).toMatchObject({ banned: [liar], faults: 2 });
});

test('peers find each other through presences and keep their connections', async () => {
  const hub = await stage.peer();
  const limits = { wantedConnections: 4 };
  const others = await Promise.all([1, 2, 3].map(() => stage.peer({ bootstrap: [hub.addr], limits })));
  for (const peer of others) await peer.client.call('setPresence', presenceOf(peer.peerId, 1));
  await until(async () => {
    for (const peer of others) {
      const known = new Set((await peer.client.call('peers', null)).map(({ peerId }) => peerId));
      expect(known.size).toBe(3);
    }
  });
});

test('mdns is off unless asked for, and a loopback node refuses to look outside', async () => {
  const peer = await stage.peer();
  expect((await peer.client.call('status', null)).mdns).toBe(false);
  expect(peer.addr).toMatch(/^\/ip4\/127\.0\.0\.1\//);
  // 192.0.2.1 is reserved for documentation; the gate refuses before any socket is opened.
  const addr = '/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWGRUVHwfP9VZRdV94QfkGJpNGVtJ9gLXLZbNJhYrvMPWc';
  await expect(peer.client.call('connectTo', { addr })).rejects.toThrow(code('NETWORK_BAD_INPUT'));
  await expect(
    stage.peer({ bootstrap: ['/ip4/192.0.2.1/tcp/1/p2p/12D3KooWGRUVHwfP9VZRdV94QfkGJpNGVtJ9gLXLZbNJhYrvMPWc'] }),
  ).rejects.toThrow(/leaves this machine/);
  await expect(stage.peer({ networkId: 'No Good' })).rejects.toThrow(/network id/);
  await expect(stage.peer({ seed: new Uint8Array(31) })).rejects.toThrow(/32 bytes/);
});

test('the peer id follows from the seed alone', async () => {
  const seed = new Uint8Array(32).fill(9);
  const [a, b] = await Promise.all([stage.peer({ seed }), stage.peer({ seed })]);
  expect(a.peerId).toBe(b.peerId);
});
