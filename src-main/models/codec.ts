import { assertNever } from '../../src-shared/domain/errors.ts';
import { InputError, OutputError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { readValues, writeValues, type Scalar } from './scalars.ts';
import { tensorBytes, wireBytes, type TensorSpec } from './tensors.ts';

/** What a person or a program hands in. Pictures are bytes with bright ink (0 = paper), channels last. */
export type InputValue =
  | { readonly kind: 'image'; readonly pixels: Uint8Array }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly row: Readonly<Record<string, number | string>> }
  | { readonly kind: 'tensors'; readonly tensors: Readonly<Record<string, Uint8Array | readonly Scalar[]>> };

/** A result for people: plain JSON, 64-bit integers as decimal text. */
export type Answer =
  | {
      readonly kind: 'classes';
      readonly label: string;
      readonly index: number;
      /** Raw scores, in the order of the labels. */
      readonly scores: readonly number[];
      /** Softmax of the scores in the model's unit: for display, not for comparison. */
      readonly shares: readonly number[];
      /** Best minus second best score; 0 is a tie, which the lower index wins. */
      readonly margin: number;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tensors'; readonly tensors: ReadonlyArray<TensorSpec & { readonly values: readonly Scalar[] }> };

/** Wire form of a value. @throws InputError `INPUT_KIND`, `INPUT_SIZE`, `INPUT_VALUE`, `INPUT_TOO_LONG` */
export function encodeInput(manifest: Manifest, value: InputValue): Uint8Array {
  const shown = manifest.presentation.input;
  if (value.kind === 'tensors') return encodeTensors(manifest.inputs, value.tensors);
  const [spec] = manifest.inputs;
  if (spec === undefined || shown.kind !== value.kind) {
    throw new InputError('INPUT_KIND', `This model takes ${shown.kind}, not ${value.kind}.`);
  }
  switch (shown.kind) {
    case 'text':
      return encodeText(shown, (value as { text: string }).text);
    case 'image':
      return encodeImage(shown, spec, (value as { pixels: Uint8Array }).pixels);
    case 'table':
      return encodeRow(shown, spec, (value as { row: Readonly<Record<string, number | string>> }).row);
    default:
      return assertNever(shown);
  }
}

type Shown<K> = Extract<Manifest['presentation']['input'], { kind: K }>;

function encodeText(shown: Shown<'text'>, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > shown.maxBytes) {
    throw new InputError('INPUT_TOO_LONG', `The text has ${bytes.length} bytes; this model reads ${shown.maxBytes}.`);
  }
  const wire = new Uint8Array(shown.maxBytes).fill(shown.pad);
  wire.set(bytes);
  return wire;
}

function encodeImage(shown: Shown<'image'>, spec: TensorSpec, pixels: Uint8Array): Uint8Array {
  const { width, height, channels, layout, ink, scale, offset } = shown;
  const plane = width * height;
  if (pixels.length !== plane * channels) {
    throw new InputError('INPUT_SIZE', `The picture has ${pixels.length} bytes, not ${plane * channels}.`);
  }
  const values = Array.from({ length: plane * channels }, (_, index) => {
    const from = layout === 'hwc' ? index : (index % plane) * channels + Math.floor(index / plane);
    const byte = pixels[from] ?? 0;
    return (ink === 'light' ? byte : 255 - byte) * scale + offset;
  });
  return writeValues(spec, values);
}

function encodeRow(
  shown: Shown<'table'>,
  spec: TensorSpec,
  row: Readonly<Record<string, number | string>>,
): Uint8Array {
  const values = shown.fields.map((field) => {
    const value = Object.hasOwn(row, field.name) ? row[field.name] : undefined;
    if (field.kind === 'choice') {
      const position = field.options.indexOf(String(value));
      if (position < 0)
        throw new InputError('INPUT_VALUE', `“${field.name}” is one of: ${field.options.slice(0, 20).join(', ')}.`);
      return position;
    }
    if (typeof value !== 'number' || !(value >= field.min && value <= field.max)) {
      throw new InputError('INPUT_VALUE', `“${field.name}” is a number from ${field.min} to ${field.max}.`);
    }
    return value;
  });
  return writeValues(spec, values);
}

