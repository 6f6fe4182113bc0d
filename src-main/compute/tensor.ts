import { DTYPE_BYTES, elements, type Dtype } from '../models/tensors.ts';

/** Element types that may appear inside a graph: those of the wire, and half floats. */
export type InnerDtype = Dtype | 'float16';

/** A value of a graph. Shape row-major; `bytes` raw little-endian. */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: InnerDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const READERS: Readonly<Record<InnerDtype, (bytes: ArrayBuffer) => ArrayLike<number | bigint>>> = {
  bool: (bytes) => new Uint8Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  uint16: (bytes) => new Uint16Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  uint32: (bytes) => new Uint32Array(bytes),
  float16: (bytes) => new Float16Array(bytes),
  float32: (bytes) => new Float32Array(bytes),
  float64: (bytes) => new Float64Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  uint64: (bytes) => new BigUint64Array(bytes),
};

export function innerBytes(dtype: InnerDtype): number {
  return dtype === 'float16' ? 2 : DTYPE_BYTES[dtype];
}

export function isFloat(dtype: InnerDtype): boolean {
  return dtype.startsWith('float');
}

/**
 * Elements as doubles; 64-bit integers beyond 2^53 lose their last digits.
 * @throws RangeError when bytes and shape do not fit.
 */
export function numbersOf({ dtype, shape, bytes }: Omit<NamedTensor, 'name'>): ArrayLike<number> {
  if (bytes.length !== elements({ shape }) * innerBytes(dtype)) throw new RangeError('the bytes do not fill the shape');
  // A copy, because typed arrays want to start at multiples of their element.
  const values = READERS[dtype](Uint8Array.from(bytes).buffer);
  return dtype === 'int64' || dtype === 'uint64'
    ? Float64Array.from(values as ArrayLike<bigint>, Number)
    : (values as ArrayLike<number>);
}
