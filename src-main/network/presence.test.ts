import { encode } from '@ipld/dag-cbor';
import type { Ed25519PrivateKey } from '@libp2p/interface';
import { generateKeyPair } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { verifyMessage, Wallet } from 'ethers';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Address, PeerId } from '../../src-shared/domain/ids.ts';
import { bindingHolds, bindingText, CLOCK_SKEW_MS, MAX_BINDING_MS, type Presence } from './presence.ts';
import { openPresence, signPresence } from './presence-codec.ts';
import { PresenceTable } from './presence-table.ts';
import { NETWORK, presenceOf } from './testing.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
let key: Ed25519PrivateKey;
let peerId: PeerId;

beforeAll(async () => {
  key = await generateKeyPair('Ed25519');
  peerId = peerIdFromPrivateKey(key).toString() as PeerId;
});

const fault = (kind: string) => expect.objectContaining({ name: 'PeerFault', kind });
const presence = (change: Partial<Presence> = {}): Presence => ({ ...presenceOf(peerId, 5, NOW), ...change });
const opened = async (change: Partial<Presence>) =>
  openPresence((await signPresence(presence(change), key)).wire, NETWORK);

test('a presence survives the wire', async () => {
  const made = await signPresence(presence(), key);
  expect((await openPresence(made.wire, NETWORK)).presence).toEqual(presence());
});

test('shape and bounds', async () => {
  const { binding } = presence();
  const bad: Array<Partial<Presence> | Record<string, unknown>> = [
    { network: 'other' },
    { roles: ['Worker'] },
    { roles: Array.from({ length: 17 }, () => 'worker') },
    { models: ['0x12'] },
    { models: Array.from({ length: 65 }, () => `0x${'ab'.repeat(32)}`) },
    { addrs: Array.from({ length: 9 }, () => '/ip4/1.2.3.4/tcp/1') },
    { addrs: ['x'.repeat(257)] },
    { seq: 0 },
    { seq: 1.5 },
    { time: -1 },
    { extra: 1 },
    { peerId: 'nobody' },
    { peerId: `${peerId.slice(0, -1)}${peerId.endsWith('1') ? '2' : '1'}` },
    { binding: { ...binding, address: '0x12' } },
    { binding: { ...binding, expires: binding.issued } },
    { binding: { ...binding, expires: binding.issued + MAX_BINDING_MS + 1 } },
    { binding: { ...binding, signature: '0x' } },
  ];
  for (const change of bad) {
    await expect(opened(change as Partial<Presence>), JSON.stringify(change)).rejects.toThrow(
      expect.objectContaining({ name: 'PeerFault' }),
    );
  }
});

test('another key is a lie; cut, lengthened or random bytes are garbage', async () => {
  const { wire } = await signPresence(presence(), key);
  await expect(
    openPresence((await signPresence(presence(), await generateKeyPair('Ed25519'))).wire, NETWORK),
  ).rejects.toThrow(fault('lie'));
  await expect(openPresence(wire.subarray(0, -1), NETWORK)).rejects.toThrow(fault('garbage'));
  await expect(openPresence(Buffer.concat([wire, wire]), NETWORK)).rejects.toThrow(fault('garbage'));
  await expect(openPresence(new Uint8Array(20_000), NETWORK)).rejects.toThrow(fault('garbage'));
  await expect(
    openPresence(encode({ body: encode(presence()), signature: new Uint8Array(64) }), NETWORK),
  ).rejects.toThrow(fault('lie'));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
      await expect(openPresence(bytes, NETWORK)).rejects.toThrow(fault('garbage'));
    }),
  );
});

test('every flipped bit of a signed presence is noticed', async () => {
  const { wire } = await signPresence(presence(), key);
  await fc.assert(
    fc.asyncProperty(fc.nat(wire.length * 8 - 1), async (bit) => {
      const changed = Uint8Array.from(wire);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      await expect(openPresence(changed, NETWORK)).rejects.toThrow(expect.objectContaining({ name: 'PeerFault' }));
    }),
  );
});

test('the account binding: signed by the account for this peer, network and time', async () => {
  const wallet = Wallet.createRandom();
  const facts = { address: wallet.address.toLowerCase() as Address, issued: NOW, expires: NOW + 90 * 24 * HOUR };
  expect(bindingText(NETWORK, peerId, facts).split('\n')).toEqual([
    'Folkmoot peer-binding',
    'This peer acts for this account.',
    `network: ${NETWORK}`,
    `peer: ${peerId}`,
    `account: ${facts.address}`,
    'from: 2027-01-15T08:00:00.000Z',
    'until: 2027-04-15T08:00:00.000Z',
  ]);
  const signature = await wallet.signMessage(bindingText(NETWORK, peerId, facts));
  const good = presence({ binding: { ...facts, signature } });
  const holds = (value: Presence, now = NOW) => bindingHolds(value, now, verifyMessage);
  expect(holds(good)).toBe(true);
  expect(holds(good, NOW - CLOCK_SKEW_MS)).toBe(true);
  expect(holds(good, NOW - CLOCK_SKEW_MS - 1)).toBe(false);
  expect(holds(good, facts.expires + CLOCK_SKEW_MS)).toBe(true);
  expect(holds(good, facts.expires + CLOCK_SKEW_MS + 1)).toBe(false);
  expect(holds({ ...good, network: 'other' })).toBe(false);
  expect(holds({ ...good, peerId: `${peerId}x` as PeerId })).toBe(false);
  expect(holds({ ...good, binding: { ...good.binding, expires: facts.expires + 1 } })).toBe(false);
  expect(holds({ ...good, binding: { ...good.binding, address: `0x${'12'.repeat(20)}` as Address } })).toBe(false);
  expect(holds({ ...good, binding: { ...good.binding, signature: '0x00' } })).toBe(false);
});

test('table: higher seq only, two hours of skew, own clock for expiry, age counts, bounded', () => {
  let now = NOW;
  const table = new PresenceTable({ maxPresences: 2, presenceTtlMs: HOUR, now: () => now });
  const offer = (change: Partial<Presence>, age = 0) =>
    table.offer({ presence: presence(change), wire: new Uint8Array() }, age);
  expect(offer({})).toBe('new');
  expect([offer({}), offer({ seq: 4 })]).toEqual(['old', 'old']);
  expect(offer({ seq: 6, time: NOW + CLOCK_SKEW_MS })).toBe('new');
  expect(offer({ seq: 7, time: NOW + CLOCK_SKEW_MS + 1 })).toBe('stale');
  expect(offer({ seq: 7, time: NOW - CLOCK_SKEW_MS - HOUR - 1 })).toBe('stale');
  expect(offer({ seq: 7, time: NOW - CLOCK_SKEW_MS })).toBe('new');
  expect(offer({ seq: 8 }, HOUR)).toBe('stale');
  expect(offer({ seq: 8 }, HOUR - 10)).toBe('new');
  expect(table.recent(5)).toEqual([{ age: HOUR - 10, wire: new Uint8Array() }]);
  now += 10;
  expect(table.list()).toEqual([]);
  // Long gone: an old statement cannot bring the dead back.
  now += 4 * HOUR;
  expect(offer({})).toBe('stale');
  now = NOW;
  for (const name of ['a', 'b', 'c']) expect(offer({ peerId: name as PeerId })).toBe('new');
  expect(table.list().map(({ peerId }) => peerId)).toEqual(['c', 'b']);
  expect(table.recent(1).length).toBe(1);
  table.remove('c' as PeerId);
  expect(table.size).toBe(1);
});
