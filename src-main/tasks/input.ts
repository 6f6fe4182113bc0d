import type { TaskInput } from '../../src-shared/bridge/calls.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Answer, InputPreview } from '../../src-shared/domain/tasks.ts';
import { checkInput, decodeOutput, encodeInput, type Answer as ModelAnswer } from '../models/codec.ts';
import type { Manifest } from '../models/manifest.ts';
import { wireBytes } from '../models/tensors.ts';

/** `INPUT_KIND`, `INPUT_SIZE` and the codes of models/errors.ts */
export class TaskInputError extends FolkmootError {}

/**
 * What a person or program handed in, as wire bytes of the model.
 * @param upload bytes of an upload by its id.
 */
export function wireInput(manifest: Manifest, input: TaskInput, upload: (id: string) => Uint8Array): Uint8Array {
  const wire = encode(manifest, input, upload);
  checkInput(manifest, wire);
  return wire;
}

function encode(manifest: Manifest, input: TaskInput, upload: (id: string) => Uint8Array): Uint8Array {
  const shown = manifest.presentation.input;
  switch (input.kind) {
    case 'image':
      return encodeInput(manifest, { kind: 'image', pixels: Buffer.from(input.pixels, 'base64') });
    case 'text':
      return encodeInput(manifest, { kind: 'text', text: input.text });
    case 'table': {
      if (shown.kind !== 'table')
        throw new TaskInputError('INPUT_KIND', `This model takes ${shown.kind}, not a table.`);
      const row: Record<string, number | string> = {};
      for (const [index, field] of shown.fields.entries()) {
        const value = input.values[index];
        if (value === undefined) throw new TaskInputError('INPUT_SIZE', `“${field.name}” is missing.`);
        row[field.name] = field.kind === 'choice' ? (field.options[value] ?? '') : value;
      }
      return encodeInput(manifest, { kind: 'table', row });
    }
    case 'upload': {
      const bytes = upload(input.upload);
      if (shown.kind === 'image' && bytes.length === shown.width * shown.height * shown.channels) {
        return encodeInput(manifest, { kind: 'image', pixels: bytes });
      }
      const wanted = wireBytes(manifest.inputs);
      if (bytes.length !== wanted) {
        throw new TaskInputError(
          'INPUT_SIZE',
          `The file has ${bytes.length} bytes; this model takes exactly ${wanted}.`,
        );
      }
      return bytes;
    }
  }
}

const PREVIEW_PIXELS = 64 * 64;
const PREVIEW_TEXT = 400;

/** Small enough to keep with the ask and to show in a list. */
export function previewInput(manifest: Manifest, input: TaskInput, bytes: Uint8Array): InputPreview {
  const shown = manifest.presentation.input;
  if (
    input.kind === 'image' &&
    shown.kind === 'image' &&
    shown.channels === 1 &&
    shown.width * shown.height <= PREVIEW_PIXELS
  ) {
    return { kind: 'image', width: shown.width, height: shown.height, pixels: input.pixels };
  }
  if (input.kind === 'text') return { kind: 'text', text: input.text.slice(0, PREVIEW_TEXT) };
  if (input.kind === 'table') return { kind: 'other', text: input.values.join(', ').slice(0, PREVIEW_TEXT) };
  return { kind: 'other', text: `${bytes.length} bytes` };
}

const SHOWN_SHARES = 10;
const SHOWN_VALUES = 8;

/** A result for people. @throws OutputError when the bytes do not fit the model. */
export function readAnswer(manifest: Manifest, output: Uint8Array): Answer {
  return toAnswer(decodeOutput(manifest, output), manifest);
}

function toAnswer(answer: ModelAnswer, manifest: Manifest): Answer {
  if (answer.kind === 'text') return { text: answer.text, shares: [] };
  if (answer.kind === 'tensors') {
    const text = answer.tensors
      .map(
        ({ name, values }) =>
          `${name}: ${values.slice(0, SHOWN_VALUES).join(', ')}${values.length > SHOWN_VALUES ? ', …' : ''}`,
      )
      .join('; ');
    return { text, shares: [] };
  }
  const shown = manifest.presentation.output;
  const labels = shown.kind === 'classes' ? shown.labels : [];
  const shares = answer.shares
    .map((share, index) => ({ label: labels[index] ?? String(index), share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN_SHARES);
  return { text: answer.label, shares };
}
