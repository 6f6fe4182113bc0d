import { createHash } from 'node:crypto';
import { AbiCoder, dataSlice, hexlify, keccak256, randomBytes, type Wallet } from 'ethers';
import type { Address, Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import { MARKET } from './abi.ts';
import { decodeLog, type ChainEvent, type RawLog } from './events.ts';
import { foldTask, type ChainTask } from './tasks-projection.ts';
import { registerCall } from './model-calls.ts';
import type { TestChain } from './test-chain.ts';
import { forfeitCall, reservation, solved, struct } from '../tasks/market-calls.ts';

type Hex = `0x${string}`;

export interface Ticket {
  readonly model: ModelId;
  readonly fee: bigint;
  readonly lifetime: bigint;
  readonly input: Hex;
}

/** For tests only: what people do in a market, each one transaction, without any of the code under test. */
export class TestMarket {
  readonly chain: TestChain;
  readonly asker: Wallet;
  readonly solver: Wallet;
  readonly stranger: Wallet;
  readonly digest: Digest;
  readonly model: ModelId;

  static async open(chain: TestChain): Promise<TestMarket> {
    const digest = hexlify(randomBytes(32)) as Digest;
    await chain.model(digest);
    const [asker, solver, stranger] = [await chain.account(true), await chain.account(true), await chain.account()];
    return new TestMarket(chain, asker, solver, stranger, digest);
  }

  private constructor(chain: TestChain, asker: Wallet, solver: Wallet, stranger: Wallet, digest: Digest) {
    this.chain = chain;
    this.asker = asker;
    this.solver = solver;
    this.stranger = stranger;
    this.digest = digest;
    this.model = keccak256(
      AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [chain.operator.address, digest]),
    ) as ModelId;
  }

  /** Events of one transaction, decoded. */
  async events(hash: string): Promise<ChainEvent[]> {
    const receipt = await this.chain.request<{ status: string; logs: RawLog[] } | null>('eth_getTransactionReceipt', [
      hash,
    ]);
    if (receipt?.status !== '0x1')
      throw new Error(`transaction ${hash} was ${receipt === null ? 'not mined' : 'reverted'}`);
    return receipt.logs.map((log) => decodeLog(this.chain.network, log, 0)).filter((event) => event !== null);
  }

  async submit(more: Partial<Ticket> = {}, from = this.asker): Promise<ChainTask> {
    const { model, fee, lifetime, input } = {
      model: this.model,
      fee: 10n ** 15n,
      lifetime: 600n,
      input: '0x0102' as Hex,
      ...more,
    };
    const hash = await this.chain.send(from, this.chain.network.contracts.market, MARKET, 'submit', [
      orderOf(model, fee, lifetime),
      input,
    ]);
    return folded(null, await this.events(hash));
  }

  forfeit(task: ChainTask): Promise<string> {
    const { market } = this.chain.network.contracts;
    return this.chain.sendData(this.stranger, market, forfeitCall(task));
  }

  commit(
    task: ChainTask,
    result: Digest,
    { slot = 0n, from = this.solver, salt = SALT }: { slot?: bigint; from?: Wallet; salt?: Hex } = {},
  ) {
    const packed = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'bytes32'],
      [task.id, from.address, salt, result],
    );
    const args = [task.id as string as Hex, slot, dataSlice(keccak256(packed), 0, 26) as Hex] as const;
    return this.chain.send(from, this.chain.network.contracts.market, MARKET, 'commit', args);
  }

  async reveal(
    task: ChainTask,
    result: Digest,
    { slot = 0n, from = this.solver, salt = SALT }: { slot?: bigint; from?: Wallet; salt?: Hex } = {},
  ) {
    const args = [struct(task.fields), reservation(null), slot, salt, result as string as Hex, 2n] as const;
    const hash = await this.chain.send(from, this.chain.network.contracts.market, MARKET, 'reveal', args);
    return folded(task, await this.events(hash));
  }

  /** A whole solution: committed, and opened in a later block. */
  async solve(task: ChainTask, result = digestOf('result'), from = this.solver): Promise<ChainTask> {
    await this.commit(task, result, { from });
    return this.reveal(task, result, { from });
  }

  claim(task: ChainTask) {
    const solution = solved(task);
    if (solution === null) throw new Error('it is not solved');
    return this.chain.send(this.stranger, this.chain.network.contracts.market, MARKET, 'claim', [
      struct(task.fields),
      solution,
    ]);
  }

  retract(task: ChainTask) {
    return this.chain.send(this.asker, this.chain.network.contracts.market, MARKET, 'retract', [struct(task.fields)]);
  }

  refund(task: ChainTask) {
    return this.chain.send(this.stranger, this.chain.network.contracts.market, MARKET, 'refund', [
      struct(task.fields),
      reservation(task.reservation),
    ]);
  }

  async register(digest: Digest, fee: Amount, from = this.stranger): Promise<ModelId> {
    const payee = from.address as Address;
    const data = registerCall({ digest, fee, payee, claimWindow: 20, runtime: 'onnx', class: 'exact' });
    const hash = await this.chain.sendData(from, this.chain.network.contracts.registry, data);
    return (await this.events(hash))[0]?.subject as ModelId;
  }

  /** Lets time pass on the chain, and a block tell of it. */
  async later(seconds: number): Promise<void> {
    await this.chain.later(seconds);
  }
}

function folded(task: ChainTask | null, events: readonly ChainEvent[]): ChainTask {
  const after = events.reduce<ChainTask | null>(foldTask, task);
  if (after === null) throw new Error('the transaction told of no task');
  return after;
}

export const SALT: Hex = `0x${'5a'.repeat(32)}`;

export function digestOf(text: string): Digest {
  return `0x${createHash('sha256').update(text).digest('hex')}` as Digest;
}

let nonce = 0n;

/** What a person asks for; unlike the node's, two in one block are told apart by counting. */
export function orderOf(model: ModelId, fee: bigint, lifetime: bigint) {
  const options = { class: 0n, assurance: 0n, readable: false };
  return { model: model as string as Hex, nonce: nonce++, fee, maxExtra: 10n ** 18n, lifetime, ...options };
}
