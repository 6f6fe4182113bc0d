import { useState } from 'react';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

interface Props {
  readonly url: string;
  readonly model: string;
  readonly onClose: () => void;
}

/** A model of a server becomes one of this machine, under a name that others will see. */
export function AddFromServer({ url, model, onClose }: Props) {
  const add = useAction('models.addFromServer');
  const [name, setName] = useState(() => model.replace(/:latest$/, '').slice(0, 60));
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '') return;
    const outcome = await add.run({ url, model, name: name.trim() });
    if (!outcome.ok) return;
    announce(`${name} was added.`);
    onClose();
  };
  return (
    <Dialog title={`Add ${model}`} onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>It goes on running on its server, and solves nothing here until you allow it.</p>
        <Field label="Name" hint="What others see.">
          {(control) => (
            <input
              {...control}
              required
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={add.error} />
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={add.pending}>
            {add.pending ? 'Adding…' : 'Add the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
