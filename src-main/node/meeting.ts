import type { Address, Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { PeerView } from '../../src-shared/domain/node.ts';
import { digestToCid, BlobStore } from '../content/index.ts';
import { fastest } from '../machine/speed-proof.ts';
import { bindingText, MAX_BINDING_MS, type Network, type Presence, type SpeedClaim } from '../network/index.ts';
import type { Blobs } from '../tasks/index.ts';
import type { Wallet } from '../wallet/wallet.ts';

const FETCH_DEADLINE_MS = 60_000;
const MAX_PRESENCES = 4_096;
/** Many changes make one look. */
const REFRESH_MS = 250;
/** The binding of account and peer is signed anew this often; it would hold for months. */
const BINDING_MS = 24 * 3_600_000;

export interface MeetingOptions {
  readonly network: Network;
  readonly store: BlobStore;
  /** What is not for peers yet; its folder is no part of what they are served from. */
  readonly held: BlobStore;
  readonly wallet: Wallet;
  readonly networkId: string;
  readonly changed: () => void;
  /** Asked last for content; nobody when absent. */
  readonly distrusts?: (peer: PeerId) => boolean;
}

/** A connected peer, but for what is known of its speed. */
export type MetPeer = Omit<PeerView, 'claims' | 'distrusted'>;

/** Who is who among the peers: which account acts through which peer, and content asked for at the right door first. */
export class Meeting implements Blobs {
  readonly #options: MeetingOptions;
  readonly #presences = new Map<PeerId, Presence>();
  #peers: readonly MetPeer[] = [];
  #peerId: PeerId | null = null;
  #addresses: readonly string[] = [];
  #refreshing = false;
  #scores: readonly SpeedClaim[] = [];
  #told: readonly SpeedClaim[] = [];
  #bound: { readonly peerId: PeerId; readonly at: number; readonly account: Address } | undefined;

  constructor(options: MeetingOptions) {
    this.#options = options;
    options.network.onPresence((presence) => {
      // Newest last; strangers make presences for nothing, so the oldest make room.
      this.#presences.delete(presence.peerId);
      this.#presences.set(presence.peerId, presence);
      for (const [oldest] of this.#presences) {
        if (this.#presences.size <= MAX_PRESENCES) break;
        this.#presences.delete(oldest);
      }
      this.#soon();
    });
    options.network.onChange(() => this.#soon());
  }

  get peers(): readonly MetPeer[] {
    return this.#peers;
  }
  /** What each connected peer says of its speed; of two figures for the same the higher. */
  claims(): ReadonlyArray<{ readonly peer: PeerId; readonly claims: readonly SpeedClaim[] }> {
    return [...new Set(this.#peers.map(({ id }) => id))].map((peer) => ({
      peer,
      claims: fastest(this.#presences.get(peer)?.scores ?? []),
    }));
  }
  /** What peers are told of this machine's speed now. */
  get told(): readonly SpeedClaim[] {
    return this.#told;
  }
  get peerId(): PeerId | null {
    return this.#peerId;
  }
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Tells peers which account this peer acts for; the account signs it once per start. */
  async introduce(address: Address): Promise<void> {
    await this.#bind(address);
    await this.refresh();
  }

  /** How fast this machine is, told with everything else; anybody may ask for a proof. */
  async claim(scores: readonly SpeedClaim[]): Promise<void> {
    this.#scores = scores;
    if (this.#bound !== undefined) await this.#bind(this.#bound.account);
  }

  async #bind(address: Address): Promise<void> {
    const { network, wallet, networkId, changed } = this.#options;
    const scores = this.#scores;
    const { peerId } = await network.status();
    const issued = Date.now();
    const binding = { address: address.toLowerCase() as Address, issued, expires: issued + MAX_BINDING_MS };
    const signature = await wallet.signStatement(bindingText(networkId, peerId, binding));
    await network.setPresence({
      roles: ['worker'],
      models: [],
      scores,
      binding: { ...binding, signature },
    });
    this.#told = scores;
    this.#bound = { peerId, at: issued, account: address };
    changed();
  }

  async keep(bytes: Uint8Array): Promise<{ digest: Digest; size: number }> {
    const { digest, size } = await this.#options.store.put(bytes);
    await this.#announce(digest);
    return { digest, size };
  }

  async hold(bytes: Uint8Array): Promise<{ digest: Digest; size: number }> {
    const { digest, size } = await this.#options.held.put(bytes);
    return { digest, size };
  }

  async show(digest: Digest): Promise<void> {
    const { store, held } = this.#options;
    if (!(await held.has(digest))) return;
    await store.adopt(await held.path(digest), digest, await held.manifest(digest));
    await held.remove(digest);
    await this.#announce(digest);
  }

  /** Whoever asks finds it anyway; this only makes it quicker. */
  async #announce(digest: Digest): Promise<void> {
    await this.#options.network.provide(digestToCid(digest)).catch(() => undefined);
  }

  async get(digest: Digest, maxBytes: number, from: Address | null): Promise<Uint8Array> {
    const { store, network, distrusts } = this.#options;
    if (!(await store.has(digest))) {
      const providers = [...this.#presences.values()]
        .filter(({ binding }) => from !== null && binding.address.toLowerCase() === from.toLowerCase())
        .map(({ peerId }) => peerId)
        .toSorted((one, other) => Number(distrusts?.(one) ?? false) - Number(distrusts?.(other) ?? false));
      await network.fetchBlob({ cid: digestToCid(digest), maxBytes, providers, deadlineMs: FETCH_DEADLINE_MS });
    }
    return store.get(digest, maxBytes);
  }

  #soon(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    setTimeout(() => {
      this.#refreshing = false;
      void this.refresh();
    }, REFRESH_MS).unref();
  }

  /** A peer process that came back under the key of a new period, or a binding that grew old. */
  async #rebind(peerId: PeerId): Promise<void> {
    const bound = this.#bound;
    if (bound === undefined || (bound.peerId === peerId && Date.now() - bound.at < BINDING_MS)) return;
    if (this.#options.wallet.view().state === 'unlocked') await this.#bind(bound.account);
  }

  async refresh(): Promise<void> {
    const { network, changed } = this.#options;
    try {
      const [status, peers] = await Promise.all([network.status(), network.peers()]);
      this.#peerId = status.peerId;
      await this.#rebind(status.peerId);
      this.#addresses = status.addrs;
      this.#peers = peers.map(({ peerId, addr, since }) => {
        const presence = this.#presences.get(peerId);
        return { id: peerId, address: presence?.binding.address ?? null, multiaddr: addr, since, says: says(presence) };
      });
    } catch {
      // The process is being restarted: the state of the network says so.
      this.#peers = [];
    }
    changed();
  }
}

function says(presence: Presence | undefined): string {
  if (presence === undefined) return 'has not introduced itself yet';
  return presence.roles.includes('worker') ? 'takes part' : 'is here';
}
