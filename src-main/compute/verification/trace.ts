import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FolkmootError } from '../../../src-shared/domain/errors.ts';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import { MAX_RANK } from '../../models/onnx/tensor.ts';
import { DTYPE_BYTES, DTYPES, elements } from '../../models/tensors.ts';
import type { NamedTensor } from '../protocol.ts';
import { leafHash, merkleRoot } from './merkle.ts';

/** Values of one run, node by node, without the values themselves. */
export interface Trace {
  /** Merkle root over all entries in their order: what a party commits to. */
  readonly root: string;
  readonly entries: readonly TraceEntry[];
}

/** One value between the nodes: what it is, and where its bytes are found. */
export interface TraceEntry {
  readonly name: string;
  readonly dtype: NamedTensor['dtype'];
  readonly shape: readonly number[];
  /** sha256 of the bytes, under which peers serve them. */
  readonly digest: Digest;
}

/** `TRACE`: a trace file that cannot be read or is not what was committed to. */
export class TraceError extends FolkmootError {
  constructor(why: string) {
    super('TRACE', `The trace is not usable: ${why}.`);
  }
}

export const MAX_TRACE_BYTES = 16 * 1024 * 1024;
/** Values of one run together. */
export const MAX_RUN_BYTES = 256 * 1024 * 1024;
const schema = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(1_000),
      dtype: z.enum(DTYPES),
      shape: z
        .array(
          z
            .int()
            .min(0)
            .max(2 ** 32),
        )
        .max(MAX_RANK),
      digest: z
        .string()
        .regex(/^0x[0-9a-f]{64}$/)
        .transform((digest) => digest as Digest),
    }),
  )
  .min(1)
  .max(40_000);

/** @throws TraceError when nobody would read it */
export function traceOf(tensors: readonly NamedTensor[]): Trace {
  if (tensors.reduce((sum, { bytes }) => sum + bytes.length, 0) > MAX_RUN_BYTES)
    throw new TraceError('its values are too large');
  const entries = tensors.map(({ name, dtype, shape, bytes }) => ({
    name,
    dtype,
    shape,
    digest: `0x${createHash('sha256').update(bytes).digest('hex')}` as Digest,
  }));
  return { root: rootOf(entries), entries };
}

export function writeTrace({ entries }: Trace): Uint8Array {
  return Buffer.from(JSON.stringify(entries));
}

/** The values together are no more than one run may have. @param root what the party committed to. @throws TraceError */
export function readTrace(bytes: Uint8Array, root: string): Trace {
  if (bytes.length > MAX_TRACE_BYTES) throw new TraceError('it is too long');
  let entries: TraceEntry[];
  try {
    entries = schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw new TraceError('it cannot be read');
  }
  if (new Set(entries.map(({ name }) => name)).size !== entries.length) throw new TraceError('a value is there twice');
  // A run with more could not have been shown by an honest machine, and whoever compares keeps what it fetches.
  if (!(entries.reduce((sum, entry) => sum + entryBytes(entry), 0) <= MAX_RUN_BYTES))
    throw new TraceError('its values are too large');
  if (rootOf(entries) !== root) throw new TraceError('it is not what was committed to');
  return { root, entries };
}

/** Bytes of a value. */
export function entryBytes({ dtype, shape }: Pick<TraceEntry, 'dtype' | 'shape'>): number {
  return elements({ shape }) * DTYPE_BYTES[dtype];
}

/**
 * The value of an entry. @param bytes fetched by `entry.digest`, and so checked
 * @throws TraceError when they do not fill the shape
 */
export function entryTensor(entry: TraceEntry, bytes: Uint8Array): NamedTensor {
  const { name, dtype, shape } = entry;
  if (bytes.length !== entryBytes(entry))
    throw new TraceError(`the bytes of “${name.slice(0, 80)}” do not fill its shape`);
  return { name, dtype, shape, bytes };
}

function rootOf(entries: readonly TraceEntry[]): string {
  const leaves = entries.map(({ name, dtype, shape, digest }) =>
    leafHash(Buffer.from(JSON.stringify([name, dtype, shape, digest]))),
  );
  return Buffer.from(merkleRoot(leaves)).toString('hex');
}
