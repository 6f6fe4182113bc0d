import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { LockCause, StakeLock } from '../../src-shared/domain/stake.ts';
import { runClaimableAt, unpaidOf, type ChainBatch } from '../chain/batches-projection.ts';
import { count } from '../chain/masks.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import { finishableAt, type ChainJob } from '../chain/replicas-projection.ts';
import { claimableAt, type ChainTask } from '../chain/tasks-projection.ts';
import { same } from '../tasks/work-book.ts';

export interface LockSources {
  readonly me: Address;
  /** Tasks that somebody holds or solved and that are not over. */
  readonly tasks: readonly ChainTask[];
  /** Batches with results of somebody that are not paid. */
  readonly batches: readonly ChainBatch[];
  /** Tasks that several solve and that are not over, with a seat of this account. */
  readonly jobs: readonly ChainJob[];
  /** Cases whose money has not moved yet. */
  readonly cases: readonly ChainDispute[];
  readonly duty: { readonly amount: bigint; readonly until: number | null };
  readonly jury: bigint;
  readonly exit: { readonly amount: bigint; readonly readyAt: number };
  /** What the vault says is locked in all. */
  readonly locked: bigint;
}

/**
 * Every part of the locked stake with its cause; their sum is always what the vault says. Vault and index are read at
 * different blocks: what the index has not read yet is a line of its own, and what it still holds although the vault has
 * let it go is left out, tasks first.
 */
export function locksOf(from: LockSources): StakeLock[] {
  const all = [
    ...taskLocks(from),
    ...seatLocks(from),
    ...from.batches.flatMap((batch) => runLocks(from.me, batch)),
    ...caseLocks(from),
    ...standing(from),
  ];
  const known = all.reduce((sum, { units }) => sum + units, 0n);
  let excess = known > from.locked ? known - from.locked : 0n;
  const shown = all.map((each) => {
    const less = excess < each.units ? excess : each.units;
    excess -= less;
    return { ...each, units: each.units - less };
  });
  if (known < from.locked) {
    const why = 'Locked for something that this node has not read from the chain yet.';
    shown.push(line('unknown', from.locked - known, why));
  }
  return shown.filter(({ units }) => units > 0n).map(({ units, ...lock }) => ({ ...lock, amount: amount(units) }));
}

type Line = Omit<StakeLock, 'amount'> & { readonly units: bigint };

function line(cause: LockCause, units: bigint, why: string, more: Partial<StakeLock> = {}): Line {
  return { cause, units, why, until: null, task: null, dispute: null, ...more };
}

function taskLocks({ me, tasks }: LockSources): Line[] {
  return tasks.flatMap((task) => {
    const { id, state, fields, reservation, solution, dispute } = task;
    if (state === 'open' && reservation !== null && same(reservation.solver, me)) {
      const why = 'Bond of a task that you have reserved; it goes to the asker if you do not deliver.';
      return [line('reservation', BigInt(fields.bond), why, { task: id })];
    }
    if (solution === null || !same(solution.solver, me)) return [];
    if (state === 'solved') {
      const until = (claimableAt(task) ?? 0) * 1_000;
      const why = 'Answers for a result of yours until it is final.';
      return [line('solution', BigInt(fields.lock), why, { task: id, until })];
    }
    if (state !== 'contested') return [];
    const why = 'Answers for a result of yours that is before the court.';
    return [line('defence', BigInt(fields.lock), why, { task: id, dispute: dispute?.id ?? null })];
  });
}

/** A run answers for its items until the claim; those before the court until the ruling. */
function runLocks(me: Address, batch: ChainBatch): Line[] {
  const each = BigInt(batch.fields.lock);
  const locks = batch.runs
    .filter(({ solver }) => same(solver, me))
    .map((run) => {
      const items = count(unpaidOf(batch, run));
      const why = `Answers for ${items === 1 ? 'one result' : `${items} results`} of yours in a batch until they are final.`;
      return line('solution', each * BigInt(items), why, { until: runClaimableAt(batch, run) * 1_000 });
    });
  const paid = batch.paid.reduce((all, { items }) => all | BigInt(items), 0n);
  const ruled = batch.overturned.reduce((all, { item }) => all | (1n << BigInt(item)), paid);
  const cases = batch.contested
    .filter(({ solver, item }) => same(solver, me) && ((ruled >> BigInt(item)) & 1n) === 0n)
    .map(({ dispute }) =>
      line('defence', each, 'Answers for a result of yours that is before the court.', { dispute }),
    );
  return [...locks, ...cases];
}

/** Of a seat that the court has ruled on nothing is locked any more. */
function seatLocks({ me, jobs }: LockSources): Line[] {
  return jobs.flatMap((job) => {
    const seat = job.taken.find(({ solver }) => same(solver, me));
    const lock = BigInt(job.fields.lock);
    if (seat?.stage === 'frozen') {
      const why = 'Answers for a result of yours that is before the court.';
      return [line('defence', lock, why, { task: job.id, dispute: seat.dispute?.id ?? null })];
    }
    if (seat?.stage !== 'sealed' && seat?.stage !== 'opened') return [];
    const until = finishableAt(job) ?? job.fields.deadline;
    const why = 'Answers for a result of yours in a task that several machines solve, until it is over.';
    return [line('solution', lock, why, { task: job.id, until: until * 1_000 })];
  });
}

/** What the case is about may be a task, a seat or an item of a batch: the case itself says so. */
function caseLocks({ me, cases }: LockSources): Line[] {
  const why = 'Your bond in a case: lost if the court finds the result right.';
  return cases
    .filter(({ fields }) => same(fields.claimant, me))
    .map(({ id, terms }) => line('contestation', BigInt(terms.bond), why, { dispute: id }));
}

function standing({ duty, jury, exit }: LockSources): Line[] {
  const until = duty.until === null ? null : duty.until * 1_000;
  return [
    line('duty', duty.amount, 'Deposit of a checker: fines for missed checks come out of it.', { until }),
    line('jury', jury, 'Deposit of a juror: fines for missed ballots come out of it.'),
    line('exit', exit.amount, 'On its way back to what is ready to pay.', { until: exit.readyAt * 1_000 }),
  ];
}
