import { z } from 'zod';
import { VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import { solverShare, type ChainTask, type TaskFields } from '../chain/tasks-projection.ts';
import type { Measured } from '../models/measured.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { NO_PRICES, type Prices } from '../../src-shared/domain/prices.ts';
import { profitOf, type Profit } from '../policy/profit.ts';
import type { Settings } from '../store/settings.ts';

const price = z.number().nonnegative().nullable();
const schema: z.ZodType<Prices> = z.object({ watts: price, perKwh: price, perMoot: price, perCoin: price });

/** Reservation, commitment, reveal and claim together, units of gas. */
const GAS_OF_A_TASK = 420_000n;
/** The same for a run of items of a batch, and for each of them. */
const GAS_OF_A_RUN = 350_000n;
const GAS_OF_AN_ITEM = 15_000n;
/** Seat, opening and a share of the end. */
const GAS_OF_A_SEAT = 200_000n;
const STALE_MS = 30_000;

/** What solver and treasury get of a fee. */
function sumsOf(fields: TaskFields, newcomer: boolean): { net: bigint; treasury: bigint; fee: bigint } {
  const { solver, treasury } = solverShare(fields, newcomer);
  return { net: solver, treasury, fee: BigInt(fields.fee) };
}

/** What a task would bring and cost on this machine, by the person's prices, own measurements and the chain's figures. */
export class Costs {
  readonly #chain: ChainClient;
  readonly #settings: Settings;
  readonly #measured: Measured;
  #rewardNow: bigint | null = null;
  #gasPrice: bigint | null = null;
  #readAt = 0;

  constructor(chain: ChainClient, settings: Settings, measured: Measured) {
    this.#chain = chain;
    this.#settings = settings;
    this.#measured = measured;
  }

  get prices(): Prices {
    return this.#settings.get('prices', schema, NO_PRICES);
  }

  set prices(prices: Prices) {
    this.#settings.set('prices', prices);
  }

  /** null while the person has named no price of MOOT: nothing could be weighed. */
  of(task: ChainTask, model: UsableModel, newcomer: boolean): Profit | null {
    const { fields, commitments, input } = task;
    const rivals = new Set(commitments.map(({ solver }) => solver.toLowerCase())).size;
    // Who reserves is alone; in a race each that sealed before is one more who may be first.
    const chance = BigInt(fields.bond) > 0n ? 1 : 1 / (1 + rivals);
    const sums = { ...sumsOf(fields, newcomer), chance, gas: GAS_OF_A_TASK };
    return this.#weigh(fields, input !== '0x', model, sums);
  }

  /** One item of a batch in a run of `items`, at least one; nobody can take a whole run away. */
  ofItem({ fields, onChain }: ChainBatch, items: number, model: UsableModel, newcomer: boolean): Profit | null {
    const gas = GAS_OF_A_RUN / BigInt(items) + GAS_OF_AN_ITEM;
    return this.#weigh(fields, onChain, model, { ...sumsOf(fields, newcomer), chance: 1, gas });
  }

  /** One seat of several: its part of the fee, and of what is issued. */
  ofSeat({ fields, seats, input }: ChainJob, model: UsableModel): Profit | null {
    const fee = BigInt(fields.fee) / BigInt(seats);
    const treasury = (fee * BigInt(fields.treasuryBps)) / 10_000n;
    return this.#weigh(fields, input !== '0x', model, {
      net: fee - treasury,
      treasury,
      fee,
      chance: 1,
      gas: GAS_OF_A_SEAT,
    });
  }

  #weigh(
    fields: TaskFields,
    onChain: boolean,
    model: UsableModel,
    sums: { net: bigint; treasury: bigint; fee: bigint; chance: number; gas: bigint },
  ): Profit | null {
    const { prices } = this;
    if (prices.perMoot === null) return null;
    this.#look();
    const { net, treasury, fee, chance, gas } = sums;
    // Where nobody competes for a task the contract issues no more than the treasury takes.
    const competed = fields.spread !== 0 && onChain;
    return profitOf(
      {
        net,
        issueRate: fields.issueRate,
        issueCap: competed ? fee : treasury,
        rewardNow: this.#rewardNow,
        chance,
        seconds: this.#measured.seconds(model.digest),
        gas,
        gasPrice: this.#gasPrice,
      },
      prices,
    );
  }

  /** Reward and gas price move slowly: read now and then, and only while somebody asks. */
  #look(): void {
    if (Date.now() - this.#readAt < STALE_MS) return;
    this.#readAt = Date.now();
    const chain = this.#chain;
    const read = async (): Promise<void> => {
      this.#rewardNow = await chain.read(VAULT, chain.network.contracts.vault, 'rewardNow', []);
      this.#gasPrice = BigInt(await chain.request<string>('eth_gasPrice', []));
    };
    // The chain watcher says that the chain is gone; the old figures stand.
    read().catch(() => undefined);
  }
}
