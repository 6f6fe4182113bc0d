import { shortId } from '../../src-shared/domain/format.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { useNow } from '../app/now.ts';
import { formatRoute } from '../app/route.ts';
import { Moot } from '../ui/Moot.tsx';
import { Pill } from '../ui/Pill.tsx';
import { When } from '../ui/When.tsx';
import { InputThumb } from './InputThumb.tsx';
import styles from './TaskRow.module.css';
import { isMoving, moneyOf, say } from './words.ts';

/** A task in one line; it opens into its story. */
export function TaskRow({ task }: { task: TaskView }) {
  const said = say(task, useNow(5_000));
  const money = moneyOf(task);
  const href = formatRoute({ screen: task.role === 'asked' ? 'ask' : 'work', task: task.key });
  return (
    <li>
      <a href={href} className={styles.row}>
        <InputThumb input={task.input} />
        <span className={styles.words}>
          <span className={styles.name}>
            {task.model.name}
            {task.answer !== null && <strong>: {task.answer.text}</strong>}
            {task.id !== null && <code>{shortId(task.id)}</code>}
            {task.batch !== undefined && (
              <code>
                {task.batch.answered} of {task.batch.items}
              </code>
            )}
          </span>
          <span className={styles.reason}>{task.reason}</span>
        </span>
        <span className={styles.when}>
          <When at={task.updatedAt} />
        </span>
        <Pill tone={said.tone} pulse={isMoving(task)}>
          {said.short}
        </Pill>
        <span className={styles.pay} data-sure={money === 'sure'}>
          {money === 'none' ? (
            '–'
          ) : (
            <Moot value={task.net} bare signed={task.role === 'worked' && money === 'sure'} inert />
          )}
          <span className="vh">{money === 'none' ? 'no money moved' : ' MOOT'}</span>
        </span>
      </a>
    </li>
  );
}
