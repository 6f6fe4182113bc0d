import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { InputError, OutputError } from '../../models/errors.ts';
import { tensorBytes, wireBytes, type Dtype, type TensorSpec } from '../../models/tensors.ts';

export const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float64: Float64Array,
} as const;

/** Tensors whose memory is kept from run to run, and the same memory as bytes. */
export interface Buffers {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly bytes: readonly Uint8Array[];
  /** All of them together. */
  readonly length: number;
}

export function buffers(specs: readonly TensorSpec[]): Buffers {
  const bytes = specs.map((spec) => new Uint8Array(tensorBytes(spec)));
  const tensors = specs.map((spec, index) => [
    spec.name,
    new Tensor(
      spec.dtype,
      new ARRAYS[spec.dtype]((bytes[index] as Uint8Array<ArrayBuffer>).buffer) as Float32Array,
      spec.shape,
    ),
  ]);
  return { tensors: Object.fromEntries(tensors) as Record<string, Tensor>, bytes, length: wireBytes(specs) };
}

/** Wire form into the memory of the tensors. @throws InputError */
export function fill(into: Buffers, wire: Uint8Array): void {
  if (wire.length !== into.length)
    throw new InputError('INPUT_SIZE', `The input has ${wire.length} bytes, not ${into.length}.`);
  let at = 0;
  for (const bytes of into.bytes) {
    bytes.set(at === 0 && bytes.length === wire.length ? wire : wire.subarray(at, at + bytes.length));
    at += bytes.length;
  }
}

/** Wire form out of the memory of the tensors, into `wire` from `start` on. */
export function gather(from: Buffers, specs: readonly TensorSpec[], wire: Uint8Array, start: number): void {
  let at = start;
  for (let index = 0; index < specs.length; index++) {
    const bytes = from.bytes[index] as Uint8Array;
    wire.set(bytes, at);
    oneNaN((specs[index] as TensorSpec).dtype, wire, at, bytes.length);
    at += bytes.length;
  }
}

/** Wire form of results that brought their own memory; their type and shape are checked. @throws OutputError */
export function fromResults(
  specs: readonly TensorSpec[],
  results: InferenceSession.OnnxValueMapType,
  wire: Uint8Array,
  start: number,
): void {
  let at = start;
  for (const spec of specs) {
    const value = results[spec.name];
    const bytes = value instanceof Tensor ? bytesOf(value) : undefined;
    if (value?.type !== spec.dtype || bytes?.byteLength !== tensorBytes(spec)) {
      throw new OutputError(
        'OUTPUT_SIZE',
        `The output “${spec.name}” is not the ${spec.dtype}[${spec.shape.join()}] that the manifest states.`,
      );
    }
    wire.set(bytes, at);
    oneNaN(spec.dtype, wire, at, bytes.length);
    at += bytes.byteLength;
  }
}

export function bytesOf(tensor: Tensor): Uint8Array | undefined {
  const { data } = tensor;
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : undefined;
}

/** "Not a number" has millions of bit patterns: a result shows one, so that equal results are equal bytes. */
function oneNaN(dtype: Dtype, wire: Uint8Array, at: number, length: number): void {
  const start = wire.byteOffset + at;
  if (dtype === 'float32' && start % 4 === 0) {
    const words = new Uint32Array(wire.buffer, start, length / 4);
    for (let index = 0; index < words.length; index++)
      if (((words[index] as number) & 0x7f_ff_ff_ff) > 0x7f_80_00_00) words[index] = 0x7f_c0_00_00;
  } else if (dtype === 'float32') {
    const view = new DataView(wire.buffer, start, length);
    for (let index = 0; index < length; index += 4)
      if ((view.getUint32(index, true) & 0x7f_ff_ff_ff) > 0x7f_80_00_00) view.setUint32(index, 0x7f_c0_00_00, true);
  } else if (dtype === 'float64') {
    const view = new DataView(wire.buffer, start, length);
    for (let index = 0; index < length; index += 8)
      if (Number.isNaN(view.getFloat64(index, true))) view.setFloat64(index, Number.NaN, true);
  }
}
