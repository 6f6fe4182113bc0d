import { z } from 'zod';
import { VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import { solverShare, type ChainTask } from '../chain/tasks-projection.ts';
import type { Measured } from '../models/measured.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { NO_PRICES, profitOf, type Prices, type Profit } from '../policy/profit.ts';
import type { Settings } from '../store/settings.ts';

const price = z.number().nonnegative().nullable();
const schema: z.ZodType<Prices> = z.object({ watts: price, perKwh: price, perMoot: price, perCoin: price });

/** Reservation, commitment, reveal and claim together, units of gas. */
const GAS_OF_A_TASK = 420_000n;
/** Seat, opening and a share of the end. */
const GAS_OF_A_SEAT = 200_000n;
const STALE_MS = 30_000;

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
    const share = solverShare(task.fields, newcomer);
    const rivals = new Set(task.commitments.map(({ solver }) => solver.toLowerCase())).size;
    // Who reserves is alone; in a race each that sealed before is one more who may be first.
    const chance = BigInt(task.fields.bond) > 0n ? 1 : 1 / (1 + rivals);
    const sums = { net: share.solver, treasury: share.treasury, fee: BigInt(task.fields.fee) };
    return this.#weigh(task, model, { ...sums, chance, gas: GAS_OF_A_TASK });
  }

  /** One seat of several: its part of the fee, and of what is issued. */
  ofSeat(job: ChainJob, model: UsableModel): Profit | null {
    const fee = BigInt(job.fields.fee) / BigInt(job.seats);
    const treasury = (fee * BigInt(job.fields.treasuryBps)) / 10_000n;
    return this.#weigh(job, model, { net: fee - treasury, treasury, fee, chance: 1, gas: GAS_OF_A_SEAT });
  }

  #weigh(
    { fields, input }: Pick<ChainTask, 'fields' | 'input'>,
    model: UsableModel,
    sums: { net: bigint; treasury: bigint; fee: bigint; chance: number; gas: bigint },
  ): Profit | null {
    const { prices } = this;
    if (prices.perMoot === null) return null;
    this.#look();
    const { net, treasury, fee, chance, gas } = sums;
    // Where nobody competes for a task the contract issues no more than the treasury takes.
    const competed = fields.spread !== 0 && input !== '0x';
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
