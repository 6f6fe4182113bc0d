import { useRef, useState } from 'react';
import { Gate } from '../app/Gate.tsx';
import { useSlice } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

/** The wallet is there and locked: nothing can be earned or asked until it is open. */
export function Unlock({ onLookAround }: { onLookAround: () => void }) {
  const unlock = useAction('wallet.unlock');
  const address = useSlice('wallet').address;
  const [passphrase, setPassphrase] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (passphrase === '') return input.current?.focus();
    const outcome = await unlock.run({ passphrase });
    if (!outcome.ok) input.current?.select();
  };
  return (
    <Gate
      title="Your wallet is locked"
      lead="Until you unlock it, this machine takes no work and cannot ask. What you own stays where it is."
    >
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <Field label="Passphrase" hint={address === null ? undefined : <code>{address}</code>}>
          {(control) => (
            <input
              {...control}
              ref={input}
              type="password"
              autoComplete="current-password"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the only thing to do on this page
              autoFocus
              value={passphrase}
              onChange={(event) => {
                setPassphrase(event.target.value);
                unlock.reset();
              }}
            />
          )}
        </Field>
        <Trouble error={unlock.error} />
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={unlock.pending}>
            {unlock.pending ? 'Unlocking…' : 'Unlock'}
          </Button>
          <Button look="quiet" onClick={onLookAround}>
            Look around while it stays locked
          </Button>
        </div>
      </form>
    </Gate>
  );
}
