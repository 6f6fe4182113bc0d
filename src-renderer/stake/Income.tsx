import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';
import { Card } from '../ui/Card.tsx';
import { Moot } from '../ui/Moot.tsx';
import layout from '../ui/layout.module.css';

type Source = keyof StakeView['income'];

const LINES: ReadonlyArray<{ readonly source: Source; readonly name: string; readonly means: string }> = [
  { source: 'solving', name: 'Solving', means: 'fees of tasks, after the treasury’s share' },
  { source: 'issued', name: 'New tokens', means: 'issued on top of fees, for models with enough support' },
  { source: 'checking', name: 'Checking', means: 'pay for checks, less what missed ones cost' },
  { source: 'disputes', name: 'Disputes', means: 'as a juror and as a party, what was lost taken off' },
];

/** What the stake brought so far, by where it came from. */
export function Income({ income }: { income: StakeView['income'] }) {
  const all = LINES.reduce((sum, { source }) => sum + units(income[source]), 0n);
  if (LINES.every(({ source }) => units(income[source]) === 0n))
    return (
      <Card title="What it brought so far">
        <p className={layout.sub}>
          Nothing so far. Fees and new tokens for solving, pay for checks, and shares of jurors are added up here.
        </p>
      </Card>
    );
  return (
    <Card title="What it brought so far" aside={<a href="#/earnings">Task by task</a>}>
      <dl className={layout.facts}>
        {LINES.map(({ source, name, means }) => (
          <div key={source}>
            <dt>
              {name}
              <small>{means}</small>
            </dt>
            <dd>
              <Moot value={income[source]} signed />
            </dd>
          </div>
        ))}
        <div>
          <dt>
            <strong>Together</strong>
          </dt>
          <dd>
            <strong>
              <Moot value={amount(all)} signed />
            </strong>
          </dd>
        </div>
      </dl>
    </Card>
  );
}
