import type { DeviceId, DeviceLimits, History, MachineLimits, MachineView } from '../../src-shared/domain/machine.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';
import type { ProviderTrials } from '../compute/control.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import { decide, type Decided } from '../policy/decide.ts';
import type { Pause, WorkAtHand } from '../policy/conditions.ts';
import type { Settings } from '../store/settings.ts';
import { conditionsOf, readingOf, type Seen } from './assemble.ts';
import { systemClock, type Clock } from './clock.ts';
import { devicesOf, type Device } from './devices.ts';
import { Directives } from './directives.ts';
import { DeviceHistory } from './history.ts';
import { combineIdle } from './idle.ts';
import { IdleTest, type IdleTestNeeds } from './idle-test.ts';
import { DeviceTime, incomeOf } from './income.ts';
import type { Lanes } from './lanes.ts';
import { putOff } from './put-off.ts';
import { Senses } from './senses.ts';
import type { MachineSettings } from './settings.ts';
import { heldUp, slowedBy, type HeldUp } from './summary.ts';
import { Survey } from './survey.ts';
import { Told } from './told.ts';
import { machineView } from './view.ts';
import { Watch } from './watch.ts';

/** `DEVICE_UNKNOWN`: no device of that name. */
export class MachineError extends FolkmootError {}

/** Looks are never so far apart while the computer is awake. */
const ASLEEP_MS = 60_000;

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
  readonly #busy: DeviceTime;
  /** Time in which a device was allowed to work. */
  readonly #ready: DeviceTime;
  #readyAt: number | null = null;
  readonly #histories = new Map<DeviceId, DeviceHistory>();
  readonly #survey: Survey;
  readonly #senses: Senses;
  readonly #told = new Told();
  #devices: readonly Device[] = devicesOf(null, null);
  #decided: Decided = { rulings: {}, memory: {} };
  #again: (() => void) | undefined;
  #running = false;

  constructor(needs: MachineNeeds) {
    this.#needs = needs;
    this.#clock = needs.clock ?? systemClock;
    const { probe, trials, settings, log, shellIdle } = needs;
    const clock = this.#clock;
    this.#survey = new Survey({
      probe,
      trials,
      settings,
      clock,
      log,
      changed: () => this.#redecide(),
      putOff: () => {
        const conditions = conditionsOf(this.#seen(), this.#devices);
        return putOff(conditions, settings.policy, this.#decided.memory, this.#busyNow() !== 'no');
      },
    });
    this.#senses = new Senses({ probe, settings, log, shellIdle, changed: () => this.#survey.soon() });
    this.#busy = new DeviceTime(() => this.#clock.now());
    this.#ready = new DeviceTime(() => this.#clock.now());
    this.#directives = new Directives(needs.lanes, needs.log);
    this.#watch = new Watch({
      clock: this.#clock,
      busy: () => this.#busyNow(),
      look: (all) => this.#look(all),
      failed: (error) => needs.log(`policy: a look failed: ${messageOf(error)}`),
      woke: (why) => this.woke(why),
    });
    this.#idleTest = new IdleTest({
      clock: this.#clock,
      notice: needs.notice,
      changed: () => needs.changed(false),
      read: async () => {
        await this.#watch.now();
        return this.#senses.idle();
      },
      judged: (tests) =>
        this.#quietly(() => {
          needs.settings.idleTests = { ...needs.settings.idleTests, ...tests };
          this.decideNow();
        }),
    });
  }

  /** What the person set is known from here on. */
  open(store: Settings): void {
    this.#needs.settings.open(store);
    this.#survey.open();
    this.decideNow();
  }

  async start(): Promise<void> {
    const { probe, log } = this.#needs;
    if (this.#running) return;
    this.#running = true;
    await probe?.start().catch((error: unknown) => log(`hardware: the sensors cannot be read: ${messageOf(error)}`));
    // A stop in between: nothing begins any more.
    if (!this.#running) return probe?.stop();
    await this.#watch.start();
    // Not waited for: some drivers take their time.
    this.#survey.start();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#watch.stop();
    this.#idleTest.stop();
    this.#survey.stop();
    this.#again?.();
    await this.#needs.probe?.stop();
  }

  get facts(): HardwareFacts | null {
    return this.#survey.facts;
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

  /** Begins the self-test of the idle sources; how it goes and what came out is in the view. */
  testIdle(): void {
    this.#idleTest.start();
  }

  /** Probes everything again and tries every provider; the outcome is in the view. */
  check(): void {
    void this.#survey.look(true);
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
    this.#survey.woke();
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
      idleSources: combineIdle(this.#senses.idle(), settings.idleTests).sources,
      check: this.#survey.check,
      idleTest: this.#idleTest.view,
      checkNote: this.#survey.note,
      cores: this.#survey.facts?.cores ?? 1,
      income: (device) => this.#income(device),
    });
  }

  /** Pure policy over what is known now; the lanes are told at once. */
  decideNow(): void {
    const { settings, work, log, changed } = this.#needs;
    this.#devices = this.#survey.devices;
    const before = this.#decided;
    const took = this.heldUp() === null;
    this.#countReady();
    this.#decided = decide(conditionsOf(this.#seen(), this.#devices), settings.policy, work(), before.memory);
    for (const line of this.#told.lines(this.#devices, this.#decided)) log(`policy: ${line}`);
    this.#directives.follow(this.#devices, this.#decided, settings.policy, this.#clock.now());
    this.#lookAgain();
    this.#survey.proceed();
    changed(took !== (this.heldUp() === null));
  }

  /** Where nobody waits for it: a disk that refuses is heard of where work is kept, and ends no node. */
  #quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#needs.log(`policy: a decision failed: ${messageOf(error)}`);
    }
  }

  #redecide(): void {
    this.#quietly(() => this.decideNow());
  }

  /** What was decided last held until now; a gap as long as a sleep is no time in which it could work. */
  #countReady(): void {
    const now = this.#clock.now();
    const gone = now - (this.#readyAt ?? now);
    this.#readyAt = now;
    if (gone > ASLEEP_MS) return;
    for (const [id, { decision }] of Object.entries(this.#decided.rulings))
      if (decision.duty > 0) this.#ready.add(id, gone);
  }

  /** A pause that ends, hours that begin: to the second, not with the next look. */
  #lookAgain(): void {
    this.#again?.();
    const times = Object.values(this.#decided.rulings).flatMap(({ decision }) => decision.lookAgainAt ?? []);
    const next = Math.min(...times) - this.#clock.now();
    // The longest timer there is ends before a long pause does.
    if (this.#running && Number.isFinite(next))
      this.#again = this.#clock.after(Math.min(Math.max(next, 1_000), 2 ** 31 - 1), () => this.lookNow());
  }

  async #look(all: boolean): Promise<void> {
    await this.#senses.read(this.#needs.lanes.reports(), this.#devices, all, () => this.#running);
    if (!this.#running) return;
    this.decideNow();
    const seen = this.#seen();
    for (const device of this.#devices) this.#history(device.id).add(readingOf(seen, device));
  }

  #seen(): Seen {
    return this.#senses.seen(this.#clock.now(), this.#needs.lanes.reports(), this.#survey.facts);
  }

  #income({ id }: Device): ReturnType<typeof incomeOf> {
    const { paidSince, prices } = this.#needs;
    const busyMs = this.#busy.of(id);
    const [totalBusyMs, readyMs] = [this.#busy.total(), this.#ready.of(id)];
    const paid = busyMs === 0 ? 0n : paidSince(this.#clock.now() - 86_400_000);
    return incomeOf({ paid, busyMs, totalBusyMs, readyMs, watts: this.#history(id).meanPower() }, prices());
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
