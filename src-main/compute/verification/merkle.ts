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

/** One step up: the other half of the pair, and on which side it stands. */
export interface ProofStep {
  readonly side: 'left' | 'right';
  readonly hash: Uint8Array;
}

export function merkleProof(leaves: readonly Uint8Array[], index: number): ProofStep[] {
  if (leaves[index] === undefined) throw new RangeError('the tree has no such leaf');
  const steps: ProofStep[] = [];
  let place = index;
  for (let level = leaves; level.length > 1; level = above(level)) {
    const hash = level[place ^ 1];
    if (hash !== undefined) steps.push({ side: place % 2 === 0 ? 'right' : 'left', hash });
    place >>= 1;
  }
  return steps;
}

export function provenRoot(leaf: Uint8Array, proof: readonly ProofStep[]): Uint8Array {
  return proof.reduce((hash, step) => (step.side === 'left' ? pair(step.hash, hash) : pair(hash, step.hash)), leaf);
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
