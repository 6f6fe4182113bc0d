import {
  DEVICE_LIMITS,
  MACHINE_LIMITS,
  type Decision,
  type DeviceView,
  type MachineView,
  type Reading,
  type Surroundings,
} from '../../src-shared/domain/machine.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { MINUTE, moot, NOW } from './fixtures.ts';
import { CHECK } from './machine-check.ts';

/** Devices of the pretended machine, in every condition that a person can meet. */

export const GIB = 1024 ** 3;

export function reading(over: Partial<Reading> = {}): Reading {
  return {
    at: NOW - 800,
    load: 0,
    foreignLoad: 0,
    temperatureC: 41,
    powerW: 14,
    memoryUsedBytes: 0.4 * GIB,
    ...over,
  };
}

export const RUN: Decision = {
  act: 'run',
  duty: 1,
  code: 'RUN',
  why: 'You have been away for 12 minutes and a task pays more than its electricity.',
  change: 'Slows down when you come back.',
  lookAgainAt: null,
};

export function device(over: Partial<DeviceView> & Pick<DeviceView, 'id' | 'name'>): DeviceView {
  return {
    kind: 'gpu',
    detail: '12 GiB · driver 565.77',
    state: 'working',
    decision: RUN,
    confirmed: true,
    provider: 'cuda',
    job: null,
    done: 0,
    failed: 0,
    crashes: 0,
    reading: reading(),
    memoryBytes: 12 * GIB,
    incomePerHour: null,
    netPerHour: null,
    limits: DEVICE_LIMITS,
    ...over,
  };
}

export const RTX = device({
  id: 'gpu:GPU-5f1c2a44',
  name: 'RTX 4070',
  job: { model: 'Sentence sense', progress: 0.42, since: NOW - 38_000 },
  done: 412,
  failed: 1,
  reading: reading({ load: 0.74, foreignLoad: 0.06, temperatureC: 61, powerW: 118, memoryUsedBytes: 5.2 * GIB }),
  incomePerHour: moot('0.3412'),
  netPerHour: moot('0.3011'),
  limits: { ...DEVICE_LIMITS, targetC: 72, powerCapW: 160, memoryBytes: 8 * GIB },
});

const RADEON = device({
  id: 'gpu:0000:0c:00.0',
  name: 'Radeon RX 7600',
  detail: '8 GiB · amdgpu 6.12',
  provider: 'webgpu',
  decision: {
    act: 'throttle',
    duty: 0.4,
    code: 'HOT',
    why: 'It is at 84 °C, warmer than your target of 80 °C, so it computes 40 % of the time.',
    change: 'Full speed again below 76 °C.',
    lookAgainAt: NOW + 24_000,
  },
  job: { model: 'Digit reader', progress: null, since: NOW - 9_000 },
  note: 'It does not take Sentence sense, which is left to the processor.',
  done: 96,
  crashes: 1,
  memoryBytes: 8 * GIB,
  reading: reading({ load: 0.38, foreignLoad: null, temperatureC: 84, powerW: null, memoryUsedBytes: 1.1 * GIB }),
  incomePerHour: moot('0.118'),
});

const PROCESSOR = device({
  id: 'cpu',
  kind: 'cpu',
  name: 'Ryzen 7 5800X',
  detail: '2 of 16 cores, low priority',
  state: 'stopped',
  provider: 'cpu',
  decision: {
    act: 'stop',
    duty: 0,
    code: 'BATTERY',
    why: 'The computer runs on battery, 64 % left.',
    change: 'Works again when it is plugged in, or when you allow work on battery under Limits.',
    lookAgainAt: NOW + 55_000,
  },
  done: 31,
  memoryBytes: 32 * GIB,
  reading: reading({ load: 0.11, foreignLoad: 0.11, temperatureC: 52, powerW: 28, memoryUsedBytes: 9.6 * GIB }),
  incomePerHour: moot('0.021'),
  netPerHour: '-4000000000000000' as Amount,
  limits: { ...DEVICE_LIMITS, lanes: 2, duty: 0.5 },
});

const ARC = device({
  id: 'gpu:0000:0e:00.0',
  name: 'Arc A380',
  detail: '6 GiB · driver not known',
  state: 'failed',
  provider: null,
  decision: {
    act: 'stop',
    duty: 0,
    code: 'NO_PROVIDER',
    why: 'Nothing could compute on it: the Vulkan driver is missing.',
    change: 'Install the package “mesa-vulkan-drivers”, then check the hardware again.',
    lookAgainAt: null,
  },
  failed: 3,
  memoryBytes: 6 * GIB,
  reading: reading({ at: 0, load: null, foreignLoad: null, temperatureC: null, powerW: null, memoryUsedBytes: null }),
});

const SURROUNDINGS: Surroundings = {
  battery: { onBattery: true, percent: 64 },
  idleSeconds: 724,
  fullScreen: null,
  metered: null,
  diskFreeBytes: 218e9,
  memoryFreeBytes: 19.4 * GIB,
  idleSources: [
    { name: 'Desktop (Mutter)', state: 'works', detail: 'Followed your test 3 days ago.' },
    { name: 'Screen saver (X11)', state: 'failed', detail: 'Stayed at 0 while nobody touched anything.' },
    { name: 'Electron', state: 'untested', detail: 'Says 724 seconds.' },
    { name: 'Login session (systemd)', state: 'absent', detail: 'There is no session of a desktop here.' },
  ],
  unknown: ['fullScreen'],
};

