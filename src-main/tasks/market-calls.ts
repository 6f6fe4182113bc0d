import { AbiCoder, dataSlice, keccak256 } from 'ethers';
import type { Address, Amount, Digest, ModelId, TaskId } from '../../src-shared/domain/ids.ts';
import { encodeCall, MARKET } from '../chain/abi.ts';
import type { ChainTask, TaskFields } from '../chain/tasks-projection.ts';

/** Call data of the market's functions; the fields go back exactly as the events carried them. */

type Hex = `0x${string}`;

/** Larger inputs travel between peers; the contract refuses them (`MAX_INPUT`). */
export const MAX_INPUT_ON_CHAIN = 4_096;

export interface Submission {
  readonly model: ModelId;
  readonly fee: Amount;
  readonly maxModelFee: Amount;
  readonly lifetime: number;
  readonly input: Uint8Array;
  readonly inputDigest: Digest;
}

export function submitCall({ model, fee, maxModelFee, lifetime, input, inputDigest }: Submission): string {
  const common = [model as string as Hex, BigInt(fee), BigInt(maxModelFee), BigInt(lifetime)] as const;
  return input.length <= MAX_INPUT_ON_CHAIN
    ? encodeCall(MARKET, 'submit', [...common, `0x${Buffer.from(input).toString('hex')}`])
    : encodeCall(MARKET, 'submitBlob', [...common, inputDigest as string as Hex, BigInt(input.length)]);
}

/** First 26 bytes of keccak256(abi.encode(task, solver, salt, result digest)), as `TaskHash.commitment`. */
export function commitmentFor(task: TaskId, solver: Address, salt: Hex, result: Digest): Hex {
  const packed = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'address', 'bytes32', 'bytes32'],
    [task, solver, salt, result],
  );
  return dataSlice(keccak256(packed), 0, 26) as Hex;
}

export function commitCall(task: TaskId, slot: number, commitment: Hex): string {
  return encodeCall(MARKET, 'commit', [task as string as Hex, BigInt(slot), commitment]);
}

export function revealCall(task: ChainTask, slot: number, salt: Hex, digest: Digest, size: number): string {
  return encodeCall(MARKET, 'reveal', [struct(task.fields), BigInt(slot), salt, digest as string as Hex, BigInt(size)]);
}

export function claimCall(task: ChainTask): string | null {
  if (task.solution === null) return null;
  const { solver, revealedAt, resultDigest } = task.solution;
  const solution = {
    solver: solver as string as Hex,
    revealedAt: BigInt(revealedAt),
    resultDigest: resultDigest as string as Hex,
  };
  return encodeCall(MARKET, 'claim', [struct(task.fields), solution]);
}

export function retractCall(task: ChainTask): string {
  return encodeCall(MARKET, 'retract', [struct(task.fields)]);
}

export function refundCall(task: ChainTask): string {
  return encodeCall(MARKET, 'refund', [struct(task.fields)]);
}

function struct(fields: TaskFields) {
  return {
    requester: fields.requester as string as Hex,
    nonce: BigInt(fields.nonce),
    fee: BigInt(fields.fee),
    modelFee: BigInt(fields.modelFee),
    lock: BigInt(fields.lock),
    model: fields.model as string as Hex,
    inputDigest: fields.inputDigest as string as Hex,
    submittedAt: BigInt(fields.submittedAt),
    retractAt: BigInt(fields.retractAt),
    deadline: BigInt(fields.deadline),
    claimWindow: BigInt(fields.claimWindow),
    treasuryBps: BigInt(fields.treasuryBps),
  };
}
