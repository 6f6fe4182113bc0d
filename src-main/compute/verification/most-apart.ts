import { setImmediate } from 'node:timers/promises';
import { DTYPE_BYTES, elements } from '../../models/tensors.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';

/** Elements that are looked at in one go: some milliseconds, also where each has to be converted. */
const SLICE = 2 ** 18;

/**
 * The place in which two values of a node differ most, then the first others that differ half as much; looked for only
 * if they are wanted. Values of two shapes: the first place.
 */
export async function* mostApart(a: NamedTensor | null, b: NamedTensor | null, most: number): AsyncGenerator<number> {
  if (a === null || b === null || a.shape.join() !== b.shape.join()) {
    yield 0;
    return;
  }
  const { worst, widest } = await farthest(a, b);
  yield worst;
  let left = most - 1;
  for await (const { from, one, other } of slices(a, b)) {
    for (let at = 0; at < one.length; at++) {
      if (left <= 0) return;
      if (distanceAt(one, other, at) * 2 < widest || from + at === worst) continue;
      yield from + at;
      left--;
    }
  }
}

interface Slice {
  /** Place of its first element. */
  readonly from: number;
  readonly one: ArrayLike<number>;
  readonly other: ArrayLike<number>;
}

/** Pieces of two values of one shape; between two of them the process does what else it has to do. */
async function* slices(a: NamedTensor, b: NamedTensor): AsyncGenerator<Slice> {
  const count = elements(a);
  for (let from = 0; from < count; from += SLICE) {
    const length = Math.min(SLICE, count - from);
    yield { from, one: part(a, from, length), other: part(b, from, length) };
    await setImmediate();
  }
}

function part({ dtype, bytes }: NamedTensor, from: number, length: number): ArrayLike<number> {
  const size = DTYPE_BYTES[dtype];
  return numbersOf({ dtype, shape: [length], bytes: bytes.subarray(from * size, (from + length) * size) });
}

async function farthest(a: NamedTensor, b: NamedTensor): Promise<{ worst: number; widest: number }> {
  let [worst, widest] = [0, -1];
  for await (const { from, one, other } of slices(a, b)) {
    const found = widestIn(one, other, widest);
    if (found !== null) [worst, widest] = [from + found, distanceAt(one, other, found)];
    if (widest === Infinity) break;
  }
  return { worst, widest };
}

/** The place that differs most, if it does by more than `least`. A plain function: inside a generator this loop is three times slower. */
function widestIn(one: ArrayLike<number>, other: ArrayLike<number>, least: number): number | null {
  let worst: number | null = null;
  let widest = least;
  for (let at = 0; at < one.length; at++) {
    // What is no number is never less.
    if (Math.abs((one[at] as number) - (other[at] as number)) <= widest) continue;
    const distance = distanceAt(one, other, at);
    if (distance <= widest) continue;
    worst = at;
    widest = distance;
    if (widest === Infinity) break;
  }
  return worst;
}

/** Two values of which one is no number are infinitely far apart, or not at all. */
function distanceAt(one: ArrayLike<number>, other: ArrayLike<number>, at: number): number {
  const [x, y] = [one[at] as number, other[at] as number];
  const distance = Math.abs(x - y);
  if (!Number.isNaN(distance)) return distance;
  return Object.is(x, y) ? 0 : Infinity;
}
