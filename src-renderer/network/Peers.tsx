import type { PeerView } from '../../src-shared/domain/node.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Id } from '../ui/Id.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { PeerClaim } from './PeerClaim.tsx';
import styles from './Peers.module.css';

/** Who is connected, how fast each says it is, and what this machine found when it asked for proof. */
export function Peers({ peers, checksSpeed }: { peers: readonly PeerView[]; checksSpeed: boolean }) {
  const checks = useAction('network.checkSpeeds');
  const offline = useStore((store) => store.link.state === 'offline');
  return (
    <Card
      title="Peers"
      aside={
        <Switch
          label="Check their speed now and then"
          on={checksSpeed}
          busy={checks.pending}
          disabled={offline}
          onChange={(on) => void checks.run({ on })}
        />
      }
    >
      <Trouble error={checks.error} />
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
              {peer.claims.length > 0 && (
                <ul className={styles.claims} aria-label="Speed by its own word">
                  {peer.claims.map((claim) => (
                    <PeerClaim key={`${claim.model} ${claim.provider}`} peer={peer.id} claim={claim} />
                  ))}
                </ul>
              )}
              {peer.distrusted && (
                <p className={`${layout.small} ${styles.wide}`}>
                  It gave a wrong result when it was asked for proof, so no speed it claims counts here, and its content
                  is asked for last. Only this machine remembers that, for a month.
                </p>
              )}
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
