import { useAction } from '../app/useAction.ts';
import { NameModel } from './NameModel.tsx';

interface Props {
  readonly url: string;
  readonly model: string;
  readonly onClose: () => void;
}

/** A model of a server becomes one of this machine. */
export function AddFromServer({ url, model, onClose }: Props) {
  const add = useAction('models.addFromServer');
  return (
    <NameModel
      title={`Add ${model}`}
      suggested={model.replace(/:latest$/, '')}
      doing="Adding…"
      pending={add.pending}
      error={add.error}
      onAdd={async (name) => (await add.run({ url, model, name })).ok}
      onClose={onClose}
    >
      It goes on running on its server, and solves nothing here until you allow it.
    </NameModel>
  );
}
