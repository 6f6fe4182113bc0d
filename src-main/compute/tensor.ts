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

type Reader = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number | bigint>;

const READERS: Readonly<Record<InnerDtype, Reader>> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float16: Float16Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
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
  const size = innerBytes(dtype);
  // Typed arrays want to start at multiples of their element: a copy does. What a Buffer calls a slice is none.
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  const values = new READERS[dtype](buffer, byteOffset, length / size);
  if (dtype === 'int64' || dtype === 'uint64') return Float64Array.from(values as ArrayLike<bigint>, Number);
  return values as ArrayLike<number>;
}
