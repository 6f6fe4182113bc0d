import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Loading } from '../app/Loading.tsx';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Note } from '../ui/Note.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { AddContainer } from './AddContainer.tsx';
import { ContainerRow } from './ContainerRow.tsx';
import styles from './Models.module.css';

/** Images made by Cog that this machine runs itself, through Docker. */
export function Containers() {
  const { engine, containers } = useSlice('containers');
  const offline = useStore((store) => store.link.state === 'offline');
  const look = useAction('containers.look');
  const [adding, setAdding] = useState(false);
  return (
    <Card
      title="Cog containers"
      aside={engine.state === 'ready' && <span className={layout.sub}>Docker {engine.version}</span>}
    >
      {engine.state === 'unknown' && <Loading lines={1} label="Docker is being looked for." />}
      <div className={layout.stack}>
        {engine.trouble !== null && (
          <Note tone={containers.length === 0 ? 'info' : 'need'}>
            <p>{engine.trouble.message}</p>
            {engine.trouble.remedy !== undefined && <p>{engine.trouble.remedy}</p>}
          </Note>
        )}
        {engine.state === 'ready' && containers.length === 0 && (
          <Empty title="No container yet">
            <p>
              An image made by Cog can run here: with no way to the internet, and with as much memory and as many cores
              as work may take. Pull it with Docker first.
            </p>
          </Empty>
        )}
        {containers.length > 0 && (
          <ul className={styles.models}>
            {containers.map((container) => (
              <ContainerRow key={container.image} container={container} docker={engine.state === 'ready'} />
            ))}
          </ul>
        )}
      </div>
      <Trouble error={look.error} />
      <div className={styles.add}>
        {engine.state === 'ready' && (
          <Button disabled={offline} onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" />
            Add a container
          </Button>
        )}
        {engine.state === 'absent' && (
          <Button disabled={offline} busy={look.pending} onClick={() => void look.run({})}>
            {look.pending ? 'Looking…' : 'Look for Docker again'}
          </Button>
        )}
      </div>
      {adding && <AddContainer onClose={() => setAdding(false)} />}
    </Card>
  );
}
