import { AbiCoder, dataSlice, keccak256 } from 'ethers';
import type { Address, Amount, Digest, ModelId, TaskId } from '../../src-shared/domain/ids.ts';
import { encodeCall, MARKET } from '../chain/abi.ts';
import type { ChainTask, Reservation, TaskFields } from '../chain/tasks-projection.ts';

/** Call data of the market's functions; the fields go back exactly as the events carried them. */

type Hex = `0x${string}`;

/** Larger inputs travel between peers; the contract refuses them (`MAX_INPUT`). */
export const MAX_INPUT_ON_CHAIN = 4_096;

export interface Submission {
  readonly model: ModelId;
  readonly fee: Amount;
  /** For model fee and paid checks. */
  readonly maxExtra: Amount;
  readonly lifetime: number;
  readonly class: number;
  /** 0 basic, 1 checked, 2 critical. */
  readonly assurance: number;
  /** Tells two equal orders in one block apart; below 2^64. */
  readonly nonce: bigint;
  readonly input: Uint8Array;
  readonly inputDigest: Digest;
}

export function submitCall(submission: Submission): string {
  const { input, inputDigest } = submission;
  const order = orderOf(submission);
  return input.length <= MAX_INPUT_ON_CHAIN
    ? encodeCall(MARKET, 'submit', [order, `0x${Buffer.from(input).toString('hex')}`])
    : encodeCall(MARKET, 'submitBlob', [order, inputDigest as string as Hex, BigInt(input.length)]);
}

/** The order as the contracts want it. */
export function orderOf({ model, nonce, fee, maxExtra, lifetime, ...rest }: Omit<Submission, 'input' | 'inputDigest'>) {
  return {
    model: model as string as Hex,
    nonce,
    fee: BigInt(fee),
    maxExtra: BigInt(maxExtra),
    lifetime: BigInt(lifetime),
    class: BigInt(rest.class),
    assurance: BigInt(rest.assurance),
    readable: false,
  };
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

/** @param me whose reveal it is: a reservation of somebody else is not ours to name. */
export function revealCall(
  task: ChainTask,
  me: Address,
  slot: number,
  salt: Hex,
  digest: Digest,
  size: number,
): string {
  const mine = task.reservation !== null && task.reservation.solver.toLowerCase() === me.toLowerCase();
  return encodeCall(MARKET, 'reveal', [
    struct(task.fields),
    reservation(mine ? task.reservation : null),
    BigInt(slot),
    salt,
    digest as string as Hex,
    BigInt(size),
  ]);
}

/** Takes the task for the caller alone; a reservation that has run out is forfeited on the way. */
export function reserveCall(task: ChainTask): string {
  return encodeCall(MARKET, 'reserve', [struct(task.fields), reservation(task.reservation)]);
}

export function forfeitCall(task: ChainTask): string {
  return encodeCall(MARKET, 'forfeit', [struct(task.fields), reservation(task.reservation)]);
}

/** @returns null when there is nothing to contest. */
export function contestCall(task: ChainTask, evidenceURI: string): string | null {
  const solution = solved(task);
  return solution === null ? null : encodeCall(MARKET, 'contest', [struct(task.fields), solution, evidenceURI]);
}

/** What the court hands back to the market with its ruling: `abi.encode(task, solution)`. */
export function ruledFields(task: ChainTask): Hex | null {
  const [fields, solution] = [struct(task.fields), solved(task)];
  if (solution === null) return null;
  return AbiCoder.defaultAbiCoder().encode([TASK_TUPLE, SOLUTION_TUPLE], [fields, solution]) as Hex;
}

export function claimCall(task: ChainTask): string | null {
  const solution = solved(task);
  return solution === null ? null : encodeCall(MARKET, 'claim', [struct(task.fields), solution]);
}

export function retractCall(task: ChainTask): string {
  return encodeCall(MARKET, 'retract', [struct(task.fields)]);
}

export function refundCall(task: ChainTask): string {
  return encodeCall(MARKET, 'refund', [struct(task.fields), reservation(task.reservation)]);
}

export const TASK_TUPLE =
  'tuple(address requester, uint64 nonce, bytes32 model, bytes32 inputDigest, uint256 money, uint256 times)';
const SOLUTION_TUPLE = 'tuple(address solver, uint48 revealedAt, bytes32 resultDigest)';

export function struct({ requester, nonce, model, inputDigest, money, times }: TaskFields) {
  return {
    requester: requester as string as Hex,
    nonce: BigInt(nonce),
    model: model as string as Hex,
    inputDigest: inputDigest as string as Hex,
    money: BigInt(money),
    times: BigInt(times),
  };
}

export function solved({ solution }: ChainTask) {
  return solution === null
    ? null
    : {
        solver: solution.solver as string as Hex,
        revealedAt: BigInt(solution.revealedAt),
        resultDigest: solution.resultDigest as string as Hex,
      };
}

const NOBODY = '0x0000000000000000000000000000000000000000';

export function reservation(held: Reservation | null) {
  return held === null
    ? { solver: NOBODY as Hex, since: 0n, until: 0n }
    : { solver: held.solver as string as Hex, since: BigInt(held.since), until: BigInt(held.until) };
}
