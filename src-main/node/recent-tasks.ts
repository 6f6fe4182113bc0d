import type { TaskView } from '../../src-shared/domain/tasks.ts';
import type { NetworkParts } from './network-parts.ts';

type Lanes = Pick<NetworkParts, 'tasks' | 'batches'>;

/** Tasks and batches of both roles, newest first. */
export function recentTasks({ tasks, batches }: Lanes, limit: number): TaskView[] {
  return newest([...tasks.recent(limit), ...batches.recent(limit)], limit);
}

/** One role's, by pages. @param before ms; null for the newest page. */
export function pageOfTasks(
  { tasks, batches }: Lanes,
  role: TaskView['role'],
  before: number | null,
  limit: number,
): TaskView[] {
  const sides = role === 'asked' ? [tasks.asker, batches.asker] : [tasks.works, batches.solver];
  return newest(
    sides.flatMap((side) => side.page(before, limit)),
    limit,
  );
}

function newest(tasks: TaskView[], limit: number): TaskView[] {
  return tasks.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}
