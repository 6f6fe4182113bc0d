import type { SlashView } from '../../src-shared/domain/stake.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import styles from './Locks.module.css';

/** What was taken from the stake, each with its reason and its proof. */
export function Slashes({ slashes }: { slashes: readonly SlashView[] }) {
  return (
    <Card title="Taken from your stake">
      {slashes.length === 0 ? (
        <p className={layout.sub}>
          Nothing so far. If something is ever taken, its reason and its transaction stand here.
        </p>
      ) : (
        <ul className={styles.locks}>
          {slashes.map((slash) => (
            <li key={`${slash.transaction} ${slash.at} ${slash.why}`}>
              <div>
                <p className={styles.why}>{slash.why}</p>
                <Id value={slash.transaction} what="transaction" />
              </div>
              <div className={styles.sum}>
                <strong>
                  − <Moot value={slash.amount} />
                </strong>
                <small>
                  <When at={slash.at} />
                </small>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
