import { useNow } from '../app/now.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { dayTime } from '../ui/days.ts';
import { Note } from '../ui/Note.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { Exit } from './Exit.tsx';
import { Income } from './Income.tsx';
import { Locks } from './Locks.tsx';
import { MoveForm } from './MoveForm.tsx';
import { exitReady, isSuspended } from './needs.ts';
import { Overview } from './Overview.tsx';
import { Service } from './Service.tsx';
import styles from './Stake.module.css';
import { Slashes } from './Slashes.tsx';
import { headline } from './words.ts';

/** What you answer with: how much, for what, and how it comes and goes. */
export function Stake() {
  const stake = useSlice('stake');
  const now = useNow(5_000);
  if (stake === null) {
    return (
      <>
        <PageHead
          title="Your stake is not known yet"
          why="It is read from the chain, and the chain has not answered so far. Whatever you staked is there."
        />
        <div className={styles.board}>
          <Card title="Your stake">
            <Skeleton lines={5} label="Waiting for the chain" />
          </Card>
          <Card title="Move MOOT">
            <Skeleton lines={4} label="Waiting for the chain" />
          </Card>
        </div>
      </>
    );
  }
  const said = headline(stake, now);
  const ready = exitReady(stake, now);
  return (
    <>
      <PageHead title={said.title} why={said.why} />
      <div className={layout.stack}>
        {stake.suspendedUntil !== null && isSuspended(stake, now) && (
          <Note tone="trouble">
            <p>
              Suspended until <strong>{dayTime(stake.suspendedUntil)}</strong>, <When at={stake.suspendedUntil} />.
              Results that you gave before are still paid when they are final; your stake stays yours and can leave as
              always.
            </p>
          </Note>
        )}
        <div className={styles.board}>
          <Overview stake={stake} />
          <div className={`${layout.stack} ${styles.acts}`}>
            {ready && <Exit stake={stake} />}
            <MoveForm stake={stake} />
            {!ready && <Exit stake={stake} />}
            <Service name="duty" service={stake.duty} />
            <Service name="jury" service={stake.jury} />
          </div>
          <div className={layout.stack}>
            <Locks locks={stake.locks} />
            <Income income={stake.income} />
            <Slashes slashes={stake.slashes} />
          </div>
        </div>
      </div>
    </>
  );
}
