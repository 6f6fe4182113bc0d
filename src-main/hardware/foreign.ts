import { FOREIGN_LOAD, FOREIGN_OVER } from '../policy/hysteresis.ts';

/**
 * Pure. Share of a card that programs of others take, from what is known while work of ours is on it.
 * @param least what others are seen to take; there may be more that shows no figure
 * @param most all that is not ours; null: not known
 * @returns null where the two leave open whether a program needs the card
 */
export function foreignBetween(least: number, most: number | null): number | null {
  if (least >= FOREIGN_LOAD) return Math.min(1, least);
  if (most === null || most - least > FOREIGN_OVER) return null;
  return Math.max(least, most);
}
