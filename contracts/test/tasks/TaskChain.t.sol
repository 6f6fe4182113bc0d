// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskChain} from "../../interfaces/ITaskChain.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ChainFixture} from "./ChainFixture.t.sol";

contract TaskChainTest is ChainFixture {
    function test_OpeningTakesTheBudgetAndStartsTheFirstStep() public {
        ITaskChain.Chain memory chain = chainOf(2, 3, 100e18);
        bytes32 id = keccak256(
            abi.encode(keccak256("folkmoot.chain.v1"), block.chainid, address(chains), chain)
        );
        eq(chains.chainIdOf(chain), id, "id is the hash of the fields");
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainOpened(id, REQUESTER, chains.purseOf(id), chain);
        eq(begin(chain), id, "id");
        eq(before - balance(REQUESTER), 100e18, "budget");
        eq(balance(purse(chain)), 100e18 - COST, "purse");
        ITaskMarket.Task memory task = taskOf(chain);
        eq(task.requester, purse(chain), "the purse asks");
        eq(task.inputDigest, FIRST, "first input");
        eq(market.wordOf(market.taskIdOf(task)), bytes32(uint256(1)), "open");
        ITaskChain.State memory s = status(chain);
        eq(uint8(s.status), uint8(ITaskChain.Status.Running), "running");
        eq(vault.moduleOf(address(chains)).escrowed, 0, "the module holds nothing");
    }

    function test_EachResultIsTheNextInput() public {
        setIssue(0);
        ITaskChain.Chain memory chain = chainOf(3, 1, 50e18);
        chain.steps[1].fee = 4e18;
        bytes32 id = begin(chain);
        uint80 before = balance(REQUESTER);
        work(chain, "a");
        bytes32 firstTask = status(chain).taskId;
        vm.expectEmit(address(chains));
        emit ITaskChain.StepDone(id, firstTask, 1, "a");
        chains.advance(chain);
        eq(taskOf(chain).inputDigest, "a", "second input");
        eq(taskOf(chain).money >> 176, 4e18, "its own fee");
        workOn(chain, "b");
        eq(taskOf(chain).inputDigest, "b", "third input");
        work(chain, "c");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Exhausted, 3, "c", 50e18 - 24e18 - 3 * MODEL_FEE);
        chains.advance(chain);
        eq(balance(REQUESTER) - before, 50e18 - 27e18, "rest back");
        eq(balance(purse(chain)), 0, "empty");
        eq(status(chain).latest, "c", "the result");
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.ChainNotRunning.selector, id));
        chains.advance(chain);
        conserved();
    }

    function test_TheLastStepRepeatsUpToItsRounds() public {
        ITaskChain.Chain memory chain = chainOf(2, 3, 100e18);
        bytes32 id = begin(chain);
        workOn(chain, "a");
        workOn(chain, "b");
        workOn(chain, "c");
        work(chain, "d");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Exhausted, 4, "d", 100e18 - 4 * COST);
        chains.advance(chain);
    }

    function test_AGoalEndsTheChain() public {
        ITaskChain.Chain memory chain = chainOf(3, 5, 100e18);
        chain.goal = "b";
        bytes32 id = begin(chain);
        workOn(chain, "a");
        work(chain, "b");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Goal, 2, "b", 100e18 - 2 * COST);
        chains.advance(chain);
    }

    function test_AFixedPointEndsARepetitionOnly() public {
        ITaskChain.Chain memory chain = chainOf(3, 5, 100e18);
        bytes32 id = begin(chain);
        workOn(chain, FIRST);
        workOn(chain, FIRST);
        eq(status(chain).done, 2, "a step that changes nothing is no end while another one follows");
        workOn(chain, "x");
        workOn(chain, "y");
        work(chain, "y");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.FixedPoint, 5, "y", 100e18 - 5 * COST);
        chains.advance(chain);
    }

    function test_TheOnlyStepMayReachItsFixedPointAtOnce() public {
        ITaskChain.Chain memory chain = chainOf(1, 9, 100e18);
        bytes32 id = begin(chain);
        work(chain, FIRST);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.FixedPoint, 1, FIRST, 100e18 - COST);
        chains.advance(chain);
    }

    function test_TheBudgetEndsTheChain() public {
        ITaskChain.Chain memory chain = chainOf(1, 9, 2 * COST + COST - 1);
        bytes32 id = begin(chain);
        workOn(chain, "a");
        work(chain, "b");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Budget, 2, "b", COST - 1);
        chains.advance(chain);
    }

    function test_WhoeverPaysIntoThePurseAddsToTheBudget() public {
        ITaskChain.Chain memory chain = chainOf(1, 2, COST);
        begin(chain);
        address to = purse(chain);
        vm.prank(THIRD);
        vault.transfer(to, COST);
        workOn(chain, "a");
        eq(uint8(status(chain).status), uint8(ITaskChain.Status.Running), "goes on");
        eq(chains.costOf(chain.steps[0]), COST, "cost");
    }

    function test_APaidCheckIsPartOfTheCost() public {
        ITaskChain.Chain memory chain = chainOf(1, 2, 2 * (COST + 3e18));
        (chain.steps[0].assurance, chain.steps[0].maxExtra) = (1, MODEL_FEE + 3e18);
        eq(chains.costOf(chain.steps[0]), COST + 3e18, "cost");
        begin(chain);
        eq(balance(purse(chain)), COST + 3e18, "paid");
    }

    function test_AStepThatNobodySolvesEndsTheChain() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        bytes32 id = begin(chain);
        workOn(chain, "a");
        ITaskMarket.Task memory task = taskOf(chain);
        vm.warp(deadline(task) + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.StepNotOver.selector, status(chain).taskId));
        chains.advance(chain);
        market.refund(task, none());
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.DeadEnd, 1, "a", 50e18 - COST);
        chains.advance(chain);
        eq(balance(REQUESTER) - before, 50e18 - COST, "everything but the first step");
        conserved();
    }

    function test_AnOverturnedResultIsADeadEnd() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        bytes32 id = begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        ITaskMarket.Solution memory solution = solveTask(task, SOLVER, "wrong");
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.StepNotOver.selector, status(chain).taskId));
        chains.advance(chain);
        decide(disputeId, 1, task, solution);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.DeadEnd, 0, 0, 50e18);
        chains.advance(chain);
        conserved();
    }

    function test_AResultIsUsedOnlyOnceItIsFinal() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        ITaskMarket.Solution memory solution = solveTask(task, SOLVER, "right");
        eq(market.resultOf(status(chain).taskId), "right", "readable");
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.StepNotOver.selector, status(chain).taskId));
        chains.advance(chain);
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        decide(disputeId, 0, task, solution);
        chains.advance(chain);
        eq(taskOf(chain).inputDigest, "right", "goes on");
    }

    function test_TheOwnerHaltsBetweenSteps() public {
        ITaskChain.Chain memory chain = chainOf(3, 1, 50e18);
        bytes32 id = begin(chain);
        work(chain, "a");
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainHalted(id);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Cancelled, 1, "a", 50e18 - COST);
        vm.prank(REQUESTER);
        chains.halt(chain);
    }

    /// @dev Somebody else could poke the chain on in the moment the step is over, for ever.
    function test_AHaltDuringAStepEndsTheChainAfterIt() public {
        ITaskChain.Chain memory chain = chainOf(3, 1, 50e18);
        bytes32 id = begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        vm.prank(REQUESTER);
        chains.halt(chain);
        eq(uint8(status(chain).status), uint8(ITaskChain.Status.Running), "still running");
        claim(task, solveTask(task, SOLVER, "a"));
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Cancelled, 1, "a", 50e18 - COST);
        vm.prank(THIEF);
        chains.advance(chain);
    }

    function test_TheOwnerTakesAnOpenStepBack() public {
        ITaskChain.Chain memory chain = chainOf(3, 1, 50e18);
        bytes32 id = begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RetractTooEarly.selector, retractAt(task)));
        chains.retract(chain, task);
        vm.warp(retractAt(task));
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(chains));
        emit ITaskChain.ChainEnded(id, ITaskChain.Ending.Cancelled, 0, 0, 50e18);
        chains.retract(chain, task);
        eq(balance(REQUESTER) - before, 50e18, "all of it");
        conserved();
    }

    function test_TheBondOfAForfeitedReservationBelongsToTheOwner() public {
        ITaskChain.Chain memory chain = chainOf(1, 1, COST);
        begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        skip(LIFETIME + 1);
        market.refund(task, held);
        uint80 before = balance(REQUESTER);
        chains.advance(chain);
        eq(balance(REQUESTER) - before, COST + BOND, "money and bond");
    }

    function test_WhatComesLateIsSwept() public {
        ITaskChain.Chain memory chain = chainOf(1, 1, COST);
        bytes32 id = begin(chain);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.ChainNotOver.selector, id));
        chains.sweep(chain);
        workOn(chain, "a");
        address to = purse(chain);
        vm.prank(THIRD);
        vault.transfer(to, 3e18);
        uint80 before = balance(REQUESTER);
        vm.prank(THIEF);
        eq(chains.sweep(chain), 3e18, "swept");
        eq(balance(REQUESTER) - before, 3e18, "to the owner");
        eq(chains.sweep(chain), 0, "nothing more");
    }

    /// @dev A refusal of the next step may pass; the owner decides.
    function test_ARefusedStepWaits() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        begin(chain);
        work(chain, "a");
        vm.prank(AUTHOR);
        registry.setFee(model, MODEL_FEE + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE + 1, MODEL_FEE));
        chains.advance(chain);
        eq(status(chain).done, 0, "nothing happened");
        vm.prank(AUTHOR);
        registry.setFee(model, MODEL_FEE);
        chains.advance(chain);
        eq(status(chain).done, 1, "goes on");
        work(chain, "b");
        vm.prank(AUTHOR);
        registry.retire(model);
        chains.advance(chain);
        eq(balance(purse(chain)), 0, "done");
    }

    function test_AHaltEndsAChainWhoseNextStepIsRefused() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        begin(chain);
        work(chain, "a");
        vm.prank(AUTHOR);
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, model));
        chains.advance(chain);
        uint80 before = balance(REQUESTER);
        vm.prank(REQUESTER);
        chains.halt(chain);
        eq(balance(REQUESTER) - before, 50e18 - COST, "rest back");
    }

    function test_OpeningBounds() public {
        ITaskChain.Chain memory chain = chainOf(0, 1, 50e18);
        _refused(chain, abi.encodeWithSelector(ITaskChain.StepsOutOfBounds.selector, 0, 32));
        chain = chainOf(33, 1, 50e18);
        _refused(chain, abi.encodeWithSelector(ITaskChain.StepsOutOfBounds.selector, 33, 32));
        chain = chainOf(1, 0, 50e18);
        _refused(chain, abi.encodeWithSelector(ITaskChain.RoundsOutOfBounds.selector, 0, 1000));
        chain.rounds = 1001;
        _refused(chain, abi.encodeWithSelector(ITaskChain.RoundsOutOfBounds.selector, 1001, 1000));
        chain = chainOf(1, 1, 50e18);
        chain.largest = 0;
        _refused(chain, abi.encodeWithSelector(ITaskMarket.InputMissing.selector));
        (chain.largest, chain.inputSize) = (1, 0);
        _refused(chain, abi.encodeWithSelector(ITaskMarket.InputMissing.selector));
        chain = chainOf(1, 1, COST - 1);
        _refused(
            chain, abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, purse(chain), COST - 1, COST)
        );
        chain = chainOf(32, 1000, COST);
        bytes32 id = begin(chain);
        _refused(chain, abi.encodeWithSelector(ITaskChain.DuplicateChain.selector, id));
    }

    function _refused(ITaskChain.Chain memory chain, bytes memory why) private {
        vm.prank(REQUESTER);
        vm.expectRevert(why);
        chains.open(chain);
    }
}
