import { useAction } from '../app/useAction.ts';
import { NameModel } from './NameModel.tsx';
import { shortImage } from './words.ts';

/** What is in a container becomes a model of this machine. */
export function AddContainerModel({ image, onClose }: { image: string; onClose: () => void }) {
  const add = useAction('containers.addModel');
  const { name: short } = shortImage(image);
  return (
    <NameModel
      title={`Add the model of ${short}`}
      suggested={short.split('/').at(-1) ?? ''}
      doing="Starting and asking it…"
      pending={add.pending}
      error={add.error}
      onAdd={async (name) => (await add.run({ image, name })).ok}
      onClose={onClose}
    >
      The container is started to ask which inputs it takes; that can take minutes. The model solves nothing here until
      you allow it. When you offer it to everybody, they see the name of its image.
    </NameModel>
  );
}
