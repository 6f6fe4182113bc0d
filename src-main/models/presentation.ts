import { z } from 'zod';
import { plainText } from './plain-text.ts';

const label = plainText(z.string().min(1).max(80));
const finite = z.number().min(-1e12).max(1e12);

/** One grey or colour picture. Pixels 0..255 become `byte * scale + offset` in the tensor's dtype. */
const imageInput = z.strictObject({
  kind: z.literal('image'),
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  channels: z.union([z.literal(1), z.literal(3)]),
  layout: z.enum(['chw', 'hwc']),
  /** `light`: the model wants bright ink on black; `dark`: dark ink on white. Pictures are handed in as light ink. */
  ink: z.enum(['light', 'dark']),
  /** `centre`: drawings go through `normaliseDrawing` first; `none`: only resized. */
  normalise: z.enum(['centre', 'none']),
  scale: finite,
  offset: finite,
});

/** UTF-8 bytes, filled up with `pad`. */
const textInput = z.strictObject({
  kind: z.literal('text'),
  maxBytes: z.int().min(1).max(1_048_576),
  encoding: z.literal('utf8'),
  pad: z.int().min(0).max(255),
});

const tableField = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    name: label,
    unit: plainText(z.string().max(20)),
    min: finite,
    max: finite,
  }),
  z.strictObject({ kind: z.literal('choice'), name: label, options: z.array(label).min(2).max(200) }),
]);

/** One row; a choice is written as the position of its option. */
const tableInput = z.strictObject({ kind: z.literal('table'), fields: z.array(tableField).min(1).max(512) });

const tensors = z.strictObject({ kind: z.literal('tensors') });

/** The first output holds one score per label. `unit`: how much score is one logit, for showing shares only. */
const classesOutput = z.strictObject({
  kind: z.literal('classes'),
  labels: z.array(label).min(2).max(4096),
  unit: z.number().min(1e-9).max(1e12),
});

/** UTF-8 bytes of the first output, up to the first zero. */
const textOutput = z.strictObject({ kind: z.literal('text'), maxBytes: z.int().min(1).max(1_048_576) });

export const presentationSchema = z.strictObject({
  input: z.discriminatedUnion('kind', [imageInput, textInput, tableInput, tensors]),
  output: z.discriminatedUnion('kind', [classesOutput, textOutput, tensors]),
});

/** How people hand in work and read the answer. It changes nothing about the bytes on the wire. */
export type Presentation = z.infer<typeof presentationSchema>;
export type InputPresentation = Presentation['input'];
