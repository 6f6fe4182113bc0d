import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import { locksOf, type LockSources } from './locks.ts';

const ME = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' as Address;
const OTHER = '0x9999999999999999999999999999999999999999' as Address;

const units = fc.bigInt({ min: 0n, max: 10n ** 21n });
const who = fc.constantFrom(ME, OTHER, ME.toLowerCase() as Address);

const task: fc.Arbitrary<ChainTask> = fc
  .record({ state: fc.constantFrom('open', 'solved', 'contested'), who, bond: units, lock: units, id: fc.nat() })
  .map(
    ({ state, who: solver, bond, lock, id }) =>
      ({
        id: `0x${id.toString(16)}`,
        state,
        fields: { bond: bond.toString(), lock: lock.toString(), claimWindow: 20 },
        reservation: { solver, since: 1, until: 2 },
        solution: state === 'open' ? null : { solver, revealedAt: '5' },
        dispute: state === 'contested' ? { id: '7' } : null,
      }) as unknown as ChainTask,
  );
const dispute: fc.Arbitrary<ChainDispute> = fc
  .record({ claimant: who, bond: units })
  .map(
    ({ claimant, bond }) =>
      ({ id: '3', subject: '0x1', fields: { claimant }, terms: { bond: bond.toString() } }) as unknown as ChainDispute,
  );
const MASK = fc.bigInt({ min: 0n, max: 255n }).map(String);
const batch: fc.Arbitrary<ChainBatch> = fc
  .record({
    who,
    lock: units,
    taken: MASK,
    paid: MASK,
    contested: fc.option(fc.nat(7)),
    overturned: fc.option(fc.nat(7)),
  })
  .map(
    ({ who: solver, lock, taken, paid, contested, overturned }) =>
      ({
        fields: { lock: lock.toString(), claimWindow: 20 },
        runs: [{ solver, revealedAt: '5', taken }],
        paid: [{ solver, items: paid }],
        contested: contested === null ? [] : [{ solver, item: contested, dispute: '7' }],
        overturned: overturned === null ? [] : [{ item: overturned }],
      }) as unknown as ChainBatch,
  );
const job: fc.Arbitrary<ChainJob> = fc
  .record({
    stage: fc.constantFrom('sealed', 'opened', 'frozen', 'out', 'confirmed'),
    who,
    lock: units,
    full: fc.boolean(),
  })
  .map(
    ({ stage, who: solver, lock, full }) =>
      ({
        id: '0x5',
        state: full ? 'sealed' : 'open',
        seats: 3,
        turnedAt: 9,
        fields: { lock: lock.toString(), claimWindow: 20, deadline: 99 },
        taken: [{ solver, stage, opened: null, dispute: stage === 'frozen' ? { id: '7' } : null }],
      }) as unknown as ChainJob,
  );
const sources: fc.Arbitrary<LockSources> = fc.record({
  me: fc.constant(ME),
  tasks: fc.array(task, { maxLength: 5 }),
  batches: fc.array(batch, { maxLength: 3 }),
  jobs: fc.array(job, { maxLength: 3 }),
  cases: fc.array(dispute, { maxLength: 3 }),
  duty: fc.record({ amount: units, until: fc.option(fc.nat()) }),
  jury: units,
  exit: fc.record({ amount: units, readyAt: fc.nat() }),
  locked: fc.bigInt({ min: 0n, max: 10n ** 22n }),
});

const sum = (from: LockSources): bigint => locksOf(from).reduce((all, lock) => all + BigInt(lock.amount), 0n);

test('whatever was read when: the locks add up to what the vault says, so free and locks are the stake', () => {
  fc.assert(
    fc.property(sources, units, (from, free) => {
      const stake = from.locked + free;
      expect(stake - from.locked + sum(from)).toBe(stake);
      for (const { amount } of locksOf(from)) expect(BigInt(amount)).toBeGreaterThan(0n);
    }),
    { numRuns: 2_000 },
  );
});

test('what is not explained is a line of its own; what is explained twice is never shown', () => {
  fc.assert(
    fc.property(sources, (from) => {
      const explained = sum({ ...from, locked: 10n ** 30n }) - unknownOf({ ...from, locked: 10n ** 30n });
      expect(unknownOf(from)).toBe(from.locked > explained ? from.locked - explained : 0n);
      expect(sum({ ...from, locked: 0n })).toBe(0n);
    }),
  );
});

function unknownOf(from: LockSources): bigint {
  return locksOf(from)
    .filter(({ cause }) => cause === 'unknown')
    .reduce((all, lock) => all + BigInt(lock.amount), 0n);
}

test('a run answers for what of it is neither paid nor ruled on, by its cause', () => {
  const own = {
    fields: { lock: '10', claimWindow: 20 },
    runs: [
      { solver: ME, revealedAt: '5', taken: '15' },
      { solver: OTHER, revealedAt: '5', taken: '240' },
    ],
    paid: [],
    contested: [
      { solver: ME, item: 0, dispute: '7' },
      { solver: ME, item: 1, dispute: '8' },
      { solver: OTHER, item: 4, dispute: '9' },
    ],
    overturned: [{ item: 1 }],
  } as unknown as ChainBatch;
  const nothing = { amount: 0n, until: null };
  const from = { tasks: [], jobs: [], cases: [], duty: nothing, jury: 0n, exit: { amount: 0n, readyAt: 0 } };
  const locks = locksOf({ me: ME, ...from, batches: [own], locked: 30n });
  expect(locks.map(({ cause, amount, dispute, until }) => [cause, amount, dispute, until])).toEqual([
    ['solution', '20', null, 25_000],
    ['defence', '10', '7', null],
  ]);
});

test('a seat is named with its cause, until the court has settled its lock', () => {
  const seat = (stage: string): LockSources => ({
    me: ME,
    tasks: [],
    jobs: [
      {
        id: '0x5',
        state: 'sealed',
        seats: 3,
        turnedAt: 9,
        fields: { lock: '8', claimWindow: 20, deadline: 99 },
        taken: [{ solver: ME, stage, opened: null, dispute: stage === 'frozen' ? { id: '7' } : null }],
      } as unknown as ChainJob,
    ],
    batches: [],
    cases: [],
    duty: { amount: 0n, until: null },
    jury: 0n,
    exit: { amount: 0n, readyAt: 0 },
    locked: 8n,
  });
  expect(locksOf(seat('sealed'))).toMatchObject([{ cause: 'solution', amount: '8', task: '0x5', until: 49_000 }]);
  expect(locksOf(seat('frozen'))).toMatchObject([{ cause: 'defence', task: '0x5', dispute: '7' }]);
  expect(locksOf(seat('out'))).toMatchObject([{ cause: 'unknown' }]);
});
