import type { Libp2p } from '@libp2p/interface';
import type { Multiaddr } from '@multiformats/multiaddr';
import { multiaddr } from '@multiformats/multiaddr';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { mayDial, parseAddress, peerIn, type DialScope } from './addresses.ts';
import type { PeerLimits } from './limits.ts';
import type { PresenceTable } from './presence-table.ts';

export interface UpkeepOptions {
  readonly libp2p: Libp2p;
  readonly bootstrap: readonly string[];
  readonly table: PresenceTable;
  readonly scope: DialScope;
  readonly limits: Pick<PeerLimits, 'wantedConnections' | 'upkeepMs' | 'strangerMs'>;
  /** A peer that does not speak this in time is of another network and only takes a place. */
  readonly ownProtocol: string;
  isBanned(peerId: PeerId): boolean;
}

const DIALS_PER_ROUND = 3;

/** Addresses that a presence gave, as far as we would dial them; each ends in the id of that peer and no other. */
export function presenceAddresses(table: PresenceTable, peerId: PeerId, scope: DialScope): Multiaddr[] {
  const addrs = table.list().find((presence) => presence.peerId === peerId)?.addrs ?? [];
  return addrs.flatMap((text) => {
    try {
      const address = multiaddr(text.replace(/\/p2p\/[^/]+$/, ''));
      return mayDial(address, scope) && peerIn(address) === undefined ? [address.encapsulate(`/p2p/${peerId}`)] : [];
    } catch {
      return [];
    }
  });
}

/** Keeps the node connected: bootstrap peers while there are few, then peers known from their presences. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #dialling = new Set<PeerId>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.round(), this.#options.limits.upkeepMs);
    this.#timer.unref();
    this.round();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  round(): void {
    this.#options.table.expire();
    void this.#partFromStrangers();
    this.connect();
  }

  /** Dials if there are too few connections; cheap otherwise, so it may be called at every news. */
  connect(): void {
    const { libp2p, table, bootstrap, scope, isBanned } = this.#options;
    const { wantedConnections } = this.#options.limits;
    const missing = Math.max(1, wantedConnections) - libp2p.getConnections().length - this.#dialling.size;
    if (missing <= 0) return;
    const known = new Set([libp2p.peerId.toString(), ...libp2p.getPeers().map((peer) => peer.toString())]);
    const free = (peerId: PeerId): boolean =>
      !known.has(peerId) && !this.#dialling.has(peerId) && !isBanned.call(this.#options, peerId);

    for (const text of bootstrap) {
      const address = parseAddress(text);
      const peerId = peerIn(address) as PeerId | undefined;
      if (peerId !== undefined && free(peerId)) this.#dial(peerId, [address]);
    }
    if (wantedConnections === 0) return;
    const others = table.list().filter((presence) => free(presence.peerId));
    for (let count = Math.min(DIALS_PER_ROUND, missing); count > 0 && others.length > 0; count--) {
      // At random, so that not everybody calls the one who spoke last.
      const [chosen] = others.splice(Math.floor(Math.random() * others.length), 1);
      if (chosen === undefined) continue;
      const addresses = presenceAddresses(table, chosen.peerId, scope);
      if (addresses.length > 0) this.#dial(chosen.peerId, addresses);
    }
  }

  #dial(peerId: PeerId, addresses: Multiaddr[]): void {
    this.#dialling.add(peerId);
    const done = (): void => void this.#dialling.delete(peerId);
    // Unreachable is ordinary: the next round tries others.
    this.#options.libp2p.dial(addresses).then(done, done);
  }

  async #partFromStrangers(): Promise<void> {
    const { libp2p, ownProtocol, limits } = this.#options;
    for (const connection of libp2p.getConnections()) {
      if (Date.now() - connection.timeline.open < limits.strangerMs) continue;
      const peer = await libp2p.peerStore.get(connection.remotePeer).catch(() => undefined);
      if (peer?.protocols.includes(ownProtocol) !== true) connection.abort(new Error('of another network'));
    }
  }
}
