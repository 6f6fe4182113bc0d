import { z } from 'zod';
import { CHUNK_BYTES, isCid, MAX_BLOB_BYTES } from '../content/index.ts';
import { PeerFault } from './errors.ts';
import { WIRE } from './limits.ts';

const cid = z.string().length(59).refine(isCid);
const count = z.number().int().min(0);

/** What one stream asks for; one request per stream. */
export const blobRequest = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('manifest'), cid }),
  z.strictObject({
    op: z.literal('chunks'),
    cid,
    from: count.max(MAX_BLOB_BYTES / CHUNK_BYTES),
    count: count.min(1).max(WIRE.chunksPerRequest),
  }),
]);
export type BlobRequest = z.infer<typeof blobRequest>;

/** `ok` is followed by exactly `length` raw bytes. `size` is that of the whole blob, so that a large one is refused in time. */
export const blobAnswer = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    size: count.max(MAX_BLOB_BYTES),
    length: count.max(WIRE.chunksPerRequest * CHUNK_BYTES),
  }),
  z.strictObject({ status: z.literal('missing') }),
  z.strictObject({ status: z.literal('busy') }),
]);
export type BlobAnswer = z.infer<typeof blobAnswer>;

/** @throws PeerFault `garbage`. */
export function parseFrame<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new PeerFault('garbage', 'a frame of the wrong shape');
}
