import type { DeviceId, DeviceView, Provider } from '../../src-shared/domain/machine.ts';
import type { LaneControl } from '../compute/control.ts';
import type { LaneState, LaneStatus } from '../compute/job.ts';
import type { Pool } from '../compute/pool.ts';

/** What the lanes of one device say of themselves. */
export interface LaneReport {
  readonly device: DeviceId;
  readonly state: LaneState;
  readonly provider: Provider | null;
  /** Share of time that they really keep to. */
  readonly duty: number;
  /** Told to stop, and nothing computes there any more. */
  readonly stopped: boolean;
  readonly job: DeviceView['job'];
  readonly done: number;
  readonly failed: number;
  readonly crashes: number;
  readonly rssBytes: number;
  readonly pids: readonly number[];
  /** What a person should know, one sentence: a provider that failed, a model that it does not take. */
  readonly note: string | null;
}

/** The pool as the machine sees it. */
export interface Lanes {
  readonly control: LaneControl;
  reports(): readonly LaneReport[];
  /** Jobs that wait for a lane. */
  waiting(): number;
}

/** The only place that knows how the pool words it. */
export function poolLanes(pool: Pool): Lanes {
  return { control: pool, reports: () => byDevice(pool.status()), waiting: () => pool.waiting };
}

const LIVELY: readonly LaneState[] = ['busy', 'starting', 'waiting', 'idle', 'off'];

/**
 * Pure. Several lanes of one device count as one: the liveliest speaks. Lanes that ask servers are the processor's, but
 * keep a pace of their own. A server on this machine may use any device: none has stopped while it is still asked; one
 * elsewhere uses none.
 */
export function byDevice(lanes: readonly LaneStatus[]): LaneReport[] {
  const devices = new Map<DeviceId, LaneStatus[]>();
  const asked = lanes.some(({ asks, stopped, pid }) => asks === 'here' && !stopped && pid !== null);
  for (const lane of lanes) devices.set(lane.device, [...(devices.get(lane.device) ?? []), lane]);
  return [...devices].map(([device, all]) => {
    const own = all.filter(({ asks }) => asks === undefined);
    const stopped = !asked && own.every((lane) => lane.stopped);
    // What another machine computes is no work of a device that stands still.
    const shown = stopped ? own : all;
    const [first] = shown.toSorted((a, b) => LIVELY.indexOf(a.state) - LIVELY.indexOf(b.state));
    const sum = (of: (lane: LaneStatus) => number): number => all.reduce((total, lane) => total + of(lane), 0);
    return {
      device,
      state: first?.state ?? 'off',
      provider: first?.provider ?? null,
      // The laggard counts: all of them must have followed.
      duty: Math.max(...own.map(({ duty }) => duty)),
      stopped,
      job: shown.find(({ job }) => job !== null)?.job ?? null,
      done: sum(({ done }) => done),
      failed: sum(({ failed }) => failed),
      crashes: sum(({ crashes }) => crashes),
      rssBytes: sum(({ rssBytes }) => rssBytes ?? 0),
      pids: all.flatMap(({ pid }) => pid ?? []),
      note: all.find(({ note }) => note !== null)?.note ?? null,
    };
  });
}

/** Pure. Whether a device does what was decided, by its lanes' own word. */
export function confirms(report: LaneReport | undefined, duty: number): boolean {
  if (report === undefined) return duty === 0;
  return duty === 0 ? report.stopped : Math.abs(report.duty - duty) < 0.01;
}
