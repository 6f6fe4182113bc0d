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
  const published = new Float32Array(values.length);
  const scale = 2 / step;
  for (let at = 0; at < published.length; at++) {
    const value = values[at] as number;
    const multiple = Math.floor(value * scale + 0.5);
    published[at] = hasGrid(multiple) ? grid(multiple, step) : plain(value);
  }
  return published;
}

/** What a checker gets from its own values on the grids that the published ones name: the same bytes when they agree. */
export function roundLike(published: ArrayLike<number>, own: ArrayLike<number>, step: number): Float32Array {
  if (published.length !== own.length) throw new RangeError('two results of different length');
  const again = new Float32Array(own.length);
  const scale = 2 / step;
  for (let at = 0; at < again.length; at++) {
    const value = own[at] as number;
    const theirs = Math.floor((published[at] as number) * scale + 0.5);
    const steps = value * scale;
    // The parity of a multiple of half a step is the bit that names the grid.
    const parity = Math.abs(theirs) % 2;
    again[at] =
      hasGrid(theirs) && hasGrid(steps)
        ? grid(2 * Math.floor((steps - parity) / 2 + 0.5) + parity, step)
        : plain(value);
  }
  return again;
}

/** Not so for numbers that are none, and for those too large to be on a grid of a float32. */
function hasGrid(multiple: number): boolean {
  return Math.abs(multiple) <= MAX_MULTIPLE;
}

/** Processors write not-a-number in ways of their own; published is one. */
function plain(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

/** Zero has one sign. */
function grid(multiple: number, step: number): number {
  return Math.fround((multiple * step) / 2) + 0;
}
