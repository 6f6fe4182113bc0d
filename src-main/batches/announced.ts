import type { Address } from '../../src-shared/domain/ids.ts';
import { RIVAL_SECONDS } from '../policy/consider.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { same } from '../tasks/work-book.ts';

/** What others say they have solved and will open in a moment. */
export interface Announced {
  readonly items: bigint;
  /** When the first of them was announced, seconds; null when there is none. */
  readonly since: number | null;
}

/**
 * Open items that are better left to others. An announcement costs nothing and nothing checks it: each item is left
 * alone once, for as long as an honest solver needs for the reveal, and later announcements of it do not count.
 */
export function announced({ open, commitments }: ChainBatch, me: Address | null, now: number): Announced {
  let seen = 0n;
  let items = 0n;
  let since: number | null = null;
  for (const commitment of commitments) {
    if (same(commitment.solver, me)) continue;
    const fresh = BigInt(commitment.announced) & BigInt(open) & ~seen;
    seen |= BigInt(commitment.announced);
    if (fresh === 0n || now >= commitment.time + RIVAL_SECONDS) continue;
    items |= fresh;
    since ??= commitment.time;
  }
  return { items, since };
}
