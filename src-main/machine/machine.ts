import type {
  DeviceId,
  DeviceLimits,
  HardwareCheck,
  History,
  MachineLimits,
  MachineView,
} from '../../src-shared/domain/machine.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';
import type { ProviderTrials } from '../compute/control.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { CardReading, HardwareFacts, IdleReading, Readings } from '../hardware/protocol.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import { decide, type Decided } from '../policy/decide.ts';
import type { Pause, WorkAtHand } from '../policy/conditions.ts';
import type { Settings } from '../store/settings.ts';
import { conditionsOf, readingOf, type Seen } from './assemble.ts';
import { checkHardware, keptCheck } from './check.ts';
import { systemClock, type Clock } from './clock.ts';
import { devicesOf, fingerprint, type Device } from './devices.ts';
import { Directives } from './directives.ts';
import { DeviceHistory } from './history.ts';
import { combineIdle, ELECTRON } from './idle.ts';
import { IdleTest, type IdleTestNeeds } from './idle-test.ts';
import { BusyTime, incomeOf } from './income.ts';
import type { Lanes } from './lanes.ts';
import type { MachineSettings } from './settings.ts';
import { heldUp, slowedBy, type HeldUp } from './summary.ts';
import { machineView } from './view.ts';
import { Watch } from './watch.ts';

/** `DEVICE_UNKNOWN`: no device of that name. */
export class MachineError extends FolkmootError {}

/** A driver that is being updated changes several times in a row. */
const PROBE_AGAIN_MS = 3_000;

export interface MachineNeeds {
  /** null: nothing is measured, as with the sandbox's peers. */
  readonly probe: Probe | null;
  readonly lanes: Lanes;
  readonly trials: ProviderTrials | null;
  readonly settings: MachineSettings;
  readonly log: Log;
  /** What anybody is shown may have changed; `taking`: also whether work is taken. */
  readonly changed: (taking: boolean) => void;
  readonly notice: IdleTestNeeds['notice'];
  readonly work: () => WorkAtHand;
  /** Paid since a moment, base units of MOOT. */
  readonly paidSince: (at: number) => bigint;
  readonly prices: () => Prices | null;
  /** Seconds without input as the shell's own source says it. */
  readonly shellIdle?: () => number | null;
  readonly clock?: Clock;
}

/** Sensors, policy, lanes: what the machine may do now, why, and whether it does it. */
export class Machine implements Part {
  readonly #needs: MachineNeeds;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #directives: Directives;
  readonly #idleTest: IdleTest;
  readonly #busy: BusyTime;
  readonly #histories = new Map<DeviceId, DeviceHistory>();
  #facts: HardwareFacts | null = null;
  #check: HardwareCheck | null = null;
  #checking: Promise<void> | undefined;
  #probing: (() => void) | undefined;
  #devices: readonly Device[] = devicesOf(null, null);
  #readings: Readings | null = null;
  #cards: readonly CardReading[] | null = null;
  #idle: readonly IdleReading[] = [];
  #fullScreen: boolean | null = null;
  #metered: boolean | null = null;
  #decided: Decided = { rulings: {}, memory: {} };
  #silent = false;
  #again: (() => void) | undefined;
  #running = false;
  /** From here on it is known what was checked before. */
  #opened = false;

