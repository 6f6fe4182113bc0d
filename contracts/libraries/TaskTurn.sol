// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskTerms} from "./TaskTerms.sol";
import {Turn} from "./Turn.sol";

/// @title When a task opens to a solver
/// @notice The draw of {Turn} with what a task and the vault know. Once the seed is there, an address with an early turn
/// can be searched for. So stake that came after the submission has no part in the draw: it waits in full, as everybody
/// does whose draw is not known.
library TaskTurn {
    using SafeCast for uint256;
    using TaskTerms for ITaskMarket.Task;

    /// @param id Of the task or the batch.
    /// @param free Free stake of the solver.
    /// @param total Stake of all accounts.
    /// @return Time of the turn, seconds.
    function opensAt(
        IStakeVault vault,
        bytes32 id,
        ITaskMarket.Task calldata task,
        address solver,
        uint80 free,
        uint80 total
    ) internal view returns (uint48) {
        uint48 since = task.submittedAt();
        if (task.spread() == 0) return since;
        // As long as its stake can make it wait. Until all are let in would be too long: tasks live for days.
        uint256 wait = _wait(task, 0, solver, free, total);
        bytes32 seed = blockhash(task.submittedIn() + 1);
        // The chain forgets after 256 blocks. Nobody may profit from waiting for that, so everybody waits in full then.
        if (seed != 0) {
            seed = keccak256(abi.encode(id, seed));
            uint256 drawn = _wait(task, seed, solver, _older(vault, solver, free, since), total);
            if (drawn < wait) wait = drawn;
        }
        return since + wait.toUint48();
    }

    /// @notice Whether the task is open to a solver at `moment`. Who has waited in full needs no draw, which is the usual
    /// case for all but the first seconds of a task, and costs 5,000 gas less.
    function isOpen(
        IStakeVault vault,
        bytes32 id,
        ITaskMarket.Task calldata task,
        address solver,
        uint80 free,
        uint80 total,
        uint48 moment
    ) internal view returns (bool) {
        if (moment >= task.submittedAt() + _wait(task, 0, solver, free, total)) return true;
        return moment >= opensAt(vault, id, task, solver, free, total);
    }

    /// @param seed Zero for the whole wait.
    function _wait(ITaskMarket.Task calldata task, bytes32 seed, address solver, uint80 free, uint80 total)
        private
        pure
        returns (uint256)
    {
        // After this long the task is open to all: a turn orders solvers, it does not keep work from being done.
        uint256 cap = (task.deadline() - task.submittedAt()) / 2;
        return Turn.wait(seed, solver, task.spread(), free, total, cap);
    }

    /// @dev Of the free stake, what was there before the submission.
    function _older(IStakeVault vault, address solver, uint80 free, uint48 since) private view returns (uint80) {
        address[] memory one = new address[](1);
        one[0] = solver;
        uint80 then = vault.stakesAt(one, uint256(since).toUint40())[0];
        return then < free ? then : free;
    }
}
