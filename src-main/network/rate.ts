import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';

const REMEMBERED = 4_096;

/** Token buckets, one per peer: `perSecond` sustained, `burst` at once. Pure but for the clock. */
export class PeerRate {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => Timestamp;
  readonly #buckets = new Map<PeerId, { tokens: number; at: Timestamp }>();

  constructor(perSecond: number, burst: number, now: () => Timestamp = Date.now) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes one token; false = over the limit. */
  take(peerId: PeerId): boolean {
    const at = this.#now();
    const known = this.#buckets.get(peerId) ?? { tokens: this.#burst, at };
    // A clock that was set back gives nothing, and takes nothing.
    const earned = (Math.max(0, at - known.at) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, known.tokens + earned);
    this.#buckets.delete(peerId);
    this.#buckets.set(peerId, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    const oldest = this.#buckets.keys().next().value;
    if (this.#buckets.size > REMEMBERED && oldest !== undefined) this.#buckets.delete(oldest);
    return tokens >= 1;
  }
}

/** Work in progress, bounded in total and per peer. */
export class PeerSlots {
  readonly #total: number;
  readonly #each: number;
  readonly #held = new Map<PeerId, number>();
  #used = 0;

  constructor(total: number, each: number) {
    this.#total = total;
    this.#each = each;
  }

  /** A function that gives the slot back, or undefined when there is none. */
  take(peerId: PeerId): (() => void) | undefined {
    const held = this.#held.get(peerId) ?? 0;
    if (this.#used >= this.#total || held >= this.#each) return undefined;
    this.#used++;
    this.#held.set(peerId, held + 1);
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#used--;
      const left = (this.#held.get(peerId) ?? 1) - 1;
      if (left === 0) this.#held.delete(peerId);
      else this.#held.set(peerId, left);
    };
  }
}
