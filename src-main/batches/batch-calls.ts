import { AbiCoder, keccak256 } from 'ethers';
import type { Address, Amount, BatchId, Digest, ModelId } from '../../src-shared/domain/ids.ts';
import { BATCHES, encodeCall } from '../chain/abi.ts';
import type { ChainBatch, Run } from '../chain/batches-projection.ts';
import { MAX_INPUT_ON_CHAIN, struct, TASK_TUPLE } from '../tasks/market-calls.ts';

/** Call data of the batch market's functions; the fields go back exactly as the events carried them. */

type Hex = `0x${string}`;

/** All inputs of one batch together: a transaction of this size still fits the wallet's limit for gas, in any number of items. */
export const MAX_INPUTS_ON_CHAIN = 16_384;

export interface BatchOrder {
  readonly model: ModelId;
  /** Of one item, as is `maxExtra`. */
  readonly fee: Amount;
  /** For the model fee. */
  readonly maxExtra: Amount;
  readonly lifetime: number;
  readonly class: number;
  /** Tells two equal orders in one block apart; below 2^64. */
  readonly nonce: bigint;
}

/** Whether the inputs travel on chain; else peers fetch them by their digests. */
export function onChain(inputs: readonly Uint8Array[]): boolean {
  const bytes = inputs.reduce((sum, input) => sum + input.length, 0);
  return bytes <= MAX_INPUTS_ON_CHAIN && inputs.every((input) => input.length <= MAX_INPUT_ON_CHAIN);
}

export function submitBatchCall(order: BatchOrder, inputs: readonly Uint8Array[], digests: readonly Digest[]): string {
  const all = {
    model: order.model as string as Hex,
    nonce: order.nonce,
    fee: BigInt(order.fee),
    maxExtra: BigInt(order.maxExtra),
    lifetime: BigInt(order.lifetime),
    class: BigInt(order.class),
    assurance: 0n,
    readable: false,
  };
  if (onChain(inputs)) {
    const bytes = inputs.map((input): Hex => `0x${Buffer.from(input).toString('hex')}`);
    return encodeCall(BATCHES, 'submitBatch', [all, bytes]);
  }
  const largest = Math.max(...inputs.map(({ length }) => length));
  return encodeCall(BATCHES, 'submitBlobs', [all, digests as readonly string[] as Hex[], BigInt(largest)]);
}

export function commitRootCall(batch: BatchId, slot: number, commitment: Hex, announced: bigint): string {
  return encodeCall(BATCHES, 'commitRoot', [batch as string as Hex, BigInt(slot), commitment, announced]);
}

export interface Results {
  readonly items: bigint;
  readonly slot: number;
  readonly largest: number;
  readonly salt: Hex;
  readonly digests: readonly Digest[];
}

export function revealRunCall(batch: ChainBatch, { items, slot, largest, salt, digests }: Results): string {
  const results = {
    items,
    slot: BigInt(slot),
    largest: BigInt(largest),
    salt,
    digests: digests as readonly string[] as Hex[],
  };
  return encodeCall(BATCHES, 'revealRun', [fieldsOf(batch), results]);
}

export function claimRunCall(batch: ChainBatch, run: Run): string {
  return encodeCall(BATCHES, 'claimRun', [fieldsOf(batch), runOf(run)]);
}

/** @param proof see `proofOf` */
export function contestItemCall(
  batch: ChainBatch,
  run: Run,
  item: { readonly index: number; readonly digest: Digest; readonly proof: readonly string[] },
  evidenceURI: string,
): string {
  const { index, digest, proof } = item;
  const said = { index: BigInt(index), digest: digest as string as Hex, proof: proof as Hex[] };
  return encodeCall(BATCHES, 'contestItem', [fieldsOf(batch), runOf(run), said, evidenceURI]);
}

/** What the court hands back with its ruling on an item: `abi.encode(batch, index, solver)`. */
export function ruledFields(batch: ChainBatch, item: number, solver: Address): Hex {
  const tuple = `tuple(${TASK_TUPLE} task, uint8 items)`;
  return AbiCoder.defaultAbiCoder().encode([tuple, 'uint8', 'address'], [fieldsOf(batch), item, solver]) as Hex;
}

function runOf({ solver, revealedAt, root }: Run): { solver: Hex; revealedAt: bigint; root: Hex } {
  return { solver: solver as string as Hex, revealedAt: BigInt(revealedAt), root: root as Hex };
}

export function retractBatchCall(batch: ChainBatch): string {
  return encodeCall(BATCHES, 'retractBatch', [fieldsOf(batch)]);
}

export function refundBatchCall(batch: ChainBatch): string {
  return encodeCall(BATCHES, 'refundBatch', [fieldsOf(batch)]);
}

/** The struct of the contract. */
export function fieldsOf({ fields, items }: Pick<ChainBatch, 'fields' | 'items'>) {
  return { task: struct(fields), items: BigInt(items) };
}

/**
 * Name of the salt of one commitment. Each run of a batch has its own: a salt that was opened would give the next
 * results away to whoever can guess them.
 */
export function saltName(batch: BatchId, run: number): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['string', 'bytes32', 'uint256'], ['batch', batch, run]));
}

/** Where a solver begins, so that not all begin with the same item. */
export function firstItem(batch: BatchId, solver: Address, items: number): number {
  const hash = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'address'], [batch, solver]));
  return Number(BigInt(hash) % BigInt(items));
}
