import { keccak256, toUtf8Bytes } from 'ethers';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { DUTY, encodeCall } from '../chain/abi.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import { reservation, solved, struct } from '../tasks/market-calls.ts';

/** Call data of the duty roster's functions. Amounts in base units. */

type Hex = `0x${string}`;
const NO_SOLUTION = {
  solver: '0x0000000000000000000000000000000000000000' as Hex,
  revealedAt: 0n,
  resultDigest: `0x${'0'.repeat(64)}` as Hex,
};

export const signOnCall = (deposit: bigint): string => encodeCall(DUTY, 'signOn', [deposit]);
export const heartbeatCall = (): string => encodeCall(DUTY, 'heartbeat', []);
export const signOffCall = (): string => encodeCall(DUTY, 'signOff', []);
export const releaseCall = (me: Address): string => encodeCall(DUTY, 'release', [me as string as Hex]);

/** Fixes the draw for the reservation that stands. */
export function callUpCall(task: ChainTask): string {
  return encodeCall(DUTY, 'callUp', [struct(task.fields), reservation(task.reservation)]);
}

export function announceCall(task: ChainTask): string {
  return encodeCall(DUTY, 'announce', [struct(task.fields), reservation(task.reservation)]);
}

export function sealCall(task: TaskId, commitment: Hex): string {
  return encodeCall(DUTY, 'seal', [task as string as Hex, commitment]);
}

/** @returns null while there is nothing to compare with. */
export function openCall(task: ChainTask, salt: Hex, digest: Digest): string | null {
  const solution = solved(task);
  if (solution === null) return null;
  const args = [struct(task.fields), solution, disputeOf(task), salt, digest as string as Hex] as const;
  return encodeCall(DUTY, 'open', args);
}

/** Reports a checker that has not sealed in time, or sealed and not opened. */
export function reportMissCall(task: ChainTask, checker: Address): string {
  const solution = solved(task) ?? NO_SOLUTION;
  return encodeCall(DUTY, 'reportMiss', [struct(task.fields), checker as string as Hex, solution, disputeOf(task)]);
}

/** Ends the duty on a task that is over without it. */
export function dismissCall(task: ChainTask, me: Address): string {
  return encodeCall(DUTY, 'dismiss', [struct(task.fields), me as string as Hex]);
}

/** The name under which the wallet derives the salt of a check: never that of the same task's solution. */
export function saltName(task: TaskId): TaskId {
  return keccak256(`0x${Buffer.from(toUtf8Bytes('duty')).toString('hex')}${task.slice(2)}`) as TaskId;
}

function disputeOf(task: ChainTask): bigint {
  return BigInt(task.dispute?.id ?? 0);
}
