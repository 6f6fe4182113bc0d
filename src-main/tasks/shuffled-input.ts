import { setImmediate } from 'node:timers/promises';
import { keccakP } from '@noble/hashes/sha3.js';
import { DTYPE_BYTES, elements, type TensorSpec } from '../models/tensors.ts';

/** Elements that are moved before the clock is looked at, and how long the process does nothing else, ms. */
const STRIDE = 1_024;
const TURN_MS = 5;

/**
 * Fisher-Yates over the elements of each tensor, by 32-bit words of keccak256(seed, counter); modulo bias is below 2^-12.
 * All jurors must get the same bytes. An input of 8 MiB takes a million hashes, so the process goes on with other things
 * in between.
 */
export async function shuffledInput(
  specs: readonly TensorSpec[],
  input: Uint8Array,
  seed: string,
): Promise<Uint8Array> {
  const out = Uint8Array.from(input);
  const next = words(seed);
  let start = 0;
  let since = performance.now();
  for (const spec of specs) {
    const [count, size] = [elements(spec), DTYPE_BYTES[spec.dtype]];
    // Bytes of its own, since elements in the wire form begin anywhere.
    const bytes = out.slice(start, start + count * size);
    const swap = swapper(bytes, size);
    for (let last = count - 1; last > 0; last -= STRIDE) {
      for (let i = last; i > Math.max(0, last - STRIDE); i--) swap(i, next() % (i + 1));
      if (performance.now() - since < TURN_MS) continue;
      await setImmediate();
      since = performance.now();
    }
    out.set(bytes, start);
    start += bytes.length;
  }
  return out;
}

/** Swaps two elements. Those of eight bytes are two words: as floats or large integers they would be converted. */
function swapper(bytes: Uint8Array<ArrayBuffer>, size: 1 | 2 | 4 | 8): (i: number, j: number) => void {
  const whole = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Uint32Array } as const;
  const values = new whole[size](bytes.buffer);
  const one = (i: number, j: number): void => {
    const kept = values[i] as number;
    values[i] = values[j] as number;
    values[j] = kept;
  };
  if (size < 8) return one;
  return (i, j) => {
    one(2 * i, 2 * j);
    one(2 * i + 1, 2 * j + 1);
  };
}

/** A block of keccak256, bytes: what is hashed here is one, padded with a first and a last bit. */
const RATE = 136;

/**
 * Big-endian words of the hashes of seed and counter, one after the other. The permutation is called by itself: made anew a
 * million times, what lies around it takes a third of the time.
 */
function words(seed: string): () => number {
  const first = new Uint8Array(RATE);
  first.set(Buffer.from(seed.slice(2).padStart(64, '0'), 'hex').subarray(0, 32));
  first[40] = 0x01;
  first[RATE - 1] = 0x80;
  const state = new Uint32Array(50);
  const [bytes, view] = [new Uint8Array(state.buffer), new DataView(state.buffer)];
  let hashes = 0n;
  let at = 32;
  return () => {
    if (at === 32) {
      state.fill(0);
      bytes.set(first);
      view.setBigUint64(32, hashes++);
      keccakP(state);
      at = 0;
    }
    const word = view.getUint32(at);
    at += 4;
    return word;
  };
}
