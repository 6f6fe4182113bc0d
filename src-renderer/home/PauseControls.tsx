import { useSlice, useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { usePause } from '../work/usePause.ts';
import styles from './PauseControls.module.css';

const HOUR = 3_600_000;

/** Pausing is done when the machine says so, not when the button was pressed. */
export function PauseControls() {
  const state = useSlice('activity').state;
  // Before there is a wallet, or a whole node, there is nothing to pause, and nothing could confirm it.
  if (state === 'starting' || state === 'needs-you' || state === 'stopped') return null;
  return <Controls paused={state === 'paused'} />;
}

function Controls({ paused }: { paused: boolean }) {
  const offline = useStore((store) => store.link.state === 'offline');
  const { waiting, late, error, pause, resume } = usePause(null, paused);
  const unconfirmed = waiting !== null;

  return (
    <div className={styles.controls}>
      <div className={styles.buttons}>
        {paused ? (
          <Button look="primary" disabled={offline} busy={unconfirmed} onClick={resume}>
            {unconfirmed ? 'Resuming…' : 'Resume work'}
          </Button>
        ) : (
          <>
            <Button disabled={offline} busy={unconfirmed} onClick={() => pause(HOUR)}>
              {unconfirmed ? 'Pausing…' : 'Pause 1 h'}
            </Button>
            <Button disabled={offline} busy={unconfirmed} onClick={() => pause(null)}>
              Pause until I resume
            </Button>
          </>
        )}
      </div>
      {late && (
        <output className={styles.late}>The machine has not confirmed this yet. It may be finishing a step.</output>
      )}
      <Trouble error={error} />
    </div>
  );
}
