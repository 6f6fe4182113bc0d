import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';

export interface GateOptions {
  readonly faultsBeforeBan: number;
  readonly banMs: number;
  readonly now?: () => Timestamp;
  readonly onBan?: (peerId: PeerId, reason: string, until: Timestamp) => void;
}

/** Faults remembered for this many peers, and as many bans; the oldest give way. */
const REMEMBERED = 4_096;

function bounded<V>(map: Map<PeerId, V>): void {
  const oldest = map.keys().next().value;
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

/** Who misbehaved, and who is shut out until when. Pure but for the clock. */
export class Gate {
  readonly #options: GateOptions;
  readonly #now: () => Timestamp;
  readonly #faults = new Map<PeerId, number>();
  readonly #bans = new Map<PeerId, Timestamp>();
  #total = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Faults of all peers since the start. */
  get faults(): number {
    return this.#total;
  }

  get banned(): PeerId[] {
    return [...this.#bans.keys()].filter((peerId) => this.isBanned(peerId));
  }

  isBanned(peerId: PeerId): boolean {
    const until = this.#bans.get(peerId);
    if (until === undefined) return false;
    if (until > this.#now()) return true;
    this.#bans.delete(peerId);
    return false;
  }

  /** A lie bans at once, garbage after a few. */
  fault(peerId: PeerId, kind: 'lie' | 'garbage', reason: string): void {
    this.#total++;
    const count = (this.#faults.get(peerId) ?? 0) + 1;
    this.#faults.delete(peerId);
    this.#faults.set(peerId, count);
    bounded(this.#faults);
    if (kind === 'lie' || count >= this.#options.faultsBeforeBan) this.ban(peerId, this.#options.banMs, reason);
  }

  ban(peerId: PeerId, ms: number, reason: string): void {
    const until = this.#now() + ms;
    this.#faults.delete(peerId);
    this.#bans.delete(peerId);
    this.#bans.set(peerId, until);
    bounded(this.#bans);
    this.#options.onBan?.(peerId, reason, until);
  }
}
