import type { CardReading } from './protocol.ts';

const MAX_BYTES = 2 ** 50;

/** Sensors lie: not a number, negative, 300 %, 10^9 degrees. What cannot be true is not known. */
function within(value: number | null, low: number, high: number): number | null {
  return value !== null && Number.isFinite(value) && value >= low && value <= high ? value : null;
}

/** A share: counters add up to a little more than everything now and then. */
export function share(value: number | null): number | null {
  const known = within(value, 0, 1.1);
  return known === null ? null : Math.min(known, 1);
}

/** °C. A chip that works is neither below -40 nor above 150. */
export const celsius = (value: number | null): number | null => within(value, -40, 150);
export const watts = (value: number | null): number | null => within(value, 0, 5_000);
export const bytes = (value: number | null): number | null => within(value, 0, MAX_BYTES);
export const seconds = (value: number | null): number | null => within(value, 0, 10 * 366 * 86_400);

export function plausibleCard(card: CardReading): CardReading {
  return {
    id: card.id,
    load: share(card.load),
    foreignLoad: share(card.foreignLoad),
    temperatureC: celsius(card.temperatureC),
    powerW: watts(card.powerW),
    memoryUsedBytes: bytes(card.memoryUsedBytes),
    ownMemoryBytes: bytes(card.ownMemoryBytes),
  };
}
