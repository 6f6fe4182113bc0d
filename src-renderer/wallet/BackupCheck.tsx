import { useState } from 'react';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { pickPositions } from './words.ts';

interface Props {
  readonly total: number;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

export function BackupCheck({ total, onBack, onDone }: Props) {
  const confirm = useAction('wallet.confirmBackup');
  const [positions] = useState(() => pickPositions(total, secureRandom));
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const words = positions.map((position) => ({ position, word: (typed[position] ?? '').trim().toLowerCase() }));
    const outcome = await confirm.run({ words });
    if (outcome.ok) onDone();
  };
  return (
    <form className={layout.form} onSubmit={(event) => void submit(event)}>
      <p>From your paper, please. This proves that it can be read when it is needed.</p>
      {positions.map((position) => (
        <Field key={position} label={`Word ${position}`}>
          {(control) => (
            <input
              {...control}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={20}
              value={typed[position] ?? ''}
              onChange={(event) => {
                setTyped({ ...typed, [position]: event.target.value });
                confirm.reset();
              }}
            />
          )}
        </Field>
      ))}
      <Trouble error={confirm.error} />
      <div className={layout.buttons}>
        <Button type="submit" look="primary" busy={confirm.pending}>
          {confirm.pending ? 'Checking…' : 'Check my words'}
        </Button>
        <Button onClick={onBack}>Show the words again</Button>
      </div>
    </form>
  );
}

function secureRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
