import { useEffect, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { call } from '../app/bridge.ts';
import { useSlice, useStore } from '../app/store.ts';

export interface TaskState {
  readonly task: TaskView | null;
  readonly error: ErrorView | null;
}

/** The live task; one that is older than what the node keeps at hand is fetched once. */
export function useTask(key: string): TaskState {
  const live = useSlice('tasks').find((task) => task.key === key) ?? null;
  const online = useStore((store) => store.link.state === 'online');
  const [fetched, setFetched] = useState<TaskState>({ task: null, error: null });
  const missing = live === null;
  useEffect(() => {
    if (!missing || !online) return;
    let current = true;
    void call('tasks.get', { key }).then((outcome) => {
      if (!current) return;
      setFetched(outcome.ok ? { task: outcome.value, error: null } : { task: null, error: outcome.error });
    });
    return () => {
      current = false;
    };
  }, [key, missing, online]);
  return live === null ? fetched : { task: live, error: null };
}
