import { useState } from 'react';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { passphraseProblem } from './passphrase.ts';
import { PassphrasePair } from './PassphrasePair.tsx';

export function CreateForm() {
  const create = useAction('wallet.create');
  const [pair, setPair] = useState({ passphrase: '', repeated: '' });
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const found = passphraseProblem(pair.passphrase, pair.repeated);
    setProblem(found);
    if (found === null && !create.pending) void create.run({ passphrase: pair.passphrase });
  };
  return (
    <form className={layout.form} onSubmit={submit}>
      <PassphrasePair
        {...pair}
        problem={problem}
        onChange={(passphrase, repeated) => {
          setPair({ passphrase, repeated });
          setProblem(null);
        }}
      />
      <Trouble error={create.error} />
      <div className={layout.buttons}>
        <Button type="submit" look="primary" busy={create.pending}>
          {create.pending ? 'Creating your wallet…' : 'Create my wallet'}
        </Button>
        <span className={layout.sub}>Costs nothing. You write down its words afterwards.</span>
      </div>
    </form>
  );
}
