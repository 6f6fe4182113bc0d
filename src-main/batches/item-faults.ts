import type { BatchId } from '../../src-shared/domain/ids.ts';
import { has, itemsOf } from '../chain/masks.ts';
import { Retries } from '../tasks/retries.ts';

const RETRY_MS = 5_000;
const MAX_TRIES = 6;

interface GivenUp {
  readonly items: bigint;
  readonly why: string;
}

/**
 * Items that could not be computed here: put off for longer and longer, then given up, so that the others of their
 * batch are solved meanwhile. In memory only: after a restart they are tried again.
 */
export class ItemFaults {
  readonly #retries = new Retries();
  readonly #givenUp = new Map<BatchId, GivenUp>();

  /** @param passes whether it may do better next time */
  note(batch: BatchId, item: number, passes: boolean, why: string): void {
    const name = `${batch}:${item}`;
    const tries = this.#retries.tries(name);
    if (passes && tries + 1 < MAX_TRIES) return this.#retries.later(name, RETRY_MS * 2 ** tries);
    this.#retries.drop(name);
    this.#givenUp.set(batch, { items: (this.#givenUp.get(batch)?.items ?? 0n) | (1n << BigInt(item)), why });
  }

  /** What of `items` may be tried now. */
  due(batch: BatchId, items: bigint): bigint {
    const left = items & ~(this.#givenUp.get(batch)?.items ?? 0n);
    return itemsOf(left).reduce((all, item) => {
      return this.#retries.waits(`${batch}:${item}`) ? all & ~(1n << BigInt(item)) : all;
    }, left);
  }

  /** Why none of `items` will be tried any more; null while one will. */
  hopeless(batch: BatchId, items: bigint): string | null {
    const known = this.#givenUp.get(batch);
    return known !== undefined && itemsOf(items).every((item) => has(known.items, item)) ? known.why : null;
  }
}
