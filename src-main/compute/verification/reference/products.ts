import { broadcast, indices, ravel, unravel } from './places.ts';
import type { NodeProto } from '../../../models/onnx/types.ts';
import {
  exactly,
  float,
  int,
  ints,
  MAX_TERMS,
  peakOf,
  summed,
  word,
  type Recomputed,
  type Rule,
  type Values,
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
  const inner = a.shape.at(-1) as number;
  if (inner > MAX_TERMS) return null;
  const sum = new Sum();
  for (let k = 0; k < inner; k++) sum.add(broadcast(a, [...batch, row, k]) * broadcast(b, [...batch, k, column]));
  return sum.result;
};

const gemm: Rule = ({ node, inputs: [a, b, c], shape, element }) => {
  if (a === undefined || b === undefined) return null;
  const [row, column] = unravel(element, shape) as [number, number];
  const [acrossA, acrossB] = [int(node, 'transA', 0) === 1, int(node, 'transB', 0) === 1];
  const [alpha, beta] = [float(node, 'alpha', 1), float(node, 'beta', 1)];
  const inner = a.shape[acrossA ? 0 : 1] as number;
  if (inner > MAX_TERMS) return null;
  const sum = new Sum();
  for (let k = 0; k < inner; k++) {
    const left = a.at(ravel(acrossA ? [k, row] : [row, k], a.shape));
    const right = b.at(ravel(acrossB ? [column, k] : [k, column], b.shape));
    sum.add(alpha * left * right);
  }
  if (c !== undefined) sum.add(beta * broadcast(c, [row, column]));
  return sum.result;
};

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
  if (kernel.reduce((product, size) => product * size, perGroup) > MAX_TERMS) return null;
  const group = Math.floor(channel / (maps / int(node, 'group', 1)));
  const sum = new Sum();
  for (const [part = 0, ...offset] of indices([perGroup, ...kernel])) {
    const at = under(geometry, place, offset);
    if (at === null) continue;
    const value = x.at(ravel([sample, group * perGroup + part, ...at], x.shape));
    sum.add(value * w.at(ravel([channel, part, ...offset], w.shape)));
  }
  if (bias !== undefined) sum.add(bias.at(channel));
  return sum.result;
};

const globalAverage: Rule = ({ inputs: [x], shape, element }) => {
  if (x === undefined) return null;
  if (x.shape.slice(2).reduce((product, size) => product * size, 1) > MAX_TERMS) return null;
  const [sample, channel] = unravel(element, shape) as [number, number];
  return averageOf(x, sample, channel, [...indices(x.shape.slice(2))]);
};

function averageOf(x: Values, sample: number, channel: number, places: ReadonlyArray<readonly number[]>): Recomputed {
  const sum = new Sum();
  for (const place of places) sum.add(x.at(ravel([sample, channel, ...place], x.shape)) / places.length);
  return sum.result;
}

const pool =
  (kind: 'max' | 'average'): Rule =>
  ({ node, inputs: [x], output, shape, element }) => {
    const kernel = ints(node, 'kernel_shape');
    const geometry = x === undefined ? null : geometryOf(node, x.shape.slice(2));
    if (x === undefined || kernel === undefined || geometry === null || output !== 0) return null;
    if (kernel.reduce((product, size) => product * size, 1) > MAX_WINDOW) return null;
    if (int(node, 'ceil_mode', 0) !== 0 || int(node, 'count_include_pad', 0) !== 0) return null;
    const [sample = 0, channel = 0, ...place] = unravel(element, shape);
    const inside = [...indices(kernel)].flatMap((offset) => {
      const at = under(geometry, place, offset);
      return at === null ? [] : [at];
    });
    if (kind === 'average') return averageOf(x, sample, channel, inside);
    const values = inside.map((at) => x.at(ravel([sample, channel, ...at], x.shape)));
    return exactly(peakOf(values));
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
