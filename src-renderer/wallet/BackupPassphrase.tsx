import { useState } from 'react';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

interface Props {
  readonly onWords: (words: readonly string[]) => void;
  readonly onCancel: () => void;
}

export function BackupPassphrase({ onWords, onCancel }: Props) {
  const ask = useAction('wallet.words');
  const [passphrase, setPassphrase] = useState('');
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const outcome = await ask.run({ passphrase });
    if (outcome.ok) onWords(outcome.value.words);
  };
  return (
    <form className={layout.form} onSubmit={(event) => void submit(event)}>
      <p>
        Your wallet can be rebuilt from its words on any machine, by you and by anybody who sees them. Take pen and
        paper, and make sure that nobody looks over your shoulder.
      </p>
      <Field label="Passphrase">
        {(control) => (
          <input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            value={passphrase}
            onChange={(event) => {
              setPassphrase(event.target.value);
              ask.reset();
            }}
          />
        )}
      </Field>
      <Trouble error={ask.error} />
      <div className={layout.buttons}>
        <Button type="submit" look="primary" busy={ask.pending}>
          {ask.pending ? 'Opening the vault…' : 'Show my words'}
        </Button>
        <Button onClick={onCancel}>Not now</Button>
      </div>
    </form>
  );
}
