import { useId } from 'react';
import { ASSURANCES, type Assurance, type Quote } from '../../src-shared/domain/tasks.ts';
import { amount, units } from '../../src-shared/domain/amounts.ts';
import { Moot } from '../ui/Moot.tsx';
import { CHECKED } from './assurance.ts';
import styles from './AssurancePicker.module.css';

interface Props {
  readonly chosen: Assurance;
  readonly quotes: Readonly<Record<Assurance, Quote | null>>;
  readonly onChoose: (assurance: Assurance) => void;
}

/** How closely the answer is checked, and what that costs on top of one machine's fee. */
export function AssurancePicker({ chosen, quotes, onChoose }: Props) {
  const id = useId();
  return (
    <fieldset className={styles.picker}>
      <legend>How closely should it be checked?</legend>
      {ASSURANCES.map((assurance) => (
        <div key={assurance} className={styles.choice}>
          <label>
            <input
              type="radio"
              name={id}
              checked={assurance === chosen}
              aria-describedby={`${id}-${assurance}`}
              onChange={() => onChoose(assurance)}
            />
            {CHECKED[assurance].name}
          </label>
          <p id={`${id}-${assurance}`}>
            <span className={styles.price}>
              <Price quote={quotes[assurance]} />
            </span>{' '}
            <span>{CHECKED[assurance].means}</span>
          </p>
        </div>
      ))}
    </fieldset>
  );
}

function Price({ quote }: { quote: Quote | null }) {
  if (quote === null) return '…';
  const extra = units(quote.total) - units(quote.fee) - units(quote.modelFee);
  return extra === 0n ? 'nothing extra' : <Moot value={amount(extra)} signed inert />;
}
