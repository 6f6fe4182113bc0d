import { DTYPE_BYTES } from '../tensors.ts';
import { dtypeOf, type TensorProto } from './types.ts';

/** Dimensions of weights, and of values between nodes: what reads them does so place by place. Real ones have eight at most. */
export const MAX_RANK = 16;

/** float16, bfloat16 may be weights although they never cross the wire. */
const EXTRA_BYTES: { readonly [dataType: number]: number } = { 10: 2, 16: 2 };

export function tensorValues(tensor: TensorProto): number {
  return (tensor.dims ?? []).reduce((product, dim) => product * Math.max(0, dim), 1);
}

/** Weights must lie in the file, in full, and be of a plain number type. */
export function tensorProblems(tensor: TensorProto): string[] {
  const name = `the weights “${tensor.name ?? ''}”`;
  if (tensor.externalData || (tensor.dataLocation ?? 0) !== 0) return [`${name} are in another file`];
  if (tensor.stringData || tensor.segment) return [`${name} are text or split`];
  const dtype = dtypeOf(tensor.dataType);
  const size = dtype === undefined ? EXTRA_BYTES[tensor.dataType ?? 0] : DTYPE_BYTES[dtype];
  if (size === undefined) return [`${name} have the unknown type ${tensor.dataType ?? 0}`];
  if ((tensor.dims?.length ?? 0) > MAX_RANK) return [`${name} have more than ${MAX_RANK} dimensions`];
  if ((tensor.dims ?? []).some((dim) => dim < 0 || !Number.isSafeInteger(dim)))
    return [`${name} have an impossible shape`];
  const values = tensorValues(tensor);
  const { raw, floatData = 0, int32Data = 0, int64Data = 0, doubleData = 0, uint64Data = 0 } = tensor;
  const typed = floatData + int32Data + int64Data + doubleData + uint64Data;
  if (raw !== undefined && typed > 0) return [`${name} are given twice`];
  const complete =
    raw !== undefined && (raw.length > 0 || typed === 0) ? raw.length === values * size : typed === values;
  return complete ? [] : [`${name} do not fill their shape`];
}
