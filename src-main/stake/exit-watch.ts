import type { Address } from '../../src-shared/domain/ids.ts';
import { VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import { rereadOnHead } from '../chain/reread.ts';

/** What the vault says of an account's way out; seconds and base units. */
export interface ExitFacts {
  readonly amount: bigint;
  /** Zero: nothing is on its way. */
  readonly readyAt: number;
  readonly exitDelay: number;
  /** Zero: never suspended. */
  readonly suspendedUntil: number;
}

/** Read anew when a block arrives; many blocks make one read. */
export class ExitWatch {
  readonly #chain: ChainClient;
  readonly #account: () => Address | null;
  readonly #changed: () => void;
  #facts: ExitFacts | null = null;
  #exitDelay: number | null = null;

  /** Reads at once. */
  readonly refresh: () => void;

  constructor(chain: ChainClient, account: () => Address | null, changed: () => void) {
    this.#chain = chain;
    this.#account = account;
    this.#changed = changed;
    this.refresh = rereadOnHead(chain, () => this.#read());
  }

  get facts(): ExitFacts | null {
    return this.#facts;
  }

  async #read(): Promise<void> {
    const account = this.#account();
    if (account === null) return;
    const who = account as string as `0x${string}`;
    const { vault } = this.#chain.network.contracts;
    this.#exitDelay ??= Number(await this.#chain.read(VAULT, vault, 'exitDelay', []));
    const [exit, until] = await Promise.all([
      this.#chain.read(VAULT, vault, 'exitOf', [who]),
      this.#chain.read(VAULT, vault, 'suspendedUntilOf', [who]),
    ]);
    this.#facts = {
      amount: exit.amount,
      readyAt: Number(exit.readyAt),
      exitDelay: this.#exitDelay,
      suspendedUntil: Number(until),
    };
    this.#changed();
  }
}
