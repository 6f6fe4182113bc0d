import { DTYPE_BYTES, elements, type Dtype } from '../models/tensors.ts';
import type { NamedTensor } from './protocol.ts';

type Reader = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number | bigint>;

const READERS: Readonly<Record<Dtype, Reader>> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};

export function isFloat(dtype: Dtype): boolean {
  return dtype.startsWith('float');
}

/**
 * Elements as doubles; 64-bit integers beyond 2^53 lose their last digits.
 * @throws RangeError when bytes and shape do not fit.
 */
export function numbersOf({ dtype, shape, bytes }: Omit<NamedTensor, 'name'>): ArrayLike<number> {
  const size = DTYPE_BYTES[dtype];
  if (bytes.length !== elements({ shape }) * size) throw new RangeError('the bytes do not fill the shape');
  // Typed arrays want to start at multiples of their element: a copy does. What a Buffer calls a slice is none.
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  const values = new READERS[dtype](buffer, byteOffset, length / size);
  if (dtype === 'int64' || dtype === 'uint64') return Float64Array.from(values as ArrayLike<bigint>, Number);
  return values as ArrayLike<number>;
}
