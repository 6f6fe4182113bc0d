import type { Values } from './values.ts';

/** Positions in row-major tensors. */

/** @returns one index per dimension */
export function unravel(element: number, shape: readonly number[]): number[] {
  const index = Array.from({ length: shape.length }, () => 0);
  let rest = element;
  for (let at = shape.length - 1; at >= 0; at--) {
    const size = shape[at] as number;
    index[at] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}

export function ravel(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((sum, one, at) => sum * (shape[at] as number) + one, 0);
}

/** Where in a tensor of `shape` the value stands that is at `index` of a larger shape after broadcasting (dimensions of 1 repeat, missing ones too). */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  const skip = index.length - shape.length;
  return ravel(
    shape.map((size, at) => (size === 1 ? 0 : (index[at + skip] as number))),
    shape,
  );
}

export function broadcast(values: Values, index: readonly number[]): number {
  return values.at(placeOf(values.shape, index));
}

/** How far apart neighbours along each dimension are, in elements: a long walk adds these instead of making an index a step. */
export function strides(shape: readonly number[]): number[] {
  let next = 1;
  return shape
    .toReversed()
    .map((size) => {
      const own = next;
      next *= size;
      return own;
    })
    .reverse();
}

/** A dimension counted from the end when negative. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** All indices of a shape, one after the other. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const total = shape.reduce((product, size) => product * size, 1);
  for (let element = 0; element < total; element++) yield unravel(element, shape);
}
