/** Element types that may cross the wire, with their size in bytes. */
export const DTYPE_BYTES = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;
export const DTYPES = Object.keys(DTYPE_BYTES) as [Dtype, ...Dtype[]];

/** A tensor whose size is known before it runs: name in the graph, element type, static shape (row-major). */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

export function elements(spec: { readonly shape: readonly number[] }): number {
  return spec.shape.reduce((product, dimension) => product * dimension, 1);
}

export function tensorBytes(spec: TensorSpec): number {
  return elements(spec) * DTYPE_BYTES[spec.dtype];
}

/** Length of the wire form: the tensors' raw little-endian bytes, one after the other. */
export function wireBytes(specs: readonly TensorSpec[]): number {
  return specs.reduce((sum, spec) => sum + tensorBytes(spec), 0);
}
