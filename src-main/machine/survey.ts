import type { CheckNote, DeviceId, HardwareCheck } from '../../src-shared/domain/machine.ts';
import type { ProviderTrials } from '../compute/control.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import type { Log } from '../log.ts';
import { limitsOf } from '../policy/decide.ts';
import { checkHardware, keptCheck, type KeptCheck } from './check.ts';
import type { Clock } from './clock.ts';
import { devicesOf, fingerprint, type Device } from './devices.ts';
import type { MachineSettings } from './settings.ts';

/** A driver that is being updated changes several times in a row. */
const AGAIN_MS = 3_000;
/** After questions that failed; the last for ever. */
const RETRY_MS = [10_000, 60_000, 300_000, 900_000] as const;
const NOTICE_MS = 1_000;
const KEY = 'machine.check';

export interface SurveyNeeds {
  readonly probe: Pick<Probe, 'facts'> | null;
  readonly trials: ProviderTrials | null;
  readonly settings: MachineSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly changed: () => void;
  /** Why a check that nobody asked for waits, one sentence; null: it may run. */
  readonly putOff: () => string | null;
}

/** What the machine is, and what a check has shown of it. */
export class Survey {
  readonly #needs: SurveyNeeds;
  #facts: HardwareFacts | null = null;
  /** The newest, also while it runs; and the last that ended, by which lanes are placed meanwhile. */
  #check: HardwareCheck | null = null;
  #settled: HardwareCheck | null = null;
  /** What the last that ended was made of. */
  #made: Pick<NonNullable<KeptCheck>, 'fingerprint' | 'off'> | null = null;
  #checking = false;
  /** Somebody asked for a check: it does not wait. */
  #asked = false;
  #note: CheckNote | null = null;
  #failures = 0;
  #soon: (() => void) | undefined;
  /** A check that waits between two trials; told whether it goes on. */
  #waiting: ((on: boolean) => void) | undefined;
  #running = false;
  /** The computer slept while the check ran: a trial may have failed for that alone. */
  #slept = false;
  /** From here on it is known what was checked before. */
  #opened = false;

  constructor(needs: SurveyNeeds) {
    this.#needs = needs;
  }

  get facts(): HardwareFacts | null {
    return this.#facts;
  }
  get check(): HardwareCheck | null {
    return this.#check;
  }
  /** What stands in the way of knowing more. */
  get note(): CheckNote | null {
    return this.#note;
  }
  get devices(): readonly Device[] {
    return devicesOf(this.#facts, this.#settled ?? this.#check);
  }

  open(): void {
    const kept = this.#needs.settings.kept(KEY, keptCheck, null);
    this.#made = kept;
    this.#settled = kept?.check ?? null;
    this.#check = this.#settled;
    this.#opened = true;
  }

  start(): void {
    this.#running = true;
    void this.look();
  }

  stop(): void {
    this.#running = false;
    this.#soon?.();
    this.#waiting?.(false);
  }

  /** The computer woke up. */
  woke(): void {
    this.#slept = true;
    this.soon();
  }

  /** Something changed: after a moment, so that it has settled. */
  soon(ms = AGAIN_MS): void {
    this.#soon?.();
    this.#soon = this.#needs.clock.after(ms, () => void this.look());
  }

  /** @param asked with a check at once, also where nothing changed */
  async look(asked = false): Promise<void> {
    const { probe, changed } = this.#needs;
    if (probe === null || !this.#running) return;
    this.#asked ||= asked;
    this.#soon?.();
    try {
      const facts = await probe.facts();
      if (!this.#running) return;
      this.#facts = facts;
      this.#failures = 0;
      if (this.#note?.kind === 'failed') this.#note = null;
    } catch (error) {
      if (!this.#running) return;
      this.#failed(messageOf(error));
    }
    changed();
  }

  #failed(why: string): void {
    const { clock, log } = this.#needs;
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? AGAIN_MS;
    this.#failures++;
    if (this.#note?.kind !== 'failed' || this.#note.why !== why) log(`hardware: could not be read: ${why}`);
    this.#note = { kind: 'failed', why, lookAgainAt: clock.now() + wait };
    this.soon(wait);
  }

  /** After each decision: begins a check that is due, or lets one go on that waits, when nothing speaks against it. */
  proceed(): void {
    const facts = this.#facts;
    if (!this.#running || !this.#opened || facts === null) return;
    const due = this.#checking || this.#asked || this.#changed(facts);
    const against = due && !this.#asked ? this.#needs.putOff() : null;
    if (this.#note?.kind !== 'failed')
      this.#note = against === null ? null : { kind: 'waits', why: against, lookAgainAt: null };
    if (!due || against !== null) return;
    if (this.#checking) return this.#waiting?.(true);
    this.#checking = true;
    void this.#run(facts)
      .catch((error: unknown) => this.#needs.log(`hardware: the check could not be kept: ${messageOf(error)}`))
      .finally(() => (this.#checking = false));
  }

  /** At the first start, after a change of devices or drivers, and when a device that was left out is switched on. */
  #changed(facts: HardwareFacts): boolean {
    const off = this.#off();
    return this.#made?.fingerprint !== this.#mark(facts) || this.#made.off.some((id) => !off.includes(id));
  }

  /** A check without trials is made again once there are some. */
  #mark(facts: HardwareFacts): string {
    return `${this.#needs.trials === null ? 'untried ' : ''}${fingerprint(facts)}`;
  }

  #off(): readonly DeviceId[] {
    const { policy } = this.#needs.settings;
    return this.devices.map(({ id }) => id).filter((id) => !limitsOf(policy, id).on);
  }

  async #run(facts: HardwareFacts): Promise<void> {
    const { settings, trials, clock, log, changed } = this.#needs;
    const off = this.#asked ? [] : this.#off();
    this.#slept = false;
    const check = await checkHardware(facts, {
      trials,
      now: () => clock.now(),
      before: this.#settled,
      off,
      free: () => this.#free(),
      progress: (check) => {
        if (!this.#running) return;
        this.#check = check;
        changed();
      },
    });
    // After a sleep all that waited ends at once: whoever notices the sleep may come after the trial that it spoiled.
    if (check.devices.some(({ providers }) => providers.some(({ state }) => state === 'failed')))
      await new Promise<void>((resolve) => void clock.after(NOTICE_MS, resolve));
    // What a stop or a sleep cut short says nothing about a card; and after a stop the store may be closed.
    if (!this.#running) return;
    if (this.#slept) {
      log('hardware: the computer slept during the check, which is made again');
      return this.soon();
    }
    this.#asked = false;
    this.#checking = false;
    this.#settled = check;
    this.#made = { fingerprint: this.#mark(facts), off };
    settings.keep(KEY, { ...this.#made, check });
    log(`hardware: checked ${check.devices.length} devices`);
    changed();
  }

  /** Between two trials: a game may have begun. */
  async #free(): Promise<boolean> {
    if (this.#running && !this.#asked && this.#needs.putOff() !== null)
      await new Promise<boolean>((resolve) => (this.#waiting = resolve)).finally(() => (this.#waiting = undefined));
    return this.#running;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
