import { useState } from 'react';
import { Gate } from '../app/Gate.tsx';
import { useSlice } from '../app/store.ts';
import { Note } from '../ui/Note.tsx';
import { CreateForm } from './CreateForm.tsx';
import { RestoreForm } from './RestoreForm.tsx';
import styles from './Welcome.module.css';

const WAYS = [
  { id: 'create', name: 'I am new here' },
  { id: 'restore', name: 'I have my words' },
] as const;

/** First run: what this is, what it is worth, and a wallet. */
export function Welcome() {
  const [way, setWay] = useState<(typeof WAYS)[number]['id']>('create');
  const sandbox = useSlice('node').network === 'sandbox';
  return (
    <Gate
      title="Welcome to Folkmoot"
      lead="Folkmoot lends your idle machine to people who need something computed, and pays you for every result that holds."
    >
      {sandbox && (
        <Note tone="info">
          <p>
            This is a <strong>sandbox</strong>: a market with play money, on a chain that runs on this machine. It
            behaves like the real one, but nothing in it is worth money, so you can try everything.
          </p>
        </Note>
      )}
      <fieldset className={styles.ways}>
        <legend>To hold what you earn you need a wallet</legend>
        {WAYS.map(({ id, name }) => (
          <label key={id} className={styles.way}>
            <input type="radio" name="way" value={id} checked={way === id} onChange={() => setWay(id)} />
            {name}
          </label>
        ))}
      </fieldset>
      {way === 'create' ? <CreateForm /> : <RestoreForm />}
    </Gate>
  );
}
