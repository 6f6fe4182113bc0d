import type { ChainClient } from '../chain/client.ts';

const MAX_KNOWN = 500;

/** Hashes of the blocks that decide draws: asked for once each, whatever number of tasks hangs on them. */
export class Seeds {
  readonly #chain: ChainClient;
  readonly #changed: () => void;
  readonly #known = new Map<number, string>();
  readonly #asking = new Set<number>();
  /** Counts reorgs: an answer from before one is worth nothing after it. */
  #reorgs = 0;

  constructor(chain: ChainClient, changed: () => void) {
    this.#chain = chain;
    this.#changed = changed;
  }

  /** @returns null while it is not there or not known. */
  of(block: number): string | null {
    const known = this.#known.get(block);
    if (known !== undefined) return known;
    if ((this.#chain.head?.number ?? -1) >= block && !this.#asking.has(block)) void this.#ask(block);
    return null;
  }

  /** After a reorg down to `block`. */
  forget(block: number): void {
    this.#reorgs++;
    for (const number of this.#known.keys()) if (number > block) this.#known.delete(number);
  }

  async #ask(number: number): Promise<void> {
    const reorgs = this.#reorgs;
    this.#asking.add(number);
    try {
      const block = await this.#chain.block(number);
      if (block === null || reorgs !== this.#reorgs) return;
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(number, block.hash);
      this.#changed();
    } catch {
      // The next round asks again.
    } finally {
      this.#asking.delete(number);
    }
  }
}
