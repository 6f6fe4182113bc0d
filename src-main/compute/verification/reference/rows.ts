import { axisOf, indices, ravel, strides, unravel } from './places.ts';
import { elements } from '../../../models/tensors.ts';
import {
  exactly,
  float,
  int,
  ints,
  listOf,
  MAX_TERMS,
  peakOf,
  roughly,
  summed,
  tooMany,
  UNIT,
  type Place,
  type Rule,
  type Values,
} from './values.ts';

/** The values along one dimension through a place. */
function line(values: Values, index: readonly number[], axis: number): number[] {
  const [start, step] = [ravel(index.with(axis, 0), values.shape), strides(values.shape)[axis] as number];
  return Array.from({ length: values.shape[axis] as number }, (_, at) => values.at(start + at * step));
}

const softmax =
  (log: boolean): Rule =>
  ({ node, inputs: [x], shape, element }) => {
    if (x === undefined) return null;
    const index = unravel(element, shape);
    const axis = axisOf(int(node, 'axis', -1), shape.length);
    if (x.shape.length !== shape.length || (x.shape[axis] ?? Infinity) > MAX_TERMS) return null;
    const row = line(x, index, axis);
    const peak = peakOf(row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - peak), 0);
    const shifted = (row[index[axis] as number] as number) - peak;
    return roughly(log ? shifted - Math.log(total) : Math.exp(shifted) / total);
  };

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last dimensions from `axis` on. */
const layerNormalization: Rule = ({ node, inputs: [x, scale, bias], output, shape, element }) => {
  if (x === undefined || scale === undefined || output !== 0) return null;
  const axis = axisOf(int(node, 'axis', -1), shape.length);
  const size = shape.slice(axis).reduce((product, one) => product * one, 1);
  if (size > MAX_TERMS) return null;
  const start = Math.floor(element / size) * size;
  const row = Array.from({ length: size }, (_, at) => x.at(start + at));
  const mean = row.reduce((sum, value) => sum + value, 0) / size;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
  const factor = scale.at((element - start) % elements(scale)) / Math.sqrt(variance + float(node, 'epsilon', 1e-5));
  const shift = bias === undefined ? 0 : bias.at((element - start) % elements(bias));
  // Rounding of the mean and of the difference is as large as the largest value, however small their result.
  const largest = peakOf(row.map(Math.abs)) * Math.abs(factor) + Math.abs(shift);
  const value = ((row[element - start] as number) - mean) * factor + shift;
  return { value, bound: 16 * Math.sqrt(size + 4) * UNIT * largest };
};

const batchNormalization: Rule = ({ node, inputs: [x, scale, bias, mean, variance], output, shape, element }) => {
  if (x === undefined || scale === undefined || bias === undefined || mean === undefined || variance === undefined)
    return null;
  if (output !== 0 || int(node, 'training_mode', 0) !== 0) return null;
  const channel = unravel(element, shape)[1] as number;
  const at = (values: Values): number => values.at(channel);
  const factor = at(scale) / Math.sqrt(at(variance) + float(node, 'epsilon', 1e-5));
  const terms = [x.at(element) * factor, -at(mean) * factor, at(bias)];
  return summed(
    terms.reduce((a, b) => a + b),
    terms.reduce((sum, term) => sum + Math.abs(term), 0),
    3,
  );
};

type Fold = (values: readonly number[]) => number;
const total: Fold = (values) => values.reduce((sum, value) => sum + value, 0);

/** Axes are an attribute in older operator sets, an input in newer ones. null: they are none. */
function reducedAxes({ node, inputs }: Place, rank: number): number[] | null {
  const given = ints(node, 'axes') ?? (inputs[1] === undefined ? undefined : listOf(inputs[1]));
  if (given === null) return null;
  if (given === undefined || given.length === 0)
    return int(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, at) => at);
  const axes = given.map((axis) => axisOf(axis, rank));
  // One twice would be looked through twice, and so on: 64 times a thousand is for ever.
  return new Set(axes).size === axes.length && axes.every((axis) => axis >= 0 && axis < rank) ? axes : null;
}

/** @param additive sums are rounded at every step */
const reduce =
  (fold: Fold, additive: boolean): Rule =>
  (place) => {
    const { node, inputs, shape, element } = place;
    const [x] = inputs;
    if (x === undefined) return null;
    const rank = x.shape.length;
    const axes = reducedAxes(place, rank);
    if (axes === null) return null;
    const sizes = axes.map((axis) => x.shape[axis] as number);
    if (tooMany(elements({ shape: sizes }), axes.length)) return null;
    const index = unravel(element, shape);
    const kept = int(node, 'keepdims', 1) === 1 ? index : restore(index, axes, rank);
    if (kept.length !== rank) return null;
    const start = ravel(
      kept.map((one, axis) => (axes.includes(axis) ? 0 : one)),
      x.shape,
    );
    const all = strides(x.shape);
    const steps = axes.map((axis) => all[axis] as number);
    const values: number[] = [];
    for (const offset of indices(sizes))
      values.push(x.at(offset.reduce((at, one, n) => at + one * (steps[n] as number), start)));
    if (!additive) return exactly(fold(values));
    return summed(fold(values), fold(values.map(Math.abs)), values.length);
  };

/** Puts the dimensions that were dropped back, as 0. */
function restore(index: readonly number[], axes: readonly number[], rank: number): number[] {
  let next = 0;
  return Array.from({ length: rank }, (_, at) => (axes.includes(at) ? 0 : (index[next++] as number)));
}

/** Operators that look at whole rows. */
export const ROWS: Readonly<Record<string, Rule>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  LogSoftmax: softmax(true),
  ReduceMax: reduce(peakOf, false),
  ReduceMean: reduce((values) => total(values) / values.length, true),
  ReduceMin: reduce((values) => -peakOf(values.map((value) => -value)), false),
  ReduceSum: reduce(total, true),
  Softmax: softmax(false),
};
