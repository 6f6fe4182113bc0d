import { axisOf, broadcast, ravel, unravel } from './places.ts';
import { exactly, int, ints, listOf, type Rule, type Values } from './values.ts';

/** The element stays where it is in memory, only the shape is another one. */
const sameOrder: Rule = ({ inputs: [x], element }) => (x === undefined ? null : exactly(x.at(element)));

const transpose: Rule = ({ node, inputs: [x], shape, element }) => {
  if (x === undefined) return null;
  const order = ints(node, 'perm') ?? x.shape.map((_, at) => x.shape.length - 1 - at);
  const index = unravel(element, shape);
  const from = x.shape.map((_, axis) => index[order.indexOf(axis)] as number);
  return exactly(x.at(ravel(from, x.shape)));
};

const concat: Rule = ({ node, inputs, shape, element }) => {
  const index = unravel(element, shape);
  const axis = axisOf(int(node, 'axis', 0), shape.length);
  let at = index[axis] as number;
  for (const input of inputs) {
    if (input === undefined) return null;
    const size = input.shape[axis] as number;
    if (at < size) return exactly(input.at(ravel(index.with(axis, at), input.shape)));
    at -= size;
  }
  return null;
};

const gather: Rule = ({ node, inputs: [x, which], shape, element }) => {
  if (x === undefined || which === undefined) return null;
  const axis = axisOf(int(node, 'axis', 0), x.shape.length);
  const index = unravel(element, shape);
  const inner = index.slice(axis, axis + which.shape.length);
  const picked = axisOf(which.at(ravel(inner, which.shape)), x.shape[axis] as number);
  const from = [...index.slice(0, axis), picked, ...index.slice(axis + which.shape.length)];
  return exactly(x.at(ravel(from, x.shape)));
};

const expand: Rule = ({ inputs: [x], shape, element }) =>
  x === undefined ? null : exactly(broadcast(x, unravel(element, shape)));

const list = (values: Values | undefined): number[] | undefined | null =>
  values === undefined ? undefined : listOf(values);

const slice: Rule = ({ inputs: [x, starts, , axes, steps], shape, element }) => {
  const [from, given, strides] = [list(starts), list(axes), list(steps)];
  if (x === undefined || !from || given === null || strides === null) return null;
  const rank = x.shape.length;
  const along = given ?? from.map((_, at) => at);
  const stride = strides ?? from.map(() => 1);
  // A dimension that is not there would make the index as long as its number says.
  if (!along.every((axis) => axis >= -rank && axis < rank)) return null;
  const index = unravel(element, shape);
  along.forEach((axis, n) => {
    const dimension = axisOf(axis, rank);
    const size = x.shape[dimension] as number;
    const step = stride[n] as number;
    const start = axisOf(from[n] as number, size);
    // Clamped as the standard has it: a slice that goes down begins at the last element at most.
    const first = Math.min(Math.max(start, 0), step > 0 ? size : size - 1);
    index[dimension] = first + (index[dimension] as number) * step;
  });
  return exactly(x.at(ravel(index, x.shape)));
};

/** Numbers that fit both types come through unchanged; a float32 holds whole numbers up to 2^24. */
const cast: Rule = ({ node, inputs: [x], element }) => {
  const value = x?.at(element);
  if (value === undefined) return null;
  const to = int(node, 'to', 0);
  if (to === 1) return exactly(Math.fround(value));
  // What becomes of a negative number in an unsigned type is each machine's own affair.
  const whole = [3, 5, 6, 7].includes(to) || (value > -1 && [2, 4, 12, 13].includes(to));
  return whole && Math.abs(value) < 2 ** 7 ? exactly(Math.trunc(value)) : null;
};

/** Operators that only move values. */
export const MOVES: Readonly<Record<string, Rule>> = {
  Cast: cast,
  Concat: concat,
  Expand: expand,
  Flatten: sameOrder,
  Gather: gather,
  Reshape: sameOrder,
  Slice: slice,
  Squeeze: sameOrder,
  Transpose: transpose,
  Unsqueeze: sameOrder,
};
