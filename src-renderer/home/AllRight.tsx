import { Check, CircleDashed, Info, TriangleAlert } from 'lucide-react';
import { useSlice, useStore } from '../app/store.ts';
import { health, type HealthLine } from '../network/health.ts';
import { Card } from '../ui/Card.tsx';
import { useNow } from '../app/now.ts';
import styles from './AllRight.module.css';
import home from './Home.module.css';

/** Is everything all right? Said in full, not as a green dot. */
export function AllRight() {
  const node = useSlice('node');
  const network = useSlice('network');
  const offline = useStore((store) => store.link.state === 'offline');
  const now = useNow(5_000);
  const lines = health(node, network, now);
  const bad = lines.filter((line) => line.state === 'bad').length;
  const infos = node.notices.filter((notice) => notice.level === 'info');
  return (
    <Card
      className={home.wide}
      title={
        offline
          ? 'Not known now; this is how it was'
          : bad === 0
            ? 'Everything is all right'
            : 'Not everything is all right'
      }
      aside={<a href="#/network">Network</a>}
    >
      <ul className={styles.lines}>
        {lines.map((line) => (
          <li key={line.name} className={styles[line.state]}>
            <Sign state={line.state} />
            <span>
              <strong>{line.name}</strong> {line.text}
            </span>
          </li>
        ))}
        {infos.map((notice) => (
          <li key={notice.id} className={styles.info}>
            <Info aria-hidden="true" />
            <span className="vh">For you to know:</span>
            <span>
              {notice.text} {notice.remedy}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const SIGNS = {
  good: { icon: Check, words: 'Well:' },
  unknown: { icon: CircleDashed, words: 'Not yet:' },
  bad: { icon: TriangleAlert, words: 'Trouble:' },
} as const;

function Sign({ state }: { state: HealthLine['state'] }) {
  const { icon: Icon, words } = SIGNS[state];
  return (
    <>
      <Icon aria-hidden="true" />
      <span className="vh">{words}</span>
    </>
  );
}
