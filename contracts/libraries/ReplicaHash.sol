// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IReplicatedTasks} from "../interfaces/IReplicatedTasks.sol";

/// @title Hashes of replicated tasks
/// @notice Every hash that is stored or used as a key starts with a tag of its kind, and all of them contain the id of
/// the task, which is bound to the chain and to the contract.
library ReplicaHash {
    bytes32 internal constant JOB_TAG = keccak256("folkmoot.replicated.v1");
    bytes32 internal constant SEAT_TAG = keccak256("folkmoot.replicated.seat.v1");
    bytes32 internal constant STAGE_TAG = keccak256("folkmoot.replicated.stage.v1");
    bytes32 internal constant FROZEN_TAG = keccak256("folkmoot.replicated.frozen.v1");

    /// @notice Id of a task.
    function idOf(IReplicatedTasks.Job memory job) internal view returns (bytes32) {
        return keccak256(abi.encode(JOB_TAG, block.chainid, address(this), job));
    }

    /// @notice Key of a solver's seat, and subject of its dispute.
    function seat(bytes32 taskId, address solver) internal pure returns (bytes32) {
        return keccak256(abi.encode(SEAT_TAG, taskId, solver));
    }

    /// @notice Word of a seat in a stage. Sealed words are hashes, too: a commitment is chosen freely, and as it stands
    /// it could be made to look like the word of an opened seat.
    function word(bytes32 seatId, IReplicatedTasks.Stage stage, bytes32 value) internal pure returns (bytes32) {
        return keccak256(abi.encode(STAGE_TAG, seatId, stage, value));
    }

    /// @notice Word of a contested seat.
    function frozen(bytes32 seatId, bytes32 resultDigest, uint256 disputeId) internal pure returns (bytes32) {
        return keccak256(abi.encode(FROZEN_TAG, seatId, resultDigest, disputeId));
    }
}
