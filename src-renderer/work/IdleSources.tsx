import { useSlice } from '../app/store.ts';
import { Pill } from '../ui/Pill.tsx';
import layout from '../ui/layout.module.css';
import { IdleTest } from './IdleTest.tsx';
import { SOURCE_STATES, sayPresence } from './idle.ts';
import styles from './Limits.module.css';

/** How the node notices that you are there: each source with its state, and a test that proves it. */
export function IdleSources() {
  const { surroundings } = useSlice('machine');
  const { idleSources } = surroundings;
  return (
    <div className={styles.idle}>
      <h3>How it notices you</h3>
      <p>{sayPresence(surroundings)}</p>
      {idleSources.length === 0 ? (
        <p className={layout.sub}>No source has been looked for yet.</p>
      ) : (
        <ul className={layout.facts}>
          {idleSources.map((source) => (
            <li key={source.name}>
              <span>
                {source.name}
                <small>{source.detail}</small>
              </span>
              <Pill tone={SOURCE_STATES[source.state].tone}>{SOURCE_STATES[source.state].words}</Pill>
            </li>
          ))}
        </ul>
      )}
      <IdleTest />
    </div>
  );
}
