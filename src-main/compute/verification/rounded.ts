/**
 * Rounding with helper bits (compute-stack, 5): each value is given on the grid of `step`, or on one shifted by half a
 * step, whichever has its borders farther away. That is the nearest multiple of step/2, and the bit is its parity, so
 * the published value carries it. Whoever recomputes rounds on the grid that the bit names; as long as two machines
 * differ by less than step/4, both get the same bytes.
 */

/** Multiples of step/2 beyond this are not told apart by a float32. */
const MAX_MULTIPLE = 2 ** 22;

/** What a solver publishes. Not-a-number and infinities stay. */
export function roundOwn(values: ArrayLike<number>, step: number): Float32Array {
  return Float32Array.from({ length: values.length }, (_, at) => {
    const value = values[at] as number;
    const multiple = nearest(value, step);
    return multiple === null ? value : grid(multiple, step);
  });
}

/** What a checker gets from its own values on the grids that the published ones name: the same bytes when they agree. */
export function roundLike(published: ArrayLike<number>, own: ArrayLike<number>, step: number): Float32Array {
  if (published.length !== own.length) throw new RangeError('two results of different length');
  return Float32Array.from({ length: own.length }, (_, at) => {
    const value = own[at] as number;
    const theirs = nearest(published[at] as number, step);
    if (theirs === null || nearest(value, step) === null) return value;
    const parity = Math.abs(theirs) % 2;
    return grid(2 * Math.round(value / step - parity / 2) + parity, step);
  });
}

/** The multiple of step/2 nearest to a value; null where there is none to speak of. */
function nearest(value: number, step: number): number | null {
  const multiple = Math.round((2 * value) / step);
  return Math.abs(multiple) <= MAX_MULTIPLE ? multiple : null;
}

/** Zero has one sign. */
function grid(multiple: number, step: number): number {
  return Math.fround((multiple * step) / 2) + 0;
}
