import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Amount, Cid, Digest } from '../../src-shared/domain/ids.ts';
import { canonicalJson } from './canonical.ts';
import { ManifestError } from './errors.ts';
import { cidOf, sha256 } from './hash.ts';
import { plainText } from './plain-text.ts';
import { presentationSchema } from './presentation.ts';
import { cogSchema, openaiSchema, transformersSchema } from './runtimes.ts';
import { runtimeContradictions } from './runtime-contradictions.ts';
import { DTYPES, elements, tensorBytes, wireBytes } from './tensors.ts';

export const MAX_MODEL_BYTES = 512 * 1024 * 1024;
/** Inputs and outputs travel in messages; bigger ones belong into files. */
const MAX_WIRE_BYTES = 8 * 1024 * 1024;
const MAX_MANIFEST_CHARS = 262_144;

const text = (max: number): z.ZodString => plainText(z.string().max(max));
const lines = (max: number): z.ZodString => plainText(z.string().max(max), '\n');
const digest = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((value) => value as Digest);
const cid = z
  .string()
  .regex(/^b[a-z2-7]{58}$/)
  .transform((value) => value as Cid);
const baseUnits = z
  .string()
  .regex(/^(0|[1-9]\d{0,24})$/)
  .transform((value) => value as Amount);

const tensor = z.strictObject({
  name: text(200).min(1),
  dtype: z.enum(DTYPES),
  shape: z.array(z.int().min(1).max(16_777_216)).max(8),
});

/** What "the same answer" means for this model; see docs/models.md. */
const verification = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact') }),
  z.strictObject({ kind: z.literal('rounded'), step: z.number().min(1e-12).max(1e12) }),
  z.strictObject({ kind: z.literal('tolerance'), atol: z.number().min(0).max(1e12), rtol: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('digest'), top: z.int().min(1).max(100), margin: z.number().min(0).max(1e12) }),
  z.strictObject({ kind: z.literal('jury') }),
]);

const common = z.strictObject({
  format: z.literal(1),
  name: text(80).min(1),
  author: text(120),
  description: lines(2_000),
  license: text(120).min(1),
  file: z.strictObject({
    cid,
    digest,
    bytes: z.int().min(1).max(MAX_MODEL_BYTES),
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  }),
  verification,
  inputs: z.array(tensor).min(1).max(16),
  outputs: z.array(tensor).min(1).max(16),
  presentation: presentationSchema,
  /** Suggested fee per task, base units of MOOT. */
  fee: baseUnits,
  bounds: z.strictObject({
    memoryBytes: z
      .int()
      .min(1)
      .max(2 ** 40),
    timeMs: z.int().min(1).max(86_400_000),
  }),
  /** What was measured and how, in words; null when nothing was. */
  accuracy: text(500).nullable(),
});

const shape = z.discriminatedUnion('runtime', [
  common.extend({
    runtime: z.literal('onnx'),
    onnx: z.strictObject({ ir: z.int().min(3).max(10), opset: z.int().min(7).max(21) }),
  }),
  common.extend({ runtime: z.literal('openai'), openai: openaiSchema }),
  common.extend({ runtime: z.literal('cog'), cog: cogSchema }),
  common.extend({ runtime: z.literal('transformers'), transformers: transformersSchema }),
]);

const manifestSchema = shape.superRefine((manifest, context) => {
  for (const why of contradictions(manifest)) context.addIssue({ code: 'custom', message: why });
});

/** A model as the registry knows it. Its digest on chain is `manifestDigest`. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestOf<R extends Manifest['runtime']> = Extract<Manifest, { runtime: R }>;
export type Verification = Manifest['verification'];

function contradictions(manifest: z.infer<typeof shape>): string[] {
  const { inputs, outputs, file, presentation, verification } = manifest;
  const found: string[] = [];
  const [input] = inputs;
  const [output] = outputs;
  const need = (holds: boolean, why: string): void => void (holds || found.push(why));
  need(cidOf(file.digest) === file.cid, 'file.cid is not the content id of file.digest');
  need(new Set(inputs.map((spec) => spec.name)).size === inputs.length, 'two inputs have the same name');
  need(new Set(outputs.map((spec) => spec.name)).size === outputs.length, 'two outputs have the same name');
  need(wireBytes(inputs) <= MAX_WIRE_BYTES, 'the inputs are larger than 8 MiB');
  need(wireBytes(outputs) <= MAX_WIRE_BYTES, 'the outputs are larger than 8 MiB');
  // Everything below would slash whoever computed honestly on another processor.
  if (verification.kind === 'rounded')
    need(
      outputs.every(({ dtype }) => dtype !== 'float64'),
      'rounded outputs are float32 or whole numbers',
    );
  if (verification.kind === 'tolerance')
    need(verification.atol > 0 || verification.rtol > 0, 'a tolerance of nothing is “exact”');
  if (input === undefined || output === undefined) return found;
  const shown = presentation.input;
  if (shown.kind !== 'tensors') need(inputs.length === 1, `an input shown as ${shown.kind} is one tensor`);
  if (shown.kind === 'image') {
    need(elements(input) === shown.width * shown.height * shown.channels, 'the picture does not fill the input tensor');
  }
  if (shown.kind === 'text') {
    need(input.dtype === 'uint8' && tensorBytes(input) === shown.maxBytes, 'text needs a uint8 tensor of maxBytes');
  }
  if (shown.kind === 'table') {
    need(elements(input) === shown.fields.length, 'the fields do not fill the input tensor');
    need(
      new Set(shown.fields.map((field) => field.name)).size === shown.fields.length,
      'two fields have the same name',
    );
  }
  if (presentation.output.kind === 'text') {
    const { maxBytes } = presentation.output;
    need(
      output.dtype === 'uint8' && tensorBytes(output) === maxBytes,
      'a text answer needs a uint8 tensor of maxBytes',
    );
  }
  need(manifest.runtime === 'onnx' || manifest.verification.kind !== 'exact', 'only graphs can be exact');
  found.push(...runtimeContradictions(manifest));
  if (presentation.output.kind === 'classes') {
    need(elements(output) === presentation.output.labels.length, 'the labels do not fit the first output');
  }
  return found;
}

/** @throws ManifestError (`MANIFEST`) naming the first thing that is wrong. */
export function checkManifest(value: unknown): Manifest {
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new ManifestError(`${where === '' ? '' : `${where}: `}${issue?.message ?? 'unreadable'}`);
}

/** Reads a manifest file or message. @throws ManifestError */
export function parseManifest(json: string): Manifest {
  if (json.length > MAX_MANIFEST_CHARS) throw new ManifestError('it is longer than 256 Ki characters');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ManifestError('it is not JSON');
  }
  return checkManifest(value);
}

/** sha256 of the canonical JSON: the same manifest has one digest, however it was indented. */
export function manifestDigest(manifest: Manifest): Digest {
  return sha256(createHash('sha256').update(canonicalJson(manifest), 'utf8'));
}
