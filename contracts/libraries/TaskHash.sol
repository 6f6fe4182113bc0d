// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../interfaces/ITaskMarket.sol";

/// @title Hashes of the market
/// @notice Every hash that is stored or used as an id starts with a tag of its kind, so that one kind can never be
/// presented as another.
library TaskHash {
    bytes32 internal constant TASK_TAG = keccak256("folkmoot.task.v2");
    bytes32 internal constant RESERVED_TAG = keccak256("folkmoot.task.reserved.v2");
    bytes32 internal constant SOLVED_TAG = keccak256("folkmoot.task.solved.v2");
    bytes32 internal constant FROZEN_TAG = keccak256("folkmoot.task.frozen.v2");

    /// @dev Bytes of a task as standard ABI encoding: six static words.
    uint256 private constant TASK_BYTES = 192;

    /// @notice Id of a task: bound to its kind, the chain, the market and all fields, that is
    /// `keccak256(abi.encode(TASK_TAG, block.chainid, market, task))`.
    /// @dev A struct of static values lies in calldata as it would be encoded, so it is copied and not taken apart
    /// (2,000 gas less). Bits above a short field are part of the hash: whoever sets them asks for another task.
    function idOf(ITaskMarket.Task calldata task) internal view returns (bytes32 id) {
        bytes32 tag = TASK_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), chainid())
            mstore(add(free, 0x40), address())
            calldatacopy(add(free, 0x60), task, TASK_BYTES)
            id := keccak256(free, add(0x60, TASK_BYTES))
        }
    }

    /// @notice The same id for a task in memory, where Solidity keeps its fields clean and in the same order.
    function idOfMemory(ITaskMarket.Task memory task) internal view returns (bytes32 id) {
        bytes32 tag = TASK_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), chainid())
            mstore(add(free, 0x40), address())
            mcopy(add(free, 0x60), task, TASK_BYTES)
            id := keccak256(free, add(0x60, TASK_BYTES))
        }
    }

    /// @notice Word of a reserved task.
    function reserved(bytes32 taskId, ITaskMarket.Reservation memory reservation) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(RESERVED_TAG, taskId, reservation.solver, reservation.since, reservation.until)
        );
    }

    /// @notice Word of a solved task. The claim reads nothing that is not in here or in the id.
    function solved(bytes32 taskId, address solver, uint48 revealedAt, bytes32 resultDigest)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(SOLVED_TAG, taskId, solver, revealedAt, resultDigest));
    }

    /// @notice Word of a contested task.
    function frozen(bytes32 solvedWord, uint256 disputeId) internal pure returns (bytes32) {
        return keccak256(abi.encode(FROZEN_TAG, solvedWord, disputeId));
    }

    /// @notice Commitment to a result. It contains the solver, so a copy is worth nothing to anybody else; and the
    /// task, so it cannot be opened twice. 208 bits leave room for the time in the same word; finding two
    /// openings of one commitment takes about 2^104 hashes.
    function commitment(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        internal
        pure
        returns (bytes26)
    {
        return bytes26(keccak256(abi.encode(taskId, solver, salt, resultDigest)));
    }
}
