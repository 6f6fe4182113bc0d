// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";

/// @title Hashes and words of the court
/// @notice The word of a case: 184 bits of a tagged hash, then 72 bits in the clear. Two sets of fields with the same
/// 184 bits take about 2^92 hashes to find, and every field but ballots is chosen by the court, not by a caller.
///
///     voting:      hash 184 | age 8 | zero 48 | directs 8 | status 8
///     ruled:       hash 184 | age 8 | until 32 | appealSeconds 24 | status 8
///     undelivered: hash 184 | age 8 | zero 56 | status 8
///     status:      used 1 | zero 2 | fined 1 | ruling 2 | phase 2
///
/// A new word costs 22,100 gas and a used one 5,000. So a case takes the place `id % 64` if it is free, and a place of its
/// own only if not. Words that have ended keep the bit `used`, which saves the next case 17,100. Each hash contains
/// the id, so a word is never taken for that of another case. For those who only have an id, `age` is the next 8 bits
/// of it.
///
/// @dev Structs of static values lie in calldata and in memory as they would be encoded, so they are copied and not
/// taken apart.
library CourtHash {
    bytes32 internal constant VOTING_TAG = keccak256("folkmoot.court.voting.v1");
    bytes32 internal constant RULED_TAG = keccak256("folkmoot.court.ruled.v1");
    bytes32 internal constant UNDELIVERED_TAG = keccak256("folkmoot.court.undelivered.v1");
    bytes32 internal constant PAST_TAG = keccak256("folkmoot.court.past.v1");
    bytes32 internal constant SEAL_TAG = keccak256("folkmoot.court.seal.v1");

    uint256 private constant CLEAR_MASK = (1 << 72) - 1;
    uint256 internal constant PHASE_MASK = 3;
    uint256 internal constant FINED = 16;
    uint256 internal constant ONE_DIRECT = 256;

    uint256 internal constant PLACES = 64;

    /// @dev A place that was used and is free.
    uint256 internal constant USED = 128;

    uint256 private constant AGE_SHIFT = 64;
    uint256 private constant AGE_MASK = 0xff << AGE_SHIFT;
    uint256 private constant CASE_BYTES = 160;
    uint256 private constant DRAW_BYTES = 128;

    /// @notice Hash and age of a case while ballots are taken, other bits zero.
    function voting(uint256 disputeId, ICourtTypes.Case calldata case_, ICourtTypes.Draw calldata draw)
        internal
        pure
        returns (uint256)
    {
        return votingWith(disputeId, case_, draw, draw.seed, draw.list);
    }

    /// @notice The same with another seed and list than in `draw`.
    function votingWith(
        uint256 disputeId,
        ICourtTypes.Case calldata case_,
        ICourtTypes.Draw calldata draw,
        bytes32 seed,
        bytes32 list
    ) internal pure returns (uint256 hash) {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), disputeId)
            calldatacopy(add(free, 0x40), case_, CASE_BYTES)
            calldatacopy(add(free, 0xe0), draw, DRAW_BYTES)
            mstore(add(free, 0x100), seed)
            mstore(add(free, 0x120), list)
            hash := keccak256(free, 0x160)
        }
        return _aged(hash, disputeId);
    }

    /// @notice The same for a draw that has just begun.
    function votingNew(uint256 disputeId, ICourtTypes.Case calldata case_, uint256 clock, bytes32 past)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), disputeId)
            calldatacopy(add(free, 0x40), case_, CASE_BYTES)
            mstore(add(free, 0xe0), clock)
            mstore(add(free, 0x100), 0)
            mstore(add(free, 0x120), 0)
            mstore(add(free, 0x140), past)
            hash := keccak256(free, 0x160)
        }
        return _aged(hash, disputeId);
    }

    /// @notice The same for the first draw of a case in memory.
    function votingFirst(uint256 disputeId, ICourtTypes.Case memory case_, uint256 clock)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = VOTING_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), disputeId)
            mcopy(add(free, 0x40), case_, CASE_BYTES)
            mstore(add(free, 0xe0), clock)
            // Seed, list and past are zero.
            calldatacopy(add(free, 0x100), calldatasize(), 0x60)
            hash := keccak256(free, 0x160)
        }
        return _aged(hash, disputeId);
    }

    /// @notice Hash and age of a case that has a ruling, other bits zero.
    function ruled(uint256 disputeId, ICourtTypes.Case calldata case_, uint8 round, bytes32 past)
        internal
        pure
        returns (uint256 hash)
    {
        bytes32 tag = RULED_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), disputeId)
            calldatacopy(add(free, 0x40), case_, CASE_BYTES)
            mstore(add(free, 0xe0), and(round, 0xff))
            mstore(add(free, 0x100), past)
            hash := keccak256(free, 0x120)
        }
        return _aged(hash, disputeId);
    }

    /// @notice Hash and age of a case whose money is booked and whose ruling was not delivered, other bits zero.
    function undelivered(uint256 disputeId, address module) internal pure returns (uint256) {
        return _aged(uint256(keccak256(abi.encode(UNDELIVERED_TAG, disputeId, module))), disputeId);
    }

    /// @notice Whether a word is that of the fields that have this hash and age.
    function fits(uint256 word, uint256 hash) internal pure returns (bool) {
        return (word ^ hash) >> AGE_SHIFT == 0;
    }

    /// @notice Whether a word can be that of a case with this id: for those who have nothing but the id.
    function hasAge(uint256 word, uint256 disputeId) internal pure returns (bool) {
        return (word ^ _aged(0, disputeId)) & AGE_MASK == 0;
    }

    /// @notice Status and counters of a word.
    function clear(uint256 word) internal pure returns (uint256) {
        return word & ((1 << AGE_SHIFT) - 1);
    }

    function _aged(uint256 hash, uint256 disputeId) private pure returns (uint256) {
        return (hash & ~CLEAR_MASK) | (((disputeId / PLACES) << AGE_SHIFT) & AGE_MASK);
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
        return uint32(word >> 32);
    }

    /// @notice Length of that time, seconds.
    function appealSecondsOf(uint256 word) internal pure returns (uint24) {
        return uint24(word >> 8);
    }
}
