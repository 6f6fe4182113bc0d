import type { PeerView } from '../../src-shared/domain/node.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Id } from '../ui/Id.tsx';
import { When } from '../ui/When.tsx';
import styles from './Peers.module.css';

export function Peers({ peers }: { peers: readonly PeerView[] }) {
  return (
    <Card title="Peers">
      {peers.length === 0 ? (
        <Empty title="No peers connected">
          <p>
            Other machines appear here within a minute, on the local network by themselves. Tasks also reach you through
            the chain.
          </p>
        </Empty>
      ) : (
        <ul className={styles.peers}>
          {peers.map((peer) => (
            <li key={peer.id}>
              <span className={styles.says}>{peer.says}</span>
              <span className={styles.since}>
                connected <When at={peer.since} />
              </span>
              <span className={styles.ids}>
                <Id value={peer.id} what="peer id" />
                {peer.address !== null && <Id value={peer.address} what="address" />}
                <code>{peer.multiaddr}</code>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
