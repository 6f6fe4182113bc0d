import type { NamedTensor } from '../protocol.ts';
import { isFloat, numbersOf } from '../tensor.ts';

/** Bits of an infinite float32; with more it is no number. */
const INFINITE = 0x7f80_0000;

/** Whether two values of the same name are farther apart than honest runs are: a share of their largest number, 0 for whole numbers. */
export function apart(a: NamedTensor, b: NamedTensor, share: number): boolean {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  if (!isFloat(a.dtype)) return Buffer.compare(a.bytes, b.bytes) !== 0;
  const [own, theirs] = [numbersOf(a), numbersOf(b)];
  return own instanceof Float32Array && theirs instanceof Float32Array
    ? singlesApart(own, theirs, share)
    : valuesApart(own, theirs, share);
}

/**
 * The same for what nearly all values are. The largest number is found first: then one difference beyond its share ends
 * the search, and where runs have parted the first one does. A difference larger than the largest number is beyond it too.
 */
function singlesApart(own: Float32Array, theirs: Float32Array, share: number): boolean {
  const bits = new Int32Array(own.buffer, own.byteOffset, own.length);
  let mostBits = 0;
  for (let at = 0; at < bits.length; at++) {
    // Without its sign a float grows with its bits.
    const size = (bits[at] as number) & 0x7fff_ffff;
    if (size > mostBits) mostBits = size;
  }
  if (mostBits >= INFINITE) return valuesApart(own, theirs, share);
  const limit = share * (new Float32Array(Int32Array.of(mostBits).buffer)[0] as number);
  for (let at = 0; at < own.length; at++) {
    // What is no number or infinite is beyond every limit.
    if (!(Math.abs((own[at] as number) - (theirs[at] as number)) <= limit)) return true;
  }
  return false;
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
