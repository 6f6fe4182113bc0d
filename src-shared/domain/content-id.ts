import { CID } from 'multiformats/cid';
import type { Digest } from './ids.ts';

const RAW = 0x55;
const SHA2_256 = 0x12;
/** The only length that the one spelling has: nothing longer meets the decoder. */
const CID_LENGTH = 59;
const DIGEST = /^0x[0-9a-f]{64}$/;

/**
 * The sha256 inside a content id. One spelling only (CIDv1, raw, sha2-256, base32 lower case), so that a CID can serve as
 * a key; null for everything else.
 */
export function digestOfCid(text: string): Digest | null {
  if (text.length !== CID_LENGTH) return null;
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch {
    return null;
  }
  const { version, code, multihash } = cid;
  const known = version === 1 && code === RAW && multihash.code === SHA2_256 && multihash.digest.length === 32;
  if (!known || cid.toString() !== text) return null;
  const hex = Array.from(multihash.digest, (byte) => byte.toString(16).padStart(2, '0'));
  return `0x${hex.join('')}` as Digest;
}

/** A digest as people hand it on: 0x and 64 hex digits in either case, or a content id, with space around it; null: neither. */
export function parseDigest(text: string): Digest | null {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  return DIGEST.test(lower) ? (lower as Digest) : digestOfCid(trimmed);
}
