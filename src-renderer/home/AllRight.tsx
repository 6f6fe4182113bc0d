import { useSlice } from '../app/store.ts';
import { health } from '../network/health.ts';
import { Card } from '../ui/Card.tsx';
import { Pill } from '../ui/Pill.tsx';
import { useNow } from '../app/now.ts';
import styles from './AllRight.module.css';
import home from './Home.module.css';

/** Is everything all right? Said in full, not as a green dot. */
export function AllRight() {
  const node = useSlice('node');
  const network = useSlice('network');
  const now = useNow(5_000);
  const lines = health(node, network, now);
  const bad = lines.filter((line) => line.state === 'bad').length;
  const infos = node.notices.filter((notice) => notice.level === 'info');
  return (
    <Card
      className={home.wide}
      title={bad === 0 ? 'Everything is all right' : 'Not everything is all right'}
      aside={<a href="#/network">Network</a>}
    >
      <ul className={styles.lines}>
        {lines.map((line) => (
          <li key={line.name}>
            <Pill tone={line.state === 'good' ? 'work' : line.state === 'bad' ? 'trouble' : 'wait'}>
              {line.state === 'good' ? 'well' : line.state === 'bad' ? 'trouble' : 'not yet'}
            </Pill>
            <span>
              <strong>{line.name}</strong> {line.text}
            </span>
          </li>
        ))}
        {infos.map((notice) => (
          <li key={notice.id}>
            <Pill tone="info">for you to know</Pill>
            <span>
              {notice.text} {notice.remedy}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
