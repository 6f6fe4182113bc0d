import type { PeerId as Libp2pPeerId } from '@libp2p/interface';
import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { BlobStore, cidToDigest, ContentError } from '../content/index.ts';
import { dialScope, mayDial, parseAddress, peerIn } from './addresses.ts';
import { BlobClient } from './blob-client.ts';
import { BlobServer } from './blob-server.ts';
import { NetworkError } from './errors.ts';
import { Fetches, News, providerOrder } from './fetches.ts';
import { Gate } from './gate.ts';
import { attachGossip, readCid } from './gossip.ts';
import { checkInit, checkPresence, parsePeerId } from './input.ts';
import { createNode, type Libp2pNode } from './libp2p-node.ts';
import { DEFAULT_LIMITS, WIRE, type PeerLimits } from './limits.ts';
import { networkNames, type NetworkNames } from './names.ts';
import { OwnPresence } from './own-presence.ts';
import type { Presence, PresenceInput } from './presence.ts';
import type { SignedPresence } from './presence-codec.ts';
import { PresenceExchange } from './presence-exchange.ts';
import { PresenceTable } from './presence-table.ts';
import type {
  AnnouncementTopic,
  FetchRequest,
  FetchResult,
  PeerEvents,
  PeerInit,
  PeerStatus,
  PeerView,
} from './protocol.ts';
import type { ProofAnswer, ProofGiven, ProofRequest } from './proof-protocol.ts';
import { Proofs } from './proofs.ts';
import { ProviderIndex } from './provider-index.ts';
import { presenceAddresses, Upkeep } from './upkeep.ts';

export type Emit = <K extends keyof PeerEvents>(name: K, payload: PeerEvents[K]) => void;

/** One peer on one network: libp2p, its limits, and the protocols of docs/network.md. Lives in the peer process. */
export class PeerNode {
  readonly #init: PeerInit;
  readonly #emit: Emit;
  readonly #limits: PeerLimits;
  readonly #names: NetworkNames;
  readonly #scope: ReturnType<typeof dialScope>;
  readonly #named = new Set<string>();
  readonly #store: BlobStore;
  readonly #gate: Gate;
  readonly #table: PresenceTable;
  readonly #providers = new ProviderIndex();
  readonly #news = new News();
  readonly #node: Libp2pNode;
  readonly #own: OwnPresence;
  readonly #server: BlobServer;
  readonly #fetches: Fetches;
  readonly #upkeep: Upkeep;
  readonly #proofs: Proofs;
  #fetched = 0;

  /** @throws NetworkError `NETWORK_BAD_INPUT`. */
  static async start(init: PeerInit, emit: Emit): Promise<PeerNode> {
    const limits = { ...DEFAULT_LIMITS, ...init.limits };
    const names = networkNames(init.networkId);
    const scope = dialScope(init.listen, init.mdns);
    checkInit(init, scope);
    const named = new Set(init.bootstrap.map(withoutPeer));
    const gate = new Gate({
      faultsBeforeBan: limits.faultsBeforeBan,
      banMs: limits.banMs,
      onBan: (peerId, reason, until) => {
        emit('banned', { peerId, reason, until });
        shutOut(peerId);
      },
    });
    const node = await createNode({
      init,
      names,
      limits,
      scope,
      isBanned: (peerId) => gate.isBanned(peerId),
      isNamed: (address) => named.has(withoutPeer(address)),
    });
    const shutOut = (peerId: PeerId): void => {
      for (const connection of node.libp2p.getConnections()) {
        if (connection.remotePeer.toString() === peerId) connection.abort(new Error('banned'));
      }
    };
    const peer = new PeerNode({ init, emit, limits, names, scope, gate, node, named });
    await peer.#begin();
    return peer;
  }

