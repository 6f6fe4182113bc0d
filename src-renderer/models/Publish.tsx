import { useState } from 'react';
import { exactMoot, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { useAction } from '../app/useAction.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { readFee } from '../tasks/fee.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

/** A model that nobody registered cannot be asked for; registering fixes the author's fee for good. */
export function Publish({ model }: { model: ModelView }) {
  const [open, setOpen] = useState(false);
  const register = useAction('models.register');
  const obstacle = useUnreachable();
  const [text, setText] = useState(() => exactMoot(model.modelFee));
  const { fee, problem } = readFee(text, false);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (fee === null || obstacle !== null) return;
    const outcome = await register.run({ digest: model.digest, modelFee: fee });
    if (outcome.ok) setOpen(false);
  };
  return (
    <div>
      <Button look="quiet" disabled={obstacle !== null} onClick={() => setOpen(true)}>
        Offer {model.name} to everybody
      </Button>
      {open && (
        <Dialog title={`Offer ${model.name} to everybody`} onClose={() => setOpen(false)}>
          <form className={layout.form} onSubmit={(event) => void submit(event)}>
            <p>
              It is entered in the ledger under your address, and peers get a copy of the model from this machine. The
              fee you set is paid to you for each use.
            </p>
            <Field label="Your fee per use, MOOT" error={problem}>
              {(control) => (
                <input
                  {...control}
                  inputMode="decimal"
                  autoComplete="off"
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
              )}
            </Field>
            <Trouble error={register.error} />
            {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
            <div className={layout.buttons}>
              <Button type="submit" look="primary" busy={register.pending} disabled={fee === null || obstacle !== null}>
                {register.pending ? 'Registering…' : `Register for ${fee === null ? '…' : shortMoot(fee)} MOOT per use`}
              </Button>
              <Button onClick={() => setOpen(false)}>Not now</Button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}
