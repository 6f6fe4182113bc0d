import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Poison } from './poison.ts';
import { FairQueue } from './queue.ts';

describe('fair queue', () => {
  it('gives sources their turns, whoever asked first and how much', () => {
    const queue = new FairQueue<string>(100);
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.put('a', item);
    queue.put('b', 'b1');
    queue.put('c', 'c1');
    const order = Array.from({ length: 6 }, () => queue.take(1, () => true)[0]);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'a3', 'a4']);
    expect(queue.take(1, () => true)).toEqual([]);
  });

  it('takes neighbours together while they join, and puts failures back in front', () => {
    const queue = new FairQueue<number>(3);
    expect([1, 3, 4, 5].map((item) => queue.put('a', item))).toEqual([true, true, true, false]);
    const odd = (head: number, next: number): boolean => head % 2 === next % 2;
    expect(queue.take(9, odd)).toEqual([1, 3]);
    queue.put('a', 1, true);
    expect(queue.take(1, odd)).toEqual([1]);
    expect(queue.remove('a', 4)).toBe(true);
    expect(queue.remove('a', 4)).toBe(false);
    expect(queue.size).toBe(0);
  });

  it('loses nothing, doubles nothing, and keeps the order within a source', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())),
        fc.integer({ min: 1, max: 5 }),
        (steps, limit) => {
          const queue = new FairQueue<string>(1_000);
          const out: string[] = [];
          steps.forEach(([source, take], index) => {
            queue.put(source, `${source}${index}`);
            if (take) out.push(...queue.take(limit, () => true));
          });
          const all = [...out, ...queue.drain()];
          expect(queue.size).toBe(0);
          for (const source of ['a', 'b', 'c']) {
            const put = steps.flatMap(([from], index) => (from === source ? [`${source}${index}`] : []));
            expect(all.filter((item) => item.startsWith(source))).toEqual(put);
          }
        },
      ),
    );
  });
});

describe('poison', () => {
  it('refuses after two crashes in a row, per key', () => {
    const poison = new Poison();
    poison.crashed('x');
    expect(poison.refuses('x')).toBe(false);
    poison.passed('x');
    poison.crashed('x');
    expect(poison.refuses('x')).toBe(false);
    poison.crashed('x');
    expect([poison.refuses('x'), poison.refuses('y')]).toEqual([true, false]);
  });
});
