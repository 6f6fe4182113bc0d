import { useState } from 'react';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { imageProblem, shortImage } from './words.ts';

/** An image by its reference; the node looks at once whether it is here. */
export function AddContainer({ onClose }: { onClose: () => void }) {
  const add = useAction('containers.add');
  const obstacle = useUnreachable();
  const [typed, setTyped] = useState('');
  const image = typed.trim();
  // Not while the first letters are typed.
  const problem = image.length < 8 ? null : imageProblem(image);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (image === '' || problem !== null || obstacle !== null) return;
    const outcome = await add.run({ image });
    if (!outcome.ok) return;
    announce(`${shortImage(image).name} was added.`);
    onClose();
  };
  return (
    <Dialog title="Add a Cog container" onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>
          The image must be on this computer already: Folkmoot fetches none. It runs without a way to the internet, one
          container at a time. Add only what you trust.
        </p>
        <Field
          label="Image, pinned by its digest"
          hint="Such as r8.im/you/model@sha256:… “docker images --digests” shows those you have."
          error={problem}
        >
          {(control) => (
            <input
              {...control}
              required
              maxLength={300}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={add.error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={add.pending} disabled={problem !== null || obstacle !== null}>
            {add.pending ? 'Looking for it…' : 'Add the container'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
