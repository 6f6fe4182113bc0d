import { shortMoot } from '../../src-shared/domain/amounts.ts';
import { clockTime, duration } from '../../src-shared/domain/format.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { useNow } from '../app/now.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import styles from './TakeBack.module.css';
import { canTakeBack, isOpen, openMoney } from './words.ts';

/** When the money moves on, or how it comes back. */
export function TakeBack({ task }: { task: TaskView }) {
  const now = useNow();
  const retract = useAction('tasks.retract');
  const total = shortMoot(openMoney(task));
  if (task.state === 'solved' && task.finalAt !== null) {
    const left = task.finalAt - now;
    return (
      <p className={styles.line}>
        {left > 0 ? `Final in ${duration(left)}` : 'Final any moment'};{' '}
        {task.seats === null ? 'the solver is paid then.' : 'the machines are paid then.'}
      </p>
    );
  }
  if (!canTakeBack(task, now)) {
    if (task.retractAt === null || !isOpen(task)) return null;
    return (
      <p className={styles.line}>
        If nobody answers{task.batch === undefined ? '' : ' the open lines'}, you can take {total} MOOT back from{' '}
        {clockTime(task.retractAt)} (in {duration(task.retractAt - now)}).
      </p>
    );
  }
  return (
    <div className={styles.offer}>
      <Note tone="need">
        <p>
          {task.batch === undefined ? 'Nobody answered' : 'Not all lines were answered'} in time. Your {total} MOOT are
          still reserved for {task.batch === undefined ? 'this ask' : 'them'}.
        </p>
      </Note>
      <Trouble error={retract.error} />
      <Button look="primary" busy={retract.pending} onClick={() => void retract.run({ key: task.key })}>
        {retract.pending ? 'Taking it back…' : `Take back ${total} MOOT`}
      </Button>
    </div>
  );
}
