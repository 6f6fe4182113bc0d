import { AbiCoder, dataSlice, keccak256, type Wallet } from 'ethers';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { fieldsOf } from '../batches/batch-calls.ts';
import { BATCHES } from './abi.ts';
import { foldBatch, type ChainBatch } from './batches-projection.ts';
import type { ChainEvent } from './events.ts';
import { full } from './masks.ts';
import { orderOf, SALT, type TestMarket } from './test-market.ts';

type Hex = `0x${string}`;

/** For tests only: what people do with batches, without any of the code under test. */
export class TestBatches {
  readonly market: TestMarket;

  constructor(market: TestMarket) {
    this.market = market;
  }

  get address(): string {
    return this.market.chain.network.contracts.batches;
  }

  /** @param fee of one item */
  async submit(inputs: readonly Hex[], fee = 10n ** 15n): Promise<ChainBatch> {
    const { chain, model, asker } = this.market;
    const args = [orderOf(model, fee, 600n), inputs] as const;
    return this.#folded(null, await chain.send(asker, this.address, BATCHES, 'submitBatch', args));
  }

  /** All items in one run. */
  async solve(batch: ChainBatch, digests: readonly Digest[], from: Wallet = this.market.solver): Promise<ChainBatch> {
    const { chain } = this.market;
    const [items, results] = [full(digests.length), digests as readonly string[] as Hex[]];
    const root = BATCHES.codec.decodeFunctionResult('rootOf', await this.#ask('rootOf', [items, results]))[0] as Hex;
    const packed = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'bytes32'],
      [batch.id, from.address, SALT, root],
    );
    const sealed = [batch.id as string as Hex, 0n, dataSlice(keccak256(packed), 0, 26) as Hex, items] as const;
    await chain.send(from, this.address, BATCHES, 'commitRoot', sealed);
    const opened = { items, slot: 0n, largest: 2n, salt: SALT, digests: results };
    return this.#folded(
      batch,
      await chain.send(from, this.address, BATCHES, 'revealRun', [fieldsOf(batch), opened] as const),
    );
  }

  #ask(name: 'rootOf', args: readonly unknown[]): Promise<string> {
    const data = BATCHES.codec.encodeFunctionData(name, args);
    return this.market.chain.request<string>('eth_call', [{ to: this.address, data }, 'latest']);
  }

  async #folded(batch: ChainBatch | null, hash: string): Promise<ChainBatch> {
    const events: ChainEvent[] = await this.market.events(hash);
    const after = events.filter(({ contract }) => contract === 'batches').reduce<ChainBatch | null>(foldBatch, batch);
    if (after === null) throw new Error('the transaction told of no batch');
    return after;
  }
}
