import { seeded } from '../../models/random.ts';

/** Small normal-like numbers from a seed. */
export function weights(seed: number, count: number, scale: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, () => random.gauss() * scale);
}

/** Whole numbers in -limit to limit, held in float32. */
export function wholes(seed: number, count: number, limit: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, () => random.below(2 * limit + 1) - limit);
}

export function floatBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
