import { useState } from 'react';
import type { ServerView } from '../../src-shared/domain/machine.ts';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { useUnreachable } from '../app/useUnreachable.ts';
import { Button } from '../ui/Button.tsx';
import { Choice } from '../ui/Choice.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { serverProblem } from './serverUrl.ts';

const KINDS: ReadonlyArray<{ readonly value: ServerView['kind']; readonly name: string }> = [
  { value: 'openai', name: 'Ollama, llama.cpp, vLLM' },
  { value: 'cog', name: 'Cog' },
];

/** A server by its address; the node asks it at once which models it has. */
export function AddServer({ onClose }: { onClose: () => void }) {
  const add = useAction('models.addServer');
  const obstacle = useUnreachable();
  const [url, setUrl] = useState('');
  const [kind, setKind] = useState<ServerView['kind']>('openai');
  const problem = url.trim() === '' ? null : serverProblem(url.trim());
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (url.trim() === '' || problem !== null || obstacle !== null) return;
    const outcome = await add.run({ url: url.trim(), kind });
    if (!outcome.ok) return;
    announce(`${outcome.value.url} was added.`);
    onClose();
  };
  return (
    <Dialog title="Add a model server" onClose={onClose}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <p>It must run on this machine or in your own network. Inputs of tasks are sent to it.</p>
        <Field label="Its address" hint="Ollama is usually at http://127.0.0.1:11434." error={problem}>
          {(control) => (
            <input
              {...control}
              required
              autoComplete="off"
              spellCheck={false}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Choice label="What runs there" options={KINDS} value={kind} onChange={setKind} />
        <Trouble error={add.error} />
        {obstacle !== null && <p className={layout.sub}>{obstacle}</p>}
        <div className={layout.buttons}>
          <Button type="submit" look="primary" busy={add.pending} disabled={problem !== null || obstacle !== null}>
            {add.pending ? 'Asking it…' : 'Add the server'}
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </div>
      </form>
    </Dialog>
  );
}
