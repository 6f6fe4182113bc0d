import { verifyMessage } from 'ethers';
import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { Supervisor, type ProcessState } from '../process/supervisor.ts';
import type { PeerLimits } from './limits.ts';
import { bindingHolds, type Presence, type PresenceInput } from './presence.ts';
import { PROOF_MS, type ProofAnswer, type ProofAsked, type ProofGiven, type ProofRequest } from './proof-protocol.ts';
import type {
  Announcement,
  AnnouncementTopic,
  FetchRequest,
  FetchResult,
  PeerEvents,
  PeerMethods,
  PeerStatus,
  PeerView,
  TransferProgress,
} from './protocol.ts';

export interface NetworkConfig {
  readonly networkId: string;
  /** Ed25519 seed of the peer key, 32 bytes; asked for at every (re)start of the process, not kept here. */
  seed(): Promise<Uint8Array>;
  readonly listen: readonly string[];
  readonly bootstrap: readonly string[];
  readonly mdns: boolean;
  readonly blobDirectory: string;
  readonly limits?: Partial<PeerLimits>;
}

export interface NetworkOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  readonly config: NetworkConfig;
  /** Who signed a text (EIP-191), for the account binding of presences. */
  readonly recover?: (text: string, signature: string) => string;
}

/** How long the peer process may take beyond a fetch's own deadline to say that it is over. */
const GRACE_MS = 10_000;

function fan<T>(log: Log): { readonly listeners: Set<(value: T) => void>; emit(value: T): void } {
  const listeners = new Set<(value: T) => void>();
  return {
    listeners,
    emit: (value) => {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          log(`network: a listener failed: ${String(error)}`);
        }
      }
    },
  };
}

/** The main process's view of the peer network: one supervised process that gets its key and presence back after a crash. */
export class Network implements Part {
  readonly #supervisor: Supervisor<PeerMethods, PeerEvents>;
  readonly #change;
  readonly #presence;
  readonly #announcement;
  readonly #progress;
  readonly #banned;
  readonly #proof;
  #input: PresenceInput | null = null;

  constructor({ spawner, log, config, recover = verifyMessage }: NetworkOptions) {
    this.#change = fan<void>(log);
    this.#presence = fan<Presence>(log);
    this.#announcement = fan<Announcement>(log);
    this.#progress = fan<TransferProgress>(log);
    this.#banned = fan<PeerEvents['banned']>(log);
    this.#proof = fan<ProofAsked>(log);
    this.#supervisor = new Supervisor<PeerMethods, PeerEvents>(spawner, {
      entry: 'peer',
      log,
      init: async (client) => {
        const { networkId, listen, bootstrap, mdns, blobDirectory, limits } = config;
        const seed = await config.seed();
        const init = { networkId, seed, listen, bootstrap, mdns, blobDirectory };
        await client.call('init', limits === undefined ? init : { ...init, limits });
        seed.fill(0);
        if (this.#input !== null) await client.call('setPresence', this.#input);
      },
    });
    this.#supervisor.on('peersChanged', () => this.#change.emit());
    this.#supervisor.onState(() => this.#change.emit());
    this.#supervisor.on('announcement', (announcement) => this.#announcement.emit(announcement));
    this.#supervisor.on('transferProgress', (progress) => this.#progress.emit(progress));
    this.#supervisor.on('proofAsked', (question) => this.#proof.emit(question));
    this.#supervisor.on('banned', (ban) => {
      log(`network: peer ${ban.peerId} is shut out: ${ban.reason}`);
      this.#banned.emit(ban);
    });
    this.#supervisor.on('presence', (presence) => {
      if (bindingHolds(presence, Date.now(), recover)) this.#presence.emit(presence);
      else log(`network: presence of ${presence.peerId} ignored: its account did not sign`);
    });
  }

  get state(): ProcessState {
    return this.#supervisor.state;
  }

  start(): Promise<void> {
    return this.#supervisor.start();
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  /** Peers came or went, or the process changed its state. All `on…` return a function that ends the subscription. */
  onChange(listener: () => void): () => void {
    this.#change.listeners.add(listener);
    return () => this.#change.listeners.delete(listener);
  }
  /** Presences whose peer and account both signed. */
  onPresence(listener: (presence: Presence) => void): () => void {
    this.#presence.listeners.add(listener);
    return () => this.#presence.listeners.delete(listener);
  }
  onAnnouncement(listener: (announcement: Announcement) => void): () => void {
    this.#announcement.listeners.add(listener);
    return () => this.#announcement.listeners.delete(listener);
  }
  onProgress(listener: (progress: TransferProgress) => void): () => void {
    this.#progress.listeners.add(listener);
    return () => this.#progress.listeners.delete(listener);
  }
  onBanned(listener: (ban: PeerEvents['banned']) => void): () => void {
    this.#banned.listeners.add(listener);
    return () => this.#banned.listeners.delete(listener);
  }

  /** Somebody wants to see how fast this machine is; answered with `answerProof`. */
  onProof(listener: (question: ProofAsked) => void): () => void {
    this.#proof.listeners.add(listener);
    return () => this.#proof.listeners.delete(listener);
  }

  async answerProof(id: number, answer: ProofAnswer): Promise<void> {
    await this.#supervisor.call('answerProof', { id, answer });
  }

  /** @throws NetworkError `NETWORK_UNREACHABLE`. */
  askProof(peerId: PeerId, request: ProofRequest): Promise<ProofGiven> {
    return this.#supervisor.call('askProof', { peerId, ...request }, PROOF_MS + GRACE_MS * 2);
  }

  status(): Promise<PeerStatus> {
    return this.#supervisor.call('status', null);
  }

  peers(): Promise<readonly PeerView[]> {
    return this.#supervisor.call('peers', null);
  }

  /** @throws NetworkError `NETWORK_UNREACHABLE`. */
  connectTo(addr: string): Promise<{ peerId: PeerId }> {
    return this.#supervisor.call('connectTo', { addr });
  }

  /** Afterwards the blob lies, verified, in the store. @throws codes `NETWORK_*`, `TOO_LARGE`, `DISK_FULL`, `CHILD_GONE`. */
  fetchBlob(request: FetchRequest): Promise<FetchResult> {
    return this.#supervisor.call('fetchBlob', request, request.deadlineMs + GRACE_MS);
  }

  async cancelFetch(cid: Cid): Promise<void> {
    await this.#supervisor.call('cancelFetch', { cid });
  }

  provide(cid: Cid): Promise<{ recipients: number }> {
    return this.#supervisor.call('provide', { cid });
  }

  announce(topic: AnnouncementTopic, payload: Uint8Array): Promise<{ recipients: number }> {
    return this.#supervisor.call('announce', { topic, payload });
  }

  /** Kept and said again after a restart of the process. */
  async setPresence(input: PresenceInput | null): Promise<void> {
    this.#input = input;
    await this.#supervisor.call('setPresence', input);
  }

  async ban(peerId: PeerId, ms: number, reason: string): Promise<void> {
    await this.#supervisor.call('ban', { peerId, ms, reason });
  }

  /** One fault of those that shut a peer out after a few; forgotten with the peer process. */
  async fault(peerId: PeerId, reason: string): Promise<void> {
    await this.#supervisor.call('fault', { peerId, reason });
  }
}
