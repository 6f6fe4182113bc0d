import { useState } from 'react';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { readModelId } from '../../src-shared/domain/model-id.ts';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

/** A model that somebody registered: its files come from peers and are checked against the chain. */
export function GetModel({ onClose }: { onClose: () => void }) {
  const fetching = useAction('models.fetch');
  const obstacle = useUnreachable();
  const [text, setText] = useState('');
  const id = readModelId(text);
  const problem =
    text === '' || id !== null ? null : 'An id or digest (0x and 64 hexadecimal digits) or a CID, please.';
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (id === null || obstacle !== null) return;
    const outcome = await fetching.run({ model: id as Digest });
    if (!outcome.ok) return;
    announce(`${outcome.value.name} is here.`);
    onClose();
  };
  return (
    <Dialog title="Get a registered model" onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>
          Whoever registered the model can tell you its id. It is inspected before it is kept, and solves nothing until
          you allow it.
        </p>
        <Field label="Its id, digest or CID" error={problem}>
          {(control) => (
            <input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={fetching.error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={fetching.pending} disabled={id === null || obstacle !== null}>
            {fetching.pending ? 'Fetching…' : 'Get the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
