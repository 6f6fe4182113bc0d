import { createHash } from 'node:crypto';
import { AbiCoder, dataSlice, hexlify, keccak256, randomBytes, type Wallet } from 'ethers';
import type { Amount, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import { MARKET, REGISTRY } from './abi.ts';
import { decodeLog, type ChainEvent, type RawLog } from './events.ts';
import { foldTask, type ChainTask } from './tasks-projection.ts';
import type { TestChain } from './test-chain.ts';

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
    const args = [model as string as Hex, fee, 10n ** 18n, lifetime, input] as const;
    const hash = await this.chain.send(from, this.chain.network.contracts.market, MARKET, 'submit', args);
    return folded(null, await this.events(hash));
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
    const args = [fields(task), slot, salt, result as string as Hex, 2n] as const;
    const hash = await this.chain.send(from, this.chain.network.contracts.market, MARKET, 'reveal', args);
    return folded(task, await this.events(hash));
  }

  /** A whole solution: committed, and opened in a later block. */
  async solve(task: ChainTask, result = digestOf('result'), from = this.solver): Promise<ChainTask> {
    await this.commit(task, result, { from });
    return this.reveal(task, result, { from });
  }

  claim(task: ChainTask) {
    if (task.solution === null) throw new Error('it is not solved');
    const { solver, revealedAt, resultDigest } = task.solution;
    const solution = {
      solver: solver as string as Hex,
      revealedAt: BigInt(revealedAt),
      resultDigest: resultDigest as string as Hex,
    };
    return this.chain.send(this.stranger, this.chain.network.contracts.market, MARKET, 'claim', [
      fields(task),
      solution,
    ]);
  }

  retract(task: ChainTask) {
    return this.chain.send(this.asker, this.chain.network.contracts.market, MARKET, 'retract', [fields(task)]);
  }

  refund(task: ChainTask) {
    return this.chain.send(this.stranger, this.chain.network.contracts.market, MARKET, 'refund', [fields(task)]);
  }

  async register(digest: Digest, fee: Amount, from = this.stranger): Promise<ModelId> {
    const args = [digest as string as Hex, BigInt(fee), from.address as Hex, 10n, `0x${'6f'.repeat(32)}`, 0n] as const;
    const hash = await this.chain.send(from, this.chain.network.contracts.registry, REGISTRY, 'register', args);
    return (await this.events(hash))[0]?.subject as ModelId;
  }

  /** Lets time pass on the chain, and a block tell of it. */
  async later(seconds: number): Promise<void> {
    await this.chain.request('evm_increaseTime', [seconds]);
    await this.chain.request('evm_mine');
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

/** The struct that the contract wants back. */
export function fields({ fields: f }: ChainTask) {
  return {
    requester: f.requester as string as Hex,
    nonce: BigInt(f.nonce),
    fee: BigInt(f.fee),
    modelFee: BigInt(f.modelFee),
    lock: BigInt(f.lock),
    model: f.model as string as Hex,
    inputDigest: f.inputDigest as string as Hex,
    submittedAt: BigInt(f.submittedAt),
    retractAt: BigInt(f.retractAt),
    deadline: BigInt(f.deadline),
    claimWindow: BigInt(f.claimWindow),
    treasuryBps: BigInt(f.treasuryBps),
  };
}
