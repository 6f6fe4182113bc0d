import { useState } from 'react';
import type { ServerView } from '../../src-shared/domain/machine.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { Pill } from '../ui/Pill.tsx';
import { AddFromServer } from './AddFromServer.tsx';
import styles from './Servers.module.css';
import { SERVER_KINDS, SERVER_STATES } from './words.ts';

/** One server: whether it answers, what it has, and what of that shall work here. */
export function ServerRow({ server, onChange }: { server: ServerView; onChange: () => void }) {
  const [open, setOpen] = useState<{ readonly model: string } | 'remove' | null>(null);
  const remove = useAction('models.removeServer');
  const offline = useStore((store) => store.link.state === 'offline');
  const state = SERVER_STATES[server.state];
  const close = (): void => setOpen(null);
  const act = async (): Promise<void> => {
    const outcome = await remove.run({ url: server.url });
    if (!outcome.ok) return;
    close();
    onChange();
  };
  return (
    <li className={styles.server}>
      <div className={styles.head}>
        <h3>
          <code>{server.url}</code>
        </h3>
        <Pill tone={state.tone}>{state.words}</Pill>
        <Button look="quiet" onClick={() => setOpen('remove')}>
          Remove<span className="vh"> the server {server.url}</span>
        </Button>
      </div>
      <p className={styles.detail}>
        {SERVER_KINDS[server.kind]} · {server.detail}
      </p>
      {server.models.length > 0 && (
        <ul className={styles.list} aria-label={`Models of ${server.url}`}>
          {server.models.map((model) => (
            <li key={model}>
              <code>{model}</code>
              <Button disabled={offline} onClick={() => setOpen({ model })}>
                Add<span className="vh"> {model}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {open !== null && open !== 'remove' && <AddFromServer url={server.url} model={open.model} onClose={close} />}
      {open === 'remove' && (
        <Confirm
          title="Remove this server?"
          act={remove.pending ? 'Removing…' : 'Remove the server'}
          keep="Keep it"
          pending={remove.pending}
          error={remove.error}
          obstacle={offline ? 'Folkmoot’s node does not answer; nothing can be removed now.' : null}
          onAct={() => void act()}
          onClose={close}
        >
          <p>Folkmoot stops asking it. The server itself and its models stay as they are.</p>
        </Confirm>
      )}
    </li>
  );
}
