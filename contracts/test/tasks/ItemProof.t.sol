// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev The tree over items written a second time, level by level and from the published rules, to get proofs.
library ItemProof {
    bytes32 private constant TAG = keccak256("folkmoot.batch.leaf.v1");

    function leaf(uint256 index, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encode(TAG, index, digest));
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function root(uint64 items, bytes32[] memory digests) internal pure returns (bytes32 top) {
        (top,) = _walk(items, digests, 0);
    }

    /// @param index Number of the item in the batch.
    function proof(uint64 items, bytes32[] memory digests, uint8 index) internal pure returns (bytes32[] memory path) {
        uint256 place = 0;
        for (uint256 i = 0; i < index; ++i) if (items >> i & 1 == 1) ++place;
        (, path) = _walk(items, digests, place);
    }

    function _walk(uint64 items, bytes32[] memory digests, uint256 place)
        private
        pure
        returns (bytes32 top, bytes32[] memory path)
    {
        bytes32[] memory level = new bytes32[](digests.length);
        uint256 next = 0;
        for (uint256 i = 0; i < 64; ++i) {
            if (items >> i & 1 == 1) {
                level[next] = leaf(i, digests[next]);
                ++next;
            }
        }
        path = new bytes32[](0);
        while (level.length > 1) {
            bytes32[] memory above = new bytes32[]((level.length + 1) / 2);
            for (uint256 i = 0; i < above.length; ++i) {
                above[i] = 2 * i + 1 < level.length ? pair(level[2 * i], level[2 * i + 1]) : level[2 * i];
            }
            uint256 partner = place ^ 1;
            if (partner < level.length) path = _append(path, level[partner]);
            (level, place) = (above, place / 2);
        }
        return (level[0], path);
    }

    function _append(bytes32[] memory path, bytes32 node) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; ++i) longer[i] = path[i];
        longer[path.length] = node;
    }
}
