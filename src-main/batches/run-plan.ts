import { has, itemsOf } from '../chain/masks.ts';

/**
 * Items to solve, in order: those that are open, from a place of this machine's own on and around, so that machines
 * meet late.
 * @param most as many as the free stake answers for
 */
export function planOf(open: bigint, items: number, first: number, most: number): number[] {
  const around = Array.from({ length: items }, (_, i) => (first + i) % items);
  return around.filter((item) => has(open, item)).slice(0, most);
}

/** The same order for items that were planned before. */
export function inOrder(planned: bigint, items: number, first: number): number[] {
  return planOf(planned, items, first, itemsOf(planned).length);
}
