import type { ReactNode } from 'react';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { EarningsView } from '../../src-shared/domain/earnings.ts';
import { count } from '../../src-shared/domain/format.ts';
import { Moot } from '../ui/Moot.tsx';
import styles from './Totals.module.css';

export function Totals({ earnings }: { earnings: EarningsView }) {
  return (
    <dl className={styles.totals}>
      <Figure name="Today" means="paid since midnight">
        <Moot value={earnings.today} bare />
      </Figure>
      <Figure name="This week" means="the last 7 days">
        <Moot value={earnings.week} bare />
      </Figure>
      <Figure name="Becoming final" means="proved, not paid out yet">
        <Moot value={earnings.pending} bare />
      </Figure>
      <Figure name="In all" means={`for ${count(earnings.tasksPaid, 'task')}`}>
        <Moot value={earnings.total} bare />
      </Figure>
      <Figure name="Spent on the chain" means="in the chain’s own coin, not in MOOT" unit="coin">
        <Moot value={earnings.gas as Amount} unit="coin" bare />
      </Figure>
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly means: string;
  readonly unit?: string;
  readonly children: ReactNode;
}

function Figure({ name, means, unit = 'MOOT', children }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={styles.figure}>{children}</span> <span className={styles.unit}>{unit}</span>
        <small>{means}</small>
      </dd>
    </div>
  );
}
