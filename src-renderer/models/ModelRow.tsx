import { byteSize } from '../../src-shared/domain/format.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Id } from '../ui/Id.tsx';
import { Note } from '../ui/Note.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { memory } from '../work/words.ts';
import { Inside } from './Inside.tsx';
import { MinFee } from './MinFee.tsx';
import styles from './Models.module.css';
import { Publish } from './Publish.tsx';
import { RemoveModel } from './RemoveModel.tsx';
import { SelfTest } from './SelfTest.tsx';
import { CHECKED, RUNS } from './words.ts';

/** One model: what it is, what it takes, whether this machine solves it, and for how much. */
export function ModelRow({ model }: { model: ModelView }) {
  const optIn = useAction('models.optIn');
  const offline = useStore((store) => store.link.state === 'offline');
  const facts = [
    model.builtIn ? 'comes with Folkmoot' : `by ${model.author}`,
    RUNS[model.runtime],
    ...(model.bytes > 0 ? [byteSize(model.bytes)] : []),
    ...(model.memoryBytes > 0 ? [`takes about ${memory(model.memoryBytes)} of memory`] : []),
    CHECKED[model.class],
  ];
  return (
    <li className={styles.model}>
      <div className={styles.about}>
        <h3>{model.name}</h3>
        <p className={styles.description}>{model.description}</p>
        <p className={styles.facts}>
          <span>{facts.join(' · ')}</span> <Id value={model.digest} what="model digest" />
        </p>
        {model.problem !== null && (
          <Note tone="need">
            <p>{model.problem}</p>
          </Note>
        )}
        {model.class === 'exact' && <SelfTest model={model} />}
        {model.bytes > 0 && (model.runtime === 'onnx' || model.runtime === 'transformers') && <Inside model={model} />}
        <Trouble error={optIn.error} />
        <div className={styles.acts}>
          {model.id === null && <Publish model={model} />}
          {!model.builtIn && <RemoveModel model={model} />}
        </div>
      </div>
      <div className={styles.controls}>
        <Switch
          label={
            <>
              Solve <span className="vh">{model.name}</span>
            </>
          }
          on={model.optedIn}
          busy={optIn.pending}
          disabled={offline}
          onChange={(on) => void optIn.run({ digest: model.digest, on })}
        />
        <MinFee model={model} />
      </div>
    </li>
  );
}
