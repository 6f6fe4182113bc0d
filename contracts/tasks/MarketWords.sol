// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskHash} from "../libraries/TaskHash.sol";

/// @title What the market stores, for whoever wants to reckon it
/// @notice Id, words of the states and commitment of a task; see {TaskHash}.
abstract contract MarketWords is ITaskMarket {
    /// @inheritdoc ITaskMarket
    function commitmentFor(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        external
        pure
        returns (bytes26)
    {
        return TaskHash.commitment(taskId, solver, salt, resultDigest);
    }

    /// @inheritdoc ITaskMarket
    function taskIdOf(Task calldata task) public view returns (bytes32) {
        return TaskHash.idOf(task);
    }

    /// @inheritdoc ITaskMarket
    function reservedWordOf(bytes32 taskId, Reservation calldata reservation) public pure returns (bytes32) {
        return TaskHash.reserved(taskId, reservation);
    }

    /// @inheritdoc ITaskMarket
    function solvedWordOf(bytes32 taskId, Solution calldata solution) public pure returns (bytes32) {
        return TaskHash.solved(taskId, solution.solver, solution.revealedAt, solution.resultDigest);
    }

    /// @inheritdoc ITaskMarket
    function frozenWordOf(bytes32 taskId, Solution calldata solution, uint256 disputeId)
        external
        pure
        returns (bytes32)
    {
        return TaskHash.frozen(solvedWordOf(taskId, solution), disputeId);
    }
}
