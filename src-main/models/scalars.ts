import { InputError } from './errors.ts';
import { DTYPE_BYTES, elements, type Dtype, type TensorSpec } from './tensors.ts';

/** One value of a tensor in JSON: 64-bit integers are decimal text, because a number would round them. */
export type Scalar = number | string;

const RANGES: { readonly [K in Dtype]?: readonly [number, number] } = {
  bool: [0, 1],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
};

/** @throws InputError (`INPUT_SIZE`, `INPUT_VALUE`): wrong count, outside the type's range, or not a whole number. */
export function writeValues(spec: TensorSpec, values: readonly Scalar[]): Uint8Array {
  if (values.length !== elements(spec)) {
    throw new InputError('INPUT_SIZE', `“${spec.name}” takes ${elements(spec)} values, not ${values.length}.`);
  }
  const bytes = new Uint8Array(values.length * DTYPE_BYTES[spec.dtype]);
  const view = new DataView(bytes.buffer);
  const size = DTYPE_BYTES[spec.dtype];
  values.forEach((value, index) => write(view, index * size, spec, value));
  return bytes;
}

function write(view: DataView, at: number, spec: TensorSpec, value: Scalar): void {
  const { dtype } = spec;
  if (dtype === 'int64' || dtype === 'uint64') {
    const whole = toBigInt(value);
    const wrapped =
      whole === undefined ? undefined : dtype === 'int64' ? BigInt.asIntN(64, whole) : BigInt.asUintN(64, whole);
    if (wrapped === undefined || wrapped !== whole) throw refused(spec, value);
    return dtype === 'int64' ? view.setBigInt64(at, wrapped, true) : view.setBigUint64(at, wrapped, true);
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(spec, value);
  const range = RANGES[dtype];
  if (dtype === 'float32' && !Number.isFinite(Math.fround(value))) throw refused(spec, value);
  if (range === undefined)
    return dtype === 'float32' ? view.setFloat32(at, value, true) : view.setFloat64(at, value, true);
  if (!Number.isInteger(value) || value < range[0] || value > range[1]) throw refused(spec, value);
  // Two's complement of the low bytes is the same for signed and unsigned.
  if (DTYPE_BYTES[dtype] === 1) view.setUint8(at, value & 0xff);
  else if (DTYPE_BYTES[dtype] === 2) view.setUint16(at, value & 0xffff, true);
  else view.setUint32(at, value >>> 0, true);
}

function toBigInt(value: Scalar): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

function refused(spec: TensorSpec, value: Scalar): InputError {
  return new InputError('INPUT_VALUE', `“${spec.name}” cannot hold ${String(value).slice(0, 40)} as ${spec.dtype}.`);
}

/** @param bytes exactly the tensor's bytes */
export function readValues(spec: TensorSpec, bytes: Uint8Array): Scalar[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = DTYPE_BYTES[spec.dtype];
  return Array.from({ length: elements(spec) }, (_, index) => read(view, index * size, spec.dtype));
}

function read(view: DataView, at: number, dtype: Dtype): Scalar {
  switch (dtype) {
    case 'bool':
    case 'uint8':
      return view.getUint8(at);
    case 'int8':
      return view.getInt8(at);
    case 'int16':
      return view.getInt16(at, true);
    case 'uint16':
      return view.getUint16(at, true);
    case 'int32':
      return view.getInt32(at, true);
    case 'uint32':
      return view.getUint32(at, true);
    case 'int64':
      return view.getBigInt64(at, true).toString();
    case 'uint64':
      return view.getBigUint64(at, true).toString();
    case 'float32':
      return view.getFloat32(at, true);
    case 'float64':
      return view.getFloat64(at, true);
  }
}
