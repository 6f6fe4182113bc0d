/** Bounds of `tolerance`: `atol` in units of the values, `rtol` as a share of them. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** How two lists of values compare. */
export interface Comparison {
  readonly agrees: boolean;
  /** Place of the largest difference in units of what is allowed there; -1 when there are no values. */
  readonly worst: number;
  /** That difference: 1 is just allowed. */
  readonly worstRatio: number;
  /** Mean signed difference in units of the mean that is allowed. */
  readonly bias: number;
}

/** From this many values on, their mean says something. */
const BIAS_VALUES = 16;
/** Honest differences have both signs: their mean is far below the bound of one. Many small lies in one direction are not. */
const BIAS_SHARE = 0.25;

/**
 * |own - theirs| <= atol + rtol |own| for each value, and the mean signed difference within a quarter of the mean bound.
 * NaN agrees with NaN only, an infinity with the same one only.
 */
export function compareValues(
  own: ArrayLike<number>,
  theirs: ArrayLike<number>,
  { atol, rtol }: Tolerance,
): Comparison {
  if (own.length !== theirs.length) return { agrees: false, worst: -1, worstRatio: Infinity, bias: Infinity };
  let worst = -1;
  let worstRatio = 0;
  let sum = 0;
  let room = 0;
  let counted = 0;
  for (let at = 0; at < own.length; at++) {
    const a = own[at] as number;
    const b = theirs[at] as number;
    const allowed = atol + rtol * Math.abs(a);
    const difference = a - b;
    const ratio = Math.abs(difference) / allowed;
    // Most values: nothing special about them, and not the worst.
    if (ratio <= worstRatio && worst >= 0) {
      sum += difference;
      room += allowed;
      counted++;
      continue;
    }
    const exact = ratioOf(a, b, allowed);
    if (exact > worstRatio || worst < 0) {
      worst = at;
      worstRatio = exact;
    }
    if (!Number.isFinite(difference)) continue;
    sum += difference;
    room += allowed;
    counted++;
  }
  const bias = sum === 0 ? 0 : Math.abs(sum) / room;
  const biased = counted >= BIAS_VALUES && bias > BIAS_SHARE;
  return { agrees: worstRatio <= 1 && !biased, worst, worstRatio, bias };
}

function ratioOf(a: number, b: number, allowed: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  // Two different infinities, or a number against none.
  if (!Number.isFinite(difference)) return Infinity;
  return allowed === 0 ? Infinity : difference / allowed;
}
