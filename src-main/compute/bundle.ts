import { z } from 'zod';
import { DTYPES, elements } from '../models/tensors.ts';
import { ComputeError } from './job.ts';
import { innerBytes, type NamedTensor } from './tensor.ts';

/** Tensors of one run, all of them together. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;
const MAX_TENSORS = 40_000;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

const header = z
  .array(
    z.strictObject({
      name: z.string().max(1_000),
      dtype: z.enum([...DTYPES, 'float16']),
      shape: z.array(z.int().min(0)).max(16),
    }),
  )
  .max(MAX_TENSORS);

/** Several tensors as one piece of bytes: length of the header, header (JSON), raw tensors one after the other. */
export function packTensors(tensors: readonly NamedTensor[]): Uint8Array {
  const names = Buffer.from(JSON.stringify(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(names.length);
  const total = tensors.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MAX_BUNDLE_BYTES || tensors.length > MAX_TENSORS || names.length > MAX_HEADER_BYTES)
    throw new ComputeError('RUN_FAILED', `The values between the nodes take ${total} bytes, too many to look at.`);
  return Buffer.concat([length, names, ...tensors.map(({ bytes }) => bytes)]);
}

/** @throws ComputeError `RUN_FAILED` when it is not one: a lane that was taken over may send anything. */
export function unpackTensors(packed: Uint8Array): NamedTensor[] {
  const broken = (): ComputeError => new ComputeError('RUN_FAILED', 'The lane sent values that cannot be read.');
  if (packed.length < 4) throw broken();
  const length = Buffer.from(packed.buffer, packed.byteOffset, 4).readUInt32LE();
  if (length > MAX_HEADER_BYTES || packed.length < 4 + length) throw broken();
  let parsed: z.infer<typeof header>;
  try {
    parsed = header.parse(JSON.parse(Buffer.from(packed.subarray(4, 4 + length)).toString('utf8')));
  } catch {
    throw broken();
  }
  let at = 4 + length;
  const tensors = parsed.map((one) => {
    const size = elements(one) * innerBytes(one.dtype);
    const bytes = packed.subarray(at, (at += size));
    if (bytes.length !== size) throw broken();
    return { ...one, bytes };
  });
  if (at !== packed.length) throw broken();
  return tensors;
}
