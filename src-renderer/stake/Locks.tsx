import type { StakeLock } from '../../src-shared/domain/stake.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import styles from './Locks.module.css';
import { CAUSES, ENDS } from './words.ts';

/** Every part of the stake that is bound: for what, until when, and where to look. */
export function Locks({ locks }: { locks: readonly StakeLock[] }) {
  return (
    <Card title="What your stake answers for">
      {locks.length === 0 ? (
        <Empty title="Nothing is bound">
          <p>A result, a check, a ballot or a contestation binds part of your stake until it is over.</p>
        </Empty>
      ) : (
        <ul className={styles.locks}>
          {locks.map((lock, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- two locks may say the same
            <li key={`${lock.cause} ${lock.task} ${lock.dispute} ${index}`}>
              <div>
                <strong>{CAUSES[lock.cause]}</strong>
                <p>{lock.why}</p>
                <Thing lock={lock} />
              </div>
              <div className={styles.sum}>
                <strong>
                  <Moot value={lock.amount} />
                </strong>
                <small>
                  {lock.until === null ? (
                    ENDS[lock.cause]
                  ) : (
                    <>
                      free <When at={lock.until} /> at the earliest
                    </>
                  )}
                </small>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Thing({ lock }: { lock: StakeLock }) {
  const task = useSlice('tasks').find((task) => task.id !== null && task.id === lock.task);
  if (lock.dispute !== null)
    return <a href={formatRoute({ screen: 'disputes', dispute: lock.dispute })}>Open dispute {lock.dispute}</a>;
  if (task !== undefined)
    return (
      <a href={formatRoute({ screen: task.role === 'asked' ? 'ask' : 'work', task: task.key })}>
        Open this task: {task.model.name}
      </a>
    );
  return lock.task === null ? null : <Id value={lock.task} what="task id" />;
}
