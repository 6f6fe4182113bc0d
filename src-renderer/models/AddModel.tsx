import { useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { announce } from '../app/announce.ts';
import { call } from '../app/bridge.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { Button } from '../ui/Button.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { ModelFilesField } from './ModelFilesField.tsx';
import { nameFromFile } from './modelFile.ts';
import { useModelFiles } from './useModelFiles.ts';

const SOURCES = [
  { value: 'file', name: 'One file' },
  { value: 'folder', name: 'A folder' },
] as const;

/** A file or a folder becomes a model of this machine. It is looked at before it is taken; a refusal says why. */
export function AddModel({ onClose }: { onClose: () => void }) {
  const [from, setFrom] = useState<'file' | 'folder'>('file');
  const files = useModelFiles();
  const obstacle = useUnreachable();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [adding, setAdding] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const refused = files.problem !== null || (files.inspection?.problems.length ?? 0) > 0;

  const choose = (chosen: readonly File[]): void => {
    setError(null);
    files.choose(chosen, from);
    const first = chosen[0];
    if (first === undefined || name !== '') return;
    setName(nameFromFile(from === 'folder' ? (first.webkitRelativePath.split('/')[0] ?? '') : first.name));
  };

  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (files.files.length === 0 || refused || name.trim() === '' || adding || obstacle !== null) return;
    setError(null);
    setAdding(true);
    const about = { name: name.trim(), description: description.trim() };
    const sent = await files.send();
    const added = !sent.ok
      ? sent
      : from === 'folder'
        ? await call('models.addFolder', { files: [...sent.value], ...about })
        : await call('models.add', { upload: sent.value[0]?.upload ?? '', ...about });
    setAdding(false);
    if (!added.ok) return setError(added.error);
    announce(`${name} was added.`);
    onClose();
  };

  return (
    <Dialog title="Add a model of your own" onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <Choice
          label="Where the model is"
          options={SOURCES}
          value={from}
          busy={adding}
          onChange={(next) => {
            setFrom(next);
            files.choose([], next);
          }}
        />
        <ModelFilesField key={from} from={from} files={files} onChoose={choose} />
        <Field label="Name" hint="What others see, such as “Digit reader”.">
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
        <Field label="Description" hint="What goes in, what comes out, how good it is.">
          {(control) => (
            <textarea
              {...control}
              rows={3}
              maxLength={500}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={adding} disabled={refused || obstacle !== null}>
            {adding ? (files.progress ?? 'Looking at the model…') : 'Add the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
