// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../interfaces/ITaskMarket.sol";

/// @title Hashes of the market
/// @notice Every hash that is stored or used as an id starts with a tag of its kind, so that one kind can never be
/// presented as another.
library TaskHash {
    bytes32 internal constant TASK_TAG = keccak256("folkmoot.task.v1");
    bytes32 internal constant SOLVED_TAG = keccak256("folkmoot.task.solved.v1");

    /// @notice Id of a task: bound to its kind, the chain, the market and all fields.
    function id(ITaskMarket.Task memory task, uint256 chainId, address market) internal pure returns (bytes32) {
        return keccak256(abi.encode(TASK_TAG, chainId, market, task));
    }

    /// @notice Word of a solved task. The claim reads nothing that is not in here or in the id.
    function solved(bytes32 taskId, uint80 lock, ITaskMarket.Solution memory solution)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(SOLVED_TAG, taskId, solution.solver, lock, solution.revealedAt, solution.resultDigest)
        );
    }

    /// @notice Commitment to a result. It contains the solver, so a copy is worth nothing to anybody else; and the
    /// task, so it cannot be opened twice. 208 bits leave room for the block number in the same word; finding two
    /// openings of one commitment takes about 2^104 hashes.
    function commitment(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        internal
        pure
        returns (bytes26)
    {
        return bytes26(keccak256(abi.encode(taskId, solver, salt, resultDigest)));
    }
}
