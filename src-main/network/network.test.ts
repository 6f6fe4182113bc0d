import { Wallet } from 'ethers';
import { afterEach, expect, test } from 'vitest';
import type { Address, PeerId } from '../../src-shared/domain/ids.ts';
import { BlobStore } from '../content/index.ts';
import { forkSpawner } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import { Network, type NetworkConfig } from './network.ts';
import { bindingText, type Presence, type PresenceInput } from './presence.ts';
import { NETWORK, sample, Stage, until } from './testing.ts';

const stage = new Stage();
const networks: Network[] = [];
afterEach(async () => {
  await Promise.all(networks.splice(0).map((network) => network.stop()));
  await stage.end();
});

let seeds = 100;
async function network(
  config: Partial<NetworkConfig> = {},
): Promise<{ network: Network; log: string[]; pids: number[]; blobDirectory: string }> {
  const log: string[] = [];
  const pids: number[] = [];
  const fork = forkSpawner(await builtEntries('peer'));
  const blobDirectory = await stage.folder();
  const seed = new Uint8Array(32).fill(++seeds);
  const made = new Network({
    spawner: {
      spawn: (entry, options) => {
        const child = fork.spawn(entry, options);
        pids.push(child.pid!);
        return child;
      },
    },
    log: (line) => log.push(line),
    config: {
      networkId: NETWORK,
      seed: async () => seed.slice(),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: [],
      mdns: false,
      blobDirectory,
      limits: { wantedConnections: 4, connectionsPerSecond: 1000 },
      ...config,
    },
  });
  networks.push(made);
  return { network: made, log, pids, blobDirectory };
}

async function presenceFor(peerId: PeerId, wallet = Wallet.createRandom()): Promise<PresenceInput> {
  const facts = {
    address: wallet.address.toLowerCase() as Address,
    issued: Date.now(),
    expires: Date.now() + 86_400_000,
  };
  const signature = await wallet.signMessage(bindingText(NETWORK, peerId, facts));
  return { roles: ['worker'], models: [], binding: { ...facts, signature } };
}

test('two networks: presence, announcement and blob reach the other main process', async () => {
  const a = await network();
  await a.network.start();
  const { peerId, addrs } = await a.network.status();
  const b = await network({ bootstrap: [addrs[0]!] });
  let changes = 0;
  b.network.onChange(() => changes++);
  const presences: Presence[] = [];
  b.network.onPresence((presence) => presences.push(presence));
  const heard: string[] = [];
  b.network.onAnnouncement(({ payload }) => heard.push(Buffer.from(payload).toString()));
  const progress: number[] = [];
  b.network.onProgress(({ received }) => progress.push(received));
  await b.network.start();
  await until(async () => expect((await b.network.peers()).map((peer) => peer.peerId)).toEqual([peerId]));
  expect(changes).toBeGreaterThan(0);

  const input = await presenceFor(peerId);
  await until(async () => {
    await a.network.setPresence(input);
    expect(presences.at(-1)).toMatchObject({ peerId, roles: ['worker'], binding: input.binding });
  });
  await until(async () => {
    await a.network.announce('results', Buffer.from('hello'));
    expect(heard).toContain('hello');
  });
  const { cid } = await new BlobStore(a.blobDirectory).put(sample(3_000_000));
  await b.network.fetchBlob({ cid, maxBytes: 3_000_000, deadlineMs: 30_000 });
  expect(progress.at(-1)).toBe(3_000_000);
  await expect(b.network.fetchBlob({ cid, maxBytes: 5, deadlineMs: 30_000 })).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
});

test('a presence that its account did not sign stops at the main process', async () => {
  const a = await network();
  await a.network.start();
  const { peerId, addrs } = await a.network.status();
  const b = await network({ bootstrap: [addrs[0]!] });
  const presences: Presence[] = [];
  b.network.onPresence((presence) => presences.push(presence));
  await b.network.start();
  const stolen = await presenceFor('12D3KooWGRUVHwfP9VZRdV94QfkGJpNGVtJ9gLXLZbNJhYrvMPWc' as PeerId);
  await until(async () => {
    await a.network.setPresence(stolen);
    expect(b.log.join('\n')).toContain(`presence of ${peerId} ignored`);
  });
  expect(presences).toEqual([]);
});

test('killed, it comes back as the same peer with its presence; stopped, it is gone', async () => {
  const a = await network();
  await a.network.start();
  const { peerId } = await a.network.status();
  await a.network.setPresence(await presenceFor(peerId));
  process.kill(a.pids[0]!, 'SIGKILL');
  await until(async () => expect([a.pids.length, (await a.network.status()).peerId]).toEqual([2, peerId]));
  const watcher = await network({ bootstrap: [(await a.network.status()).addrs[0]!] });
  const presences: Presence[] = [];
  watcher.network.onPresence((presence) => presences.push(presence));
  await watcher.network.start();
  await until(() => expect(presences).toMatchObject([{ peerId }]));
  await a.network.stop();
  await a.network.stop();
  expect(a.network.state).toBe('stopped');
  await expect(a.network.status()).rejects.toMatchObject({ code: 'CHILD_GONE' });
  expect(() => process.kill(a.pids[1]!, 0)).toThrow();
});

test('a listener that throws is logged, the others still hear', async () => {
  const a = await network();
  let heard = 0;
  a.network.onChange(() => {
    throw new Error('mine');
  });
  const off = a.network.onChange(() => heard++);
  await a.network.start();
  expect(heard).toBeGreaterThan(0);
  expect(a.log.join()).toContain('mine');
  off();
  const before = heard;
  await a.network.stop();
  expect(heard).toBe(before);
});
