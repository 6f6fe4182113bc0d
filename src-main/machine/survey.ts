import type { HardwareCheck } from '../../src-shared/domain/machine.ts';
import type { ProviderTrials } from '../compute/control.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import type { Log } from '../log.ts';
import { checkHardware, keptCheck } from './check.ts';
import type { Clock } from './clock.ts';
import { devicesOf, fingerprint, type Device } from './devices.ts';
import type { MachineSettings } from './settings.ts';

/** A driver that is being updated changes several times in a row. */
const AGAIN_MS = 3_000;
const KEY = 'machine.check';

export interface SurveyNeeds {
  readonly probe: Pick<Probe, 'facts'> | null;
  readonly trials: ProviderTrials | null;
  readonly settings: MachineSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly changed: () => void;
}

/** What the machine is, and what a check has shown of it. */
export class Survey {
  readonly #needs: SurveyNeeds;
  #facts: HardwareFacts | null = null;
  /** The newest, also while it runs; and the last that ended, by which lanes are placed meanwhile. */
  #check: HardwareCheck | null = null;
  #settled: HardwareCheck | null = null;
  #checking: Promise<void> | undefined;
  #soon: (() => void) | undefined;
  #running = false;
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
  get devices(): readonly Device[] {
    return devicesOf(this.#facts, this.#settled ?? this.#check);
  }

  open(): void {
    this.#settled = this.#needs.settings.kept(KEY, keptCheck, null)?.check ?? null;
    this.#check = this.#settled;
    this.#opened = true;
    if (this.#facts !== null) void this.#checkAgain(this.#facts, false);
  }

  start(): void {
    this.#running = true;
    void this.look();
  }

  stop(): void {
    this.#running = false;
    this.#soon?.();
  }

  /** Something changed: after a moment, so that it has settled. */
  soon(): void {
    this.#soon?.();
    this.#soon = this.#needs.clock.after(AGAIN_MS, () => void this.look());
  }

  /** @param anew with a check also where nothing changed */
  async look(anew = false): Promise<void> {
    const { probe, log, changed } = this.#needs;
    if (probe === null || !this.#running) return;
    try {
      this.#facts = await probe.facts();
    } catch (error) {
      if (this.#running) log(`hardware: could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    if (!this.#running) return;
    changed();
    await this.#checkAgain(this.#facts, anew);
  }

  /** At the first start, after a change of devices or drivers, and when somebody asks. */
  async #checkAgain(facts: HardwareFacts, anew: boolean): Promise<void> {
    const { settings, trials, clock, log, changed } = this.#needs;
    if (!this.#opened) return;
    // A check without trials is made again once there are some.
    const mark = `${trials === null ? 'untried ' : ''}${fingerprint(facts)}`;
    if (!anew && settings.kept(KEY, keptCheck, null)?.fingerprint === mark) return;
    if (this.#checking !== undefined) return this.#checking;
    const run = async (): Promise<void> => {
      const check = await checkHardware(facts, {
        trials,
        now: () => clock.now(),
        progress: (check) => {
          if (!this.#running) return;
          this.#check = check;
          changed();
        },
      });
      // What a stop cut short says nothing about a card, and the store may be closed.
      if (!this.#running) return;
      this.#settled = check;
      settings.keep(KEY, { fingerprint: mark, check });
      log(`hardware: checked ${check.devices.length} devices`);
      changed();
    };
    this.#checking = run().finally(() => (this.#checking = undefined));
    await this.#checking;
  }
}
