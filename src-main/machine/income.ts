import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';

/** What a device did since it is counted, at most 24 hours. */
export interface Earned {
  /** Paid to the whole machine in that time, base units of MOOT. */
  readonly paid: bigint;
  /** Time that this device computed, and that all did, ms. */
  readonly busyMs: number;
  readonly totalBusyMs: number;
  /** Time in which it was allowed to work, ms: what an hour brings is not what an hour of pure computing would. */
  readonly readyMs: number;
  /** Measured; null: nobody says. */
  readonly watts: number | null;
}

const HOUR_MS = 3_600_000;
/** Less than this says nothing about an hour. */
const LEAST_MS = 60_000;

/**
 * Pure. Income per hour in which the device may work, and the same less the electricity of what it computed. What was paid
 * is shared out by computing time.
 * @returns nulls where something is not known
 */
export function incomeOf(
  earned: Earned,
  prices: Prices | null,
): { readonly perHour: Amount | null; readonly net: Amount | null } {
  const { paid, busyMs, totalBusyMs, readyMs } = earned;
  const known = busyMs > 0 && totalBusyMs >= busyMs && totalBusyMs < Infinity && readyMs >= LEAST_MS;
  if (!known || readyMs === Infinity) return { perHour: null, net: null };
  const [ready, share] = [BigInt(Math.round(readyMs)), BigInt(Math.round((busyMs / totalBusyMs) * 1e9))];
  const perHour = (paid * share * BigInt(HOUR_MS)) / (1_000_000_000n * ready);
  const cost = electricity(earned.watts, Math.min(1, busyMs / readyMs), prices);
  return { perHour: amount(perHour), net: cost === null ? null : (String(perHour - cost) as Amount) };
}

/** Base units of MOOT per hour; null where power or prices are not known. @param load share of the time that it computes */
function electricity(measured: number | null, load: number, prices: Prices | null): bigint | null {
  const watts = measured ?? prices?.watts ?? null;
  const { perKwh = null, perMoot = null } = prices ?? {};
  if (watts === null || perKwh === null || perMoot === null || perMoot <= 0) return null;
  const moot = (((watts * load) / 1_000) * perKwh) / perMoot;
  return moot >= 0 && moot < 1e6 ? BigInt(Math.round(moot * 1e18)) : null;
}

/** Time of one kind per device in the last 24 hours, by the hour. */
export class DeviceTime {
  readonly #now: () => number;
  readonly #hours = new Map<string, Map<number, number>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  add(device: string, ms: number): void {
    if (!(ms > 0 && ms < 24 * HOUR_MS)) return;
    const hour = Math.floor(this.#now() / HOUR_MS);
    const hours = this.#hours.get(device) ?? new Map<number, number>();
    hours.set(hour, (hours.get(hour) ?? 0) + ms);
    for (const old of hours.keys()) if (old <= hour - 24 || old > hour) hours.delete(old);
    this.#hours.set(device, hours);
  }

  of(device: string): number {
    const hour = Math.floor(this.#now() / HOUR_MS);
    return [...(this.#hours.get(device) ?? [])].reduce((sum, [at, ms]) => (at > hour - 24 ? sum + ms : sum), 0);
  }

  total(): number {
    return [...this.#hours.keys()].reduce((sum, device) => sum + this.of(device), 0);
  }
}
