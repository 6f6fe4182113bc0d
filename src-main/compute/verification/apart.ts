import { isFloat, numbersOf, type NamedTensor } from '../tensor.ts';

/** Whether two values of the same name are farther apart than honest runs are: a share of their largest number, 0 for whole numbers. */
export function apart(a: NamedTensor, b: NamedTensor, share: number): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  if (!isFloat(a.dtype)) return !Buffer.from(a.bytes).equals(b.bytes);
  const [own, theirs] = [numbersOf(a), numbersOf(b)];
  const allowed = share * Math.max(largest(own), largest(theirs));
  for (let at = 0; at < own.length; at++) {
    const [x, y] = [own[at] as number, theirs[at] as number];
    // Written so that a comparison with not-a-number says "apart", unless both are none.
    if (!(x === y || Math.abs(x - y) <= allowed || (Number.isNaN(x) && Number.isNaN(y)))) return true;
  }
  return false;
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
