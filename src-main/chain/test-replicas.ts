import { AbiCoder, dataSlice, keccak256, type Wallet } from 'ethers';
import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { REPLICAS } from './abi.ts';
import type { ChainEvent } from './events.ts';
import { foldJob, type ChainJob } from './replicas-projection.ts';
import { struct } from '../tasks/market-calls.ts';
import { orderOf, SALT, type TestMarket } from './test-market.ts';

type Hex = `0x${string}`;

/** For tests only: what people do with tasks that several must solve, without any of the code under test. */
export class TestReplicas {
  readonly market: TestMarket;

  constructor(market: TestMarket) {
    this.market = market;
  }

  get address(): string {
    return this.market.chain.network.contracts.replicas;
  }

  /** @param fee of all seats together */
  async submit(seats = 3, fee = 3n * 10n ** 15n, lifetime = 600n): Promise<ChainJob> {
    const { chain, model, asker } = this.market;
    const args = [orderOf(model, fee, lifetime), BigInt(seats), '0x0102'] as const;
    return this.#folded(null, await chain.send(asker, this.address, REPLICAS, 'submit', args));
  }

  async take(job: ChainJob, result: Digest, from: Wallet): Promise<ChainJob> {
    const packed = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'bytes32'],
      [job.id, from.address, SALT, result],
    );
    const args = [this.#job(job), dataSlice(keccak256(packed), 0, 26) as Hex] as const;
    return this.#folded(job, await this.market.chain.send(from, this.address, REPLICAS, 'take', args));
  }

  async open(job: ChainJob, result: Digest, from: Wallet): Promise<ChainJob> {
    const args = [this.#job(job), SALT, result as string as Hex, 2n] as const;
    return this.#folded(job, await this.market.chain.send(from, this.address, REPLICAS, 'open', args));
  }

  /** Events of all jobs of this contract that name the task, oldest first. */
  async events(task: TaskId): Promise<string[]> {
    const filter = { address: this.address, fromBlock: '0x0', toBlock: 'latest', topics: [null, task] };
    const logs = await this.market.chain.request<Array<{ topics: string[]; data: string }>>('eth_getLogs', [filter]);
    return logs.map((log) => REPLICAS.codec.parseLog(log)?.name ?? '');
  }

  #job(job: ChainJob) {
    return { task: struct(job.fields), seats: BigInt(job.seats) };
  }

  async #folded(job: ChainJob | null, hash: string): Promise<ChainJob> {
    const events: ChainEvent[] = await this.market.events(hash);
    const after = events.filter(({ contract }) => contract === 'replicas').reduce<ChainJob | null>(foldJob, job);
    if (after === null) throw new Error('the transaction told of no task');
    return after;
  }
}
