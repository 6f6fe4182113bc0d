import { useState } from 'react';
import { byteSize } from '../../src-shared/domain/format.ts';
import { Field } from '../ui/Field.tsx';
import type { InputProps } from './prepared.ts';

export function FileInput({ bytes, onChange }: InputProps & { readonly bytes: number }) {
  const [problem, setProblem] = useState<string | null>(null);
  const take = (file: File | undefined): void => {
    const wrong = file !== undefined && file.size !== bytes;
    setProblem(
      wrong
        ? `“${file.name}” has ${byteSize(file.size)}; this model takes exactly ${bytes.toLocaleString('en-US')} bytes.`
        : null,
    );
    onChange(
      file === undefined || wrong ? { state: 'missing', why: 'Choose a file that fits.' } : { state: 'file', file },
    );
  };
  return (
    <Field
      label="File with the input"
      hint={`Raw tensor bytes, exactly ${bytes.toLocaleString('en-US')} (${byteSize(bytes)}). It is sent when you ask.`}
      error={problem}
    >
      {(control) => <input {...control} type="file" onChange={(event) => take(event.target.files?.[0])} />}
    </Field>
  );
}
