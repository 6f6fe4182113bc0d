import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChainEvent } from './events.ts';
import { agreedOn, finishableAt, foldJob, opensUntil, type ChainJob } from './replicas-projection.ts';

const TASK = `0x${'7a'.repeat(32)}`;
const PEOPLE = ['a', 'b', 'c'].map((letter) => `0x${letter.repeat(40)}`);
const DIGESTS = ['1', '2'].map((digit) => `0x${digit.repeat(64)}`);
/** A claim window of 20 seconds, and nothing else. */
const TIMES = String(20n << 72n);

function event(name: string, time: number, args: ChainEvent['args']): ChainEvent {
  return { block: time, logIndex: 0, tx: '0x', contract: 'replicas', name, subject: TASK, args, time };
}

const task = { requester: '0x', nonce: '0', model: '0x', inputDigest: '0x', money: '0', times: TIMES };
const submitted = event('JobSubmitted', 0, { job: { task, seats: '3' }, input: '0x0102', inputSize: '2' });

/** Three machines that seal one after the other, and then open these results; undefined: never. */
function life(results: ReadonlyArray<string | undefined>): ChainEvent[] {
  const taken = PEOPLE.map((solver, n) =>
    event('SeatTaken', n + 1, { solver, commitment: '0x', taken: String(n + 1) }),
  );
  let opened = 0;
  const openings = results.flatMap((resultDigest, n) => {
    if (resultDigest === undefined) return [];
    const args = { solver: PEOPLE[n] ?? '', resultDigest, resultSize: '2', opened: String(++opened) };
    return [event('SeatOpened', 10 + n, args)];
  });
  return [submitted, ...taken, ...openings];
}

const fold = (events: readonly ChainEvent[]): ChainJob | null => events.reduce<ChainJob | null>(foldJob, null);

test('an answer is agreed on once all have opened the same, and not a moment earlier', () => {
  const result = fc.option(fc.constantFrom(...DIGESTS), { nil: undefined });
  fc.assert(
    fc.property(fc.array(result, { minLength: 3, maxLength: 3 }), (results) => {
      const job = fold(life(results))!;
      const all = results.every((each) => each !== undefined) && new Set(results).size === 1;
      expect(agreedOn(job)).toBe(all ? results[0] : null);
    }),
  );
});

test('one whom the court throws out does not count, one that it confirms does, and one alone is no agreement', () => {
  const [yes = '', no = ''] = DIGESTS;
  const ruled = (n: number, stage: '3' | '4'): ChainEvent =>
    event('SeatRuled', 30 + n, { solver: PEOPLE[n] ?? '', disputeId: '1', stage });
  const events = life([yes, no, yes]);
  expect(agreedOn(fold([...events, ruled(1, '3')])!)).toBe(yes);
  expect(agreedOn(fold([...events, ruled(1, '4')])!)).toBeNull();
  expect(agreedOn(fold([...events, ruled(1, '3'), ruled(0, '3')])!)).toBeNull();
});

test('times: opened within a claim window, ended one later, or two when somebody does not open', () => {
  const [yes = ''] = DIGESTS;
  const sealed = fold(life([undefined, undefined, undefined]))!;
  expect([opensUntil(sealed), finishableAt(sealed)]).toEqual([23, 43]);
  const all = fold(life([yes, yes, yes]))!;
  expect([opensUntil(all), finishableAt(all)]).toEqual([null, 32]);
  const open = fold([submitted])!;
  expect([opensUntil(open), finishableAt(open)]).toEqual([null, null]);
});

test('events of others, in any order, change nothing that they do not name, and never grow a job beyond its seats', () => {
  const [yes = ''] = DIGESTS;
  const names = ['SeatOpened', 'SeatContested', 'SeatRuled', 'SeatMissed', 'SeatPaid', 'TreasuryPaid', 'AuthorPaid'];
  const noise = fc
    .record({ name: fc.constantFrom(...names), time: fc.nat() })
    .map(({ name, time }) => event(name, time, { solver: `0x${'9'.repeat(40)}`, disputeId: '1', stage: '3' }));
  fc.assert(
    fc.property(fc.array(noise), (events) => {
      expect(fold(events)).toBeNull();
      const job = fold([...life([yes, yes, yes]), ...events])!;
      expect(job).toEqual(fold(life([yes, yes, yes])));
      expect(job.taken).toHaveLength(3);
    }),
  );
});
