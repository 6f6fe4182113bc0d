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
  const allowed = useSlice('models').filter((model) => model.optedIn).length;
  const nothing = units(earnings.total) === 0n && units(earnings.pending) === 0n;
  return (
    <Card className={styles.earned} title="Earned today" aside={<a href="#/earnings">All earnings</a>}>
      <p className={styles.big}>
        <Moot value={earnings.today} bare /> <span className={styles.unit}>MOOT</span>
      </p>
      {nothing ? (
        <Empty title="Your first pay will appear here">
          <p>{hint(wallet.state === 'unlocked', allowed)}</p>
          <a href="#/work">Go to Work</a>
        </Empty>
      ) : (
        <>
          <p className={layout.sub}>
            {units(earnings.pending) > 0n ? `${shortMoot(earnings.pending)} MOOT becoming final · ` : ''}
            {shortMoot(earnings.week)} this week · {count(earnings.tasksPaid, 'task')} paid
          </p>
          <Bars days={earnings.days} />
        </>
      )}
    </Card>
  );
}

function hint(open: boolean, allowed: number): string {
  if (!open) return 'Unlock your wallet first; nobody can be paid without one.';
  if (allowed === 0) return 'Allow a model under Work; a task usually comes within minutes.';
  return `Your machine may solve tasks of ${count(allowed, 'model')}; the first one usually comes within minutes.`;
}
