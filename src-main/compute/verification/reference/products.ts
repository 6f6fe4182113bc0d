import { elements } from '../../../models/tensors.ts';
import { broadcast, indices, placeOf, ravel, unravel } from './places.ts';
import type { NodeProto } from '../../../models/onnx/types.ts';
import {
  exactly,
  float,
  int,
  ints,
  MAX_TERMS,
  peakOf,
  summed,
  tooMany,
  word,
  type Recomputed,
  type Rule,
} from './values.ts';

/** Places of a pool's window: its size is whatever the model says. */
const MAX_WINDOW = 65_536;

/** A sum that also knows how large its terms were. */
class Sum {
  #value = 0;
  #magnitude = 0;
  #terms = 0;

  add(term: number): void {
    this.#value += term;
    this.#magnitude += Math.abs(term);
    this.#terms++;
  }

  get result(): Recomputed {
    return summed(this.#value, this.#magnitude, this.#terms);
  }
}

const matMul: Rule = ({ inputs: [a, b], shape, element }) => {
  // Vectors have rules of their own for the shape of the result.
  if (a === undefined || b === undefined || a.shape.length < 2 || b.shape.length < 2) return null;
  const index = unravel(element, shape);
  const [row, column] = index.slice(-2) as [number, number];
  const batch = index.slice(0, -2);
  const [inner, across] = [a.shape.at(-1) as number, b.shape.at(-1) as number];
  if (inner > MAX_TERMS) return null;
  const left = placeOf(a.shape, [...batch, row, 0]);
  const right = placeOf(b.shape, [...batch, 0, column]);
  const step = b.shape.at(-2) === 1 ? 0 : across;
  const sum = new Sum();
  for (let k = 0; k < inner; k++) sum.add(a.at(left + k) * b.at(right + k * step));
  return sum.result;
};

const gemm: Rule = ({ node, inputs: [a, b, c], shape, element }) => {
  if (a === undefined || b === undefined || a.shape.length !== 2 || b.shape.length !== 2) return null;
  const [row, column] = unravel(element, shape) as [number, number];
  const [acrossA, acrossB] = [int(node, 'transA', 0) === 1, int(node, 'transB', 0) === 1];
  const [alpha, beta] = [float(node, 'alpha', 1), float(node, 'beta', 1)];
  const inner = a.shape[acrossA ? 0 : 1] as number;
  if (inner > MAX_TERMS) return null;
  const [startA, stepA] = walk(a.shape, acrossA, row);
  const [startB, stepB] = walk(b.shape, !acrossB, column);
  const sum = new Sum();
  for (let k = 0; k < inner; k++) sum.add(alpha * a.at(startA + k * stepA) * b.at(startB + k * stepB));
  if (c !== undefined) sum.add(beta * broadcast(c, [row, column]));
  return sum.result;
};

/** First place and step of a walk down one column of a matrix, or along one row. */
function walk([, wide = 0]: readonly number[], down: boolean, which: number): [number, number] {
  return down ? [which, wide] : [which * wide, 1];
}

/** Where windows of a convolution or pool lie: per spatial dimension. */
interface Geometry {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly size: readonly number[];
}

/** Attributes as the standard fills them in; null where the padding is to be derived. */
function geometryOf(node: NodeProto, size: readonly number[]): Geometry | null {
  if (word(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return null;
  const ones = size.map(() => 1);
  return {
    strides: ints(node, 'strides') ?? ones,
    dilations: ints(node, 'dilations') ?? ones,
    pads: ints(node, 'pads') ?? size.map(() => 0),
    size,
  };
}

/** The input position under one place of the window; null in the padding. */
function under(
  { strides, dilations, pads, size }: Geometry,
  place: readonly number[],
  offset: readonly number[],
): number[] | null {
  const at = size.map((_, d) => nth(place, d) * nth(strides, d) - nth(pads, d) + nth(offset, d) * nth(dilations, d));
  return at.every((position, d) => position >= 0 && position < nth(size, d)) ? at : null;
}

function nth(list: readonly number[], at: number): number {
  return list[at] ?? 0;
}

/** Any number of spatial dimensions, groups, strides, dilations and explicit padding. */
const conv: Rule = ({ node, inputs: [x, w, bias], shape, element }) => {
  const geometry = x === undefined ? null : geometryOf(node, x.shape.slice(2));
  if (x === undefined || w === undefined || geometry === null) return null;
  const [sample = 0, channel = 0, ...place] = unravel(element, shape);
  const [maps = 1, perGroup = 1, ...kernel] = w.shape;
  if (w.shape.length !== x.shape.length || tooMany(elements({ shape: kernel }) * perGroup, w.shape.length)) return null;
  const group = Math.floor(channel / (maps / int(node, 'group', 1)));
  const sum = new Sum();
  // Indices come in the order in which the weights of a channel lie.
  let weight = channel * perGroup * elements({ shape: kernel });
  for (const [part = 0, ...offset] of indices([perGroup, ...kernel])) {
    const at = under(geometry, place, offset);
    if (at !== null) sum.add(x.at(ravel([sample, group * perGroup + part, ...at], x.shape)) * w.at(weight));
    weight++;
  }
  if (bias !== undefined) sum.add(bias.at(channel));
  return sum.result;
};

const globalAverage: Rule = ({ inputs: [x], shape, element }) => {
  if (x === undefined) return null;
  const size = elements({ shape: x.shape.slice(2) });
  if (size > MAX_TERMS) return null;
  const [sample, channel] = unravel(element, shape) as [number, number];
  const start = (sample * (x.shape[1] as number) + channel) * size;
  const sum = new Sum();
  for (let at = start; at < start + size; at++) sum.add(x.at(at) / size);
  return sum.result;
};

const pool =
  (kind: 'max' | 'average'): Rule =>
  ({ node, inputs: [x], output, shape, element }) => {
    const kernel = ints(node, 'kernel_shape');
    const geometry = x === undefined ? null : geometryOf(node, x.shape.slice(2));
    if (x === undefined || kernel === undefined || geometry === null || output !== 0) return null;
    // A kernel may name more dimensions than there are, as many as a list in a file is long.
    if (kernel.length !== geometry.size.length || elements({ shape: kernel }) > MAX_WINDOW) return null;
    if (int(node, 'ceil_mode', 0) !== 0 || int(node, 'count_include_pad', 0) !== 0) return null;
    const [sample = 0, channel = 0, ...place] = unravel(element, shape);
    const values: number[] = [];
    for (const offset of indices(kernel)) {
      const at = under(geometry, place, offset);
      if (at !== null) values.push(x.at(ravel([sample, channel, ...at], x.shape)));
    }
    if (kind === 'max') return exactly(peakOf(values));
    const sum = new Sum();
    for (const value of values) sum.add(value / values.length);
    return sum.result;
  };

/** Operators that add up products. */
export const PRODUCTS: Readonly<Record<string, Rule>> = {
  AveragePool: pool('average'),
  Conv: conv,
  Gemm: gemm,
  GlobalAveragePool: globalAverage,
  MatMul: matMul,
  MaxPool: pool('max'),
};
