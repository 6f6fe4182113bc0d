import { useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { byteSize } from '../../src-shared/domain/format.ts';
import { announce } from '../app/announce.ts';
import { call } from '../app/bridge.ts';
import { upload } from '../tasks/upload.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { fileProblem, nameFromFile } from './modelFile.ts';

/** An ONNX file becomes a model of this machine. It is looked at before it is taken; a refusal says why. */
export function AddModel({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [progress, setProgress] = useState<string | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const problem = file === null ? null : fileProblem(file);

  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (file === null || problem !== null || name.trim() === '' || progress !== null) return;
    setError(null);
    setProgress('Reading the file…');
    const sent = await upload(file, (share) => setProgress(`Reading the file, ${Math.round(share * 100)} %`));
    if (sent.ok) setProgress('Looking at the model…');
    const added = sent.ok
      ? await call('models.add', { upload: sent.value, name: name.trim(), description: description.trim() })
      : sent;
    setProgress(null);
    if (!added.ok) return setError(added.error);
    announce(`${name} was added.`);
    onClose();
  };

  return (
    <Dialog title="Add a model of your own" onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <Field
          label="ONNX file"
          hint={
            file === null ? 'Up to 268 MB. It stays on this machine until you offer it to others.' : byteSize(file.size)
          }
          error={problem}
        >
          {(control) => (
            <input
              {...control}
              type="file"
              accept=".onnx"
              required
              onChange={(event) => {
                const chosen = event.target.files?.[0] ?? null;
                setFile(chosen);
                setError(null);
                if (chosen !== null && name === '') setName(nameFromFile(chosen.name));
              }}
            />
          )}
        </Field>
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
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={progress !== null} disabled={problem !== null}>
            {progress ?? 'Add the model'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
