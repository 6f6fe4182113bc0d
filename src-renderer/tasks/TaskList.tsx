import { useState, type ReactNode } from 'react';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { TaskRow } from './TaskRow.tsx';
import styles from './TaskList.module.css';

const PAGE = 50;

interface Props {
  readonly title: string;
  readonly whose: TaskView['role'];
  readonly tasks: readonly TaskView[];
  readonly empty: ReactNode;
  /** Offers older ones than the node keeps at hand, of those that `keep` wants. */
  readonly older?: boolean;
  readonly keep?: (task: TaskView) => boolean;
}

/** Rows of tasks, newest first; older ones on request. */
export function TaskList({ title, whose, tasks, empty, older = true, keep = () => true }: Props) {
  const page = useAction('tasks.page');
  const [past, setPast] = useState<readonly TaskView[]>([]);
  const [atEnd, setAtEnd] = useState(false);
  const known = new Set(tasks.map((task) => task.key));
  const rows = [...tasks, ...past.filter((task) => !known.has(task.key))];
  const load = async (): Promise<void> => {
    const before = Math.min(...tasks.map((task) => task.createdAt), ...past.map((task) => task.createdAt));
    const outcome = await page.run({ role: whose, before: Number.isFinite(before) ? before : null, limit: PAGE });
    if (!outcome.ok) return;
    setPast((past) => [...past, ...outcome.value.filter(keep)]);
    setAtEnd(outcome.value.length < PAGE);
  };
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        empty
      ) : (
        <ul className={styles.list}>
          {rows.map((task) => (
            <TaskRow key={task.key} task={task} />
          ))}
        </ul>
      )}
      <Trouble error={page.error} />
      {older && rows.length > 0 && !atEnd && (
        <Button look="quiet" busy={page.pending} onClick={() => void load()}>
          {page.pending ? 'Looking…' : 'Show older'}
        </Button>
      )}
    </Card>
  );
}
