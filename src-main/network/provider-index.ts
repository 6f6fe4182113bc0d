import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';

const CIDS = 4_096;
const PEERS_PER_CID = 8;

/** Who said that it holds what. Hearsay: used only to ask the likely ones first. Bounded, the oldest gives way. */
export class ProviderIndex {
  readonly #peers = new Map<Cid, PeerId[]>();

  add(cid: Cid, peerId: PeerId): void {
    const known = (this.#peers.get(cid) ?? []).filter((other) => other !== peerId);
    this.#peers.delete(cid);
    this.#peers.set(cid, [peerId, ...known].slice(0, PEERS_PER_CID));
    const oldest = this.#peers.keys().next().value;
    if (this.#peers.size > CIDS && oldest !== undefined) this.#peers.delete(oldest);
  }

  /** Latest first. */
  get(cid: Cid): readonly PeerId[] {
    return this.#peers.get(cid) ?? [];
  }
}
