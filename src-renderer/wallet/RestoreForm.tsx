import { useState } from 'react';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { passphraseProblem } from './passphrase.ts';
import { PassphrasePair } from './PassphrasePair.tsx';
import { readWords, wordsProblem } from './words.ts';

export function RestoreForm() {
  const restore = useAction('wallet.restore');
  const [text, setText] = useState('');
  const [pair, setPair] = useState({ passphrase: '', repeated: '' });
  const [problems, setProblems] = useState<{ words: string | null; pair: string | null }>({ words: null, pair: null });
  const words = readWords(text);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const found = { words: wordsProblem(words), pair: passphraseProblem(pair.passphrase, pair.repeated) };
    setProblems(found);
    if (found.words !== null || found.pair !== null || restore.pending) return;
    void restore.run({ words: words.join(' '), passphrase: pair.passphrase });
  };
  return (
    <form className={layout.form} onSubmit={submit}>
      <Field
        label="Your 12 or 24 words"
        hint={
          words.length === 0
            ? 'In their order, with spaces between. Numbers and commas do no harm.'
            : `${words.length} of 12 or 24 words.`
        }
        error={problems.words}
      >
        {(control) => (
          <textarea
            {...control}
            value={text}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setProblems((last) => ({ ...last, words: null }));
            }}
          />
        )}
      </Field>
      <PassphrasePair
        {...pair}
        problem={problems.pair}
        onChange={(passphrase, repeated) => {
          setPair({ passphrase, repeated });
          setProblems((last) => ({ ...last, pair: null }));
        }}
      />
      <Trouble error={restore.error} />
      <div className={layout.buttons}>
        <Button type="submit" look="primary" busy={restore.pending}>
          {restore.pending ? 'Restoring your wallet…' : 'Restore my wallet'}
        </Button>
        <span className={layout.sub}>The passphrase is new and only for this machine.</span>
      </div>
    </form>
  );
}
