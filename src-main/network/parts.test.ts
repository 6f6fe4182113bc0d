import { multiaddr } from '@multiformats/multiaddr';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { dialScope, mayDial, parseAddress, peerIn } from './addresses.ts';
import { ByteQueue } from './byte-queue.ts';
import { News, providerOrder } from './fetches.ts';
import { Gate } from './gate.ts';
import { networkNames } from './names.ts';
import { ProviderIndex } from './provider-index.ts';
import { PeerRate, PeerSlots } from './rate.ts';

const a = 'a' as PeerId;
const b = 'b' as PeerId;

test('byte queue: any pieces in, any pieces out', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(fc.nat(15)), (pieces, takes) => {
      const queue = new ByteQueue();
      for (const piece of pieces) queue.push(piece);
      const all = Buffer.concat(pieces);
      let offset = 0;
      for (const length of takes) {
        if (queue.length < length) break;
        expect(Buffer.from(queue.take(length))).toEqual(all.subarray(offset, (offset += length)));
      }
      expect(Buffer.from(queue.take(queue.length))).toEqual(all.subarray(offset));
      expect(queue.length).toBe(0);
      expect(() => queue.take(1)).toThrow(RangeError);
    }),
  );
});

test('gate: a lie bans at once, garbage after three, bans end', () => {
  let now = 0;
  const bans: string[] = [];
  const gate = new Gate({ faultsBeforeBan: 3, banMs: 100, now: () => now, onBan: (peerId) => bans.push(peerId) });
  gate.fault(a, 'garbage', 'x');
  gate.fault(a, 'garbage', 'x');
  expect([gate.isBanned(a), gate.faults]).toEqual([false, 2]);
  gate.fault(b, 'lie', 'x');
  expect(gate.banned).toEqual([b]);
  gate.fault(a, 'garbage', 'x');
  expect(bans).toEqual([b, a]);
  now = 100;
  expect([gate.isBanned(a), gate.banned]).toEqual([false, []]);
  gate.fault(a, 'garbage', 'x');
  expect(gate.isBanned(a)).toBe(false);
});

test('gate: a crowd of strangers cannot fill the memory', () => {
  const gate = new Gate({ faultsBeforeBan: 3, banMs: 100, now: () => 0 });
  for (let index = 0; index < 10_000; index++) gate.ban(`p${index}` as PeerId, 100, 'x');
  expect(gate.banned.length).toBe(4096);
});

test('rate: burst, then sustained; a clock set back changes nothing', () => {
  let now = 0;
  const rate = new PeerRate(2, 3, () => now);
  expect([1, 2, 3, 4].map(() => rate.take(a))).toEqual([true, true, true, false]);
  expect(rate.take(b)).toBe(true);
  now = 500;
  expect([rate.take(a), rate.take(a)]).toEqual([true, false]);
  now = -10_000;
  expect(rate.take(a)).toBe(false);
});

test('slots: bounded in total and each, given back once', () => {
  const slots = new PeerSlots(2, 1);
  const first = slots.take(a);
  expect([slots.take(a), typeof slots.take(b), slots.take('c' as PeerId)]).toEqual([undefined, 'function', undefined]);
  first?.();
  first?.();
  expect(typeof slots.take(a)).toBe('function');
  expect(slots.take('c' as PeerId)).toBe(undefined);
});

test('which addresses are dialled', () => {
  const may = (text: string) =>
    (['loopback', 'lan', 'public'] as const).map((scope) => mayDial(multiaddr(text), scope));
  expect(may('/ip4/127.0.0.1/tcp/1')).toEqual([true, false, false]);
  expect(may('/ip6/::1/tcp/1')).toEqual([true, false, false]);
  expect(may('/ip4/192.168.1.5/tcp/1')).toEqual([false, true, false]);
  expect(may('/ip4/10.0.0.5/tcp/1')).toEqual([false, true, false]);
  expect(may('/ip4/169.254.1.1/tcp/1')).toEqual([false, true, false]);
  expect(may('/ip4/8.8.8.8/tcp/1')).toEqual([false, true, true]);
  expect(may('/ip4/0.0.0.0/tcp/1')).toEqual([false, false, false]);
  expect(may('/dns4/example.org/tcp/1')).toEqual([false, true, true]);
  expect(may('/dns4/localhost/tcp/1')[0]).toBe(false);
  expect(may('/memory/x')).toEqual([false, false, false]);
  expect(dialScope(['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0'], false)).toBe('loopback');
  expect(dialScope(['/ip4/127.0.0.1/tcp/0', '/ip4/0.0.0.0/tcp/0'], false)).toBe('public');
  expect(dialScope(['/ip4/127.0.0.1/tcp/0'], true)).toBe('lan');
  expect(dialScope([], false)).toBe('public');
  const id = '12D3KooWGRUVHwfP9VZRdV94QfkGJpNGVtJ9gLXLZbNJhYrvMPWc';
  expect(peerIn(multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${id}`))).toBe(id);
  for (const text of ['', 'x', '/ip4/300.1.1.1', `/${'a'.repeat(300)}`]) {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'NETWORK_BAD_INPUT' }));
  }
});

test('names carry the network', () => {
  expect(networkNames('sandbox').blob).toBe('/folkmoot/sandbox/blob/1.0.0');
  expect(networkNames('sandbox').topics.results).toBe('/folkmoot/sandbox/gossip/results');
  for (const id of ['', 'A', 'a/b', '-a', 'a'.repeat(33)]) expect(() => networkNames(id)).toThrow(/network id/);
});

test('who is asked: announced first, then the connected, never the banned', () => {
  const index = new ProviderIndex();
  const cid = 'x' as Cid;
  index.add(cid, a);
  index.add(cid, b);
  index.add(cid, a);
  expect(index.get(cid)).toEqual([a, b]);
  const c = 'c' as PeerId;
  expect(providerOrder(index.get(cid), [b, c], (peerId) => peerId === a)).toEqual([b, c]);
  for (let n = 0; n < 5000; n++) index.add(`${n}` as Cid, a);
  expect(index.get(cid)).toEqual([]);
});

test('news ends on news, and on abort', async () => {
  const news = new News();
  const waiting = news.wait(1e9, new AbortController().signal);
  news.wake();
  await waiting;
  await news.wait(1e9, AbortSignal.abort());
});
