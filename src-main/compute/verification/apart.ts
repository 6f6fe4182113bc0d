import type { NamedTensor } from '../protocol.ts';
import { isFloat, numbersOf } from '../tensor.ts';

/** Whether two values of the same name are farther apart than honest runs are: a share of their largest number, 0 for whole numbers. */
export function apart(a: NamedTensor, b: NamedTensor, share: number): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  if (!isFloat(a.dtype)) return !Buffer.from(a.bytes).equals(b.bytes);
  const [own, theirs] = [numbersOf(a), numbersOf(b)];
  return own instanceof Float32Array && theirs instanceof Float32Array
    ? singlesApart(own, theirs, share)
    : valuesApart(own, theirs, share);
}

/** The same for what nearly all values are, without a branch for what is no number. */
function singlesApart(own: Float32Array, theirs: Float32Array, share: number): boolean {
  const bits = new Int32Array(own.buffer, own.byteOffset, own.length);
  let mostBits = 0;
  let widest = 0;
  let sum = 0;
  for (let at = 0; at < own.length; at++) {
    const difference = (own[at] as number) - (theirs[at] as number);
    sum += difference;
    const distance = Math.abs(difference);
    if (distance > widest) widest = distance;
    // Without its sign a float grows with its bits.
    const size = (bits[at] as number) & 0x7fff_ffff;
    if (size > mostBits) mostBits = size;
  }
  if (Number.isNaN(sum) || widest === Infinity) return valuesApart(own, theirs, share);
  const most = new Float32Array(Int32Array.of(mostBits).buffer)[0] as number;
  return widest > share * Math.max(most, widest);
}

function valuesApart(own: ArrayLike<number>, theirs: ArrayLike<number>, share: number): boolean {
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
    const size = Math.abs(x);
    if (size > most) most = size;
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
