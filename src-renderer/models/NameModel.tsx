import { useState, type ReactNode } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { announce } from '../app/announce.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';

interface Props {
  readonly title: string;
  /** What happens. */
  readonly children: ReactNode;
  readonly suggested: string;
  /** On the button while it happens. */
  readonly doing: string;
  readonly pending: boolean;
  readonly error: ErrorView | null;
  /** @returns whether it was added */
  readonly onAdd: (name: string) => Promise<boolean>;
  readonly onClose: () => void;
}

const MAX_NAME = 60;

/** What runs elsewhere on this machine becomes a model of it, under a name that others will see. */
export function NameModel({ title, children, suggested, doing, pending, error, onAdd, onClose }: Props) {
  const [name, setName] = useState(() => suggested.slice(0, MAX_NAME));
  const obstacle = useUnreachable();
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    const given = name.trim();
    if (given === '' || obstacle !== null || !(await onAdd(given))) return;
    announce(`${given} was added.`);
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>{children}</p>
        <Field label="Name" hint="What others see.">
          {(control) => (
            <input
              {...control}
              required
              maxLength={MAX_NAME}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={pending} disabled={obstacle !== null}>
            {pending ? doing : 'Add the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
