import type { Digest } from '../../src-shared/domain/ids.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './hash.ts';

/**
 * The file of a model that a server runs: its description as canonical JSON. So it has a file like any other model, is
 * named by its digest, and travels between peers.
 */
export function descriptor(described: object): Uint8Array {
  return new TextEncoder().encode(canonicalJson(described));
}

export function descriptorDigest(described: object): Digest {
  return sha256(descriptor(described));
}