export const MACHINE: MachineView = {
  devices: [RTX, RADEON, PROCESSOR, ARC],
  limits: {
    ...MACHINE_LIMITS,
    schedule: [],
    quiet: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 22 * 60, to: 7 * 60 }],
  },
  surroundings: SURROUNDINGS,
  check: CHECK,
  idleTest: null,
  checkNote: null,
};

/** A machine on its first day: one processor, nothing tested, nothing known. */
export const NEW_MACHINE: MachineView = {
  devices: [
    device({
      id: 'cpu',
      kind: 'cpu',
      name: 'Core i5-8250U',
      detail: '1 of 8 cores, low priority',
      state: 'idle',
      provider: 'cpu',
      decision: {
        act: 'run',
        duty: 1,
        code: 'NO_WORK',
        why: 'Nobody asks for something this machine may do right now.',
        change: 'Two open tasks would fit if you allowed Language guesser.',
        lookAgainAt: NOW + 30_000,
      },
      memoryBytes: 8 * GIB,
      reading: reading({ load: 0.04, foreignLoad: 0.04, temperatureC: null, powerW: null, memoryUsedBytes: 3 * GIB }),
    }),
  ],
  limits: MACHINE_LIMITS,
  surroundings: {
    ...SURROUNDINGS,
    battery: null,
    idleSeconds: null,
    idleSources: [
      { name: 'Desktop (Mutter)', state: 'absent', detail: 'This desktop does not answer.' },
      { name: 'Electron', state: 'untested', detail: 'Says 0 seconds.' },
    ],
  },
  check: null,
  idleTest: null,
  checkNote: { kind: 'failed', why: 'probe: no answer to facts within 30000 ms', lookAgainAt: NOW + 60_000 },
};

type Reason = readonly [code: string, act: Decision['act'], why: string, change: string, minutes: number | null];

const REASONS: readonly Reason[] = [
  ['PAUSED', 'stop', 'You paused it until 18:40.', 'Resume it, or wait.', 52],
  ['SCHEDULE', 'stop', 'By your schedule it works from 20:00 to 08:00.', 'Starts today at 20:00.', 340],
  ['BATTERY', 'stop', 'The computer runs on battery, 64 % left.', 'Works again when it is plugged in.', 1],
  [
    'ACTIVE',
    'throttle',
    'You are using the computer, so it computes a quarter of the time.',
    'Full speed after 3 minutes without input.',
    3,
  ],
  ['GAME', 'stop', 'Another program is in full screen.', 'Works again a minute after it is closed.', 1],
  ['FOREIGN', 'stop', 'Another program uses 61 % of this card.', 'Works again once that is below 20 %.', 1],
  ['POWER', 'throttle', 'It drew 172 W, more than your cap of 160 W.', 'Full speed below 150 W.', 1],
  [
    'MEMORY',
    'stop',
    'Only 0.6 GiB of its memory is free; the smallest model you allowed needs 1.2 GiB.',
    'Close a program that uses the card.',
    2,
  ],
  ['DISK', 'stop', 'Only 1.4 GB is free on the disk; 2.1 GB is left alone.', 'Make room, or lower that limit.', 10],
  ['METERED', 'stop', 'This network counts what you use.', 'Works on another network, or when you allow this one.', 5],
  [
    'QUIET',
    'throttle',
    'Quiet hours until 07:00: it computes slowly so that the fans stay quiet.',
    'Full speed at 07:00.',
    400,
  ],
  [
    'NO_WORK',
    'run',
    'No open task pays what you ask.',
    'The nearest offers 0.015 MOOT, 0.005 below your least fee for Digit reader.',
    1,
  ],
  ['OFF', 'stop', 'You switched it off.', 'Switch it on to let it work.', null],
];

/** One card for each reason there is, some still on their way to what was decided. */
export const REASONED: MachineView = {
  ...MACHINE,
  devices: REASONS.map(([code, act, why, change, minutes], index) =>
    device({
      id: `gpu:${code}`,
      name: index === 9 ? 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition' : `RTX 4070, slot ${index + 1}`,
      state: act === 'stop' ? (code === 'OFF' ? 'off' : 'stopped') : code === 'NO_WORK' ? 'idle' : 'working',
      confirmed: true,
      decision: {
        act,
        duty: act === 'run' ? 1 : act === 'stop' ? 0 : 0.25,
        code,
        why,
        change,
        lookAgainAt: minutes === null ? null : NOW + minutes * MINUTE,
      },
      limits: { ...DEVICE_LIMITS, on: code !== 'OFF' },
      ...(code === 'GAME' && {
        state: 'working',
        confirmed: false,
        job: { model: 'Sentence sense', progress: 0.9, since: NOW - 60_000 },
      }),
    }),
  ),
};