function encodeTensors(
  specs: readonly TensorSpec[],
  tensors: Readonly<Record<string, Uint8Array | readonly Scalar[]>>,
): Uint8Array {
  const wire = new Uint8Array(wireBytes(specs));
  let at = 0;
  for (const spec of specs) {
    const given = Object.hasOwn(tensors, spec.name) ? tensors[spec.name] : undefined;
    if (given === undefined) throw new InputError('INPUT_KIND', `The input “${spec.name}” is missing.`);
    const bytes = given instanceof Uint8Array ? given : writeValues(spec, given);
    if (bytes.length !== tensorBytes(spec)) {
      throw new InputError(
        'INPUT_SIZE',
        `The input “${spec.name}” has ${bytes.length} bytes, not ${tensorBytes(spec)}.`,
      );
    }
    wire.set(bytes, at);
    at += bytes.length;
  }
  return wire;
}

/**
 * What a worker checks before it spends time: exact length, truth values 0 or 1, finite numbers (NaN has many bit
 * patterns, so results with it would not compare). @throws InputError `INPUT_SIZE`, `INPUT_VALUE`
 */
export function checkInput(manifest: Manifest, wire: Uint8Array): void {
  const wanted = wireBytes(manifest.inputs);
  if (wire.length !== wanted) throw new InputError('INPUT_SIZE', `The input has ${wire.length} bytes, not ${wanted}.`);
  let at = 0;
  for (const spec of manifest.inputs) {
    const start = at;
    at += tensorBytes(spec);
    const float = spec.dtype.startsWith('float');
    if (!float && spec.dtype !== 'bool') continue;
    const bytes = wire.subarray(start, at);
    if (!float && bytes.some((byte) => byte > 1))
      throw new InputError('INPUT_VALUE', `The input “${spec.name}” holds something else than 0 and 1.`);
    if (float && !allFinite(spec, bytes))
      throw new InputError('INPUT_VALUE', `The input “${spec.name}” holds a value that is not a finite number.`);
  }
}

/** By the bits of the exponent: reading each value would take longer than a small model does. */
function allFinite(spec: TensorSpec, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [size, high, mask] = spec.dtype === 'float32' ? [4, 0, 0x7f_80_00_00] : [8, 4, 0x7f_f0_00_00];
  for (let at = high; at < bytes.length; at += size) if ((view.getUint32(at, true) & mask) === mask) return false;
  return true;
}

/** Reads a result. @throws OutputError (`OUTPUT_SIZE`) */
export function decodeOutput(manifest: Manifest, wire: Uint8Array): Answer {
  const wanted = wireBytes(manifest.outputs);
  if (wire.length !== wanted)
    throw new OutputError('OUTPUT_SIZE', `The result has ${wire.length} bytes, not ${wanted}.`);
  const shown = manifest.presentation.output;
  if (shown.kind === 'text') return { kind: 'text', text: readText(wire.subarray(0, shown.maxBytes)) };
  const tensors = pieces(manifest.outputs, wire).map(({ spec, bytes }) => ({
    ...spec,
    values: readValues(spec, bytes),
  }));
  if (shown.kind === 'tensors') return { kind: 'tensors', tensors };
  const scores = (tensors[0]?.values ?? []).map(Number);
  const index = scores.reduce((best, score, at) => (score > (scores[best] ?? Number.NaN) ? at : best), 0);
  const best = scores[index] ?? 0;
  const second = Math.max(...scores.filter((_, at) => at !== index));
  const weights = scores.map((score) => Math.exp((score - best) / shown.unit));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    kind: 'classes',
    label: shown.labels[index] ?? '',
    index,
    scores,
    shares: weights.map((weight) => weight / sum),
    margin: best - second,
  };
}

/** Text as it lies in a tensor: UTF-8 up to the first zero. What was cut in the middle of a character loses that one. */
export function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/\uFFFD$/, '');
}

/** Text into `maxBytes` bytes, cut at a character, padded with zeros; a zero inside would end it, so it is left out. */
export function writeText(text: string, maxBytes: number): Uint8Array {
  const wire = new Uint8Array(maxBytes);
  new TextEncoder().encodeInto(text.replaceAll('\0', ''), wire);
  return wire;
}

function pieces(specs: readonly TensorSpec[], wire: Uint8Array): Array<{ spec: TensorSpec; bytes: Uint8Array }> {
  let at = 0;
  return specs.map((spec) => {
    const start = at;
    at += tensorBytes(spec);
    return { spec, bytes: wire.subarray(start, at) };
  });
}
