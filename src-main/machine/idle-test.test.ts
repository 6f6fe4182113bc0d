import { expect, test } from 'vitest';
import type { IdleTestView } from '../../src-shared/domain/machine.ts';
import { IdleTest } from './idle-test.ts';
import { TestClock } from './test-machine.ts';

test('front ends are told of each second, and of the end also where no source is known', async () => {
  const clock = new TestClock();
  const told: Array<IdleTestView | null> = [];
  const idleTest: IdleTest = new IdleTest({
    clock,
    read: async () => [],
    judged: () => undefined,
    notice: () => undefined,
    changed: () => told.push(idleTest.view),
  });
  const at = clock.now();
  idleTest.start();
  await clock.pass(60_000);
  expect(told.map((view) => [view?.part, view?.secondsLeft])).toEqual([
    ...[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((left) => ['still', left]),
    ...[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((left) => ['moving', left]),
    ['over', 0],
  ]);
  expect(told.at(-1)).toMatchObject({ at, says: expect.stringContaining('no source') });
});
