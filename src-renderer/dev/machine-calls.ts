import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { DeviceLimits, DeviceView, MachineView } from '../../src-shared/domain/machine.ts';
import type { World } from './handlers.ts';
import { CHECK, CHECKING } from './machine-check.ts';
import { historyOf } from './machine-history.ts';
import { testIdle } from './idle-test.ts';
import { RUN } from './machine.ts';

type Calls = Pick<CallHandlers, Extract<keyof CallHandlers, `machine.${string}` | `policy.${string}`>>;

/** Pauses, limits, checks and readings of the pretended machine. What is asked for is confirmed a moment later, as a lane would. */
export function machineCalls(world: World): Omit<Calls, 'policy.prices'> {
  const later = (ms: number, act: () => void): void => void setTimeout(act, ms).unref();
  const machine = (change: (now: MachineView) => Partial<MachineView>): void =>
    world.emit({ slice: 'machine', value: { ...world.snapshot.machine, ...change(world.snapshot.machine) } });
  const device = (id: string, change: (now: DeviceView) => Partial<DeviceView>): void =>
    machine(({ devices }) => ({
      devices: devices.map((each) => (each.id === id ? { ...each, ...change(each) } : each)),
    }));
  /** Decided at once, done when the lane says so. */
  const settle = (id: string, decided: Partial<DeviceView>, done: Partial<DeviceView>): void => {
    later(150, () => device(id, () => ({ ...decided, confirmed: false })));
    later(900, () =>
      device(id, ({ reading }) => ({
        ...done,
        confirmed: true,
        ...(done.job === null && { reading: { ...reading, load: reading.foreignLoad ?? 0.01, powerW: 14 } }),
      })),
    );
  };
  const stop = (id: string, code: string, why: string, change: string, until: number | null): void =>
    settle(
      id,
      { decision: { act: 'stop', duty: 0, code, why, change, lookAgainAt: until } },
      { state: code === 'OFF' ? 'off' : 'stopped', job: null },
    );
  const run = (id: string): void =>
    settle(id, { decision: { ...RUN, why: 'Nobody asks for something this device may do.' } }, { state: 'idle' });
  const all = (act: (id: string) => void): void => {
    for (const { id, state } of world.snapshot.machine.devices) if (state !== 'failed' && state !== 'off') act(id);
  };
  const limited = (id: string, limits: DeviceLimits): void => {
    const before = world.snapshot.machine.devices.find((each) => each.id === id);
    if (before === undefined) throw new FolkmootError('NO_DEVICE', 'This device is not there any more.');
    if (limits.powerCapW === 13)
      throw new FolkmootError('REFUSED', 'The driver takes no cap below 100 W.', { remedy: 'Try 100 W or more.' });
    later(150, () => device(id, () => ({ limits })));
    if (limits.on === before.limits.on) return;
    if (limits.on) run(id);
    else stop(id, 'OFF', 'You switched it off.', 'Switch it on to let it work.', null);
  };
  return {
    'policy.pause': ({ forMs, device: id }) => {
      const until = forMs === null ? null : Date.now() + forMs;
      const why = until === null ? 'You paused it until you resume it.' : 'You paused it for a while.';
      const pause = (each: string): void => stop(each, 'PAUSED', why, 'Resume it to let it work.', until);
      if (id !== null) pause(id);
      else {
        all(pause);
        later(400, () =>
          world.emit({
            slice: 'activity',
            value: {
              state: 'paused',
              code: 'PAUSED',
              title: 'Paused',
              why: 'You paused this machine.',
              pausedUntil: until,
            },
          }),
        );
      }
      return null;
    },
    'policy.resume': ({ device: id }) => {
      if (id !== null) run(id);
      else {
        all(run);
        later(400, () =>
          world.emit({
            slice: 'activity',
            value: {
              state: 'waiting',
              code: 'NO_WORK',
              title: 'Waiting for work',
              why: 'Nobody asks for something now.',
            },
          }),
        );
      }
      return null;
    },
    'policy.limits': (limits) => {
      later(200, () => machine((now) => ({ limits: { ...limits, devices: now.limits.devices } })));
      return null;
    },
    'policy.device': ({ device: id, limits }) => (limited(id, limits), null),
    'machine.check': () => {
      machine(() => ({ check: CHECKING }));
      later(6_000, () => machine(() => ({ check: { ...CHECK, at: Date.now() } })));
      return null;
    },
    'machine.history': ({ device: id, minutes }) => {
      const found = world.snapshot.machine.devices.find((each) => each.id === id);
      if (found === undefined) throw new FolkmootError('NO_DEVICE', 'This device is not there any more.');
      return historyOf(found, minutes, Date.now());
    },
    'machine.testIdle': () => (testIdle(world), null),
  };
}

/** New readings of all devices whose sensors answer, a little different each time. */
export function breathe(world: World): void {
  const { machine } = world.snapshot;
  if (machine.devices.length === 0) return;
  const near = (value: number | null, by: number): number | null =>
    value === null ? null : Math.max(0, value + (Math.random() - 0.5) * by);
  const devices = machine.devices.map((device) => {
    const { reading } = device;
    if (reading.at === 0) return device;
    const load = device.state === 'working' && reading.load !== null ? near(reading.load, 0.02) : reading.load;
    return { ...device, reading: { ...reading, at: Date.now(), load, powerW: near(reading.powerW, 2) } };
  });
  world.emit({ slice: 'machine', value: { ...machine, devices } });
}
