import { assertNever } from '../../src-shared/domain/errors.ts';
import type { InputPresentation } from '../../src-shared/domain/models.ts';
import { Drawing } from './Drawing.tsx';
import { FileInput } from './FileInput.tsx';
import type { InputProps } from './prepared.ts';
import { TableInput } from './TableInput.tsx';
import { TextInput } from './TextInput.tsx';

/** The way in that fits the model. */
export function ModelInput({ input, onChange }: InputProps & { readonly input: InputPresentation }) {
  switch (input.kind) {
    case 'image':
      return <Drawing width={input.width} height={input.height} onChange={onChange} />;
    case 'text':
      return <TextInput maxBytes={input.maxBytes} onChange={onChange} />;
    case 'table':
      return <TableInput fields={input.fields} onChange={onChange} />;
    case 'tensors':
      return <FileInput bytes={input.bytes} onChange={onChange} />;
    default:
      return assertNever(input);
  }
}
