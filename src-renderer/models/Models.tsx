import { Download, Plus } from 'lucide-react';
import { useState } from 'react';
import { useSlice, useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { AddModel } from './AddModel.tsx';
import { GetModel } from './GetModel.tsx';
import { ModelRow } from './ModelRow.tsx';
import styles from './Models.module.css';

export function Models() {
  const models = useSlice('models');
  const offline = useStore((store) => store.link.state === 'offline');
  const [open, setOpen] = useState<'add' | 'get' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <Card title="Models on this machine">
      {models.length === 0 ? (
        <Empty title="No models yet">
          <p>Add one of your own, or get one that somebody registered.</p>
        </Empty>
      ) : (
        <ul className={styles.models}>
          {models.map((model) => (
            <ModelRow key={model.digest} model={model} />
          ))}
        </ul>
      )}
      <div className={styles.add}>
        <Button disabled={offline} onClick={() => setOpen('add')}>
          <Plus aria-hidden="true" />
          Add a model of your own
        </Button>
        <Button disabled={offline} onClick={() => setOpen('get')}>
          <Download aria-hidden="true" />
          Get a registered model
        </Button>
      </div>
      {open === 'add' && <AddModel onClose={close} />}
      {open === 'get' && <GetModel onClose={close} />}
    </Card>
  );
}
