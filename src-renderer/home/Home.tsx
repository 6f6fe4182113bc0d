import { clockTime } from '../../src-shared/domain/format.ts';
import { useSlice } from '../app/store.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { When } from '../ui/When.tsx';
import { AllRight } from './AllRight.tsx';
import { Earned } from './Earned.tsx';
import styles from './Home.module.css';
import { LastResults } from './LastResults.tsx';
import { Machine } from './Machine.tsx';
import { NeedsYou } from './NeedsYou.tsx';
import { PauseControls } from './PauseControls.tsx';
import { StartProgress } from './StartProgress.tsx';

/** Four questions: what does my machine do and why; what did I earn; what needs me; is everything all right. */
export function Home() {
  const activity = useSlice('activity');
  return (
    <>
      <PageHead
        title={activity.title}
        why={
          <>
            <p>{activity.why}</p>
            {activity.pausedUntil != null && (
              <p>
                Until {clockTime(activity.pausedUntil)}, <When at={activity.pausedUntil} />.
              </p>
            )}
            {activity.change !== undefined && <p className={styles.change}>{activity.change}</p>}
          </>
        }
        actions={<PauseControls />}
      />
      <StartProgress />
      <div className={styles.board}>
        <Earned />
        <NeedsYou />
        <Machine />
        <LastResults />
        <AllRight />
      </div>
    </>
  );
}
