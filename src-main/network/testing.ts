import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { tls } from '@libp2p/tls';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import { vi } from 'vitest';
import type { Address, ModelId, PeerId } from '../../src-shared/domain/ids.ts';
import { BlobStore } from '../content/index.ts';
import { connect, type Client } from '../process/rpc.ts';
import { forkSpawner, type Child } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import { WIRE } from './limits.ts';
import { networkNames } from './names.ts';
import type { Presence } from './presence.ts';
import type { PeerEvents, PeerInit, PeerMethods } from './protocol.ts';

/** For tests only: real peer processes, and hostile peers made of bare libp2p. Everything stays on 127.0.0.1. */
export const NETWORK = 'test';
export const NAMES = networkNames(NETWORK);
const LOOPBACK = '/ip4/127.0.0.1/tcp/0';

export interface TestPeer {
  readonly client: Client<PeerMethods, PeerEvents>;
  readonly child: Child;
  readonly store: BlobStore;
  readonly peerId: PeerMethods['status']['output']['peerId'];
  /** With `/p2p/`. */
  readonly addr: string;
  /** Everything it said unasked, by name, oldest first. */
  readonly heard: { readonly [K in keyof PeerEvents]: Array<PeerEvents[K]> };
  kill(): Promise<void>;
}

/** Owns what one test started; `end` leaves nothing behind. */
export class Stage {
  readonly #ends: Array<() => Promise<void>> = [];
  #seeds = 0;

  /** One peer in its own process; never connects anywhere by itself. */
  async peer(init: Partial<PeerInit> = {}): Promise<TestPeer> {
    const child = forkSpawner(await builtEntries('peer')).spawn('peer');
    let stderr = '';
    child.onStderr((text) => {
      stderr += text;
    });
    const gone = new Promise<void>((resolve) => child.onExit(() => resolve()));
    const kill = async (): Promise<void> => {
      child.kill();
      await gone;
    };
    this.#ends.push(kill);
    const client = connect<PeerMethods, PeerEvents>(child.channel);
    const heard = {
      peersChanged: [],
      presence: [],
      announcement: [],
      transferProgress: [],
      proofAsked: [],
      banned: [],
    } as {
      [K in keyof PeerEvents]: Array<PeerEvents[K]>;
    };
    for (const name of Object.keys(heard) as Array<keyof PeerEvents>) {
      client.on(name, (payload) => void (heard[name] as unknown[]).push(payload));
    }
    const blobDirectory = init.blobDirectory ?? (await this.folder());
    const { limits, ...rest } = init;
    const status = await client
      .call('init', {
        networkId: NETWORK,
        seed: new Uint8Array(32).fill(++this.#seeds),
        listen: [LOOPBACK],
        bootstrap: [],
        mdns: false,
        blobDirectory,
        limits: { wantedConnections: 0, connectionsPerSecond: 1_000, ...limits },
        ...rest,
      })
      .catch((error: unknown) => {
        throw new Error(`the peer did not start: ${String(error)} ${stderr}`);
      });
    return {
      client,
      child,
      store: new BlobStore(blobDirectory),
      peerId: status.peerId,
      addr: status.addrs[0] ?? '',
      heard,
      kill,
    };
  }

  /** A libp2p node that speaks the network's names but none of its rules. */
  async rogue() {
    const libp2p = await createLibp2p({
      addresses: { listen: [LOOPBACK] },
      transports: [tcp()],
      connectionEncrypters: [tls(), noise()],
      streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: WIRE.streamWindow } })],
      connectionMonitor: { enabled: false },
      services: {
        identify: identify({ protocolPrefix: NAMES.prefix }),
        pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }),
      },
    });
    this.#ends.push(async () => libp2p.stop());
    return libp2p;
  }

  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'folkmoot-peer-'));
    this.#ends.unshift(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

/** Waits for a condition; the time is only an upper bound for a broken run. */
export function until<T>(condition: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(condition, { timeout: 30_000, interval: 20 });
}

export function sample(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < size; index += 61) bytes[index] = (index * seed) % 251;
  if (size > 0) bytes[size - 1] = seed;
  return bytes;
}

/** Well formed; its account did not sign it, which the peer process cannot know. */
export function presenceOf(peerId: PeerId, seq: number, now = Date.now()): Presence {
  return {
    network: NETWORK,
    peerId,
    addrs: [],
    roles: ['worker'],
    models: [`0x${'ab'.repeat(32)}` as ModelId],
    time: now,
    seq,
    binding: {
      address: `0x${'12'.repeat(20)}` as Address,
      issued: now - 1000,
      expires: now + 86_400_000,
      signature: `0x${'00'.repeat(65)}`,
    },
  };
}
