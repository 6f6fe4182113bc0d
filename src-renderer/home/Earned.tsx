import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { count } from '../../src-shared/domain/format.ts';
import { useSlice } from '../app/store.ts';
import { Bars } from '../ui/Bars.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Moot } from '../ui/Moot.tsx';
import layout from '../ui/layout.module.css';
import styles from './Home.module.css';

export function Earned() {
  const earnings = useSlice('earnings');
  const wallet = useSlice('wallet');
  const nothing = units(earnings.total) === 0n && units(earnings.pending) === 0n;
  return (
    <Card title="Earned today" aside={<a href="#/earnings">All earnings</a>}>
      <p className={styles.big}>
        <Moot value={earnings.today} unit={null} /> <span className={styles.unit}>MOOT</span>
      </p>
      {nothing ? (
        <Empty title="Your first pay will appear here">
          <p>
            {wallet.state === 'unlocked'
              ? 'Allow a model under Work; a task usually comes within minutes.'
              : 'Unlock your wallet first, then allow a model under Work.'}
          </p>
          <a href="#/work">Go to Work</a>
        </Empty>
      ) : (
        <>
          <p className={layout.sub}>
            {units(earnings.pending) > 0n ? `${shortMoot(earnings.pending)} MOOT more become final soon · ` : ''}
            {shortMoot(earnings.week)} MOOT this week · {count(earnings.tasksPaid, 'task')} paid so far
          </p>
          <Bars days={earnings.days} />
        </>
      )}
    </Card>
  );
}
