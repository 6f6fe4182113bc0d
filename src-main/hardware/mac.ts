import type { CardReading } from './protocol.ts';

/** Output of `ioreg -r -c IOAccelerator -w 0`: one block a card, its figures in `PerformanceStatistics`. */
export function parseAccelerator(
  text: string,
): Array<{ readonly load: number | null; readonly memoryUsedBytes: number | null }> {
  return [...text.matchAll(/"PerformanceStatistics" = \{([^}]{0,10000})\}/g)].map(([, stats = '']) => {
    const figure = (name: string): number | null => {
      const value = new RegExp(`"${name}"=(\\d{1,18})(?:,|$)`).exec(stats)?.[1];
      return value === undefined ? null : Number(value);
    };
    const percent = figure('Device Utilization %') ?? figure('GPU Activity\\(%\\)');
    return {
      load: percent === null ? null : percent / 100,
      memoryUsedBytes: figure('In use system memory') ?? figure('vramUsedBytes'),
    };
  });
}

/** Whose load it is macOS does not say: while we work it is unknown, and work rests now and then (policy/blind.ts). */
export function macReading(id: string, text: string, working: boolean): CardReading {
  const [first] = parseAccelerator(text);
  const load = first?.load ?? null;
  return {
    id,
    load,
    foreignLoad: working ? null : load,
    temperatureC: null,
    powerW: null,
    memoryUsedBytes: first?.memoryUsedBytes ?? null,
    ownMemoryBytes: null,
  };
}

/** Output of `pmset -g batt`. A Mac without a battery names none. */
export function parsePmset(text: string): { readonly onBattery: boolean; readonly percent: number | null } | null {
  const source = /Now drawing from '(AC|Battery|UPS) Power'/.exec(text)?.[1];
  if (source === undefined) return null;
  const percent = /\b(\d{1,3})%;/.exec(text)?.[1];
  return { onBattery: source !== 'AC', percent: percent === undefined ? null : Math.min(100, Number(percent)) };
}
