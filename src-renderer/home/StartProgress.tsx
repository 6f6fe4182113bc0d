import { useSlice } from '../app/store.ts';
import { StageList } from '../network/StageList.tsx';
import { Card } from '../ui/Card.tsx';
import styles from './Home.module.css';

/** While the node starts, or when a step of it failed; gone once everything is ready. */
export function StartProgress() {
  const stages = useSlice('node').stages;
  const person = stages.some((stage) => stage.state === 'needs-you');
  // What waits for a person is not starting; it is said under “Needs you”.
  const busy = stages.some((stage) => stage.state === 'starting' || (stage.state === 'waiting' && !person));
  const failed = stages.some((stage) => stage.state === 'failed');
  if (!busy && !failed) return null;
  const ready = stages.filter((stage) => stage.state === 'ready').length;
  return (
    <Card
      className={styles.starting}
      title={failed ? 'Parts that do not run' : 'Starting'}
      aside={
        <span>
          {ready} of {stages.length} ready
        </span>
      }
    >
      <StageList stages={failed ? stages.filter((stage) => stage.state !== 'ready') : stages} />
    </Card>
  );
}
