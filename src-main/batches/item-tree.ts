import { AbiCoder, concat, id, keccak256 } from 'ethers';
import type { Digest } from '../../src-shared/domain/ids.ts';

/** Merkle root over items and their digests, as `contracts/libraries/ItemTree.sol`. */

const LEAF_TAG = id('folkmoot.batch.leaf.v1');

/** @param digests by item, lowest first; one at least. */
export function rootOf(digests: ReadonlyArray<readonly [item: number, digest: Digest]>): string {
  let level = leavesOf(digests);
  while (level.length > 1) level = above(level);
  const [root] = level;
  if (root === undefined) throw new RangeError('a tree has one leaf at least');
  return root;
}

/** What proves to who knows the root that it holds this item: the other half of each pair on the way up. */
export function proofOf(digests: ReadonlyArray<readonly [item: number, digest: Digest]>, item: number): string[] {
  const proof: string[] = [];
  let place = digests.findIndex(([each]) => each === item);
  if (place < 0) throw new RangeError('the tree does not hold this item');
  for (let level = leavesOf(digests); level.length > 1; level = above(level)) {
    const other = level[place ^ 1];
    if (other !== undefined) proof.push(other);
    place >>= 1;
  }
  return proof;
}

function leavesOf(digests: ReadonlyArray<readonly [item: number, digest: Digest]>): string[] {
  return digests.map(([item, digest]) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256', 'bytes32'], [LEAF_TAG, item, digest])),
  );
}

/** Pairs are hashed in ascending order; a node without a partner rises. */
function above(level: readonly string[]): string[] {
  const parents: string[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [a = '', b] = level.slice(i, i + 2);
    parents.push(b === undefined ? a : keccak256(concat(a < b ? [a, b] : [b, a])));
  }
  return parents;
}
