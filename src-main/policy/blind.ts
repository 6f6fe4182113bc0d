import type { DeviceConditions, Memory } from './conditions.ts';

/**
 * Whose load it is may be unknown for so long while work of ours is on a card; then it rests for a look. Rests are
 * short (two looks), but they end the lane's process, which must load its model again: oftener costs more than 3 %.
 */
export const BLIND_MS = 5 * 60_000;
/** A sensor that still says nothing of a card that has rested for so long fell silent. */
export const SILENT_MS = 15_000;

/** What is remembered of how well other programs on a card can be seen. */
export interface Sight {
  /** Their share was known before: a rest can show it. */
  readonly known: boolean;
  /** Since when it is not known while we work; null: it is, or we do not. */
  readonly blindSince: number | null;
  /** In a rest, since when nothing of ours is on the card any more. */
  readonly restsSince: number | null;
  /** Not even a rest showed it. */
  readonly silent: boolean;
}

export const CLEAR: Sight = { known: false, blindSince: null, restsSince: null, silent: false };

/** Pure. What one look adds. A clock that was set back begins each wait anew. */
export function sightOf(
  last: Sight,
  now: number,
  { kind, foreignLoad, working }: DeviceConditions,
  yields: boolean,
): Sight {
  if (foreignLoad !== null) return { ...CLEAR, known: true };
  const none = { ...last, blindSince: null, restsSince: null };
  if (kind !== 'gpu' || !yields || !last.known) return { ...none, silent: yields && last.silent };
  const since = last.blindSince === null ? (working ? now : null) : Math.min(last.blindSince, now);
  if (since === null) return none;
  // The job in hand ends first.
  if (working || now - since < BLIND_MS) return { ...last, blindSince: since, restsSince: null };
  const rests = Math.min(last.restsSince ?? now, now);
  return now - rests < SILENT_MS ? { ...last, blindSince: since, restsSince: rests } : { ...none, silent: true };
}

export function mustRest({ sight }: Memory, now: number): boolean {
  return sight.blindSince !== null && now - sight.blindSince >= BLIND_MS;
}
