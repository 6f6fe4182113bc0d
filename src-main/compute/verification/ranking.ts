import { compareValues } from './tolerance.ts';

/** How two lists of scores compare by their order. */
export interface RankingComparison {
  readonly agrees: boolean;
  /** `order`: the best are clearly apart. `tolerance`: some are nearly equal, so the values were compared. */
  readonly by: 'order' | 'tolerance';
}

/**
 * The `top` best in the same order. Where two neighbours of the own order, the last that counts and the first that does
 * not among them, are less than `margin` apart, honest machines may order them differently: then all values must agree
 * within `margin`. Not-a-number has no place in an order and never agrees.
 */
export function compareRanking(
  own: ArrayLike<number>,
  theirs: ArrayLike<number>,
  { top, margin }: { readonly top: number; readonly margin: number },
): RankingComparison {
  if (own.length !== theirs.length || hasNaN(own) || hasNaN(theirs)) return { agrees: false, by: 'order' };
  const order = best(own, top + 1);
  const closest = Math.min(
    ...order.slice(0, top).map((place, rank) => {
      const next = order[rank + 1];
      return next === undefined ? Infinity : (own[place] as number) - (own[next] as number);
    }),
  );
  if (closest < margin) {
    return { agrees: compareValues(own, theirs, { atol: margin, rtol: 0 }).agrees, by: 'tolerance' };
  }
  const other = best(theirs, top);
  return { agrees: order.slice(0, top).every((place, rank) => other[rank] === place), by: 'order' };
}

/** Places of the largest values, falling; equal ones by place. */
function best(values: ArrayLike<number>, count: number): number[] {
  const chosen: number[] = [];
  let least = -Infinity;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (chosen.length === count && value <= least) continue;
    const place = chosen.findIndex((other) => value > (values[other] as number));
    chosen.splice(place < 0 ? chosen.length : place, 0, at);
    if (chosen.length > count) chosen.pop();
    least = values[chosen.at(-1) as number] as number;
  }
  return chosen;
}

function hasNaN(values: ArrayLike<number>): boolean {
  for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) return true;
  return false;
}
