import type { CardReading } from './protocol.ts';

/** Load of one card by process, as the counters `\GPU Engine(*)\Utilization Percentage` tell it. */
export interface EngineLoad {
  /** The card, as Windows numbers it: "0x00000000_0x0000C2F1". */
  readonly luid: string;
  readonly pid: number;
  readonly engine: string;
  /** 0 to 1. */
  readonly load: number;
}

const INSTANCE =
  /\\GPU Engine\(pid_(\d{1,10})_luid_(0x[0-9a-f]{8}_0x[0-9a-f]{8})_phys_\d{1,3}_eng_\d{1,3}_engtype_([^)]{1,40})\)/i;

/** Output of `typeperf -sc 1`: a line of names, a line of values, both in quotes. Other lines are left out. */
export function parseTypeperf(text: string): EngineLoad[] {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('"'))
    .map((line) => [...line.matchAll(/"([^"]{0,400})"/g)].map(([, cell = '']) => cell));
  const [names = [], values = []] = lines;
  return names.flatMap((name, at) => {
    const [, pid, luid, engine] = INSTANCE.exec(name) ?? [];
    const percent = Number(values[at] ?? Number.NaN);
    if (pid === undefined || luid === undefined || engine === undefined || !Number.isFinite(percent) || percent < 0)
      return [];
    return [{ luid: luid.toLowerCase(), pid: Number(pid), engine: engine.toLowerCase(), load: percent / 100 }];
  });
}

/**
 * Load of a card: engines work side by side, so the busiest kind counts, as Task Manager shows it.
 * @returns by card, all and what is not ours
 */
export function engineLoads(
  engines: readonly EngineLoad[],
  own: ReadonlySet<number>,
): Map<string, { load: number; foreign: number }> {
  const sums = new Map<string, Map<string, { load: number; foreign: number }>>();
  for (const { luid, engine, pid, load } of engines.slice(0, 10_000)) {
    const card = sums.get(luid) ?? new Map<string, { load: number; foreign: number }>();
    const sum = card.get(engine) ?? { load: 0, foreign: 0 };
    card.set(engine, { load: sum.load + load, foreign: sum.foreign + (own.has(pid) ? 0 : load) });
    sums.set(luid, card);
  }
  return new Map(
    [...sums].map(([luid, kinds]) => [
      luid,
      {
        load: Math.min(1, Math.max(...[...kinds.values()].map(({ load }) => load))),
        foreign: Math.min(1, Math.max(...[...kinds.values()].map(({ foreign }) => foreign))),
      },
    ]),
  );
}

/** With one card there is no doubt whose load it is; the numbers of Windows and of the drivers have nothing in common. */
export function windowsReading(id: string, engines: readonly EngineLoad[], own: ReadonlySet<number>): CardReading {
  const loads = [...engineLoads(engines, own).values()];
  const most = (of: 'load' | 'foreign'): number | null =>
    loads.length === 0 ? null : Math.max(...loads.map((each) => each[of]));
  return {
    id,
    load: most('load'),
    foreignLoad: most('foreign'),
    temperatureC: null,
    powerW: null,
    memoryUsedBytes: null,
    ownMemoryBytes: null,
  };
}
