import { keccak256 } from 'ethers';
import type { Outbox } from '../chain/outbox.ts';
import { Retries } from './retries.ts';

const RETRY_MS = 2_000;

export interface Intent {
  /** Names what it is about; the call data makes it one intent among others for the same. */
  readonly base: string;
  readonly label: string;
  readonly to: string;
  readonly data: string;
}

/**
 * Calls that are due as long as the chain shows that they are: others may do them first, a clock may be early, a reorg
 * may undo them. So a refusal decides nothing: it is tried again for as long as the call is still due, and the key names
 * the call data, so that what is out of date is never sent again in the place of what is due now.
 */
export class Intents {
  readonly retries = new Retries();
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** @returns why it was refused last; null when it is on its way. */
  due(intent: Intent): string | null {
    const { base, label, to, data } = intent;
    const key = keyOf(base, data);
    this.#outbox.enqueue({ key, label, to, data });
    const row = this.#outbox.get(key);
    if (row?.state !== 'failed') return null;
    this.retries.intent(this.#outbox, key, RETRY_MS);
    return row.error ?? 'no reason given';
  }

  /**
   * For calls whose data is the same every time: one more intent, once what became of the last one is known.
   * @param seen block at which the chain was asked and still needed it
   */
  again(intent: Intent, seen: number): string | null {
    let n = 0;
    const base = (): string => `${intent.base}:${n}`;
    for (;;) {
      const row = this.#outbox.get(keyOf(base(), intent.data));
      if (row?.state !== 'mined' || (row.block ?? Infinity) > seen) break;
      n++;
    }
    return this.due({ ...intent, base: base() });
  }

  /** Whether it was ever begun; a refused one is begun. */
  has(base: string, data: string): boolean {
    return this.#outbox.get(keyOf(base, data)) !== undefined;
  }
}

export function keyOf(base: string, data: string): string {
  return `${base}:${keccak256(data).slice(2, 10)}`;
}
