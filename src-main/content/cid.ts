import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { digestOfCid } from '../../src-shared/domain/content-id.ts';
import type { Cid, Digest } from '../../src-shared/domain/ids.ts';
import { ContentError } from './errors.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** @throws ContentError `BAD_CID` unless `digest` is 0x and 64 hex digits. */
export function digestToCid(digest: Digest): Cid {
  if (!/^0x[0-9a-f]{64}$/i.test(digest)) throw new ContentError('BAD_CID', 'a digest is 0x and 64 hex digits');
  return CID.createV1(RAW, create(SHA2_256, Buffer.from(digest.slice(2), 'hex'))).toString() as Cid;
}

/** The sha256 inside a content id. @throws ContentError `BAD_CID` for other versions, codecs, hashes or spellings. */
export function cidToDigest(cid: string): Digest {
  const digest = digestOfCid(cid);
  if (digest === null) throw new ContentError('BAD_CID', 'a content id is CIDv1, raw, sha2-256, base32 lower case');
  return digest;
}

export function isCid(text: string): text is Cid {
  return digestOfCid(text) !== null;
}
