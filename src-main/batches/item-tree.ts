import { AbiCoder, concat, id, keccak256 } from 'ethers';
import type { Digest } from '../../src-shared/domain/ids.ts';

/** Merkle root over items and their digests, as `contracts/libraries/ItemTree.sol`. */

const LEAF_TAG = id('folkmoot.batch.leaf.v1');

/** @param digests by item, lowest first; one at least. */
export function rootOf(digests: ReadonlyArray<readonly [item: number, digest: Digest]>): string {
  let level = digests.map(([item, digest]) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256', 'bytes32'], [LEAF_TAG, item, digest])),
  );
  while (level.length > 1) level = above(level);
  const [root] = level;
  if (root === undefined) throw new RangeError('a tree has one leaf at least');
  return root;
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
