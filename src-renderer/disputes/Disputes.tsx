import { useState } from 'react';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { useSlice } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { DisputeRow } from './DisputeRow.tsx';
import { Secrets } from './Secrets.tsx';
import { useDisputeNeeds } from './useNeeds.ts';
import { isDecided, listTitle } from './words.ts';

const PAGE = 50;

/** Every contestation that this node has to do with: what needs a person first, then what runs, then what is over. */
export function Disputes() {
  const live = useSlice('disputes');
  const needs = useDisputeNeeds();
  const page = useAction('disputes.page');
  const [past, setPast] = useState<readonly DisputeView[]>([]);
  const [atEnd, setAtEnd] = useState(false);
  const known = new Set(live.map((dispute) => dispute.id));
  const all = [...live, ...past.filter((dispute) => !known.has(dispute.id))];
  const needed = new Set(needs.map(({ dispute }) => dispute.id));
  const open = all.filter((dispute) => !needed.has(dispute.id) && !isDecided(dispute.state));
  const decided = all.filter((dispute) => !needed.has(dispute.id) && isDecided(dispute.state));
  const load = async (): Promise<void> => {
    const before = Math.min(...all.map((dispute) => dispute.openedAt));
    const outcome = await page.run({ before: Number.isFinite(before) ? before : null, limit: PAGE });
    if (!outcome.ok) return;
    // Rows that were seen are kept: new cases push the oldest out of the snapshot, and a gap would open.
    const loaded = new Set(outcome.value.map((dispute) => dispute.id));
    setPast([...all.filter((dispute) => !loaded.has(dispute.id)), ...outcome.value]);
    setAtEnd(outcome.value.length < PAGE);
  };
  return (
    <>
      <PageHead
        title={listTitle(all, needs.length)}
        why="Whoever doubts a result puts a bond against it. A jury, drawn by lot, runs the model again and votes under seal; the losing side pays."
      />
      <div className={layout.stack}>
        {needs.length > 0 && (
          <Card title="Needs you">
            <ul>
              {needs.map(({ dispute, need }) => (
                <DisputeRow key={dispute.id} dispute={dispute} need={need} />
              ))}
            </ul>
          </Card>
        )}
        {open.length > 0 && (
          <Card title="Under way">
            <ul>
              {open.map((dispute) => (
                <DisputeRow key={dispute.id} dispute={dispute} need={null} />
              ))}
            </ul>
          </Card>
        )}
        <Card title="Decided">
          {decided.length > 0 ? (
            <ul>
              {decided.map((dispute) => (
                <DisputeRow key={dispute.id} dispute={dispute} need={null} />
              ))}
            </ul>
          ) : (
            <Empty title={all.length === 0 ? 'Nothing was ever contested here' : 'Nothing decided so far'}>
              <p>
                Disputes over your results, over answers you got, and those in which you are a juror stay here with both
                results and what they brought.
              </p>
              {all.length === 0 && <a href="#/stake">Sit on the jury: see Stake</a>}
            </Empty>
          )}
          <Trouble error={page.error} />
          {all.length > 0 && !atEnd && (
            <Button look="quiet" busy={page.pending} onClick={() => void load()}>
              {page.pending ? 'Looking…' : 'Show older'}
            </Button>
          )}
        </Card>
        <Secrets />
      </div>
    </>
  );
}
