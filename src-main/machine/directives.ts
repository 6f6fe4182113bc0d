import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { Directive, LanePlace } from '../compute/control.ts';
import type { Log } from '../log.ts';
import { limitsOf, type Decided } from '../policy/decide.ts';
import type { Policy } from '../policy/conditions.ts';
import { wholeMachine } from '../policy/whole.ts';
import type { Device } from './devices.ts';
import type { Lanes } from './lanes.ts';

/** Tells the lanes what was decided, and only what is new. */
export class Directives {
  readonly #lanes: Lanes;
  readonly #log: Log;
  #places = '';
  readonly #last = new Map<DeviceId, string>();

  constructor(lanes: Lanes, log: Log) {
    this.#lanes = lanes;
    this.#log = log;
  }

  /** @param now ms since 1970 */
  follow(devices: readonly Device[], { rulings }: Decided, policy: Policy, now: number): void {
    const { control } = this.#lanes;
    const places = devices
      .filter(({ providers }) => providers.length > 0)
      .map((device) => placeOf(device, limitsOf(policy, device.id).lanes));
    this.#once('places', JSON.stringify(places), () => control.place(places));
    // What was promised goes on there as it does here.
    const owed = Object.values(rulings).some(({ decision }) => decision.code === 'OWED');
    const servers = owed ? { duty: 1, finish: true } : wholeMachine(policy, now);
    this.#once('servers', JSON.stringify(servers), () => control.directServers(servers));
    for (const { device } of places) {
      const ruling = rulings[device];
      if (ruling === undefined) continue;
      const cards = [device, ...(devices.find(({ id }) => id === device)?.mayUse ?? []).map(({ id }) => id)];
      const set = cards.flatMap((id) => limitsOf(policy, id).memoryBytes ?? halfOfCard(devices, id) ?? []);
      const memoryBytes = set.length === 0 ? null : Math.min(...set);
      const directive: Directive = { duty: ruling.decision.duty, finish: ruling.finish, memoryBytes };
      this.#once(device, JSON.stringify(directive), () => control.direct(device, directive));
    }
  }

  /** An order that could not be given is given again at the next look. */
  #once(key: string, text: string, act: () => void): void {
    const known = key === 'places' ? this.#places : this.#last.get(key);
    if (known === text) return;
    try {
      act();
      if (key === 'places') {
        this.#places = text;
        // New lanes know of no order yet.
        this.#last.clear();
      } else this.#last.set(key, text);
    } catch (error) {
      this.#log(`machine: the lanes could not be told: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Of the computer's memory the pool itself knows the half. */
function halfOfCard(devices: readonly Device[], id: DeviceId): number | null {
  const device = devices.find((each) => each.id === id);
  return device?.kind === 'gpu' && device.memoryBytes !== null ? device.memoryBytes / 2 : null;
}

function placeOf({ id, providers, index, kind }: Device, lanes: number): LanePlace {
  return { device: id, providers, index, lanes: kind === 'cpu' ? lanes : 1 };
}
