import { setImmediate } from 'node:timers/promises';
import type { NamedTensor } from '../protocol.ts';
import { isFloat, numbersOf } from '../tensor.ts';

/** Bits of an infinite float32; with more it is no number. */
const INFINITE = 0x7f80_0000;

/** Elements that are compared in one go: some milliseconds. A value may have sixty million. */
const SLICE = 2 ** 20;

/** Whether two values of the same name are farther apart than honest runs are: a share of their largest number, 0 for whole numbers. */
export async function apart(a: NamedTensor, b: NamedTensor, share: number): Promise<boolean> {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return true;
  if (!isFloat(a.dtype)) return Buffer.compare(a.bytes, b.bytes) !== 0;
  const [own, theirs] = [numbersOf(a), numbersOf(b)];
  return own instanceof Float32Array && theirs instanceof Float32Array
    ? singlesApart(own, theirs, share)
    : valuesApart(own, theirs, share);
}

/** Whether something is found in one of the pieces; between two of them the process does what else it has to do. */
async function some(length: number, found: (from: number, to: number) => boolean): Promise<boolean> {
  for (let from = 0; from < length; from += SLICE) {
    if (from > 0) await setImmediate();
    if (found(from, Math.min(from + SLICE, length))) return true;
  }
  return false;
}

/**
 * The same for what nearly all values are. The largest number is found first: then one difference beyond its share ends
 * the search, and where runs have parted the first one does. A difference larger than the largest number is beyond it too.
 */
async function singlesApart(own: Float32Array, theirs: Float32Array, share: number): Promise<boolean> {
  const bits = new Int32Array(own.buffer, own.byteOffset, own.length);
  let mostBits = 0;
  const odd = await some(own.length, (from, to) => {
    mostBits = Math.max(mostBits, mostBitsIn(bits, from, to));
    return mostBits >= INFINITE;
  });
  if (odd) return valuesApart(own, theirs, share);
  const limit = share * (new Float32Array(Int32Array.of(mostBits).buffer)[0] as number);
  return some(own.length, (from, to) => isBeyond(own, theirs, limit, from, to));
}

function mostBitsIn(bits: Int32Array, from: number, to: number): number {
  let most = 0;
  for (let at = from; at < to; at++) {
    // Without its sign a float grows with its bits.
    const size = (bits[at] as number) & 0x7fff_ffff;
    if (size > most) most = size;
  }
  return most;
}

function isBeyond(own: Float32Array, theirs: Float32Array, limit: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    // What is no number or infinite is beyond every limit.
    if (!(Math.abs((own[at] as number) - (theirs[at] as number)) <= limit)) return true;
  }
  return false;
}

async function valuesApart(own: ArrayLike<number>, theirs: ArrayLike<number>, share: number): Promise<boolean> {
  let most = 0;
  let widest = 0;
  const odd = await some(own.length, (from, to) => {
    for (let at = from; at < to; at++) {
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
    return false;
  });
  return odd || widest > share * Math.max(most, widest);
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
