import type { ModelView } from '../../src-shared/domain/models.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Id } from '../ui/Id.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import styles from './Models.module.css';
import { sayTest } from './words.ts';

/** Does an exact model give the same bytes each time on this machine? Shown with what it rests on. */
export function SelfTest({ model }: { model: ModelView }) {
  const test = useAction('models.selfTest');
  const offline = useStore((store) => store.link.state === 'offline');
  const last = model.determinism;
  return (
    <div className={styles.test}>
      <p>
        {last !== null && (
          <>
            <Pill tone={last.passed ? 'work' : 'trouble'}>{last.passed ? 'passed' : 'failed'}</Pill>{' '}
          </>
        )}
        {sayTest(last)}{' '}
        {last !== null && (
          <span className={styles.when}>
            Tested <When at={last.at} />.
          </span>
        )}
      </p>
      {last !== null && (
        <details>
          <summary>How it was run</summary>
          <ul>
            {last.runs.map(({ how, digest }) => (
              <li key={how}>
                {how} <Id value={digest} what={`result of ${how}`} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Trouble error={test.error} />
      <Button
        look="quiet"
        busy={test.pending}
        disabled={offline}
        onClick={() => void test.run({ digest: model.digest })}
      >
        {test.pending ? 'Testing…' : last === null ? 'Run the self-test' : 'Test again'}
        <span className="vh"> of {model.name}</span>
      </Button>
    </div>
  );
}
