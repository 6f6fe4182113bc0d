import { z } from 'zod';
import {
  DEVICE_LIMITS,
  MACHINE_LIMITS,
  type DeviceId,
  type DeviceLimits,
  type MachineLimits,
} from '../../src-shared/domain/machine.ts';
import type { Pause, Policy } from '../policy/conditions.ts';
import type { Settings } from '../store/settings.ts';

const device = z.object({
  on: z.boolean(),
  duty: z.number().min(0.05).max(1),
  targetC: z.number().nullable(),
  powerCapW: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  lanes: z.number().int().min(1).max(64),
});
const spans = z
  .array(z.object({ days: z.array(z.number().int().min(0).max(6)), from: z.number(), to: z.number() }))
  .max(32);
const machine = z.object({
  schedule: spans,
  quiet: spans,
  onBattery: z.boolean(),
  whenActive: z.enum(['run', 'throttle', 'stop']),
  idleSeconds: z.number(),
  yieldToGames: z.boolean(),
  onMetered: z.boolean(),
  diskFreeBytes: z.number(),
});
const pause = z.object({ until: z.number().nullable(), finish: z.boolean().default(false) });

type IdleTests = Readonly<Record<string, 'works' | 'failed'>>;
const idleTests = z.record(z.string(), z.enum(['works', 'failed']));

/** What the person may set, as it is kept; before the store is open: what nobody changed yet. */
export class MachineSettings {
  #store: Settings | undefined;
  readonly #defaults: Omit<MachineLimits, 'devices'>;
  readonly #device: DeviceLimits;
  #policy: Policy;
  /** By name of the source. */
  #idleTests: IdleTests = {};

  constructor(defaults: Partial<MachineLimits> = {}, own: Partial<DeviceLimits> = {}) {
    const { devices: _, ...limits } = { ...MACHINE_LIMITS, ...defaults };
    this.#defaults = limits;
    this.#device = { ...DEVICE_LIMITS, ...own };
    this.#policy = { limits: { ...limits, devices: {} }, device: this.#device, pause: null, pauses: {} };
  }

  get policy(): Policy {
    return this.#policy;
  }

  open(store: Settings): void {
    this.#store = store;
    this.#idleTests = store.get('machine.idleTests', idleTests, {});
    this.#policy = {
      limits: {
        ...store.get('machine.limits', machine, this.#defaults),
        devices: store.get('machine.devices', z.record(z.string(), device), {}),
      },
      device: this.#device,
      // Kept under this name since the first version.
      pause: store.get('paused', pause.nullable(), null),
      pauses: store.get('machine.pauses', z.record(z.string(), pause), {}),
    };
  }

  setLimits(limits: Omit<MachineLimits, 'devices'>): void {
    this.#policy = { ...this.#policy, limits: { ...limits, devices: this.#policy.limits.devices } };
    this.#store?.set('machine.limits', limits);
  }

  setDevice(id: DeviceId, limits: DeviceLimits): void {
    const devices = { ...this.#policy.limits.devices, [id]: limits };
    this.#policy = { ...this.#policy, limits: { ...this.#policy.limits, devices } };
    this.#store?.set('machine.devices', devices);
  }

  /** @param id null: the whole machine, and with a resume every device. */
  setPause(id: DeviceId | null, wanted: Pause | null): void {
    if (id === null)
      this.#policy = { ...this.#policy, pause: wanted, pauses: wanted === null ? {} : this.#policy.pauses };
    else {
      const { [id]: _, ...others } = this.#policy.pauses;
      this.#policy = { ...this.#policy, pauses: wanted === null ? others : { ...others, [id]: wanted } };
    }
    this.#store?.set('paused', this.#policy.pause);
    this.#store?.set('machine.pauses', this.#policy.pauses);
  }

  get idleTests(): IdleTests {
    return this.#idleTests;
  }

  set idleTests(tests: IdleTests) {
    this.#idleTests = tests;
    this.#store?.set('machine.idleTests', tests);
  }

  kept<T>(key: string, schema: z.ZodType<T>, fallback: T): T {
    return this.#store?.get(key, schema, fallback) ?? fallback;
  }

  keep(key: string, value: unknown): void {
    this.#store?.set(key, value);
  }
}
