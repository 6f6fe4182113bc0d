import { elements } from '../../../models/tensors.ts';
import { MOVES } from './moves.ts';
import { POINTWISE } from './pointwise.ts';
import { PRODUCTS } from './products.ts';
import { ROWS } from './rows.ts';
import type { Place, Recomputed, Rule } from './values.ts';

const RULES: ReadonlyMap<string, Rule> = new Map(Object.entries({ ...MOVES, ...POINTWISE, ...PRODUCTS, ...ROWS }));

/** Operators that one value of can be recomputed. */
export const COVERED: ReadonlySet<string> = new Set(RULES.keys());

/**
 * One value of a node's output in float64, from the values that the node read. null: the operator, or this case of it,
 * is not covered, or it cannot be said what an honest machine gets.
 */
export function recompute(place: Place): Recomputed | null {
  // Rules are about the first output: a mask or a mean is not computed as that is.
  if (place.output !== 0) return null;
  // An empty tensor takes no bytes, whatever its other dimensions claim, and loops run along those.
  if (place.inputs.some((input) => input !== undefined && elements(input) === 0)) return null;
  const found = applied(RULES.get(place.node.op ?? ''), place);
  return found !== null && Number.isFinite(found.value) && Number.isFinite(found.bound) ? found : null;
}

/** What a side shows may contradict itself and the graph in any way: a rule that falls over it says nothing of who is right. */
function applied(rule: Rule | undefined, place: Place): Recomputed | null {
  try {
    return rule?.(place) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
