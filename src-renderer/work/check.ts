import { count } from '../../src-shared/domain/format.ts';
import type {
  BenchmarkScore,
  DeviceCheck,
  HardwareCheck,
  Provider,
  ProviderCheck,
} from '../../src-shared/domain/machine.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure wording of the hardware check. */

export const PROVIDER_STATES: Readonly<
  Record<ProviderCheck['state'], { readonly words: string; readonly tone: Tone }>
> = {
  ran: { words: 'ran', tone: 'work' },
  failed: { words: 'failed', tone: 'trouble' },
  absent: { words: 'not here', tone: 'wait' },
};

export const canCompute = (device: DeviceCheck): boolean => device.providers.some(({ state }) => state === 'ran');

/** What the check shows of one device. `elsewhere`: nothing failed, its work is told with another card. */
export function stateOfDevice(device: DeviceCheck): 'able' | 'unable' | 'elsewhere' {
  if (canCompute(device)) return 'able';
  const { providers, trouble } = device;
  const absent = providers.length > 0 && providers.every(({ state }) => state === 'absent');
  return absent && trouble === null ? 'elsewhere' : 'unable';
}

export const DEVICE_STATES: Readonly<
  Record<ReturnType<typeof stateOfDevice>, { readonly words: string; readonly tone: Tone }>
> = {
  able: { words: 'can compute', tone: 'work' },
  unable: { words: 'cannot compute', tone: 'trouble' },
  elsewhere: { words: 'not used by itself', tone: 'wait' },
};

/** The page's one sentence. */
export function sayCheck(check: HardwareCheck | null): string {
  if (check === null) return 'This machine was not checked yet';
  if (check.state === 'running') return 'The check is running';
  if (check.devices.length === 0) return 'No device was found';
  const able = check.devices.filter(canCompute).length;
  if (able === check.devices.length) return able === 1 ? 'Your device can compute' : `All ${able} devices can compute`;
  return `${able} of ${count(check.devices.length, 'device')} can compute`;
}

/** "1.84 ms", "12 ms", "2.1 s". */
export function sayRun(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
}

/** How far from the processor's result: in words, since most people never met an exponent. */
export function sayDifference(difference: number): string {
  if (difference === 0) return 'none';
  const digits = Math.floor(-Math.log10(difference));
  if (digits < 1) return difference.toPrecision(2);
  return `${digits} decimals agree`;
}

/** "2,140 a second", "9.4 a second". */
export function sayScore(runsPerSecond: number): string {
  const text =
    runsPerSecond >= 100
      ? Math.round(runsPerSecond).toLocaleString('en-US')
      : Number(runsPerSecond.toPrecision(2)).toString();
  return text;
}

export interface ScoreTable {
  readonly columns: ReadonlyArray<{ readonly key: string; readonly device: string; readonly provider: Provider }>;
  readonly rows: ReadonlyArray<{ readonly graph: string; readonly scores: ReadonlyArray<number | null> }>;
}

/** A row for each graph, a column for each device and provider that ran one. */
export function scoreTable(scores: readonly BenchmarkScore[]): ScoreTable {
  const keyOf = ({ device, provider }: BenchmarkScore): string => `${device} ${provider}`;
  const columns = [...new Map(scores.map((score) => [keyOf(score), score])).values()];
  const graphs = [...new Set(scores.map(({ graph }) => graph))];
  return {
    columns: columns.map((score) => ({ key: keyOf(score), device: score.device, provider: score.provider })),
    rows: graphs.map((graph) => ({
      graph,
      scores: columns.map(
        (column) =>
          scores.find((score) => score.graph === graph && keyOf(score) === keyOf(column))?.runsPerSecond ?? null,
      ),
    })),
  };
}
