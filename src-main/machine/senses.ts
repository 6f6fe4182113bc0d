import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { Probe } from '../hardware/hardware.ts';
import type { CardReading, HardwareFacts, IdleReading, Readings } from '../hardware/protocol.ts';
import type { Log } from '../log.ts';
import type { Seen } from './assemble.ts';
import { combineIdle, ELECTRON } from './idle.ts';
import type { Device } from './devices.ts';
import type { LaneReport } from './lanes.ts';
import type { MachineSettings } from './settings.ts';
import { workingDevices } from './working.ts';

export interface SensesNeeds {
  readonly probe: Pick<Probe, 'read'> | null;
  readonly settings: MachineSettings;
  readonly log: Log;
  /** A card or its driver came, went or changed. */
  readonly changed: () => void;
  readonly shellIdle?: (() => number | null) | undefined;
}

/** What the sensors said last. When they fall silent it is unknown, not what it was. */
export class Senses {
  readonly #needs: SensesNeeds;
  #readings: Readings | null = null;
  #cards: readonly CardReading[] | null = null;
  #idle: readonly IdleReading[] = [];
  #fullScreen: boolean | null = null;
  #metered: boolean | null = null;
  #silent = false;
  /** As of the last look at the cards, and what may have been work of ours in it. */
  #lanes: readonly LaneReport[] = [];
  #working: ReadonlySet<DeviceId> = new Set();

  constructor(needs: SensesNeeds) {
    this.#needs = needs;
  }

  /** @param wanted false: the machine stops, and silence is no news */
  async read(
    lanes: readonly LaneReport[],
    devices: readonly Device[],
    all: boolean,
    wanted: () => boolean,
  ): Promise<void> {
    const { probe, log } = this.#needs;
    if (probe === null) return;
    if (all) {
      this.#working = workingDevices(lanes, this.#lanes, devices);
      this.#lanes = lanes;
    }
    const working = [...this.#working];
    try {
      const readings = await probe.read({ ownPids: lanes.flatMap(({ pids }) => pids), all, working });
      if (this.#silent) log('hardware: the sensors answer again');
      this.#silent = false;
      this.#take(readings);
    } catch (error) {
      if (!this.#silent && wanted())
        log(`hardware: the sensors do not answer: ${error instanceof Error ? error.message : String(error)}`);
      this.#silent = true;
      [this.#readings, this.#cards, this.#idle, this.#fullScreen] = [null, null, [], null];
    }
  }

  seen(now: number, lanes: readonly LaneReport[], facts: HardwareFacts | null): Seen {
    return {
      now,
      readings: this.#readings,
      cards: this.#cards,
      idleSeconds: combineIdle(this.idle(), this.#needs.settings.idleTests).seconds,
      fullScreen: this.#fullScreen,
      metered: this.#metered,
      working: this.#working,
      lanes,
      gone: goneOf(facts, this.#cards),
    };
  }

  /** The shell's own source first, where there is one. */
  idle(): readonly IdleReading[] {
    const seconds = this.#needs.shellIdle?.();
    if (seconds === undefined) return this.#idle;
    const detail = seconds === null ? 'It does not answer.' : 'The app’s own source.';
    return [{ name: ELECTRON, seconds, detail }, ...this.#idle];
  }

  #take(readings: Readings): void {
    const before = this.#readings?.signature;
    this.#readings = readings;
    if (readings.cards !== null) this.#cards = readings.cards;
    if (readings.idle !== null)
      [this.#idle, this.#fullScreen, this.#metered] = [readings.idle, readings.fullScreen, readings.metered];
    if (before === undefined || before === readings.signature) return;
    this.#needs.log('hardware: a graphics card or its driver came, went or changed');
    this.#needs.changed();
  }
}

/** Cards of NVIDIA that the facts know and the driver does not name any more; others have no such sign. */
function goneOf(facts: HardwareFacts | null, cards: readonly CardReading[] | null): ReadonlySet<DeviceId> {
  if (facts === null || cards === null) return new Set();
  const missing = facts.cards.filter(
    ({ id, sources }) => sources.includes('nvidia-smi') && !cards.some((card) => card.id === id || card.id === 'gpu:*'),
  );
  return new Set(missing.map(({ id }) => id));
}
