import { useEffect, useState } from 'react';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import styles from './PauseControls.module.css';

const HOUR = 3_600_000;
const PATIENCE_MS = 10_000;

/** Pausing is done when the machine says so, not when the button was pressed. */
export function PauseControls() {
  const state = useSlice('activity').state;
  // Before there is a wallet, or a whole node, there is nothing to pause, and nothing could confirm it.
  if (state === 'starting' || state === 'needs-you' || state === 'stopped') return null;
  return <Controls paused={state === 'paused'} />;
}

function Controls({ paused }: { paused: boolean }) {
  const offline = useStore((store) => store.link.state === 'offline');
  const pause = useAction('policy.pause');
  const resume = useAction('policy.resume');
  const [wanted, setWanted] = useState<'paused' | 'running' | null>(null);
  const unconfirmed = wanted !== null && (wanted === 'paused') !== paused;
  const late = useLate(unconfirmed);

  const act = async (want: 'paused' | 'running', forMs?: number | null): Promise<void> => {
    setWanted(want);
    const outcome = want === 'paused' ? await pause.run({ forMs: forMs ?? null }) : await resume.run({});
    if (!outcome.ok) setWanted(null);
  };

  return (
    <div className={styles.controls}>
      <div className={styles.buttons}>
        {paused ? (
          <Button look="primary" disabled={offline} busy={unconfirmed} onClick={() => void act('running')}>
            {unconfirmed ? 'Resuming…' : 'Resume work'}
          </Button>
        ) : (
          <>
            <Button disabled={offline} busy={unconfirmed} onClick={() => void act('paused', HOUR)}>
              {unconfirmed ? 'Pausing…' : 'Pause 1 h'}
            </Button>
            <Button disabled={offline} busy={unconfirmed} onClick={() => void act('paused', null)}>
              Pause until I resume
            </Button>
          </>
        )}
      </div>
      {late && (
        <output className={styles.late}>The machine has not confirmed this yet. It may be finishing a step.</output>
      )}
      <Trouble error={pause.error ?? resume.error} />
    </div>
  );
}

/** True once `waiting` has lasted too long to be normal. */
function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting]);
  return late;
}
