import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import type { Balances } from '../../src-shared/domain/node.ts';
import { MARKET, TOKEN, VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import { rereadOnHead } from '../chain/reread.ts';
import type { BatchTerms } from '../batches/index.ts';
import type { MarketTerms } from '../tasks/index.ts';

/** Batches are asked in this class where the market has it: without checks, which are drawn for single tasks only. */
const BULK_CLASS = 1;

/** The contract keeps the smallest fee in millionths of a token. */
const MICRO = 10n ** 12n;

/** `StakeVault.NEWCOMER_WORKS`. */
const NEWCOMER_WORKS = 20;

/** Balances of one account and the market's terms, read anew when a block arrives; many blocks make one read. */
export class BalanceWatch {
  readonly #chain: ChainClient;
  readonly #account: () => Address | null;
  readonly #changed: () => void;
  #balances: Balances | null = null;
  #terms: MarketTerms | null = null;
  #bulk: BatchTerms | null = null;

  /** Reads at once. */
  readonly refresh: () => void;

  constructor(chain: ChainClient, account: () => Address | null, changed: () => void) {
    this.#chain = chain;
    this.#account = account;
    this.#changed = changed;
    this.refresh = rereadOnHead(chain, () => this.#read());
  }

  get balances(): Balances | null {
    return this.#balances;
  }
  get terms(): MarketTerms | null {
    return this.#terms;
  }
  /** Of the class that batches are asked in. */
  get bulk(): BatchTerms | null {
    return this.#bulk;
  }
  get prepaid(): Amount | null {
    return this.#balances?.prepaid ?? null;
  }

  /** Accepted works are few; also while it is not known. */
  newcomer = (): boolean => this.#accepted < NEWCOMER_WORKS;
  #accepted = 0;

  /** Stake that secures nothing yet and is not on its way out; null while unknown. */
  freeStake = (): bigint | null => this.#free;
  #free: bigint | null = null;

  async #read(): Promise<void> {
    const chain = this.#chain;
    const { token, vault, market } = chain.network.contracts;
    const [settings, bulk, checked, critical] = await Promise.all([
      chain.read(MARKET, market, 'settingsOf', [0n]),
      chain.read(MARKET, market, 'settingsOf', [BigInt(BULK_CLASS)]),
      chain.read(MARKET, market, 'assuranceOf', [1n]),
      chain.read(MARKET, market, 'assuranceOf', [2n]),
    ]);
    this.#terms = {
      treasuryBps: Number(settings.treasuryBps),
      minFee: settings.minFee * MICRO,
      dutyBps: Number(settings.dutyBps),
      checksBps: [settings.checksBps, checked.checksBps, critical.checksBps].map(Number) as [number, number, number],
    };
    // A class that does not exist locks nothing.
    const [id, terms] = bulk.lockFactor === 0n ? [0, settings] : [BULK_CLASS, bulk];
    this.#bulk = { class: id, treasuryBps: Number(terms.treasuryBps), minFee: terms.minFee * MICRO };
    const account = this.#account();
    if (account === null) return;
    const who = account as string as `0x${string}`;
    const [wallet, inVault, free, gas] = await Promise.all([
      chain.read(TOKEN, token, 'balanceOf', [who]),
      chain.read(VAULT, vault, 'accountOf', [who]),
      chain.read(VAULT, vault, 'freeStakeOf', [who]),
      chain.request<string>('eth_getBalance', [account, 'latest']),
    ]);
    this.#free = free;
    this.#accepted = Number(inVault.accepted);
    this.#balances = {
      wallet: amount(wallet),
      prepaid: amount(inVault.balance),
      stake: amount(inVault.stake),
      locked: amount(inVault.locked),
      gas: BigInt(gas).toString(),
      at: Date.now(),
    };
    this.#changed();
  }
}
