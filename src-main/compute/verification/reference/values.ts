import { elements } from '../../../models/tensors.ts';
import type { AttributeProto, NodeProto } from '../../../models/onnx/types.ts';

/** A tensor as doubles, read place by place: a judge looks at a few values of large weights. */
export interface Values {
  readonly shape: readonly number[];
  /** Row-major; not-a-number outside. */
  at(element: number): number;
}

export function valuesOf(shape: readonly number[], values: ArrayLike<number>): Values {
  return { shape, at: (element) => values[element] ?? Number.NaN };
}

/** float32 values that need not start at a multiple of four bytes, as weights in a file do. */
export function float32At(shape: readonly number[], bytes: Uint8Array): Values {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { shape, at: (element) => (4 * element < bytes.length ? view.getFloat32(4 * element, true) : Number.NaN) };
}

/** Most terms of one value: the judge works in the process that must not stall. */
export const MAX_TERMS = 2 ** 18;
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
