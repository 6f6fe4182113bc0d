import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import { CLOCK_SKEW_MS, type Presence } from './presence.ts';
import type { SignedPresence } from './presence-codec.ts';

export interface TableOptions {
  readonly maxPresences: number;
  readonly presenceTtlMs: number;
  readonly now?: () => Timestamp;
}

interface Entry extends SignedPresence {
  readonly expires: Timestamp;
}

/** `old` = known already or outdated by a higher seq; `stale` = from another time than ours, clocks allowed for. */
export type Verdict = 'new' | 'old' | 'stale';

/**
 * Who is there. A statement lives by our own clock: since we received it, less the age that whoever passed it on had
 * counted. The sender's clock matters only within two hours, which keeps statements of the dead from coming back.
 */
export class PresenceTable {
  readonly #options: TableOptions;
  readonly #now: () => Timestamp;
  readonly #entries = new Map<PeerId, Entry>();

  constructor(options: TableOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Without changing anything. @param age milliseconds since someone received it from its author. */
  judge(presence: Presence, age = 0): Verdict {
    const { presenceTtlMs } = this.#options;
    const now = this.#now();
    const { time, seq, peerId, binding } = presence;
    if (age >= presenceTtlMs || time > now + CLOCK_SKEW_MS || time < now - CLOCK_SKEW_MS - presenceTtlMs)
      return 'stale';
    if (binding.expires < now - CLOCK_SKEW_MS || binding.issued > now + CLOCK_SKEW_MS) return 'stale';
    const known = this.#entries.get(peerId);
    return known !== undefined && known.presence.seq >= seq ? 'old' : 'new';
  }

  /** Takes it if it is new. */
  offer(signed: SignedPresence, age = 0): Verdict {
    const verdict = this.judge(signed.presence, age);
    if (verdict !== 'new') return verdict;
    const { peerId } = signed.presence;
    this.#entries.delete(peerId);
    this.#entries.set(peerId, { ...signed, expires: this.#now() + this.#options.presenceTtlMs - age });
    // Insertion order is the order of renewal: the one silent for longest gives way.
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > this.#options.maxPresences && oldest !== undefined) this.#entries.delete(oldest);
    return 'new';
  }

  expire(): void {
    const now = this.#now();
    for (const [peerId, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(peerId);
  }

  remove(peerId: PeerId): void {
    this.#entries.delete(peerId);
  }

  /** Latest renewal first. */
  list(): readonly Presence[] {
    this.expire();
    return [...this.#entries.values()].map(({ presence }) => presence).reverse();
  }

  /** For passing on: latest first, each with its age in milliseconds. */
  recent(count: number): ReadonlyArray<{ readonly age: number; readonly wire: Uint8Array }> {
    this.expire();
    const now = this.#now();
    return [...this.#entries.values()]
      .slice(-count)
      .reverse()
      .map(({ expires, wire }) => ({ age: Math.max(0, now - (expires - this.#options.presenceTtlMs)), wire }));
  }
}
