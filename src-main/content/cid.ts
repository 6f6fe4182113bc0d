import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import type { Cid, Digest } from '../../src-shared/domain/ids.ts';
import { ContentError } from './errors.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;

/** @throws ContentError `BAD_CID` unless `digest` is 0x and 64 hex digits. */
export function digestToCid(digest: Digest): Cid {
  if (!/^0x[0-9a-f]{64}$/i.test(digest)) throw new ContentError('BAD_CID', 'a digest is 0x and 64 hex digits');
  return CID.createV1(RAW, create(SHA2_256, Buffer.from(digest.slice(2), 'hex'))).toString() as Cid;
}

/**
 * The sha256 inside a content id. One spelling only (CIDv1, base32 lower case), so that a CID can serve as a key.
 * @throws ContentError `BAD_CID` for other versions, codecs, hashes or spellings.
 */
export function cidToDigest(cid: string): Digest {
  // 59 characters is the only length the one spelling has: nothing longer meets the decoder.
  if (cid.length !== 59) throw new ContentError('BAD_CID', 'not a content id');
  let parsed: CID;
  try {
    parsed = CID.parse(cid);
  } catch (cause) {
    throw new ContentError('BAD_CID', 'not a content id', { cause });
  }
  const { version, code, multihash } = parsed;
  if (
    version !== 1 ||
    code !== RAW ||
    multihash.code !== SHA2_256 ||
    multihash.digest.length !== 32 ||
    parsed.toString() !== cid
  ) {
    throw new ContentError('BAD_CID', 'a content id is CIDv1, raw, sha2-256, base32 lower case');
  }
  return `0x${Buffer.from(multihash.digest).toString('hex')}` as Digest;
}

export function isCid(text: string): text is Cid {
  try {
    cidToDigest(text);
    return true;
  } catch {
    return false;
  }
}
