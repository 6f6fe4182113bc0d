import { useState } from 'react';
import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { announce } from '../app/announce.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { readFee } from '../tasks/fee.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import styles from './Models.module.css';

/** Tasks that pay less are left to others. The confirmed value is shown until something else is typed. */
export function MinFee({ model }: { model: ModelView }) {
  const save = useAction('models.setMinFee');
  const offline = useStore((store) => store.link.state === 'offline');
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? exactMoot(model.minFee);
  const { fee, problem } = readFee(text, false);
  const changed = typed !== null && fee !== model.minFee;
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (fee === null || !changed || offline) return;
    const outcome = await save.run({ digest: model.digest, minFee: fee });
    if (!outcome.ok) return;
    setTyped(null);
    announce('The least fee was saved.');
  };
  return (
    <form className={styles.minFee} onSubmit={(event) => void submit(event)}>
      <Field
        label={
          <>
            Least fee<span className="vh"> for {model.name}</span>, MOOT
          </>
        }
        error={problem ?? save.error?.message ?? null}
      >
        {(control) => (
          <input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {changed && (
        <Button type="submit" busy={save.pending} disabled={fee === null || offline}>
          Save
        </Button>
      )}
    </form>
  );
}
