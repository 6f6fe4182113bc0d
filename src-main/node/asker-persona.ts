import { randomInt } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { drawDigit } from '../models/digits.ts';
import type { Part } from '../part.ts';
import type { Tasks } from '../tasks/index.ts';

/** Between two asks at first: often enough to see something happen. */
const EVERY_MS = 45_000;
/** Each ask makes the pause this much longer, up to the limit: a sandbox that is left alone for days stays small. */
const SLOWER_MS = 5_000;
const SELDOM_MS = 15 * 60_000;
/** First ask after the neighbours had a moment to meet. */
const FIRST_MS = 2_000;
/** Seeds from here on were not trained on. */
const HELD_OUT = 2 ** 30;

/**
 * The sandbox's asker: posts a drawn digit now and then, so that a newcomer's machine has something to solve. It asks
 * the way a person does, through the same calls.
 */
export class AskerPersona implements Part {
  readonly #tasks: Tasks;
  readonly #catalogue: Catalogue;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #asks = 0;

  constructor(tasks: Tasks, catalogue: Catalogue, log: Log) {
    this.#tasks = tasks;
    this.#catalogue = catalogue;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#timer = setTimeout(() => void this.#ask(), FIRST_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    this.#timer = setTimeout(() => void this.#ask(), Math.min(EVERY_MS + this.#asks++ * SLOWER_MS, SELDOM_MS));
    const model = this.#catalogue.views().find(({ builtIn, input }) => builtIn && input.kind === 'image');
    if (model === undefined) return;
    const pixels = Buffer.from(drawDigit(randomInt(10), randomInt(HELD_OUT, 2 ** 31))).toString('base64');
    try {
      const input = { kind: 'image', pixels } as const;
      const order = { model: model.digest, fee: model.suggestedFee, assurance: 'basic', input } as const;
      await this.#tasks.asker.ask(order, () => new Uint8Array());
    } catch (error) {
      this.#log(`asker: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
