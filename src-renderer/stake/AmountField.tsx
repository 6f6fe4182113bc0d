import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import styles from './MoveForm.module.css';
import { fieldText } from './words.ts';

interface AmountFieldProps {
  readonly label: string;
  /** The name of the button that fills in everything there is. */
  readonly all: string;
  readonly most: Amount;
  readonly text: string;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}

/** An amount of MOOT, with what there is at most. */
export function AmountField({ label, all, most, text, problem, onChange }: AmountFieldProps) {
  const none = units(most) <= 0n;
  return (
    <Field label={label} hint={none ? 'Nothing is there to move.' : `At most ${shortMoot(most)}.`} error={problem}>
      {(control) => (
        <div className={styles.amount}>
          <input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
          <Button disabled={none} onClick={() => onChange(fieldText(most))}>
            {all}
          </Button>
        </div>
      )}
    </Field>
  );
}
