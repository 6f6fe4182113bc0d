import type { DeviceId, DeviceView, Provider } from '../../src-shared/domain/machine.ts';
import type { LaneControl } from '../compute/control.ts';
import type { LaneState, LaneStatus } from '../compute/job.ts';
import type { Pool } from '../compute/pool.ts';

/** What the lanes of one device say of themselves. */
export interface LaneReport {
  readonly device: DeviceId;
  readonly state: LaneState;
  readonly provider: Provider | null;
  /** Share of time that they really keep to; null: they do not say. */
  readonly duty: number | null;
  readonly job: DeviceView['job'];
  readonly done: number;
  readonly failed: number;
  readonly crashes: number;
  readonly rssBytes: number;
  readonly pids: readonly number[];
}

/** The pool as the machine sees it. */
export interface Lanes {
  /** null: this pool takes no orders; then nothing is ever confirmed that it does not do by itself. */
  readonly control: LaneControl | null;
  reports(): readonly LaneReport[];
  /** Jobs that wait for a lane. */
  waiting(): number;
}

/** What a lane may say besides what it always does. */
type Spoken = Omit<LaneStatus, 'provider'> & {
  readonly provider: Provider | null;
  readonly device?: DeviceId;
  readonly duty?: number | null;
  readonly job?: DeviceView['job'];
};

/** The only place that knows how the pool words it. */
export function poolLanes(pool: Pool): Lanes {
  const orders = pool as unknown as Partial<LaneControl>;
  const control =
    typeof orders.place === 'function' && typeof orders.direct === 'function' ? (pool as unknown as LaneControl) : null;
  return { control, reports: () => byDevice(pool.status()), waiting: () => pool.waiting };
}

const LIVELY: readonly LaneState[] = ['busy', 'starting', 'waiting', 'idle', 'off'];

/** Pure. Several lanes of one device count as one: the liveliest speaks. */
export function byDevice(lanes: readonly Spoken[]): LaneReport[] {
  const devices = new Map<DeviceId, Spoken[]>();
  for (const lane of lanes) {
    const device = lane.device ?? (lane.id.startsWith('cpu') ? 'cpu' : lane.id);
    devices.set(device, [...(devices.get(device) ?? []), lane]);
  }
  return [...devices].map(([device, all]) => {
    const [first] = all.toSorted((a, b) => LIVELY.indexOf(a.state) - LIVELY.indexOf(b.state));
    const sum = (of: (lane: Spoken) => number): number => all.reduce((total, lane) => total + of(lane), 0);
    const duties = all.flatMap(({ duty }) => duty ?? []);
    return {
      device,
      state: first?.state ?? 'off',
      provider: first?.provider ?? null,
      // The laggard counts: all of them must have followed.
      duty: duties.length === all.length ? Math.max(...duties) : null,
      job: all.find(({ job }) => job != null)?.job ?? null,
      done: sum(({ done }) => done),
      failed: sum(({ failed }) => failed),
      crashes: sum(({ crashes }) => crashes),
      rssBytes: sum(({ rssBytes }) => rssBytes ?? 0),
      pids: all.flatMap(({ pid }) => pid ?? []),
    };
  });
}

/** Pure. Whether a device does what was decided, by its lanes' own word. */
export function confirms(report: LaneReport | undefined, duty: number): boolean {
  if (report === undefined) return duty === 0;
  if (duty === 0) return report.state !== 'busy';
  if (report.duty !== null) return Math.abs(report.duty - duty) < 0.01;
  // Without its word only what it could not do otherwise is sure.
  return report.state !== 'busy' || duty === 1;
}
