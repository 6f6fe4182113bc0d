import { useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';
import { announce } from '../app/announce.ts';
import { call } from '../app/bridge.ts';
import { useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import styles from './Costs.module.css';
import { meaning, QUESTIONS, readPrice, readPrices, typed } from './costs.ts';

/** What power and the chain cost the person, so that no task is taken at a loss. */
export function Costs({ prices }: { prices: Prices }) {
  const [form, setForm] = useState(() => typed(prices));
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const offline = useStore((store) => store.link.state === 'offline');
  const read = readPrices(form);
  const same = read !== null && JSON.stringify(typed(read)) === JSON.stringify(typed(prices));

  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (read === null || same || offline || pending) return;
    setPending(true);
    const outcome = await call('policy.prices', read);
    setPending(false);
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) announce('From now on tasks are weighed by these prices.');
  };

  return (
    <Card title="What a task costs you">
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p className={layout.sub}>All prices in one currency, whichever is yours. They stay on this machine.</p>
        <div className={styles.prices}>
          {QUESTIONS.map(({ name, label, hint }) => (
            <Field key={name} label={label} hint={hint} error={readPrice(form[name]).problem}>
              {(control) => (
                <input
                  {...control}
                  inputMode="decimal"
                  autoComplete="off"
                  placeholder="not said"
                  value={form[name]}
                  onChange={(event) => setForm({ ...form, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <p className={layout.small} id="prices-mean">
          {meaning(read ?? prices)}
        </p>
        <Trouble error={error} />
        <div className={layout.buttons}>
          <Button
            type="submit"
            busy={pending}
            disabled={read === null || same || offline}
            aria-describedby="prices-mean"
          >
            {pending ? 'Saving…' : 'Save prices'}
          </Button>
        </div>
      </form>
    </Card>
  );
}
