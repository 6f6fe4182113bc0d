import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda, type Waiting } from './agenda.ts';
import { AGING_MS, PRIORITIES, type Priority } from './priority.ts';

interface Item extends Waiting {
  readonly name: string;
}
const all = (): boolean => true;

describe('agenda', () => {
  const setUp = (): {
    agenda: Agenda<Item>;
    add: (name: string, priority: Priority, source?: string) => void;
    pass: (ms: number) => void;
    next: () => string | undefined;
  } => {
    let now = 0;
    const agenda = new Agenda<Item>(1_000, () => now);
    return {
      agenda,
      add: (name, priority, source = 's') => void agenda.put({ name, priority, source, since: now }),
      pass: (ms) => void (now += ms),
      next: () => agenda.take(1, all, all)[0]?.name,
    };
  };

  it('paid work goes before duty, duty before speculative checks, those before measurements', () => {
    const { add, next } = setUp();
    for (const priority of PRIORITIES.toReversed()) add(priority, priority);
    expect(PRIORITIES.map(() => next())).toEqual(PRIORITIES);
  });

  it('sources of one class take turns', () => {
    const { add, next } = setUp();
    for (const name of ['a1', 'a2', 'a3']) add(name, 'paid', 'a');
    add('b1', 'paid', 'b');
    expect([next(), next(), next(), next()]).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('what waits long enough goes before fresh work of any class', () => {
    const { add, next, pass } = setUp();
    add('patient', 'benchmark');
    pass(AGING_MS * PRIORITIES.length);
    add('fresh', 'paid');
    expect(next()).toBe('patient');
  });

  it('an endless stream of paid work starves nobody', () => {
    const { add, next, pass } = setUp();
    add('patient', 'benchmark');
    let rounds = 0;
    for (; rounds < 1_000; rounds++) {
      add('paid', 'paid');
      if (next() === 'patient') break;
      pass(1_000);
    }
    expect(rounds).toBeLessThan((AGING_MS * PRIORITIES.length) / 1_000);
  });

  it('gives only what is accepted, counts, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...PRIORITIES), fc.constantFrom('a', 'b'), fc.boolean()), { maxLength: 60 }),
        (steps) => {
          const { agenda } = setUp();
          const out: Item[] = [];
          steps.forEach(([priority, source, take], index) => {
            agenda.put({ name: `${index}`, priority, source, since: 0 });
            if (take) out.push(...agenda.take(3, all, (head) => head.source === 'a'));
          });
          expect(out.every((item) => item.source === 'a')).toBe(true);
          expect(out.length + agenda.size).toBe(steps.length);
          expect(new Set([...out, ...agenda.drain()].map(({ name }) => name)).size).toBe(steps.length);
          expect(agenda.size).toBe(0);
        },
      ),
    );
  });

  it('is bounded, except for what comes back', () => {
    const agenda = new Agenda<Item>(1, () => 0);
    const item = { name: 'x', priority: 'paid', source: 's', since: 0 } as const;
    expect([agenda.put(item), agenda.put(item), agenda.put(item, true)]).toEqual([true, false, true]);
    expect(agenda.remove(item)).toBe(true);
    expect(agenda.size).toBe(1);
  });
});
