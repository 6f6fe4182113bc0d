import { amount, units } from '../../src-shared/domain/amounts.ts';
import { duration } from '../../src-shared/domain/format.ts';
import type { Quote } from '../../src-shared/domain/tasks.ts';
import { Moot } from '../ui/Moot.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import styles from './QuoteLines.module.css';

/** Every part of the price, and when the money moves or comes back. */
export function QuoteLines({ quote, known }: { quote: Quote | null; known: boolean }) {
  if (quote === null) return known ? <Skeleton lines={4} label="Reckoning what it costs" /> : null;
  const several = quote.machines > 1;
  return (
    <div className={styles.quote}>
      <dl>
        <div>
          <dt>{several ? `Fees of ${quote.machines} machines` : 'Solver’s fee'}</dt>
          <dd>
            <Moot value={amount(units(quote.fee) * BigInt(quote.machines))} bare />
          </dd>
        </div>
        <div className={styles.part}>
          <dt>of it to the treasury</dt>
          <dd>
            <Moot value={quote.treasuryShare} bare />
          </dd>
        </div>
        <div>
          <dt>Author of the model</dt>
          <dd>
            <Moot value={quote.modelFee} bare />
          </dd>
        </div>
        {units(quote.checks) > 0n && (
          <div>
            <dt>Checks by other machines</dt>
            <dd>
              <Moot value={quote.checks} bare />
            </dd>
          </div>
        )}
        <div className={styles.total}>
          <dt>Together</dt>
          <dd>
            <Moot value={quote.total} />
          </dd>
        </div>
      </dl>
      <p>
        You have <Moot value={quote.prepaid} /> ready. Final {duration(quote.finalAfterSeconds * 1000)} after the
        answer;{' '}
        {several
          ? `everything comes back if they do not agree, or too few come within ${duration(quote.refundAfterSeconds * 1000)}.`
          : `if nobody answers within ${duration(quote.refundAfterSeconds * 1000)}, you can take everything back.`}
      </p>
    </div>
  );
}
