// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskChain} from "../../interfaces/ITaskChain.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskChain} from "../../tasks/TaskChain.sol";
import {ModuleFixture} from "./ModuleFixture.t.sol";

/// @dev The moves of a chain's life.
abstract contract ChainFixture is ModuleFixture {
    uint80 internal constant COST = FEE + MODEL_FEE;
    bytes32 internal constant FIRST = keccak256("first input");

    TaskChain internal chains;

    function deploy() internal override returns (address) {
        chains = new TaskChain(market);
        return address(chains);
    }

    function step() internal view returns (ITaskChain.Step memory) {
        return ITaskChain.Step({
            model: model, fee: FEE, maxExtra: MODEL_FEE, lifetime: LIFETIME, class: PLAIN, assurance: 0
        });
    }

    function chainOf(uint256 steps, uint16 rounds, uint80 budget)
        internal
        view
        returns (ITaskChain.Chain memory chain)
    {
        chain.owner = REQUESTER;
        chain.budget = budget;
        chain.rounds = rounds;
        (chain.inputSize, chain.largest) = (11, 5_000);
        chain.input = FIRST;
        chain.steps = new ITaskChain.Step[](steps);
        for (uint256 i = 0; i < steps; ++i) chain.steps[i] = step();
    }

    function begin(ITaskChain.Chain memory chain) internal returns (bytes32 id) {
        vm.prank(chain.owner);
        return chains.open(chain);
    }

    /// @dev The task of the current step, from public facts. It has to have been posted in this second.
    function taskOf(ITaskChain.Chain memory chain) internal view returns (ITaskMarket.Task memory task) {
        bytes32 id = chains.chainIdOf(chain);
        ITaskChain.State memory state_ = chains.stateOf(id);
        uint256 last = chain.steps.length - 1;
        ITaskChain.Step memory s = chain.steps[state_.done < last ? state_.done : last];
        ITaskMarket.Order memory o = ITaskMarket.Order({
            model: s.model,
            nonce: state_.done,
            fee: s.fee,
            maxExtra: s.maxExtra,
            lifetime: s.lifetime,
            class: s.class,
            assurance: s.assurance,
            readable: true
        });
        task = draft(chains.purseOf(id), o, state_.done == 0 ? chain.input : state_.latest);
        task.times |= 4;
        eq(market.taskIdOf(task), state_.taskId, "the task is the one that was posted");
    }

    function solveTask(ITaskMarket.Task memory task, address solver, bytes32 digest)
        internal
        returns (ITaskMarket.Solution memory)
    {
        bytes32 id = market.taskIdOf(task);
        bytes26 commitment = market.commitmentFor(id, solver, SALT, digest);
        vm.prank(solver);
        market.commit(id, 0, commitment);
        nextBlock();
        vm.prank(solver);
        market.reveal(task, none(), 0, SALT, digest, 1);
        return ITaskMarket.Solution({solver: solver, revealedAt: uint48(block.timestamp), resultDigest: digest});
    }

    /// @dev Solves and claims the current step; the chain is not told.
    function work(ITaskChain.Chain memory chain, bytes32 digest) internal {
        ITaskMarket.Task memory task = taskOf(chain);
        claim(task, solveTask(task, SOLVER, digest));
    }

    /// @dev Works, and pokes the chain on.
    function workOn(ITaskChain.Chain memory chain, bytes32 digest) internal {
        work(chain, digest);
        vm.prank(THIEF);
        chains.advance(chain);
    }

    function purse(ITaskChain.Chain memory chain) internal view returns (address) {
        return chains.purseOf(chains.chainIdOf(chain));
    }

    function status(ITaskChain.Chain memory chain) internal view returns (ITaskChain.State memory) {
        return chains.stateOf(chains.chainIdOf(chain));
    }
}
