import type { Amount } from '../../src-shared/domain/ids.ts';
import type { Balances as Figures } from '../../src-shared/domain/node.ts';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';

type Kind = Exclude<keyof Figures, 'at'>;

const ROWS: ReadonlyArray<{ readonly kind: Kind; readonly name: string; readonly means: string }> = [
  {
    kind: 'wallet',
    name: 'In the wallet',
    means: 'Tokens in your own account. Under Stake you move them into the vault and out of it.',
  },
  {
    kind: 'prepaid',
    name: 'Ready to ask',
    means: 'In the vault: asks are paid from it, and what you earn arrives here.',
  },
  {
    kind: 'stake',
    name: 'Stake',
    means: 'Your pledge as a solver; part of it is locked behind each result of yours until that is final.',
  },
  { kind: 'locked', name: 'Of it, locked', means: 'Secures results that are not final yet; free again when they are.' },
  { kind: 'gas', name: 'Chain coin', means: 'Pays the chain for writing things down. Not MOOT.' },
];

export function Balances({ balances }: { balances: Figures | null }) {
  if (balances === null) {
    return (
      <Card title="What you own">
        <Empty title="Not known yet">
          <p>Balances are read from the chain, and the chain has not answered so far.</p>
        </Empty>
      </Card>
    );
  }
  return (
    <Card
      title="What you own"
      aside={
        <span className={layout.small}>
          read <When at={balances.at} />
        </span>
      }
    >
      <dl className={layout.facts}>
        {ROWS.map(({ kind, name, means }) => (
          <div key={kind}>
            <dt>
              {name}
              <small>{means}</small>
            </dt>
            <dd>
              <strong>
                <Moot value={balances[kind] as Amount} unit={kind === 'gas' ? 'coin' : 'MOOT'} />
              </strong>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
