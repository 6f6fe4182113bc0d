import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Address, Cid, Digest, PeerId } from '../../src-shared/domain/ids.ts';
import { BlobStore, digestToCid } from '../content/index.ts';
import type { Network, Presence, SpeedClaim } from '../network/index.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { Meeting } from './meeting.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'folkmoot-meeting-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is held is told to nobody and lies where peers are not served from, until it is shown', async () => {
  const told: Cid[] = [];
  const network = {
    onPresence: () => undefined,
    onChange: () => undefined,
    provide: async (cid: Cid) => void told.push(cid),
  } as unknown as Network;
  const [store, held] = [new BlobStore(join(folder, 'blobs')), new BlobStore(join(folder, 'held'))];
  const options = { network, store, held, wallet: {} as Wallet, networkId: 'test', changed: () => undefined };
  const meeting = new Meeting(options);
  const bytes = Uint8Array.of(1, 2, 3);
  const { digest } = await meeting.hold(bytes);
  expect([await store.has(digest), told]).toEqual([false, []]);
  await meeting.show(digest);
  expect(await store.get(digest, 9)).toEqual(Buffer.from(bytes));
  expect([await held.has(digest), told]).toEqual([false, [digestToCid(digest)]]);
  await meeting.show(digest);
  await meeting.show(`0x${'77'.repeat(32)}` as typeof digest);
  expect(told).toHaveLength(1);
});

test('what connected peers claim, once each; content is asked of a peer last whose proof was wrong', async () => {
  let hear: (presence: Presence) => void = () => undefined;
  const asked: PeerId[][] = [];
  const account = `0x${'12'.repeat(20)}` as Address;
  const [ada, ben, gone] = ['ada', 'ben', 'gone'] as unknown as [PeerId, PeerId, PeerId];
  const network = {
    onPresence: (listener: typeof hear) => void (hear = listener),
    onChange: () => undefined,
    status: async () => ({ peerId: 'me', addrs: [] }),
    peers: async () => [ada, ada, ben].map((peerId) => ({ peerId, addr: '', since: 1 })),
    fetchBlob: async ({ providers }: { providers: PeerId[] }) => {
      asked.push(providers);
      throw new Error('nobody has it');
    },
  } as unknown as Network;
  const [store, held] = [new BlobStore(join(folder, 'blobs')), new BlobStore(join(folder, 'held'))];
  const options = { network, store, held, wallet: {} as Wallet, networkId: 'test', changed: () => undefined };
  const meeting = new Meeting({ ...options, distrusts: (peer) => peer === ada });
  const model = `0x${'ab'.repeat(32)}` as Digest;
  const claim = (runsPer1000s: number, provider: SpeedClaim['provider'] = 'cpu') => ({ model, provider, runsPer1000s });
  const say = (peerId: PeerId, scores?: readonly SpeedClaim[]): void =>
    hear({ peerId, roles: [], binding: { address: account }, scores } as unknown as Presence);
  say(ada, [claim(5), claim(9), claim(7), claim(1, 'cuda')]);
  say(gone, [claim(1)]);
  say(ben);
  await meeting.refresh();
  expect(meeting.claims()).toEqual([
    { peer: ada, claims: [claim(9), claim(1, 'cuda')] },
    { peer: ben, claims: [] },
  ]);
  await expect(meeting.get(model, 9, account)).rejects.toThrow('nobody');
  expect(asked).toEqual([[gone, ben, ada]]);
});

test('the own speed counts as told once it went out with the presence, and front ends hear of it', async () => {
  const presences: Array<{ readonly scores?: readonly SpeedClaim[] }> = [];
  const seen: Array<readonly SpeedClaim[]> = [];
  const network = {
    onPresence: () => undefined,
    onChange: () => undefined,
    status: async () => ({ peerId: 'me', addrs: [] }),
    peers: async () => [],
    setPresence: async (presence: (typeof presences)[number]) => void presences.push(presence),
  } as unknown as Network;
  const [store, held] = [new BlobStore(join(folder, 'blobs')), new BlobStore(join(folder, 'held'))];
  const meeting: Meeting = new Meeting({
    network,
    store,
    held,
    wallet: { signStatement: async () => '0x' } as unknown as Wallet,
    networkId: 'test',
    changed: () => seen.push(meeting.told),
  });
  const claims: SpeedClaim[] = [{ model: `0x${'ab'.repeat(32)}` as Digest, provider: 'cpu', runsPer1000s: 5 }];
  // Without an account nobody is told anything.
  await meeting.claim(claims);
  expect([meeting.told, presences]).toEqual([[], []]);
  await meeting.introduce(`0x${'12'.repeat(20)}` as Address);
  expect([meeting.told, presences.at(-1)?.scores]).toEqual([claims, claims]);
  expect(seen.at(-1)).toEqual(claims);
  await meeting.claim([]);
  expect(seen.at(-1)).toEqual([]);
});
