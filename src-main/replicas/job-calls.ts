import { AbiCoder, ZeroHash } from 'ethers';
import type { Address, Digest } from '../../src-shared/domain/ids.ts';
import { encodeCall, REPLICAS } from '../chain/abi.ts';
import type { ChainJob, ChainSeat } from '../chain/replicas-projection.ts';
import { MAX_INPUT_ON_CHAIN, orderOf, struct, TASK_TUPLE, type Submission } from '../tasks/market-calls.ts';

/** Call data of replicated tasks; the fields go back exactly as the events carried them. */

type Hex = `0x${string}`;

/** Stages of a seat as the contract numbers them; a frozen one has no place in any call. */
const STAGE = { sealed: 1n, opened: 2n, out: 3n, confirmed: 4n } as const;

/** @param seats how many machines must agree; they share the fee */
export function submitCall(submission: Omit<Submission, 'assurance'>, seats: number): string {
  const { input, inputDigest } = submission;
  // The seats are the assurance; the contract knows no other here.
  const order = orderOf({ ...submission, assurance: 0 });
  return input.length <= MAX_INPUT_ON_CHAIN
    ? encodeCall(REPLICAS, 'submit', [order, BigInt(seats), `0x${Buffer.from(input).toString('hex')}`])
    : encodeCall(REPLICAS, 'submitBlob', [order, BigInt(seats), inputDigest as string as Hex, BigInt(input.length)]);
}

export function takeCall(job: ChainJob, commitment: Hex): string {
  return encodeCall(REPLICAS, 'take', [jobOf(job), commitment]);
}

export function openCall(job: ChainJob, salt: Hex, digest: Digest, size: number): string {
  return encodeCall(REPLICAS, 'open', [jobOf(job), salt, digest as string as Hex, BigInt(size)]);
}

export function contestCall(job: ChainJob, solver: Address, digest: Digest, evidenceURI: string): string {
  return encodeCall(REPLICAS, 'contest', [jobOf(job), hex(solver), digest as string as Hex, evidenceURI]);
}

/** What the court hands back with its ruling on a seat: `abi.encode(job, solver, resultDigest)`. */
export function ruledFields(job: ChainJob, solver: Address, digest: Digest): Hex {
  const tuple = `tuple(${TASK_TUPLE} task, uint8 seats)`;
  return AbiCoder.defaultAbiCoder().encode([tuple, 'address', 'bytes32'], [jobOf(job), solver, digest]) as Hex;
}

/** @returns null while a seat is before the court. */
export function finishCall(job: ChainJob): string | null {
  const seats = seatsOf(job);
  return seats === null ? null : encodeCall(REPLICAS, 'finish', [jobOf(job), seats]);
}

/** @returns null while a seat is before the court, which an empty task has not. */
export function refundCall(job: ChainJob): string | null {
  const seats = seatsOf(job);
  return seats === null ? null : encodeCall(REPLICAS, 'refund', [jobOf(job), seats]);
}

export function retractCall(job: ChainJob): string {
  return encodeCall(REPLICAS, 'retract', [jobOf(job)]);
}

export function jobOf(job: ChainJob) {
  return { task: struct(job.fields), seats: BigInt(job.seats) };
}

/** All seats as they stand, ascending by solver. */
function seatsOf({ taken }: ChainJob): Array<{ solver: Hex; stage: bigint; value: Hex }> | null {
  const seats = taken.flatMap((seat) => {
    const value = valueOf(seat);
    return seat.stage === 'frozen' || value === null
      ? []
      : [{ solver: hex(seat.solver), stage: STAGE[seat.stage], value }];
  });
  if (seats.length !== taken.length) return null;
  return seats.sort((a, b) => (a.solver.toLowerCase() < b.solver.toLowerCase() ? -1 : 1));
}

function valueOf({ stage, commitment, opened }: ChainSeat): Hex | null {
  if (stage === 'out') return ZeroHash as Hex;
  if (stage === 'sealed') return `${commitment}${'0'.repeat(12)}` as Hex;
  return (opened?.resultDigest ?? null) as string as Hex | null;
}

function hex(address: Address): Hex {
  return address as string as Hex;
}
