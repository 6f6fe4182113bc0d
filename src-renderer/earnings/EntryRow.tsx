import { ChevronRight } from 'lucide-react';
import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { LedgerEntry, LedgerState } from '../../src-shared/domain/earnings.ts';
import { shortId } from '../../src-shared/domain/format.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import { Pill, type Tone } from '../ui/Pill.tsx';
import { When } from '../ui/When.tsx';
import styles from './Ledger.module.css';

const STATES: Readonly<Record<LedgerState, { readonly words: string; readonly tone: Tone; readonly means: string }>> = {
  pending: { words: 'becoming final', tone: 'wait', means: 'Proved on the chain; paid when its claim window ends.' },
  paid: { words: 'paid', tone: 'work', means: 'In the vault, among what is ready to ask with.' },
  forgone: { words: 'forgone', tone: 'wait', means: 'The work was done, but somebody else was first.' },
};

const STEPS = { commit: 'Sealed', reveal: 'Shown', claim: 'Collected' } as const;

/** One line; it opens into offer, treasury, new tokens, what is one's own, chain coin and transactions. */
export function EntryRow({ entry }: { entry: LedgerEntry }) {
  const state = STATES[entry.state];
  const yours = amount(units(entry.net) + units(entry.issued));
  return (
    <li>
      <details>
        <summary>
          <ChevronRight aria-hidden="true" className={styles.mark} />
          <span className={styles.name}>
            {entry.model} <code>{shortId(entry.task)}</code>
          </span>
          <span className={styles.when}>
            <When at={entry.at} />
          </span>
          <Pill tone={state.tone}>{state.words}</Pill>
          <span className={styles.net}>
            {entry.state === 'forgone' ? '–' : <Moot value={yours} bare signed inert />}
          </span>
        </summary>
        <div className={styles.story}>
          <p>{state.means}</p>
          <dl>
            <div>
              <dt>Offered</dt>
              <dd>
                <Moot value={entry.offered} />
              </dd>
            </div>
            <div>
              <dt>Treasury</dt>
              <dd>
                − <Moot value={entry.treasury} />
              </dd>
            </div>
            {units(entry.issued) > 0n && (
              <div>
                <dt>New tokens</dt>
                <dd>
                  + <Moot value={entry.issued} />
                </dd>
              </div>
            )}
            <div>
              <dt>{entry.state === 'forgone' ? 'Would have been yours' : 'Yours'}</dt>
              <dd>
                <strong>
                  <Moot value={yours} />
                </strong>
              </dd>
            </div>
            <div>
              <dt>Spent on the chain</dt>
              <dd>
                <Moot value={entry.gas as Amount} unit="coin" />
              </dd>
            </div>
          </dl>
          <dl>
            <div>
              <dt>Task</dt>
              <dd>
                <Id value={entry.task} what="task id" />
              </dd>
            </div>
            {entry.transactions.map((transaction) => (
              <div key={transaction.hash}>
                <dt>{STEPS[transaction.step]}</dt>
                <dd>
                  <Id value={transaction.hash} what={`${transaction.step} transaction`} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </details>
    </li>
  );
}
