/** Sets of items 0 to 63 of a batch, as the contract has them: bit i stands for item i. Stored as decimal text. */

/** Items of a mask, lowest first. */
export function itemsOf(mask: bigint): number[] {
  const items: number[] = [];
  for (let item = 0; mask >> BigInt(item) !== 0n; item++) if (has(mask, item)) items.push(item);
  return items;
}

export function maskOf(items: Iterable<number>): bigint {
  let mask = 0n;
  for (const item of items) mask |= 1n << BigInt(item);
  return mask;
}

export function has(mask: bigint, item: number): boolean {
  return ((mask >> BigInt(item)) & 1n) === 1n;
}

export function count(mask: bigint): number {
  return itemsOf(mask).length;
}

/** Items 0 to `items` - 1. */
export function full(items: number): bigint {
  return (1n << BigInt(items)) - 1n;
}
