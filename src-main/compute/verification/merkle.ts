import { createHash } from 'node:crypto';

/**
 * Merkle trees over sha256 as in RFC 6962, 2.1: leaves and inner nodes are hashed with different first bytes, so that
 * neither can stand for the other. A node without a partner rises.
 */

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** @param leaves hashes of leaves, one at least */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1) level = above(level);
  const [root] = level;
  if (root === undefined) throw new RangeError('a tree has one leaf at least');
  return root;
}

function above(level: readonly Uint8Array[]): Uint8Array[] {
  const parents: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at] as Uint8Array, level[at + 1]];
    parents.push(right === undefined ? left : pair(left, right));
  }
  return parents;
}

function pair(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}
