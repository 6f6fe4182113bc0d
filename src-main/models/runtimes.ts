import { z } from 'zod';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { plainText } from './plain-text.ts';

/** An image of Docker, pinned by its digest. */
export const IMAGE_PINNED = /^[a-z0-9][a-z0-9._/:-]{0,200}@sha256:[0-9a-f]{64}$/;

const word = plainText(z.string().min(1).max(200));
const digest = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((value) => value as Digest);

/** A model that a server with the OpenAI interface has. Which server is each machine's own affair. */
export const openaiSchema = z.strictObject({
  /** As the server calls it. */
  model: word,
  kind: z.enum(['chat', 'embeddings']),
  /** Goes before what the asker writes; empty: nothing does. */
  system: plainText(z.string().max(8_000), '\n'),
  maxTokens: z.int().min(1).max(32_768),
});

/** A container or server with the Cog HTTP interface. */
export const cogSchema = z.strictObject({
  /** Image pinned by its digest, for machines with Docker; null: a server that is there already. */
  image: z.string().regex(IMAGE_PINNED).nullable(),
  /** sha256 of the canonical JSON of its input schema: another version of the model has another one. */
  schema: digest,
  /** Name of the input that takes the asker's text. */
  prompt: word,
  /** Name of the input that takes the seed; null: it has none. */
  seed: word.nullable(),
  /** Inputs that are always the same. */
  constants: z.record(word, z.union([z.string().max(8_000), z.number(), z.boolean()])),
});

/** A text model in ONNX with its tokenizer. Its file is a bundle of these files; see bundle.ts. */
export const transformersSchema = z.strictObject({
  task: z.enum(['text-classification', 'feature-extraction', 'text-generation']),
  files: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,2}$/),
        digest,
        bytes: z
          .int()
          .min(1)
          .max(512 * 1024 * 1024),
      }),
    )
    .min(1)
    .max(32),
  /** For generation: tokens of the answer at most. */
  maxTokens: z.int().min(1).max(4_096),
});

export type OpenaiModel = z.infer<typeof openaiSchema>;
export type CogModel = z.infer<typeof cogSchema>;
export type TransformersModel = z.infer<typeof transformersSchema>;
