import type { TaskInput } from '../../src-shared/bridge/calls.ts';
import { assertNever } from '../../src-shared/domain/errors.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { UsageError } from './exit-codes.ts';
import { readPicture } from './picture.ts';
import { INPUT_BYTES, readPlainFile } from './read-file.ts';
import type { Terminal } from './terminal.ts';

/** What the node is asked with; `bytes` are uploaded first. */
export type PreparedInput = TaskInput | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** Turns INPUT of the command line into what the model wants. `-` reads standard input. @throws UsageError. */
export async function prepareInput(
  model: ModelView,
  text: string,
  terminal: Terminal,
  invert: boolean,
): Promise<PreparedInput> {
  const { input } = model;
  switch (input.kind) {
    case 'text': {
      const value = text === '-' ? (await terminal.read(INPUT_BYTES)).toString('utf8') : text;
      const bytes = Buffer.byteLength(value);
      if (bytes > input.maxBytes)
        throw new UsageError(`The text has ${bytes} bytes; ${model.name} takes ${input.maxBytes} at most.`);
      return { kind: 'text', text: value };
    }
    case 'image': {
      const pixels = readPicture(await readInput(text, terminal), input.width, input.height, invert);
      return { kind: 'image', pixels: Buffer.from(pixels).toString('base64') };
    }
    case 'table': {
      const values = text
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(Number);
      const names = input.fields.map(({ name }) => name).join(', ');
      if (values.some((value) => !Number.isFinite(value)))
        throw new UsageError('Some of the values are no numbers.', `Write them with commas between them: ${names}.`);
      if (values.length !== input.fields.length)
        throw new UsageError(
          `${model.name} takes ${input.fields.length} values, not ${values.length}.`,
          `In this order: ${names}.`,
        );
      return { kind: 'table', values };
    }
    case 'tensors': {
      const bytes = await readInput(text, terminal);
      if (bytes.length !== input.bytes)
        throw new UsageError(`The file has ${bytes.length} bytes; ${model.name} takes exactly ${input.bytes}.`);
      return { kind: 'bytes', bytes };
    }
    default:
      return assertNever(input);
  }
}

async function readInput(file: string, terminal: Terminal): Promise<Uint8Array> {
  if (file === '-') return terminal.read(INPUT_BYTES);
  return readPlainFile(file, INPUT_BYTES, 'The input', 'INPUT is the path of a file for this model.');
}
