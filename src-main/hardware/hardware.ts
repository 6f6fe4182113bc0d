import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { Supervisor } from '../process/supervisor.ts';
import type { HardwareFacts, ProbeEvents, ProbeMethods } from './protocol.ts';

const ANSWER_MS = 20_000;

/** What this machine is. Asked once, in a process that is ended afterwards, also when it hangs. */
export class Hardware implements Part {
  readonly #spawner: Spawner;
  readonly #log: Log;
  readonly #changed: () => void;
  #probe: Supervisor<ProbeMethods, ProbeEvents> | undefined;
  facts: HardwareFacts | null = null;

  constructor(spawner: Spawner, log: Log, changed: () => void) {
    this.#spawner = spawner;
    this.#log = log;
    this.#changed = changed;
  }

  async start(): Promise<void> {
    const probe = new Supervisor<ProbeMethods, ProbeEvents>(this.#spawner, {
      entry: 'probe',
      log: this.#log,
      heartbeatMs: 0,
    });
    this.#probe = probe;
    try {
      await probe.start();
      this.facts = await probe.call('facts', null, ANSWER_MS);
      this.#changed();
    } catch (error) {
      this.#log(`hardware: could not be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    await this.#probe?.stop();
  }
}