  private constructor(parts: {
    init: PeerInit;
    emit: Emit;
    limits: PeerLimits;
    names: NetworkNames;
    scope: ReturnType<typeof dialScope>;
    gate: Gate;
    node: Libp2pNode;
    named: Set<string>;
  }) {
    const { init, emit, limits, names, scope, gate, node, named } = parts;
    const { libp2p } = node;
    this.#init = init;
    this.#emit = emit;
    this.#limits = limits;
    this.#names = names;
    this.#scope = scope;
    this.#gate = gate;
    this.#node = node;
    this.#named = named;
    this.#store = new BlobStore(init.blobDirectory);
    this.#table = new PresenceTable(limits);
    const table = this.#table;
    this.#own = new OwnPresence({
      networkId: init.networkId,
      peerId: this.peerId,
      key: node.key,
      everyMs: limits.presenceEveryMs,
      addrs: () => libp2p.getMultiaddrs().map((address) => withoutPeer(address.toString())),
      publish: ({ wire }) => libp2p.services.pubsub.publish(names.topics.presence, wire),
    });
    this.#server = new BlobServer(this.#store, gate, limits);
    const client = new BlobClient(libp2p, names.blob, limits.requestTimeoutMs, (peerId) => this.#target(peerId));
    this.#fetches = new Fetches({
      store: this.#store,
      client,
      providers: (cid) => providerOrder(this.#providers.get(cid), this.#connected(), (peerId) => gate.isBanned(peerId)),
      isBanned: (peerId) => gate.isBanned(peerId),
      fault: (peerId, kind, reason) => gate.fault(peerId, kind, reason),
      news: (ms, signal) => this.#news.wait(ms, signal),
      requestTimeoutMs: limits.requestTimeoutMs,
      progress: (progress, bytes) => {
        this.#fetched += bytes;
        emit('transferProgress', progress);
      },
    });
    this.#proofs = new Proofs({
      protocol: names.proof,
      gate,
      target: (peerId) => this.#target(peerId),
      asked: (question) => emit('proofAsked', question),
    });
    this.#upkeep = new Upkeep({
      libp2p,
      table,
      scope,
      bootstrap: init.bootstrap,
      limits,
      ownProtocol: names.presence,
      isBanned: (peerId) => gate.isBanned(peerId),
    });
  }

  get peerId(): PeerId {
    return this.#node.libp2p.peerId.toString() as PeerId;
  }

  status(): PeerStatus {
    const { libp2p } = this.#node;
    return {
      peerId: this.peerId,
      addrs: libp2p.getMultiaddrs().map(String),
      connections: libp2p.getConnections().length,
      presences: this.#table.list().length,
      banned: this.#gate.banned,
      faults: this.#gate.faults,
      mdns: this.#init.mdns,
      bytesServed: this.#server.bytesServed,
      bytesFetched: this.#fetched,
    };
  }

  peers(): PeerView[] {
    return this.#node.libp2p.getConnections().map((connection) => ({
      peerId: connection.remotePeer.toString() as PeerId,
      addr: connection.remoteAddr.toString(),
      direction: connection.direction,
      encryption: connection.encryption ?? 'unknown',
      since: connection.timeline.open,
    }));
  }

  /** @throws NetworkError `NETWORK_BAD_INPUT`, `NETWORK_UNREACHABLE`. */
  async connectTo(addr: string): Promise<{ peerId: PeerId }> {
    const address = parseAddress(addr);
    if (peerIn(address) === undefined)
      throw new NetworkError('NETWORK_BAD_INPUT', 'the address must end in /p2p/<peer id>');
    if (this.#scope === 'loopback' && !mayDial(address, 'loopback')) {
      throw new NetworkError('NETWORK_BAD_INPUT', 'this node listens on loopback only: it never leaves this machine');
    }
    // A person may name an address of the local network, which strangers may not.
    this.#named.add(withoutPeer(addr));
    try {
      const connection = await this.#node.libp2p.dial(address, {
        signal: AbortSignal.timeout(this.#limits.handshakeTimeoutMs * 2),
      });
      return { peerId: connection.remotePeer.toString() as PeerId };
    } catch (cause) {
      throw new NetworkError('NETWORK_UNREACHABLE', 'The peer could not be reached.', { cause });
    }
  }

  async fetchBlob(request: FetchRequest): Promise<FetchResult> {
    cidToDigest(request.cid);
    for (const peerId of request.providers ?? []) parsePeerId(peerId);
    const { maxBytes, deadlineMs } = request;
    if (!(maxBytes >= 0) || !(deadlineMs > 0 && deadlineMs < 2 ** 31))
      throw new NetworkError('NETWORK_BAD_INPUT', 'bounds of the fetch');
    return this.#fetches.fetch(request);
  }

  cancelFetch(cid: Cid): void {
    this.#fetches.cancel(cid);
  }

  /** Bytes, or null. */
  async has(cid: Cid): Promise<number | null> {
    return (await this.#store.size(cidToDigest(cid))) ?? null;
  }

  async provide(cid: Cid): Promise<{ recipients: number }> {
    if ((await this.has(cid)) === null)
      throw new ContentError('NOT_FOUND', 'this content is not here, so it cannot be offered');
    return this.announce('blobs', Buffer.from(cid, 'latin1'));
  }

  async setPresence(input: PresenceInput | null): Promise<{ seq: number }> {
    if (input !== null) checkPresence(input);
    return { seq: await this.#own.set(input) };
  }

  presences(): readonly Presence[] {
    return this.#table.list();
  }

  async announce(topic: AnnouncementTopic, payload: Uint8Array): Promise<{ recipients: number }> {
    const bad = payload.length > WIRE.announcement || (topic === 'blobs' && readCid(payload) === undefined);
    if (bad || !Object.hasOwn(this.#names.topics, topic))
      throw new NetworkError('NETWORK_BAD_INPUT', 'not a valid announcement');
    const { recipients } = await this.#node.libp2p.services.pubsub.publish(this.#names.topics[topic], payload);
    return { recipients: recipients.length };
  }

  /** @throws NetworkError `NETWORK_UNREACHABLE`, `NETWORK_BAD_INPUT`. */
  async askProof(peerId: PeerId, request: ProofRequest): Promise<ProofGiven> {
    parsePeerId(peerId);
    return this.#proofs.ask(peerId, request);
  }

  answerProof(id: number, answer: ProofAnswer): void {
    this.#proofs.answer(id, answer);
  }

  ban(peerId: PeerId, ms: number, reason: string): void {
    parsePeerId(peerId);
    this.#gate.ban(peerId, ms, reason);
  }

  fault(peerId: PeerId, reason: string): void {
    parsePeerId(peerId);
    this.#gate.fault(peerId, 'garbage', reason);
  }

  async stop(): Promise<void> {
    this.#own.stop();
    this.#upkeep.stop();
    this.#fetches.stop();
    await this.#node.libp2p.stop();
  }

  async #begin(): Promise<void> {
    const { libp2p } = this.#node;
    const accepted = (signed: SignedPresence): void => {
      this.#emit('presence', signed.presence);
      this.#news.wake();
      this.#upkeep.connect();
    };
    await this.#server.start(libp2p, this.#names.blob);
    const exchange = new PresenceExchange({
      networkId: this.#init.networkId,
      protocol: this.#names.presence,
      table: this.#table,
      gate: this.#gate,
      limits: this.#limits,
      own: () => this.#own.current,
      accepted,
    });
    await exchange.start(libp2p);
    await this.#proofs.start(libp2p);
    attachGossip(libp2p.services.pubsub, {
      names: this.#names,
      networkId: this.#init.networkId,
      table: this.#table,
      gate: this.#gate,
      present: accepted,
      announced: (announcement) => {
        const cid = announcement.topic === 'blobs' ? readCid(announcement.payload) : undefined;
        if (cid !== undefined) this.#providers.add(cid, announcement.from);
        this.#emit('announcement', announcement);
        this.#news.wake();
      },
    });
    const changed = (): void => {
      this.#emit('peersChanged', { connections: libp2p.getConnections().length });
      this.#news.wake();
    };
    libp2p.addEventListener('peer:identify', changed);
    libp2p.addEventListener('connection:close', changed);
    libp2p.addEventListener('peer:discovery', ({ detail }) => {
      if (libp2p.getConnections().length < this.#limits.wantedConnections)
        libp2p.dial(detail.id).catch(() => undefined);
    });
    this.#upkeep.start();
  }

  #connected(): PeerId[] {
    return this.#node.libp2p.getPeers().map((peer) => peer.toString() as PeerId);
  }

  #target(peerId: PeerId): Libp2pPeerId | ReturnType<typeof presenceAddresses> {
    const id = parsePeerId(peerId);
    if (this.#node.libp2p.getConnections(id).length > 0) return id;
    const addresses = presenceAddresses(this.#table, peerId, this.#scope);
    return addresses.length > 0 ? addresses : id;
  }
}

function withoutPeer(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '');
}
