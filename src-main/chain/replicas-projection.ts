import { AbiCoder, id as keccakText, keccak256 } from 'ethers';
import type { Address, Amount, Digest, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { ChainEvent, Json } from './events.ts';
import { fieldsOf, type Moment, type TaskFields } from './tasks-projection.ts';

/** `frozen`: before the court. `out`: overturned by it. `confirmed`: let stand by it. */
export type SeatStage = 'sealed' | 'opened' | 'frozen' | 'out' | 'confirmed';

/** One machine of those that must agree. */
export interface ChainSeat {
  /** Subject of a case over its result. */
  readonly id: TaskId;
  readonly solver: Address;
  readonly stage: SeatStage;
  /** 26 bytes. */
  readonly commitment: string;
  readonly taken: Moment;
  readonly opened: ({ readonly resultDigest: Digest; readonly resultSize: number } & Moment) | null;
  readonly dispute: ({ readonly id: string; readonly claimant: Address } & Moment) | null;
  readonly paid: ({ readonly reward: Amount; readonly issued: Amount; readonly retained: Amount } & Moment) | null;
  /** Bond that was lost because the result was not opened. */
  readonly missed: ({ readonly bond: Amount } & Moment) | null;
}

/** A task that several machines solve, each on its own. */
export interface ChainJob {
  readonly id: TaskId;
  /** `open`: seats are empty. `sealed`: all are taken, and opened one by one. The other two are ends. */
  readonly state: 'open' | 'sealed' | 'agreed' | 'failed';
  /** Of all seats together; the lock is that of each seat. */
  readonly fields: TaskFields;
  /** How many machines must agree, 2 to 7. */
  readonly seats: number;
  /** 0x hex; `0x` when the input travels between peers. */
  readonly input: string;
  readonly inputSize: number;
  readonly posted: Moment;
  /** In the order in which they were taken. */
  readonly taken: readonly ChainSeat[];
  /** When the last seat was taken; from then on when the last one was opened, seconds; 0 before. */
  readonly turnedAt: number;
  /** `back`: to the requester. */
  readonly agreed: ({ readonly resultDigest: Digest; readonly seats: number; readonly back: Amount } & Moment) | null;
  readonly failed: ({ readonly back: Amount } & Moment) | null;
}

const SEAT_TAG = keccakText('folkmoot.replicated.seat.v1');
/** `Stage` of the contract. */
const OUT = '3';

/** Pure fold, as `foldTask`: the contract guarantees the order, and that no job has more than a few events. */
export function foldJob(job: ChainJob | null, event: ChainEvent): ChainJob | null {
  const { args } = event;
  const at: Moment = { block: event.block, time: event.time, tx: event.tx as TxHash };
  if (event.name === 'JobSubmitted') return submitted(event.subject as TaskId, args, at);
  if (job === null) return null;
  switch (event.name) {
    case 'SeatTaken':
      return taken(job, args, at);
    case 'SeatOpened': {
      const opened = { resultDigest: args['resultDigest'] as Digest, resultSize: Number(args['resultSize']), ...at };
      const turnedAt = Number(args['opened']) === job.seats ? at.time : job.turnedAt;
      return { ...inSeat(job, args, { stage: 'opened', opened }), turnedAt };
    }
    case 'SeatContested': {
      const dispute = { id: text(args['disputeId']), claimant: args['claimant'] as Address, ...at };
      return inSeat(job, args, { stage: 'frozen', dispute });
    }
    case 'SeatRuled':
      return inSeat(job, args, { stage: args['stage'] === OUT ? 'out' : 'confirmed' });
    case 'SeatMissed':
      return inSeat(job, args, { missed: { bond: args['bond'] as Amount, ...at } });
    case 'SeatPaid': {
      const { reward, issued, retained } = args as Record<'reward' | 'issued' | 'retained', Amount>;
      return inSeat(job, args, { paid: { reward, issued, retained, ...at } });
    }
    case 'JobAgreed': {
      const [resultDigest, back] = [args['resultDigest'] as Digest, args['back'] as Amount];
      return { ...job, state: 'agreed', agreed: { resultDigest, seats: Number(args['paid']), back, ...at } };
    }
    case 'JobFailed':
      return { ...job, state: 'failed', failed: { back: args['back'] as Amount, ...at } };
    default:
      return job;
  }
}

/** `ReplicaHash.seat`. */
export function seatIdOf(job: TaskId, solver: Address): TaskId {
  const packed = AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32', 'address'], [SEAT_TAG, job, solver]);
  return keccak256(packed) as TaskId;
}

/** Last second for opening a seat; null while seats are empty. */
export function opensUntil(job: ChainJob): number | null {
  return job.state === 'open' || allOpened(job) ? null : job.turnedAt + job.fields.claimWindow;
}

/** From when on it can be ended, and until when its results can be contested, seconds; null while seats are empty. */
export function finishableAt(job: ChainJob): number | null {
  if (job.state === 'open') return null;
  return job.turnedAt + job.fields.claimWindow * (allOpened(job) ? 1 : 2);
}

export function allOpened(job: ChainJob): boolean {
  return job.taken.length === job.seats && job.taken.every(({ opened }) => opened !== null);
}

/**
 * What the machines agree on: as soon as all have opened and those that the court has not overturned say the same. Only
 * the end is final; until then a contestation may change it.
 */
export function agreedOn(job: ChainJob): Digest | null {
  if (job.agreed !== null) return job.agreed.resultDigest;
  if (job.failed !== null || !allOpened(job)) return null;
  const digests = job.taken.flatMap(({ stage, opened }) => (stage === 'out' || opened === null ? [] : [opened]));
  const [first] = digests;
  const same = digests.every(({ resultDigest }) => resultDigest === first?.resultDigest);
  return first !== undefined && same && digests.length > job.seats / 2 ? first.resultDigest : null;
}

function submitted(id: TaskId, args: ChainEvent['args'], posted: Moment): ChainJob {
  const { task, seats } = args['job'] as unknown as { task: Record<string, string>; seats: string };
  return {
    id,
    state: 'open',
    fields: fieldsOf(task),
    seats: Number(seats),
    input: text(args['input']),
    inputSize: Number(args['inputSize']),
    posted,
    taken: [],
    turnedAt: 0,
    agreed: null,
    failed: null,
  };
}

function taken(job: ChainJob, args: ChainEvent['args'], at: Moment): ChainJob {
  const solver = args['solver'] as Address;
  const seat: ChainSeat = {
    id: seatIdOf(job.id, solver),
    solver,
    stage: 'sealed',
    commitment: text(args['commitment']),
    taken: at,
    opened: null,
    dispute: null,
    paid: null,
    missed: null,
  };
  const full = Number(args['taken']) === job.seats;
  return {
    ...job,
    state: full ? 'sealed' : 'open',
    turnedAt: full ? at.time : 0,
    taken: [...job.taken, seat],
  };
}

function inSeat(job: ChainJob, args: ChainEvent['args'], change: Partial<ChainSeat>): ChainJob {
  const seats = job.taken.map((seat) => (seat.solver === args['solver'] ? { ...seat, ...change } : seat));
  return { ...job, taken: seats };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
