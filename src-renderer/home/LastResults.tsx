import { shortId } from '../../src-shared/domain/format.ts';
import { useSlice } from '../app/store.ts';
import { formatRoute } from '../app/route.ts';
import { moneyOf, say } from '../tasks/words.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import home from './Home.module.css';
import styles from './LastResults.module.css';

const SHOWN = 5;

/** The latest pieces of work that came to something, each a way into its story. */
export function LastResults() {
  const results = useSlice('tasks')
    .filter(
      (task) => task.role === 'worked' && ['revealed', 'claiming', 'paid', 'lost', 'failed'].includes(task.work ?? ''),
    )
    .slice(0, SHOWN);
  return (
    <Card className={home.results} title="Last results" aside={<a href="#/work">All work</a>}>
      {results.length === 0 ? (
        <Empty title="No result so far">
          <p>What your machine computed for others appears here, with what it paid.</p>
        </Empty>
      ) : (
        <ul className={styles.results}>
          {results.map((task) => (
            <li key={task.key}>
              <a href={formatRoute({ screen: 'work', task: task.key })}>
                <span>
                  {task.model.name} {task.id !== null && <code>{shortId(task.id)}</code>}
                </span>
                <span className={styles.state}>
                  {task.work === 'revealed' && task.finalAt !== null ? (
                    <>
                      final <When at={task.finalAt} />
                    </>
                  ) : (
                    say(task, 0).short
                  )}
                </span>
                <span className={styles.pay}>
                  {moneyOf(task) === 'none' ? '–' : <Moot value={task.net} bare signed inert />}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
