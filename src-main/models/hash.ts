import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import type { Cid, Digest } from '../../src-shared/domain/ids.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** Finishes a running hash, or hashes bytes at once. */
export function sha256(source: Hash | Uint8Array): Digest {
  const hash = source instanceof Uint8Array ? createHash('sha256').update(source) : source;
  return `0x${hash.digest('hex')}` as Digest;
}

/** Streams, so that a large model is never in memory twice. */
export async function sha256File(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return sha256(hash);
}

/** CIDv1 (raw, sha2-256, base32) of content with this sha256. */
export function cidOf(digest: Digest): Cid {
  return CID.createV1(RAW, create(SHA2_256, Buffer.from(digest.slice(2), 'hex'))).toString() as Cid;
}
