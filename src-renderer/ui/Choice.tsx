import { useId } from 'react';
import styles from './Choice.module.css';

interface ChoiceProps<T extends string | number> {
  /** Names the group. */
  readonly label: string;
  readonly options: ReadonlyArray<{ readonly value: T; readonly name: string }>;
  readonly value: T;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}

/** One of a few, side by side: radio buttons with the arrow keys that belong to them. */
export function Choice<T extends string | number>({
  label,
  options,
  value,
  busy = false,
  disabled = false,
  onChange,
}: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice} disabled={disabled} aria-busy={busy || undefined}>
      <legend className="vh">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => {
              if (!busy) onChange(option.value);
            }}
          />
          <span>{option.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
