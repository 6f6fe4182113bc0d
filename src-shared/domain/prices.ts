/** What the person says its means cost, all in one currency of its own. `null`: not said, and then not counted. */
export interface Prices {
  /** Power that the machine draws for a computation, beyond what it draws anyway. */
  readonly watts: number | null;
  /** Of a kilowatt-hour. */
  readonly perKwh: number | null;
  /** Of one MOOT. */
  readonly perMoot: number | null;
  /** Of one coin of the chain, 10^18 wei. */
  readonly perCoin: number | null;
}

export const NO_PRICES: Prices = { watts: null, perKwh: null, perMoot: null, perCoin: null };

/** Largest price or power that is taken. */
export const MAX_PRICE = 1e12;
