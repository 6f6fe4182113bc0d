import type { PrivateKey } from '@libp2p/interface';
import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { PresenceInput } from './presence.ts';
import { signPresence, type SignedPresence } from './presence-codec.ts';

export interface OwnPresenceOptions {
  readonly networkId: string;
  readonly peerId: PeerId;
  readonly key: PrivateKey;
  readonly everyMs: number;
  addrs(): readonly string[];
  publish(signed: SignedPresence): Promise<unknown>;
  readonly now?: () => Timestamp;
}

/** What this node says of itself: signed anew at every change and every few minutes. */
export class OwnPresence {
  readonly #options: OwnPresenceOptions;
  #input: PresenceInput | undefined;
  #current: SignedPresence | undefined;
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OwnPresenceOptions) {
    this.#options = options;
  }

  get current(): SignedPresence | undefined {
    return this.#current;
  }

  /** @returns the seq of the statement, 0 after null. */
  async set(input: PresenceInput | null): Promise<number> {
    clearInterval(this.#timer);
    this.#input = input ?? undefined;
    this.#current = undefined;
    if (input === null) return 0;
    await this.renew();
    this.#timer = setInterval(() => void this.renew().catch(() => undefined), this.#options.everyMs);
    this.#timer.unref();
    return this.#seq;
  }

  async renew(): Promise<void> {
    const { networkId, peerId, key, addrs, publish, now = Date.now } = this.#options;
    if (this.#input === undefined) return;
    const time = now();
    // Grows across restarts without being stored, and even when the clock is set back while we run.
    this.#seq = Math.max(this.#seq + 1, time);
    const { roles, models, scores, binding } = this.#input;
    const presence = {
      network: networkId,
      peerId,
      addrs: addrs().slice(0, 8),
      roles,
      models,
      ...(scores === undefined ? {} : { scores }),
      time,
      seq: this.#seq,
      binding,
    };
    const signed = await signPresence(presence, key);
    this.#current = signed;
    await publish(signed);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
