import { CloudOff } from 'lucide-react';
import { absoluteTime, duration, relativeTime } from '../../src-shared/domain/format.ts';
import { Button } from '../ui/Button.tsx';
import { retryNow } from './bridge.ts';
import styles from './LinkBanner.module.css';
import { useNow } from './now.ts';
import { useStore } from './store.ts';

/** The line to the node is cut: what is shown is old, and says how old. */
export function LinkBanner() {
  const link = useStore((store) => store.link);
  const now = useNow();
  const known = useStore((store) => store.data !== null);
  if (link.state !== 'offline' || !known) return null;
  const wait = link.nextTry - now;
  return (
    <section className={styles.banner} aria-label="Connection to the node">
      <CloudOff aria-hidden="true" />
      <p>
        <output>Folkmoot’s node does not answer.</output>{' '}
        {link.lastKnown !== null && (
          <span title={absoluteTime(link.lastKnown)}>
            You see what was known {relativeTime(link.lastKnown, now)}; it may still be working.{' '}
          </span>
        )}
        {wait > 1_000 ? `Trying again in ${duration(wait)}.` : 'Trying again now.'}
      </p>
      <Button onClick={retryNow}>Try now</Button>
    </section>
  );
}
