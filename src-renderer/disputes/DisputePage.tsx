import { ArrowLeft } from 'lucide-react';
import { useNow } from '../app/now.ts';
import { useSlice } from '../app/store.ts';
import { Steps } from '../tasks/Steps.tsx';
import { Card } from '../ui/Card.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { Appeal } from './Appeal.tsx';
import { Ballot } from './Ballot.tsx';
import styles from './DisputePage.module.css';
import { Evidence } from './Evidence.tsx';
import { Money } from './Money.tsx';
import { needOf } from './needs.ts';
import { Parting } from './Parting.tsx';
import { Results } from './Results.tsx';
import { Standing } from './Standing.tsx';
import { useDispute } from './useDispute.ts';
import { sayDispute } from './words.ts';

/** One dispute: both results, what is at stake, where it stands, and what a person can do about it. */
export function DisputePage({ id }: { id: string }) {
  const { dispute, error } = useDispute(id);
  const now = useNow(5_000);
  const locked = useSlice('wallet').state === 'locked';
  const back = (
    <a className={styles.back} href="#/disputes">
      <ArrowLeft aria-hidden="true" />
      All disputes
    </a>
  );
  if (dispute === null) {
    return (
      <>
        <PageHead title={error === null ? 'Looking for this dispute' : 'This dispute is not here'} back={back} />
        {error === null ? <Skeleton lines={6} label="Loading the dispute" /> : <Trouble error={error} />}
      </>
    );
  }
  const need = needOf(dispute, now, locked);
  return (
    <>
      <PageHead
        title={need?.kind === 'vote' ? 'Your vote is needed' : sayDispute(dispute).title}
        why={dispute.reason}
        back={back}
      />
      <div className={layout.stack}>
        <Results dispute={dispute} />
        <Parting bisection={dispute.bisection} />
        <div className={layout.grid}>
          <div className={layout.stack}>
            <Ballot dispute={dispute} />
            <Appeal dispute={dispute} />
            <Standing dispute={dispute} />
            <Card title="Its story so far">
              <Steps steps={dispute.steps} />
            </Card>
          </div>
          <div className={layout.stack}>
            <Money dispute={dispute} />
            <Evidence links={dispute.evidence} />
          </div>
        </div>
      </div>
    </>
  );
}
