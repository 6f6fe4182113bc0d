import { useId } from 'react';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { Moot } from '../ui/Moot.tsx';
import styles from './ModelPicker.module.css';

interface Props {
  readonly models: readonly ModelView[];
  readonly chosen: string;
  readonly onChoose: (digest: string) => void;
}

/** One of the models; those that cannot be used say why. */
export function ModelPicker({ models, chosen, onChoose }: Props) {
  const id = useId();
  return (
    <fieldset className={styles.picker}>
      <legend>Which model should answer?</legend>
      <div className={styles.models}>
        {models.map((model) => (
          <div key={model.digest} className={styles.model}>
            <label>
              <input
                type="radio"
                name={id}
                value={model.digest}
                checked={model.digest === chosen}
                disabled={model.problem !== null}
                aria-describedby={`${id}-${model.digest}`}
                onChange={() => onChoose(model.digest)}
              />
              {model.name}
            </label>
            <p id={`${id}-${model.digest}`}>
              {model.problem ?? firstSentence(model.description)}
              <span className={styles.fee}>
                about <Moot value={model.suggestedFee} inert /> · {model.author}
              </span>
            </p>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** Enough to choose by; the whole text stands under Work. */
function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}
