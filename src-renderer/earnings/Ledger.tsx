import { useState } from 'react';
import type { LedgerEntry } from '../../src-shared/domain/earnings.ts';
import { count } from '../../src-shared/domain/format.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { EntryRow } from './EntryRow.tsx';
import layout from '../ui/layout.module.css';
import styles from './Ledger.module.css';

const PAGE = 50;

/** Task by task, newest first: at the start what the snapshot holds, older ones on request. */
export function Ledger({ entries }: { entries: readonly LedgerEntry[] }) {
  const page = useAction('earnings.page');
  const [past, setPast] = useState<readonly LedgerEntry[]>([]);
  const [atEnd, setAtEnd] = useState(false);
  const known = new Set(entries.map((entry) => entry.task));
  const rows = [...entries, ...past.filter((entry) => !known.has(entry.task))];
  const load = async (): Promise<void> => {
    // Pages are cut by `at`. All rows are kept: new ones push the oldest out of the snapshot, and a gap would open.
    const outcome = await page.run({ before: rows.at(-1)?.at ?? null, limit: PAGE });
    if (!outcome.ok) return;
    setPast([...rows, ...outcome.value]);
    setAtEnd(outcome.value.length < PAGE);
  };
  return (
    <Card
      title="Ledger, task by task"
      aside={rows.length > 0 && !atEnd && <span className={layout.small}>the newest {rows.length}</span>}
    >
      {rows.length === 0 ? (
        <Empty title="The ledger is empty">
          <p>
            Each solved task becomes a line: what was offered, what the treasury took, what you got, and the
            transactions.
          </p>
          <a href="#/work">Choose what your machine solves</a>
        </Empty>
      ) : (
        <ul className={styles.ledger}>
          {rows.map((entry) => (
            <EntryRow key={entry.task} entry={entry} />
          ))}
        </ul>
      )}
      <Trouble error={page.error} />
      {rows.length > 0 && !atEnd && (
        <Button look="quiet" busy={page.pending} onClick={() => void load()}>
          {page.pending ? 'Looking…' : 'Show older'}
        </Button>
      )}
      {atEnd && <p className={layout.small}>That is all: {count(rows.length, 'task')}.</p>}
    </Card>
  );
}
