import { expect, test } from 'vitest';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { pageOfTasks, recentTasks } from './recent-tasks.ts';

/** A side that has entries of these times. */
const side = (name: string, ...times: readonly number[]) => ({
  page: (before: number | null, limit: number) =>
    times
      .filter((at) => before === null || at < before)
      .sort((a, b) => b - a)
      .slice(0, limit)
      .map((createdAt) => ({ key: `${name}${createdAt}`, createdAt }) as TaskView),
});
const lane = (asker: ReturnType<typeof side>, solver: ReturnType<typeof side>) => ({
  asker,
  solver,
  works: solver,
  recent: (limit: number) => [...asker.page(null, limit), ...solver.page(null, limit)],
});
const lanes = {
  tasks: lane(side('a', 1, 4, 5, 9), side('w', 2)),
  batches: lane(side('b', 3, 6, 7), side('r', 8)),
} as unknown as Parameters<typeof recentTasks>[0];
const keys = (tasks: readonly TaskView[]): string[] => tasks.map(({ key }) => key);

test('tasks and batches are one list, newest first', () => {
  expect(keys(recentTasks(lanes, 4))).toEqual(['a9', 'r8', 'b7', 'b6']);
});

test('page by page every entry of a role comes once', () => {
  const all: TaskView[] = [];
  for (;;) {
    const next = pageOfTasks(lanes, 'asked', all.at(-1)?.createdAt ?? null, 2);
    if (next.length === 0) break;
    all.push(...next);
  }
  expect(keys(all)).toEqual(['a9', 'b7', 'b6', 'a5', 'a4', 'b3', 'a1']);
  expect(keys(pageOfTasks(lanes, 'worked', null, 9))).toEqual(['r8', 'w2']);
});
