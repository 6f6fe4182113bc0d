import { id as keccakText } from 'ethers';
import type { Address } from '../../src-shared/domain/ids.ts';
import { finishableAt, type ChainJob } from '../chain/replicas-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Intents } from '../tasks/intents.ts';
import { same } from '../tasks/work-book.ts';
import { finishCall, refundCall } from './job-calls.ts';

/** The next in line waits so long for the one before; its block and its way here included. Seconds. */
const TURN_S = 6;
/** Clocks of the chain and of this machine need not agree to the second. */
const MARGIN_S = 1;

/** Within this time of the end, rounds come fast; before that the slow clock is enough. */
const NEAR_S = 10;

interface Ending {
  readonly label: string;
  readonly data: string;
  /** First second in which it can be mined. */
  readonly from: number;
}

/** The call that ends a job; null when that is not to be done, or not yet known how. */
export function endingOf(job: ChainJob): Ending | null {
  if (job.state !== 'open' && job.state !== 'sealed') return null;
  const finish = job.state === 'sealed';
  const data = finish ? finishCall(job) : refundCall(job);
  if (data === null) return null;
  const from = finish ? (finishableAt(job) ?? 0) : job.fields.deadline + 1;
  return { label: finish ? 'End a task that several solved' : 'Money back', data, from };
}

/**
 * Who ends a job, in order: those whose stake is locked and whose pay it is, drawn by lot; the asker before them when
 * nobody is to be paid.
 */
export function lineOf(job: ChainJob): Address[] {
  const lot = (solver: Address): string => keccakText(`${job.id}/${solver.toLowerCase()}`);
  const opened = (seat: (typeof job.taken)[number]): number => (seat.opened === null ? 1 : 0);
  const seats = [...job.taken]
    .sort((a, b) => opened(a) - opened(b) || (lot(a.solver) < lot(b.solver) ? -1 : 1))
    .map(({ solver }) => solver);
  return job.state === 'open' ? [job.fields.requester, ...seats] : [...seats, job.fields.requester];
}

/** Seconds that an account leaves to those before it in line, within the claim window that there is. */
export function turnIn(job: ChainJob, me: Address): number {
  const place = Math.max(
    0,
    lineOf(job).findIndex((account) => same(account, me)),
  );
  return Math.min(place * TURN_S, Math.floor(job.fields.claimWindow / 2));
}

/**
 * Ends a job when it is due and this node's turn in the line.
 * @param base of the intent
 * @returns whether time alone makes it due soon
 */
export function endWhenDue(context: TaskContext, intents: Intents, job: ChainJob, me: Address, base: string): boolean {
  const ending = endingOf(job);
  const place = lineOf(job).findIndex((account) => same(account, me));
  if (ending === null || place < 0 || !context.canSign()) return false;
  const at = ending.from + MARGIN_S + place * TURN_S;
  if (context.chain.now() < at) return context.chain.now() > at - NEAR_S;
  const to = context.chain.network.contracts.replicas;
  intents.due({ base: `${base}:${job.id}`, label: ending.label, to, data: ending.data });
  return true;
}
