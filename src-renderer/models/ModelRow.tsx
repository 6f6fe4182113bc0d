import { byteSize } from '../../src-shared/domain/format.ts';
import type { ModelView, VerificationClass } from '../../src-shared/domain/models.ts';
import { useAction } from '../app/useAction.ts';
import { Id } from '../ui/Id.tsx';
import { Note } from '../ui/Note.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { MinFee } from './MinFee.tsx';
import styles from './Models.module.css';
import { Publish } from './Publish.tsx';

const CHECKED: Readonly<Record<VerificationClass, string>> = {
  exact: 'checked bit by bit',
  rounded: 'checked after rounding',
  tolerance: 'checked within a tolerance',
  digest: 'checked by digest',
  jury: 'checked by a jury',
};

/** One model: what it is, whether this machine solves it, and for how much. */
export function ModelRow({ model }: { model: ModelView }) {
  const optIn = useAction('models.optIn');
  return (
    <li className={styles.model}>
      <div className={styles.about}>
        <h3>{model.name}</h3>
        <p className={styles.description}>{model.description}</p>
        <p className={styles.facts}>
          {model.builtIn ? 'comes with Folkmoot' : `by ${model.author}`} · {byteSize(model.bytes)} ·{' '}
          {CHECKED[model.class]} · <Id value={model.digest} what="model digest" />
        </p>
        {model.problem !== null && (
          <Note tone="need">
            <p>{model.problem}</p>
          </Note>
        )}
        <Trouble error={optIn.error} />
        {model.id === null && <Publish model={model} />}
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
          onChange={(on) => void optIn.run({ digest: model.digest, on })}
        />
        <MinFee model={model} />
      </div>
    </li>
  );
}
