import { useEffect, useState } from 'react';
import { byteSize } from '../../src-shared/domain/format.ts';
import { Field } from '../ui/Field.tsx';
import type { InputProps } from './prepared.ts';

export function TextInput({ maxBytes, onChange }: InputProps & { readonly maxBytes: number }) {
  const [text, setText] = useState('');
  const bytes = new TextEncoder().encode(text).length;
  const long = bytes > maxBytes;
  useEffect(() => {
    if (text.trim() === '') onChange({ state: 'missing', why: 'Write some text first.' });
    else if (long) onChange({ state: 'missing', why: 'The text is too long for this model.' });
    else onChange({ state: 'ready', input: { kind: 'text', text } });
  }, [text, long, onChange]);
  return (
    <Field
      label="Your text"
      hint={`${byteSize(bytes)} of ${byteSize(maxBytes)}. It is published with the task: write nothing private.`}
      error={long ? `Too long by ${byteSize(bytes - maxBytes)}.` : null}
    >
      {(control) => <textarea {...control} rows={6} value={text} onChange={(event) => setText(event.target.value)} />}
    </Field>
  );
}
