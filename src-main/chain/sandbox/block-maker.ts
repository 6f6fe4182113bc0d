import type { Part } from '../../part.ts';
import { sandboxRequest } from './rpc.ts';

const EVERY_MS = 1_000;
/** Draws and turns wait for a block after the one they are about, and for one more where a second draw follows. */
const FURTHER_BLOCKS = 3;

/**
 * The sandbox's chain makes a block when it is sent something. Elsewhere blocks follow by themselves, and what was drawn
 * is known then: so a few empty ones follow here as well, and then it rests again.
 */
export class BlockMaker implements Part {
  readonly #rpc: () => string;
  #left = 0;
  #seen = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(rpc: () => string) {
    this.#rpc = rpc;
  }

  async start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.#look().catch(() => undefined), EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const { hash, transactions } = await sandboxRequest<{ hash: string; transactions: readonly string[] }>(
      this.#rpc(),
      'eth_getBlockByNumber',
      ['latest', false],
    );
    if (hash !== this.#seen && transactions.length > 0) this.#left = FURTHER_BLOCKS;
    this.#seen = hash;
    if (this.#left === 0) return;
    this.#left--;
    await sandboxRequest(this.#rpc(), 'evm_mine', []);
  }
}
