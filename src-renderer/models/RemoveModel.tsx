import { useState } from 'react';
import { byteSize } from '../../src-shared/domain/format.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { announce } from '../app/announce.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';

/** Takes a model off this machine, after asking once. */
export function RemoveModel({ model }: { model: ModelView }) {
  const [open, setOpen] = useState(false);
  const remove = useAction('models.remove');
  const offline = useStore((store) => store.link.state === 'offline');
  const act = async (): Promise<void> => {
    const outcome = await remove.run({ digest: model.digest });
    if (outcome.ok) announce(`${model.name} was removed.`);
  };
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        Remove <span className="vh">{model.name}</span>
      </Button>
      {open && (
        <Confirm
          title={`Remove ${model.name}?`}
          act={remove.pending ? 'Removing…' : 'Remove the model'}
          keep="Keep it"
          pending={remove.pending}
          error={remove.error}
          obstacle={offline ? 'Folkmoot’s node does not answer; nothing can be removed now.' : null}
          onAct={() => void act()}
          onClose={() => setOpen(false)}
        >
          <p>
            Its files, {byteSize(model.bytes)}, are deleted from this machine, and it is not solved here any more. What
            it earned stays yours.
          </p>
          <p>
            {model.id === null
              ? 'Nobody else has it: without a copy of your own it is gone.'
              : 'It is registered, so it can be fetched again as long as somebody has it.'}
          </p>
        </Confirm>
      )}
    </>
  );
}
