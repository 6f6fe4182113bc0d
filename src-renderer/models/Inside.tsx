import { useState } from 'react';
import type { ModelInspection } from '../../src-shared/domain/machine.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { useAction } from '../app/useAction.ts';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { Inspection } from './Inspection.tsx';
import styles from './Models.module.css';

/** What a model of this machine is made of, looked up when somebody wants to know. */
export function Inside({ model }: { model: ModelView }) {
  const look = useAction('models.inspect');
  const [inspection, setInspection] = useState<ModelInspection | null>(null);
  const open = async (): Promise<void> => {
    if (inspection !== null) return;
    const outcome = await look.run({ digest: model.digest });
    if (outcome.ok) setInspection(outcome.value);
  };
  return (
    <details
      className={styles.inside}
      onToggle={(event) => {
        if (event.currentTarget.open) void open();
      }}
    >
      <summary>
        What is in it<span className="vh">: {model.name}</span>
      </summary>
      {look.pending && <Skeleton lines={3} label="The model is being looked at." />}
      <Trouble error={look.error} />
      {inspection !== null && <Inspection inspection={inspection} />}
    </details>
  );
}
