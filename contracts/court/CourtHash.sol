// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";

/// @title Hashes and words of the court
/// @notice The word of a case: 184 bits of a tagged hash, then 72 bits in the clear. Two sets of fields with the same
/// 184 bits take about 2^92 hashes to find, and every field but ballots is chosen by the court, not by a caller.
///
///     voting:      hash 184 | zero 56 | directs 8 | status 8
///     ruled:       hash 184 | until 40 | appealSeconds 24 | status 8
///     undelivered: hash 184 | zero 64 | status 8
///     status:      zero 3 | fined 1 | ruling 2 | phase 2
///
/// @dev Structs of static values lie in calldata and in memory as they would be encoded, so they are copied and not
/// taken apart.
library CourtHash {
    bytes32 internal constant VOTING_TAG = keccak256("folkmoot.court.voting.v1");
    bytes32 internal constant RULED_TAG = keccak256("folkmoot.court.ruled.v1");
    bytes32 internal constant UNDELIVERED_TAG = keccak256("folkmoot.court.undelivered.v1");
    bytes32 internal constant PAST_TAG = keccak256("folkmoot.court.past.v1");
    bytes32 internal constant SEAL_TAG = keccak256("folkmoot.court.seal.v1");

    uint256 internal constant CLEAR_MASK = (1 << 72) - 1;
    uint256 internal constant PHASE_MASK = 3;
    uint256 internal constant FINED = 16;
    uint256 internal constant ONE_DIRECT = 256;

    uint256 private constant CASE_BYTES = 160;
    uint256 private constant DRAW_BYTES = 128;

    /// @notice Hash of a case while ballots are taken, low 72 bits zero.
    function voting(ICourtTypes.Case calldata case_, ICourtTypes.Draw calldata draw)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            calldatacopy(add(free, 0x20), case_, CASE_BYTES)
            calldatacopy(add(free, 0xc0), draw, DRAW_BYTES)
            hash := shl(72, shr(72, keccak256(free, 0x140)))
        }
    }

    /// @notice The same with another seed and list than in `draw`.
    function votingWith(ICourtTypes.Case calldata case_, ICourtTypes.Draw calldata draw, bytes32 seed, bytes32 list)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            calldatacopy(add(free, 0x20), case_, CASE_BYTES)
            calldatacopy(add(free, 0xc0), draw, DRAW_BYTES)
            mstore(add(free, 0xe0), seed)
            mstore(add(free, 0x100), list)
            hash := shl(72, shr(72, keccak256(free, 0x140)))
        }
    }

    /// @notice The same for a draw that has just begun.
    function votingNew(ICourtTypes.Case calldata case_, uint256 clock, bytes32 past)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            calldatacopy(add(free, 0x20), case_, CASE_BYTES)
            mstore(add(free, 0xc0), clock)
            mstore(add(free, 0xe0), 0)
            mstore(add(free, 0x100), 0)
            mstore(add(free, 0x120), past)
            hash := shl(72, shr(72, keccak256(free, 0x140)))
        }
    }

    /// @notice The same for the first draw of a case in memory.
    function votingFirst(ICourtTypes.Case memory case_, uint256 clock) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(VOTING_TAG, case_, clock, 0, 0, 0))) & ~CLEAR_MASK;
    }

    /// @notice Hash of a case that has a ruling.
    function ruled(ICourtTypes.Case calldata case_, uint8 round, bytes32 past) internal pure returns (uint256 hash) {
        bytes32 tag = RULED_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            calldatacopy(add(free, 0x20), case_, CASE_BYTES)
            mstore(add(free, 0xc0), and(round, 0xff))
            mstore(add(free, 0xe0), past)
            hash := shl(72, shr(72, keccak256(free, 0x100)))
        }
    }

    /// @notice Hash of a case whose money is booked and whose ruling was not delivered.
    function undelivered(address module) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(UNDELIVERED_TAG, module))) & ~CLEAR_MASK;
    }

    /// @notice Chain over the finished draws.
    function chain(bytes32 before, uint256 clock, bytes32 seed, bytes32 records) internal pure returns (bytes32) {
        return keccak256(abi.encode(PAST_TAG, before, clock, seed, records));
    }

    /// @notice Status byte.
    function status(ICourtTypes.Phase phase, uint8 ruling) internal pure returns (uint256) {
        return uint256(phase) | (uint256(ruling) << 2);
    }

    /// @notice The ruling in a word.
    function rulingOf(uint256 word) internal pure returns (uint8) {
        return uint8((word >> 2) & 3);
    }

    /// @notice Ballots apart from the list, in the word of a case that votes.
    function directsOf(uint256 word) internal pure returns (uint8) {
        return uint8(word >> 8);
    }

    /// @notice Last moment for an appeal, in the word of a case that has a ruling.
    function untilOf(uint256 word) internal pure returns (uint40) {
        return uint40(word >> 32);
    }

    /// @notice Length of that time, seconds.
    function appealSecondsOf(uint256 word) internal pure returns (uint24) {
        return uint24(word >> 8);
    }
}
