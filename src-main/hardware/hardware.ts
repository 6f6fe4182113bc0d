import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { Supervisor } from '../process/supervisor.ts';
import type { CardFacts, HardwareFacts, ProbeEvents, ProbeMethods, ReadInput, Readings } from './protocol.ts';

const FACTS_MS = 30_000;
const SECOND_MS = 10_000;
const READ_MS = 8_000;
/** What the sensors need to find the person's session; everything else stays with us. */
const SESSION = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'];

/** What machine/ needs of the hardware; tests bring their own. */
export interface Probe extends Part {
  /** @throws ChildError when the probe cannot be had or does not answer */
  facts(): Promise<HardwareFacts>;
  /** @throws ChildError the same */
  read(input: Omit<ReadInput, 'folder'>): Promise<Readings>;
}

/** The probe process, twice: one for the facts, ended afterwards also when it hangs; one that reads the sensors. */
export class Hardware implements Probe {
  readonly #spawner: Spawner;
  readonly #log: Log;
  readonly #folder: string;
  readonly #sensors: Supervisor<ProbeMethods, ProbeEvents>;
  readonly #asking = new Set<Supervisor<ProbeMethods, ProbeEvents>>();

  /** @param folder whose disk is watched */
  constructor(spawner: Spawner, log: Log, folder: string) {
    this.#spawner = spawner;
    this.#log = log;
    this.#folder = folder;
    this.#sensors = this.#supervisor();
  }

  async start(): Promise<void> {
    await this.#sensors.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#asking, this.#sensors].map((each) => each.stop()));
  }

  async facts(): Promise<HardwareFacts> {
    const facts = await this.#once((probe) => probe.call('facts', { folder: this.#folder }, FACTS_MS));
    const silent = facts.cards.some(({ vendor, sources }) => vendor === 'nvidia' && !sources.includes('nvidia-smi'));
    if (!silent) return facts;
    const second = await this.#once((probe) => probe.call('secondOpinion', null, SECOND_MS)).catch(() => []);
    return withSecondOpinion(facts, second);
  }

  async read(input: Omit<ReadInput, 'folder'>): Promise<Readings> {
    try {
      return await this.#sensors.call('read', { ...input, folder: this.#folder }, READ_MS);
    } catch (error) {
      // A sensor that hangs holds up all others: the next look has a new process.
      if ((error as { code?: unknown }).code === 'CHILD_TIMEOUT') this.#sensors.kill();
      throw error;
    }
  }

  async #once<T>(ask: (probe: Supervisor<ProbeMethods, ProbeEvents>) => Promise<T>): Promise<T> {
    const probe = this.#supervisor();
    this.#asking.add(probe);
    try {
      await probe.start();
      return await ask(probe);
    } finally {
      await probe.stop();
      this.#asking.delete(probe);
    }
  }

  #supervisor(): Supervisor<ProbeMethods, ProbeEvents> {
    const env = Object.fromEntries(
      SESSION.flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return new Supervisor(this.#spawner, { entry: 'probe', spawn: { env }, log: this.#log, heartbeatMs: 0 });
  }
}

/** Pure. What the second source knows of cards that the first could not read. */
export function withSecondOpinion(facts: HardwareFacts, second: readonly CardFacts[]): HardwareFacts {
  const cards = facts.cards.map((card) => {
    const known = second.find(({ pci }) => card.vendor === 'nvidia' && pci !== null && pci === card.pci);
    if (known === undefined) return card;
    return {
      ...card,
      name: known.name,
      index: known.index,
      memoryBytes: card.memoryBytes ?? known.memoryBytes,
      driver: known.driver ?? card.driver,
      sources: [...card.sources, ...known.sources],
    };
  });
  return { ...facts, cards, sources: [...new Set([...facts.sources, ...cards.flatMap(({ sources }) => sources)])] };
}
