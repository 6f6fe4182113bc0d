import { useState } from 'react';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { shortImage } from './words.ts';

/** What is in a container becomes a model of this machine, under a name that others will see. */
export function AddContainerModel({ image, onClose }: { image: string; onClose: () => void }) {
  const add = useAction('containers.addModel');
  const [name, setName] = useState(() => (shortImage(image).name.split('/').at(-1) ?? '').slice(0, 60));
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === '') return;
    const outcome = await add.run({ image, name: name.trim() });
    if (!outcome.ok) return;
    announce(`${name} was added.`);
    onClose();
  };
  return (
    <Dialog title={`Add the model of ${shortImage(image).name}`} onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>
          The container is started to ask which inputs it takes; that can take minutes. The model solves nothing here
          until you allow it. When you offer it to everybody, they see the name of its image.
        </p>
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
            {add.pending ? 'Starting and asking it…' : 'Add the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
