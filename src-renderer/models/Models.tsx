import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useSlice } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { AddModel } from './AddModel.tsx';
import { ModelRow } from './ModelRow.tsx';
import styles from './Models.module.css';

export function Models() {
  const models = useSlice('models');
  const [adding, setAdding] = useState(false);
  return (
    <Card title="Models on this machine">
      {models.length === 0 ? (
        <Empty title="No models yet">
          <p>Models of your peers appear here as soon as they are found. You can also add one of your own.</p>
        </Empty>
      ) : (
        <ul className={styles.models}>
          {models.map((model) => (
            <ModelRow key={model.digest} model={model} />
          ))}
        </ul>
      )}
      <div className={styles.add}>
        <Button onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          Add a model of your own
        </Button>
      </div>
      {adding && <AddModel onClose={() => setAdding(false)} />}
    </Card>
  );
}
