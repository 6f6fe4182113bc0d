import type { Notice } from '../../src-shared/domain/node.ts';
import { useNow } from '../app/now.ts';
import { go } from '../app/route.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useDisputeNeeds } from '../disputes/useNeeds.ts';
import { stakeNeeds } from '../stake/needs.ts';
import { canTakeBack } from '../tasks/words.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Pill } from '../ui/Pill.tsx';
import { When } from '../ui/When.tsx';
import { DisputeRows, StakeRows } from './CourtRows.tsx';
import styles from './Home.module.css';

/** Only what a person must decide or do; amber appears nowhere else. */
export function NeedsYou() {
  const wallet = useSlice('wallet');
  const notices = useSlice('node').notices.filter((notice) => notice.level !== 'info');
  const backup = wallet.state === 'unlocked' && !wallet.backedUp;
  const locked = wallet.state === 'locked';
  const now = useNow(5_000);
  const stuck = useSlice('tasks').filter((task) => canTakeBack(task, now));
  const disputes = useDisputeNeeds();
  const stake = stakeNeeds(useSlice('stake'), now);
  const court = disputes.length + stake.length;
  const none = notices.length === 0 && stuck.length === 0 && court === 0 && !backup && !locked;
  return (
    <Card className={styles.needs} title="Needs you">
      {none ? (
        <p className={styles.calm}>Nothing. Folkmoot says so here, and only here, when it needs a decision of yours.</p>
      ) : (
        <ul className={styles.rows}>
          {locked && (
            <li>
              <div>
                Your wallet is locked
                <small>No new work and no asks until you unlock it</small>
              </div>
              <Button onClick={() => useStore.setState({ lookingAround: false })}>Unlock</Button>
            </li>
          )}
          <DisputeRows needed={disputes} />
          {backup && (
            <li>
              <div>
                Your wallet has no backup
                <small>Two minutes with pen and paper; without it, a broken disk takes everything</small>
              </div>
              <Button onClick={() => go({ screen: 'wallet', part: 'backup' })}>Back up</Button>
            </li>
          )}
          <StakeRows needs={stake} />
          {stuck.map((task) => (
            <li key={task.key}>
              <div>
                Nobody answered your ask: {task.model.name}
                <small>Your money is still reserved for it</small>
              </div>
              <Button onClick={() => go({ screen: 'ask', task: task.key })}>Open this ask</Button>
            </li>
          ))}
          {notices.map((notice) => (
            <NoticeRow key={notice.id} notice={notice} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function NoticeRow({ notice }: { notice: Notice }) {
  return (
    <li>
      <div>
        {notice.text}
        {notice.remedy !== undefined && <small>{notice.remedy}</small>}
        <small>
          since <When at={notice.since} />
        </small>
      </div>
      <Pill tone={notice.level === 'trouble' ? 'trouble' : 'need'}>
        {notice.level === 'trouble' ? 'trouble' : 'look at it'}
      </Pill>
    </li>
  );
}
