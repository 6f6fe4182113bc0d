import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Loading } from '../app/Loading.tsx';
import { useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { AddServer } from './AddServer.tsx';
import styles from './Models.module.css';
import { ServerRow } from './ServerRow.tsx';
import { useServers } from './useServers.ts';

/** Servers on this machine or in its network that run models of their own. */
export function Servers() {
  const { servers, error, reload } = useServers();
  const offline = useStore((store) => store.link.state === 'offline');
  const [adding, setAdding] = useState(false);
  return (
    <Card title="Model servers">
      {servers === null && error === null && <Loading lines={2} label="The servers are being asked." />}
      <Trouble error={error} />
      {servers !== null && servers.length === 0 && (
        <Empty title="No server yet">
          <p>
            If Ollama, llama.cpp, vLLM or a Cog container runs on this machine or in your network, its models can work
            here too.
          </p>
        </Empty>
      )}
      {servers !== null && servers.length > 0 && (
        <ul className={styles.models}>
          {servers.map((server) => (
            <ServerRow key={server.url} server={server} onChange={reload} />
          ))}
        </ul>
      )}
      <div className={styles.add}>
        <Button disabled={offline} onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          Add a server
        </Button>
        {servers !== null && servers.length > 0 && (
          <Button look="quiet" disabled={offline} onClick={reload}>
            Ask them again
          </Button>
        )}
      </div>
      {adding && (
        <AddServer
          onClose={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
    </Card>
  );
}
