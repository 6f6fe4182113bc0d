import { IDLE_TEST } from '../../src-shared/domain/machine.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { announce } from '../app/announce.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { SOURCE_STATES, sayPresence } from './idle.ts';
import styles from './Limits.module.css';

const STILL = `Let go of mouse and keyboard for ${IDLE_TEST.stillSeconds} seconds.`;
const MOVE = `Then move the mouse or press keys for ${IDLE_TEST.movingSeconds} seconds.`;

/** How the node notices that you are there: each source with its state, and a test that proves it. */
export function IdleSources() {
  const { surroundings } = useSlice('machine');
  const offline = useStore((store) => store.link.state === 'offline');
  const test = useAction('machine.testIdle');
  const { idleSources } = surroundings;
  const run = async (): Promise<void> => {
    announce(`${STILL} ${MOVE}`);
    const outcome = await test.run({});
    if (outcome.ok) announce('The test is over.');
  };
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
      {test.pending && (
        <Note tone="info">
          <p>1. {STILL}</p>
          <p>2. {MOVE} The sources that noticed both are marked “works”.</p>
        </Note>
      )}
      <Trouble error={test.error} />
      <div className={layout.buttons}>
        <Button busy={test.pending} disabled={offline} onClick={() => void run()}>
          {test.pending ? 'Testing…' : 'Test whether it notices me'}
        </Button>
      </div>
    </div>
  );
}
