import { DEVICE_LIMITS } from '../../src-shared/domain/machine.ts';
import type { Directive, LaneControl, LanePlace, ProviderTrials } from '../compute/control.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { CardFacts, CardReading, HardwareFacts, Readings } from '../hardware/protocol.ts';
import type { WorkAtHand } from '../policy/conditions.ts';
import type { Clock } from './clock.ts';
import type { LaneReport, Lanes } from './lanes.ts';
import { openStore } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { Machine } from './machine.ts';
import { MachineSettings } from './settings.ts';

/** For tests only: time that passes when the test says so. */
export class TestClock implements Clock {
  #now = new Date(2026, 10, 18, 12, 0, 0).getTime();
  #timers: Array<{ readonly at: number; readonly work: () => void }> = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + ms, work };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Runs what is due on the way, one after the other. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = end;
    await settle();
  }

  /** As after a sleep, or when somebody sets the clock: nothing runs on the way. */
  jump(ms: number): void {
    this.#now += ms;
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export const RTX: CardFacts = {
  id: 'gpu:GPU-1',
  index: 0,
  name: 'RTX 4070',
  vendor: 'nvidia',
  pci: '0000:01:00.0',
  memoryBytes: 12 * 1024 ** 3,
  driver: '565.77',
  sources: ['nvidia-smi'],
  trouble: null,
};
export const FACTS: HardwareFacts = {
  processor: 'Test processor',
  cores: 8,
  memoryBytes: 16 * 1024 ** 3,
  system: 'Test system',
  kernel: '6.12.0',
  cards: [RTX],
  displays: 1,
  vulkan: true,
  vulkanDrivers: ['radeon_icd.x86_64.json 1.3.0 1'],
  diskBytes: 10 ** 12,
  sources: ['systeminformation'],
};
const CARD: CardReading = {
  id: RTX.id,
  load: 0,
  foreignLoad: 0,
  temperatureC: 40,
  powerW: 15,
  memoryUsedBytes: 0,
  ownMemoryBytes: null,
};

/** For tests only: sensors that say what the test says. */
export class TestProbe implements Probe {
  found: HardwareFacts = FACTS;
  readings: Omit<Readings, 'at'> = {
    processor: { load: 0.1, foreignLoad: 0.1, temperatureC: 50, powerW: 20 },
    memoryFreeBytes: 8 * 1024 ** 3,
    diskFreeBytes: 10 ** 11,
    battery: { onBattery: false, percent: null },
    cards: [CARD],
    idle: [{ name: 'test source', seconds: 3_600, detail: '' }],
    fullScreen: false,
    metered: false,
    signature: 'a',
  };
  failing = false;
  /** What the question for the facts fails with. */
  factsFail: string | null = null;
  looks: boolean[] = [];
  factsAsked = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async facts(): Promise<HardwareFacts> {
    this.factsAsked++;
    if (this.factsFail !== null) throw new Error(this.factsFail);
    return this.found;
  }

  async read({ all }: Parameters<Probe['read']>[0]): Promise<Readings> {
    this.looks.push(all);
    if (this.failing) throw new Error('no answer to read within 8000 ms');
    const { cards, idle } = this.readings;
    return { ...this.readings, at: this.#clock.now(), cards: all ? cards : null, idle: all ? idle : null };
  }

  card(change: Partial<CardReading>): void {
    this.readings = { ...this.readings, cards: [{ ...CARD, ...change }] };
  }
}

/** For tests only: lanes that do what they are told, at once or when the test says so. */
export class TestLanes implements Lanes, LaneControl {
  readonly control = this;
  places: readonly LanePlace[] = [];
  readonly orders: Array<readonly [string, Directive]> = [];
  obeys = true;
  busy: string | null = null;
  readonly #duty = new Map<string, number>();
  readonly #told = new Map<string, number>();

  place(places: readonly LanePlace[]): void {
    this.places = places;
  }

  direct(device: string, directive: Directive): void {
    this.orders.push([device, directive]);
    this.#told.set(device, directive.duty);
    if (!this.obeys) return;
    this.#duty.set(device, directive.duty);
    if (directive.duty === 0 && this.busy === device) this.busy = null;
  }

  directServers(): void {
    // Only the pool has any.
  }

  reports(): LaneReport[] {
    return this.places.map(({ device, providers }) => ({
      device,
      state: this.busy === device ? 'busy' : 'idle',
      provider: providers[0] ?? null,
      duty: this.#duty.get(device) ?? 1,
      stopped: this.#told.get(device) === 0 && this.busy !== device,
      job: null,
      done: 0,
      failed: 0,
      crashes: 0,
      rssBytes: 0,
      pids: [],
      note: null,
    }));
  }

  waiting(): number {
    return 0;
  }
}

/** For tests only: trials without lanes. WebGPU runs, CUDA is not shipped. */
export const testTrials: ProviderTrials = {
  tryProvider: async (_, provider) =>
    provider === 'cuda'
      ? {
          provider,
          state: 'absent',
          runMs: null,
          difference: null,
          cause: 'This build has no files for CUDA.',
          fix: 'Use WebGPU.',
        }
      : { provider, state: 'ran', runMs: 2, difference: 0, cause: null, fix: null },
  benchmark: async ({ device }, provider) => [{ graph: 'dense', device, provider, runsPerSecond: 100, at: 1 }],
};

/** For tests only: a machine of which every part is in the test's hands. */
export function testMachine(options: { readonly trials?: ProviderTrials | null; readonly store?: Settings } = {}) {
  const clock = new TestClock();
  const probe = new TestProbe(clock);
  const lanes = new TestLanes();
  const log: string[] = [];
  const notices: Array<string | null> = [];
  const work: { current: WorkAtHand } = { current: { owed: false, jobs: 0, nearest: null } };
  const taking = { changes: 0 };
  const settings = new MachineSettings();
  const machine = new Machine({
    probe,
    lanes,
    trials: options.trials === undefined ? testTrials : options.trials,
    settings,
    log: (line) => log.push(line),
    changed: (changed) => void (taking.changes += changed ? 1 : 0),
    notice: (_, __, text) => notices.push(text),
    work: () => work.current,
    paidSince: () => 10n ** 18n,
    prices: () => ({ watts: null, perKwh: 0.3, perMoot: 1, perCoin: null }),
    clock,
  });
  machine.open(options.store ?? new Settings(openStore(':memory:')));
  const device = (id: string) => machine.view().devices.find((each) => each.id === id);
  return { machine, clock, probe, lanes, log, notices, work, taking, settings, device, limits: DEVICE_LIMITS };
}
