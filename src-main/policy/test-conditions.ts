import * as fc from 'fast-check';
import {
  DEVICE_LIMITS,
  MACHINE_LIMITS,
  type DeviceLimits,
  type MachineLimits,
} from '../../src-shared/domain/machine.ts';
import type { DeviceConditions, MachineConditions, Policy, WorkAtHand } from './conditions.ts';

/** For tests only: a cool, free card in a computer that nobody uses, on mains. */
export const CARD: DeviceConditions = {
  id: 'gpu:GPU-1',
  kind: 'gpu',
  foreignLoad: 0,
  temperatureC: 45,
  powerW: 30,
  memoryFreeBytes: 8 * 1024 ** 3,
  working: false,
  gone: false,
  unusable: null,
  mayUse: [],
};
export const PROCESSOR: DeviceConditions = { ...CARD, id: 'cpu', kind: 'cpu' };
export const FINE: MachineConditions = {
  now: 1_800_000_000_000,
  day: 3,
  minute: 600,
  battery: { onBattery: false, percent: 80 },
  idleSeconds: 3_600,
  fullScreen: false,
  metered: false,
  diskFreeBytes: 100 * 1024 ** 3,
  devices: [CARD],
};
export const NO_WORK: WorkAtHand = { owed: false, jobs: 1, nearest: null };

export function policyOf(limits: Partial<MachineLimits> = {}, device: Partial<DeviceLimits> = {}): Policy {
  return { limits: { ...MACHINE_LIMITS, ...limits }, device: { ...DEVICE_LIMITS, ...device }, pause: null, pauses: {} };
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });
/** Also what no honest sensor says. */
const figure = (max: number): fc.Arbitrary<number | null> =>
  maybe(
    fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: 0, max, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -1, 1e9, Infinity) },
    ),
  );

export const anyDevice = (id: string, kind: 'cpu' | 'gpu'): fc.Arbitrary<DeviceConditions> =>
  fc.record({
    id: fc.constant(id),
    kind: fc.constant(kind),
    foreignLoad: figure(1),
    temperatureC: figure(110),
    powerW: figure(400),
    memoryFreeBytes: figure(16 * 1024 ** 3),
    working: fc.boolean(),
    gone: fc.constantFrom(false, false, false, true),
    unusable: fc.constantFrom(null, null, null, {
      why: 'No test has passed on this card.',
      change: 'Check the hardware.',
    }),
    mayUse: fc.constant([]),
  });

export const anyConditions: fc.Arbitrary<MachineConditions> = fc.record({
  now: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  day: fc.integer({ min: 0, max: 6 }),
  minute: fc.integer({ min: 0, max: 1_439 }),
  battery: maybe(fc.record({ onBattery: fc.boolean(), percent: maybe(fc.integer({ min: 0, max: 100 })) })),
  idleSeconds: maybe(fc.integer({ min: 0, max: 1_000 })),
  fullScreen: maybe(fc.boolean()),
  metered: maybe(fc.boolean()),
  diskFreeBytes: maybe(fc.integer({ min: 0, max: 2 ** 33 })),
  devices: fc.tuple(anyDevice('cpu', 'cpu'), anyDevice('gpu:GPU-1', 'gpu')),
});

const span = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
  from: fc.integer({ min: 0, max: 1_440 }),
  to: fc.integer({ min: 0, max: 1_440 }),
});
export const anySpans = fc.array(span, { maxLength: 3 });

export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  limits: fc.record({
    schedule: anySpans,
    quiet: anySpans,
    onBattery: fc.boolean(),
    whenActive: fc.constantFrom('run' as const, 'throttle' as const, 'stop' as const),
    idleSeconds: fc.integer({ min: 10, max: 900 }),
    yieldToGames: fc.boolean(),
    onMetered: fc.boolean(),
    diskFreeBytes: fc.integer({ min: 0, max: 2 ** 32 }),
    devices: fc.constant({}),
  }),
  device: fc.record({
    on: fc.constantFrom(true, true, true, false),
    duty: fc.double({ min: 0.05, max: 1, noNaN: true }),
    targetC: maybe(fc.integer({ min: 30, max: 110 })),
    powerCapW: maybe(fc.integer({ min: 1, max: 400 })),
    memoryBytes: fc.constant(null),
    lanes: fc.constant(1),
  }),
  pause: fc.constantFrom(null, null, { until: null, finish: false }, { until: 1_800_000_000_000, finish: true }),
  pauses: fc.constantFrom({}, {}, { cpu: { until: null, finish: false } }),
});

export const anyWork: fc.Arbitrary<WorkAtHand> = fc.record({
  owed: fc.boolean(),
  jobs: fc.nat(3),
  nearest: fc.option(fc.constant('digits, waiting: the fee is low')),
});
