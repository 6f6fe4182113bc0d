import { useState } from 'react';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import styles from './StopNode.module.css';

/** Ends the node, not only this window; asks once. */
export function StopNode() {
  const [asking, setAsking] = useState(false);
  const stop = useAction('node.stop');
  const offline = useStore((store) => store.link.state === 'offline');
  return (
    <>
      <div className={styles.stop}>
        <Button look="danger" disabled={offline} onClick={() => setAsking(true)}>
          Stop Folkmoot
        </Button>
      </div>
      {asking && (
        <Dialog title="Stop Folkmoot?" onClose={() => setAsking(false)}>
          <div className={layout.form}>
            <p>
              Your machine takes no more work. A result that is sealed but not shown yet can miss its deadline and then
              pays nothing. What is in your wallet stays there.
            </p>
            <Trouble error={stop.error} />
            <div className={layout.buttons}>
              <Button look="primary" onClick={() => setAsking(false)}>
                Keep it running
              </Button>
              <Button look="danger" busy={stop.pending} disabled={offline} onClick={() => void stop.run({})}>
                {stop.pending ? 'Stopping…' : 'Stop it now'}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
