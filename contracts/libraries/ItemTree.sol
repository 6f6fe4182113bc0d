// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title Merkle trees over the items of a batch
/// @notice A leaf names its item, so nothing hangs on its place in the tree and a proof of one item is none of another.
/// Pairs are hashed in ascending order (OpenZeppelin's rule); a node without a partner rises to the next level. Six
/// hashes prove one of 64 items.
library ItemTree {
    bytes32 internal constant LEAF_TAG = keccak256("folkmoot.batch.leaf.v1");

    /// @notice Most items of a batch: as many as a mask has bits.
    uint256 internal constant MAX_ITEMS = 64;

    /// @notice The digests do not match the mask: one for each bit, at least one.
    error DigestCountMismatch(uint256 digests, uint256 items);

    /// @notice Leaf of an item. Its preimage has three words and that of a node two, so neither can pose as the other.
    function leaf(uint256 index, bytes32 digest) internal pure returns (bytes32 value) {
        bytes32 tag = LEAF_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), index)
            mstore(add(free, 0x40), digest)
            value := keccak256(free, 0x60)
        }
    }

    /// @notice Root over the items that a mask names.
    /// @param mask Bit i stands for item i.
    /// @param nodes One digest for each bit, lowest item first. The memory is used up.
    function root(uint64 mask, bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 length = nodes.length;
        if (length == 0 || length != count(mask)) revert DigestCountMismatch(length, count(mask));
        // Every index below stays under `length`, which is at most 64.
        unchecked {
            uint256 rest = mask;
            uint256 index = 0;
            for (uint256 i = 0; i < length; ++i) {
                while (rest & 1 == 0) (rest, index) = (rest >> 1, index + 1);
                nodes[i] = leaf(index, nodes[i]);
                (rest, index) = (rest >> 1, index + 1);
            }
            while (length > 1) {
                uint256 half = length >> 1;
                for (uint256 i = 0; i < half; ++i) {
                    nodes[i] = Hashes.commutativeKeccak256(nodes[2 * i], nodes[2 * i + 1]);
                }
                if (length & 1 != 0) nodes[half++] = nodes[length - 1];
                length = half;
            }
        }
        return nodes[0];
    }

    /// @notice Whether the tree holds this digest for this item.
    function holds(bytes32 root_, uint256 index, bytes32 digest, bytes32[] calldata proof)
        internal
        pure
        returns (bool)
    {
        return MerkleProof.verifyCalldata(proof, root_, leaf(index, digest));
    }

    /// @notice The mask of items 0 to `items` - 1.
    /// @param items 1 to 64.
    function full(uint256 items) internal pure returns (uint64) {
        return type(uint64).max >> (MAX_ITEMS - items);
    }

    /// @notice Number of items in a mask, at most 64.
    /// @dev Counts bits in pairs, then nibbles, then bytes, and adds the bytes up by a product (Hacker's Delight, 5-1).
    function count(uint64 mask) internal pure returns (uint80) {
        // Every step stays within its lanes; the product wraps at 64 bits by intent, and its top byte is the sum.
        unchecked {
            uint64 x = mask - ((mask >> 1) & 0x5555555555555555);
            x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
            x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
            return (x * 0x0101010101010101) >> 56;
        }
    }
}
