import { DTYPE_BYTES, elements, type Dtype } from '../../../models/tensors.ts';
import type { AttributeProto, NodeProto } from '../../../models/onnx/types.ts';
import type { NamedTensor } from '../../protocol.ts';

/** A tensor as doubles, read place by place: a judge looks at a few values of large weights. */
export interface Values {
  readonly shape: readonly number[];
  /** Row-major; not-a-number outside. */
  at(element: number): number;
}

type Read = (view: DataView, at: number) => number;

const READS: Readonly<Record<Dtype, Read>> = {
  bool: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
};

/**
 * The values where they lie, whatever their type and wherever they begin: nothing is copied or converted, so that a tensor
 * costs nothing however large it is and however often a node reads it. 64-bit integers lose their last digits.
 * @throws RangeError when bytes and shape do not fit
 */
export function valuesIn({ dtype, shape, bytes }: Omit<NamedTensor, 'name'>): Values {
  const [size, count, read] = [DTYPE_BYTES[dtype], elements({ shape }), READS[dtype]];
  if (bytes.length !== count * size) throw new RangeError('the bytes do not fill the shape');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    shape,
    at: (element) =>
      Number.isInteger(element) && element >= 0 && element < count ? read(view, element * size) : Number.NaN,
  };
}

/** Most terms of one value: the judge works in the process that must not stall. */
export const MAX_TERMS = 2 ** 18;

/** Whether a value has too many terms where each is found by an index of `rank` numbers: those of four count in full. */
export function tooMany(terms: number, rank: number): boolean {
  return terms > MAX_TERMS || terms * rank > 4 * MAX_TERMS;
}

/** Axes, starts, steps: one for each dimension at most. */
const MAX_LIST = 64;

/** All of a small tensor: axes, starts, indices. null: it is no small one. */
export function listOf(values: Values): number[] | null {
  if (elements(values) > MAX_LIST) return null;
  return Array.from({ length: elements(values) }, (_, at) => values.at(at));
}

/** One value of a node's output, recomputed in float64, and how far an honest float32 machine may be from it. */
export interface Recomputed {
  readonly value: number;
  readonly bound: number;
}

/** What a rule is given: the node, its inputs (an empty optional one is undefined) and the place in its output. */
export interface Place {
  readonly node: NodeProto;
  readonly inputs: ReadonlyArray<Values | undefined>;
  /** Which output of the node, and its shape. */
  readonly output: number;
  readonly shape: readonly number[];
  /** Position in the output, row-major. */
  readonly element: number;
}

/** null: this case of the operator is not covered. */
export type Rule = (place: Place) => Recomputed | null;

/** The largest; spread into Math.max, a long row would not fit the stack. NaN when one is. */
export function peakOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** Unit roundoff of float32. */
export const UNIT = 2 ** -24;

/** Smallest normal float32: engines may take anything smaller for zero. */
const TINY = 2 ** -126;

/** Bound for something that takes a few roundings. */
export function nearly(value: number): Recomputed {
  return { value, bound: 8 * UNIT * Math.abs(value) + TINY };
}

/**
 * Bound for functions that engines approximate, each in its own way (WGSL allows exp and log several ulp, common erf
 * formulas are good to 1.5e-7).
 */
export function roughly(value: number): Recomputed {
  return { value, bound: 2 ** -16 * Math.abs(value) + 2 ** -18 };
}

/**
 * Bound for a sum of `terms` products in any order: lambda sqrt(n) u sum|ab| (Higham and Mary 2019, "A new approach to
 * probabilistic rounding error analysis"); lambda 16 leaves room for blocked and transformed convolutions.
 * @param magnitude sum of the absolute values
 */
export function summed(value: number, magnitude: number, terms: number): Recomputed {
  return { value, bound: 16 * Math.sqrt(terms + 4) * UNIT * magnitude + TINY };
}

/** Copies. */
export function exactly(value: number): Recomputed {
  return { value, bound: TINY };
}

function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attributes?.find((one) => one.name === name);
}
export function int(node: NodeProto, name: string, otherwise: number): number {
  return attribute(node, name)?.i ?? otherwise;
}
export function float(node: NodeProto, name: string, otherwise: number): number {
  return attribute(node, name)?.f ?? otherwise;
}
export function ints(node: NodeProto, name: string): readonly number[] | undefined {
  return attribute(node, name)?.ints;
}
export function word(node: NodeProto, name: string, otherwise: string): string {
  const text = attribute(node, name)?.s;
  return text === undefined ? otherwise : new TextDecoder().decode(text);
}