  constructor(needs: MachineNeeds) {
    this.#needs = needs;
    this.#clock = needs.clock ?? systemClock;
    this.#busy = new BusyTime(() => this.#clock.now());
    this.#directives = new Directives(needs.lanes, needs.log);
    this.#watch = new Watch({
      clock: this.#clock,
      busy: () => this.#busyNow(),
      look: (all) => this.#look(all),
      woke: (why) => this.woke(why),
    });
    this.#idleTest = new IdleTest({
      clock: this.#clock,
      notice: needs.notice,
      read: async () => {
        await this.#watch.now();
        return this.#idleReadings();
      },
      judged: (tests) => {
        needs.settings.idleTests = { ...needs.settings.idleTests, ...tests };
        this.decideNow();
      },
    });
  }

  /** What the person set is known from here on. */
  open(store: Settings): void {
    const { settings } = this.#needs;
    settings.open(store);
    const kept = settings.kept('machine.check', keptCheck, null);
    this.#check = kept?.check ?? null;
    this.#opened = true;
    this.decideNow();
    if (this.#facts !== null) void this.#checkAgain(this.#facts, false);
  }

  async start(): Promise<void> {
    const { probe, log } = this.#needs;
    if (this.#running) return;
    this.#running = true;
    await probe?.start().catch((error: unknown) => log(`hardware: the sensors cannot be read: ${messageOf(error)}`));
    await this.#watch.start();
    // Not waited for: some drivers take their time.
    void this.#probeFacts();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#watch.stop();
    this.#idleTest.stop();
    this.#probing?.();
    this.#again?.();
    await this.#needs.probe?.stop();
  }

  get facts(): HardwareFacts | null {
    return this.#facts;
  }

  /** Whole-machine limits; act at once. */
  setLimits(limits: Omit<MachineLimits, 'devices'>): void {
    this.#needs.settings.setLimits(limits);
    this.decideNow();
  }

  /** @throws MachineError `DEVICE_UNKNOWN` */
  setDevice(id: DeviceId, limits: DeviceLimits): void {
    this.#known(id);
    this.#needs.settings.setDevice(id, limits);
    this.decideNow();
  }

  /** @param id null: the whole machine. @param pause null resumes. @throws MachineError `DEVICE_UNKNOWN` */
  setPause(id: DeviceId | null, pause: Pause | null): void {
    if (id !== null) this.#known(id);
    this.#needs.settings.setPause(id, pause);
    this.decideNow();
  }

  history(id: DeviceId, minutes: number): History {
    this.#known(id);
    this.#watch.watched();
    return this.#history(id).since(minutes, this.#clock.now());
  }

  /** Begins the self-test of the idle sources; its outcome is in the view. */
  testIdle(): void {
    this.#idleTest.start();
  }

  /** Probes everything again and tries every provider; the outcome is in the view. */
  check(): void {
    void this.#probeFacts(true);
  }

  /** Something outside changed: it is looked at before the next turn comes. */
  lookNow(): void {
    void this.#watch.now();
  }

  /** Somebody opened a screen. */
  watched(): void {
    this.#watch.watched();
  }

  /** A job ended: counted for what an hour brings. */
  computed(id: DeviceId, elapsedMs: number): void {
    this.#busy.add(id, elapsedMs);
  }

  /** Lanes changed what they do. */
  lanesChanged(): void {
    this.#needs.changed(false);
    if (this.#busyNow() !== 'no') this.#watch.wake();
  }

  /** The computer woke up: nothing that was known is sure. */
  woke(why: string): void {
    this.#needs.log(`machine: woke up: ${why}`);
    this.lookNow();
    this.#probeSoon();
  }

  /** Why no device takes new work; null: one does. */
  heldUp(): HeldUp | null {
    return heldUp(this.#devices, this.#decided);
  }

  slowed(): string | null {
    return slowedBy(this.#devices, this.#decided);
  }

  view(): MachineView {
    const { settings } = this.#needs;
    const seen = this.#seen();
    return machineView({
      seen,
      conditions: conditionsOf(seen, this.#devices),
      devices: this.#devices,
      decided: this.#decided,
      policy: settings.policy,
      idleSources: combineIdle(this.#idleReadings(), settings.idleTests).sources,
      check: this.#check,
      cores: this.#facts?.cores ?? 1,
      income: (device) => this.#income(device),
    });
  }

  /** Pure policy over what is known now; the lanes are told at once. */
  decideNow(): void {
    const { settings, work, log, changed } = this.#needs;
    this.#devices = devicesOf(this.#facts, this.#check);
    const before = this.#decided;
    const took = this.heldUp() === null;
    this.#decided = decide(conditionsOf(this.#seen(), this.#devices), settings.policy, work(), before.memory);
    for (const { id, name } of this.#devices) {
      const [old, now] = [before.rulings[id]?.decision, this.#decided.rulings[id]?.decision];
      if (now !== undefined && old?.code !== now.code && !IDLE_CODES.has(now.code)) log(`policy: ${name}: ${now.why}`);
    }
    this.#directives.follow(this.#devices, this.#decided, settings.policy);
    this.#lookAgain();
    changed(took !== (this.heldUp() === null));
  }

  /** A pause that ends, hours that begin: to the second, not with the next look. */
  #lookAgain(): void {
    this.#again?.();
    const times = Object.values(this.#decided.rulings).flatMap(({ decision }) => decision.lookAgainAt ?? []);
    const next = Math.min(...times) - this.#clock.now();
    // The longest timer there is ends before a long pause does.
    if (this.#running && Number.isFinite(next))
      this.#again = this.#clock.after(Math.min(Math.max(next, 100), 2 ** 31 - 1), () => this.decideNow());
  }

  async #look(all: boolean): Promise<void> {
    const { probe, lanes, log } = this.#needs;
    const reports = lanes.reports();
    if (probe !== null) {
      const working = reports.filter(({ state }) => state === 'busy').map(({ device }) => device);
      try {
        const readings = await probe.read({ ownPids: reports.flatMap(({ pids }) => pids), all, working });
        if (this.#silent) log('hardware: the sensors answer again');
        this.#silent = false;
        this.#take(readings);
      } catch (error) {
        if (!this.#silent && this.#running) log(`hardware: the sensors do not answer: ${messageOf(error)}`);
        this.#silent = true;
        // What was measured once is not known for ever.
        [this.#readings, this.#cards, this.#idle, this.#fullScreen] = [null, null, [], null];
      }
    }
    if (!this.#running) return;
    this.decideNow();
    const seen = this.#seen();
    for (const device of this.#devices) this.#history(device.id).add(readingOf(seen, device));
  }

  #take(readings: Readings): void {
    const before = this.#readings?.signature;
    this.#readings = readings;
    if (readings.cards !== null) this.#cards = readings.cards;
    if (readings.idle !== null)
      [this.#idle, this.#fullScreen, this.#metered] = [readings.idle, readings.fullScreen, readings.metered];
    if (before !== undefined && before !== readings.signature) {
      this.#needs.log('hardware: a graphics card or its driver came, went or changed');
      this.#probeSoon();
    }
  }

  #probeSoon(): void {
    this.#probing?.();
    this.#probing = this.#clock.after(PROBE_AGAIN_MS, () => void this.#probeFacts());
  }

  async #probeFacts(anew = false): Promise<void> {
    const { probe, log } = this.#needs;
    if (probe === null) return;
    try {
      this.#facts = await probe.facts();
    } catch (error) {
      log(`hardware: could not be read: ${messageOf(error)}`);
      return;
    }
    if (!this.#running) return;
    this.decideNow();
    await this.#checkAgain(this.#facts, anew);
  }

  /** At the first start, after a change of devices or drivers, and when somebody asks. */
  async #checkAgain(facts: HardwareFacts, anew: boolean): Promise<void> {
    if (!this.#opened) return;
    const { settings, trials, log } = this.#needs;
    // A check without trials is made again once there are some.
    const mark = `${trials === null ? 'untried ' : ''}${fingerprint(facts)}`;
    const kept = settings.kept('machine.check', keptCheck, null);
    if (!anew && kept?.fingerprint === mark) return;
    if (this.#checking !== undefined) return this.#checking;
    const run = async (): Promise<void> => {
      const check = await checkHardware(facts, {
        trials,
        now: () => this.#clock.now(),
        progress: (check) => {
          this.#check = check;
          this.decideNow();
        },
      });
      settings.keep('machine.check', { fingerprint: mark, check });
      log(`hardware: checked ${check.devices.length} devices`);
    };
    this.#checking = run().finally(() => (this.#checking = undefined));
    await this.#checking;
  }

  #seen(): Seen {
    const { lanes, settings } = this.#needs;
    return {
      now: this.#clock.now(),
      readings: this.#readings,
      cards: this.#cards,
      idleSeconds: combineIdle(this.#idleReadings(), settings.idleTests).seconds,
      fullScreen: this.#fullScreen,
      metered: this.#metered,
      lanes: lanes.reports(),
      gone: goneOf(this.#facts, this.#cards),
    };
  }

  #idleReadings(): readonly IdleReading[] {
    const { shellIdle } = this.#needs;
    if (shellIdle === undefined) return this.#idle;
    const seconds = shellIdle();
    return [
      { name: ELECTRON, seconds, detail: seconds === null ? 'It does not answer.' : 'The app’s own source.' },
      ...this.#idle,
    ];
  }

  #income({ id }: Device): ReturnType<typeof incomeOf> {
    const { paidSince, prices } = this.#needs;
    const busyMs = this.#busy.of(id);
    const totalBusyMs = this.#busy.total();
    const paid = busyMs === 0 ? 0n : paidSince(this.#clock.now() - 86_400_000);
    return incomeOf({ paid, busyMs, totalBusyMs, watts: this.#history(id).meanPower() }, prices());
  }

  #busyNow(): 'cards' | 'processor' | 'no' {
    const busy = this.#needs.lanes.reports().filter(({ state }) => state === 'busy');
    return busy.length === 0 ? 'no' : busy.some(({ device }) => device !== 'cpu') ? 'cards' : 'processor';
  }

  #history(id: DeviceId): DeviceHistory {
    const known = this.#histories.get(id) ?? new DeviceHistory();
    this.#histories.set(id, known);
    return known;
  }

  #known(id: DeviceId): void {
    if (this.#devices.some((device) => device.id === id)) return;
    throw new MachineError('DEVICE_UNKNOWN', `This machine has no device ${id}.`, {
      remedy: 'See “folkmoot machine” for those it has.',
    });
  }
}

/** Codes that only say that there is nothing to do: they would fill the log. */
const IDLE_CODES: ReadonlySet<string> = new Set(['NO_WORK', 'NEAREST', 'NOTHING_AGAINST', 'UNUSABLE']);

/** Cards of NVIDIA that the facts know and the driver does not name any more; others have no such sign. */
function goneOf(facts: HardwareFacts | null, cards: readonly CardReading[] | null): ReadonlySet<DeviceId> {
  if (facts === null || cards === null) return new Set();
  const missing = facts.cards.filter(
    ({ id, sources }) => sources.includes('nvidia-smi') && !cards.some((card) => card.id === id || card.id === 'gpu:*'),
  );
  return new Set(missing.map(({ id }) => id));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
