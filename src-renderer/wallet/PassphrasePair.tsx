import { Field } from '../ui/Field.tsx';
import { strengthHint } from './passphrase.ts';

interface PairProps {
  readonly passphrase: string;
  readonly repeated: string;
  readonly problem: string | null;
  readonly onChange: (passphrase: string, repeated: string) => void;
}

/** A new passphrase, twice, with its strength in words. */
export function PassphrasePair({ passphrase, repeated, problem, onChange }: PairProps) {
  return (
    <>
      <Field
        label="Passphrase"
        hint={strengthHint(passphrase) ?? 'It locks the wallet on this machine. Nobody can reset it for you.'}
        error={problem}
      >
        {(control) => (
          <input
            {...control}
            type="password"
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => onChange(event.target.value, repeated)}
          />
        )}
      </Field>
      <Field label="Repeat passphrase">
        {(control) => (
          <input
            {...control}
            type="password"
            autoComplete="new-password"
            value={repeated}
            onChange={(event) => onChange(passphrase, event.target.value)}
          />
        )}
      </Field>
    </>
  );
}
