import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { useSlice } from '../app/store.ts';
import { Bars } from '../ui/Bars.tsx';
import { Card } from '../ui/Card.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Ledger } from './Ledger.tsx';
import { Totals } from './Totals.tsx';

/** Every MOOT from offer to payout. */
export function Earnings() {
  const earnings = useSlice('earnings');
  const some = units(earnings.total) > 0n;
  return (
    <>
      <PageHead
        title={some ? `You have earned ${shortMoot(earnings.total)} MOOT` : 'Nothing earned yet'}
        why={
          some
            ? 'Paid into the vault, to “Ready to ask”, after the treasury’s share. Each line below can be followed to its transactions.'
            : 'When your machine solves its first task, each step from the offer to the pay is written here.'
        }
      />
      <div className={layout.stack}>
        <Totals earnings={earnings} />
        <Card title="The last 14 days">
          <Bars days={earnings.days} />
        </Card>
        <Ledger entries={earnings.entries} />
      </div>
    </>
  );
}
