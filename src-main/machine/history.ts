import type { History, Reading } from '../../src-shared/domain/machine.ts';

const FINE_MS = 3_600_000;
const FINE_ENTRIES = 2_000;
const COARSE_MS = 60_000;
const COARSE_ENTRIES = 1_440;

type Point = Pick<Reading, 'at' | 'load' | 'temperatureC' | 'powerW'>;

/** Readings of one device: the last hour as they came, 24 hours by the minute. Bounded. */
export class DeviceHistory {
  #fine: Point[] = [];
  #coarse: Point[] = [];
  #minute: Point[] = [];

  add({ at, load, temperatureC, powerW }: Reading): void {
    const last = this.#fine.at(-1);
    if (last !== undefined && at <= last.at) {
      if (at === last.at) return;
      // A clock that was set back: what lies in its future is gone.
      this.#fine = this.#fine.filter((each) => each.at < at);
      this.#coarse = this.#coarse.filter((each) => each.at < at);
      this.#minute = [];
    }
    const point = { at, load, temperatureC, powerW };
    this.#fine.push(point);
    if (this.#fine.length > FINE_ENTRIES || (this.#fine[0]?.at ?? at) < at - FINE_MS)
      this.#fine = this.#fine.filter((each) => each.at >= at - FINE_MS).slice(-FINE_ENTRIES);
    const [first] = this.#minute;
    if (first !== undefined && at - first.at >= COARSE_MS) {
      this.#coarse.push(mean(this.#minute));
      this.#coarse = this.#coarse.slice(-COARSE_ENTRIES);
      this.#minute = [];
    }
    this.#minute.push(point);
  }

  /** @param minutes up to an hour as they came, more by the minute */
  since(minutes: number, now: number): History {
    const from = now - minutes * 60_000;
    const points =
      minutes <= 60 ? this.#fine : [...this.#coarse, ...(this.#minute.length === 0 ? [] : [mean(this.#minute)])];
    const shown = points.filter(({ at }) => at >= from);
    return {
      at: shown.map(({ at }) => at),
      load: shown.map(({ load }) => load),
      temperatureC: shown.map(({ temperatureC }) => temperatureC),
      powerW: shown.map(({ powerW }) => powerW),
    };
  }

  /** Mean power of the last hour, watts; null: nobody said. */
  meanPower(): number | null {
    return mean(this.#fine).powerW;
  }
}

function mean(points: readonly Point[]): Point {
  const of = (key: 'load' | 'temperatureC' | 'powerW'): number | null => {
    const known = points.flatMap((point) => point[key] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return { at: points.at(-1)?.at ?? 0, load: of('load'), temperatureC: of('temperatureC'), powerW: of('powerW') };
}
