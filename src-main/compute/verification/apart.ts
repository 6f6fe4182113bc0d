import type { NamedTensor } from '../protocol.ts';
import { isFloat, numbersOf } from '../tensor.ts';

/** Whether two values of the same name are farther apart than honest runs are: a share of their largest number, 0 for whole numbers. */
export function apart(a: NamedTensor, b: NamedTensor, share: number): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  if (!isFloat(a.dtype)) return !Buffer.from(a.bytes).equals(b.bytes);
  const [own, theirs] = [numbersOf(a), numbersOf(b)];
  let most = 0;
  let widest = 0;
  for (let at = 0; at < own.length; at++) {
    const x = own[at] as number;
    const y = theirs[at] as number;
    const distance = Math.abs(x - y);
    if (!(distance < Infinity)) {
      // Something is no number, or infinite: only the same counts as near.
      if (!Object.is(x, y)) return true;
      continue;
    }
    if (distance > widest) widest = distance;
    if (x > most) most = x;
    else if (-x > most) most = -x;
  }
  return widest > share * Math.max(most, widest);
}

/** Largest finite absolute value. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at] as number);
    if (size > most && Number.isFinite(size)) most = size;
  }
  return most;
}
