import { useEffect, useState } from 'react';
import type { TableField } from '../../src-shared/domain/models.ts';
import { Field } from '../ui/Field.tsx';
import type { InputProps } from './prepared.ts';
import { fieldProblem, readNumber } from './tableField.ts';
import styles from './TableInput.module.css';

export function TableInput({ fields, onChange }: InputProps & { readonly fields: readonly TableField[] }) {
  const [texts, setTexts] = useState<readonly string[]>(() => fields.map(() => ''));
  useEffect(() => {
    const missing = fields.find((field, index) => fieldProblem(field, texts[index] ?? '') !== null);
    if (missing !== undefined) onChange({ state: 'missing', why: `Fill in “${missing.name}”.` });
    else onChange({ state: 'ready', input: { kind: 'table', values: texts.map((text) => readNumber(text) ?? 0) } });
  }, [fields, texts, onChange]);
  return (
    <div className={styles.table}>
      {fields.map((field, index) => {
        const text = texts[index] ?? '';
        return (
          <Field
            key={field.name}
            label={field.unit === undefined ? field.name : `${field.name}, ${field.unit}`}
            hint={`${field.min} to ${field.max}`}
            error={text === '' ? null : fieldProblem(field, text)}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={text}
                onChange={(event) => setTexts(texts.with(index, event.target.value))}
              />
            )}
          </Field>
        );
      })}
    </div>
  );
}
