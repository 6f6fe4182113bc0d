// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev What somebody who wants money that is not theirs would try.
contract AttacksTest is Fixture {
    function test_CopiedCommitmentIsWorthNothing() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, RESULT);
        vm.prank(THIEF);
        market.commit(id, 0, commitment);
        commit(id, SOLVER, 0);
        nextBlock();
        // The thief has seen salt and digest of the solver's pending reveal and comes first.
        bytes26 expected = market.commitmentFor(id, THIEF, SALT, RESULT);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, commitment));
        market.reveal(task, 0, SALT, RESULT, 1);
        eq(reveal(task, SOLVER, 0).solver, SOLVER, "the author is not disturbed");
    }

    function test_ResultSeenInTheMempoolCannotBeCommittedAndRevealedInOneBlock() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, THIEF, 0);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, block.number));
        market.reveal(task, 0, SALT, RESULT, 1);
    }

    function test_CommitmentToOneTaskDoesNotOpenAnother() public {
        (, bytes32 first) = submit();
        (ITaskMarket.Task memory second,) = submit();
        commit(first, SOLVER, 0);
        nextBlock();
        _expectMismatch(market.taskIdOf(second), SOLVER, 0);
        market.reveal(second, 0, SALT, RESULT, 1);
    }

    function test_CommitmentInAnotherSlotIsNotFound() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 1);
        nextBlock();
        _expectMismatch(id, SOLVER, 0);
        market.reveal(task, 0, SALT, RESULT, 1);
    }

    function test_UsedCommitmentCannotBeUsedAgain() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        bytes memory notOpen = abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id);
        vm.prank(SOLVER);
        vm.expectRevert(notOpen);
        market.reveal(task, 0, SALT, RESULT, 1);
        skip(WINDOW);
        market.claim(task, solution);
        vm.prank(SOLVER);
        vm.expectRevert(notOpen);
        market.reveal(task, 0, SALT, RESULT, 1);
        (ITaskMarket.Task memory next, bytes32 nextId) = submit();
        _expectMismatch(nextId, SOLVER, 0);
        market.reveal(next, 0, SALT, RESULT, 1);
    }

    function test_OverwrittenCommitmentIsGone() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        commit(keccak256("another task"), SOLVER, 0);
        nextBlock();
        _expectMismatch(id, SOLVER, 0);
        market.reveal(task, 0, SALT, RESULT, 1);
    }

    function test_EmptySlotOpensNothing() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        _expectMismatch(id, THIEF, 9);
        market.reveal(task, 9, SALT, RESULT, 1);
    }

    function test_RevealAfterTheDeadlineIsRefused() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        nextBlock();
        vm.warp(task.deadline + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, task.deadline));
        market.reveal(task, 0, SALT, RESULT, 1);
        vm.warp(task.deadline);
        reveal(task, SOLVER, 0);
    }

    function test_SecondSolverComesTooLate() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        commit(id, THIEF, 0);
        nextBlock();
        ITaskMarket.Solution memory solution = reveal(task, SOLVER, 0);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reveal(task, 0, SALT, RESULT, 1);
        eq(locked(THIEF), 0, "and loses nothing");
        solution.solver = THIEF;
        skip(WINDOW);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id));
        market.claim(task, solution);
    }

    function test_NobodyIsPaidTwice() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        submit();
        skip(WINDOW);
        market.claim(task, solution);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id));
        market.claim(task, solution);
    }

    function test_NobodyIsRefundedTwice() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        submit();
        vm.warp(task.deadline + 1);
        market.refund(task);
        bytes memory notOpen = abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id);
        vm.expectRevert(notOpen);
        market.refund(task);
        vm.prank(REQUESTER);
        vm.expectRevert(notOpen);
        market.retract(task);
    }

    function test_ForeignClaimPaysTheSolver() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        skip(WINDOW);
        vm.prank(THIEF);
        market.claim(task, solution);
        eq(balance(SOLVER), 5_009e18, "solver");
        eq(balance(THIEF), 5_000e18, "caller");
    }

    function test_ModelFeeRaisedInFlightIsRefused() public {
        vm.prank(AUTHOR);
        registry.setFee(model, MODEL_FEE + 1);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ModelFeeTooHigh.selector, MODEL_FEE + 1, MODEL_FEE));
        market.submit(model, FEE, MODEL_FEE, LIFETIME, INPUT);
    }

    function test_ModelFeeRaisedLaterDoesNotTouchTheTask() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.prank(AUTHOR);
        registry.setFee(model, 9_000e18);
        skip(WINDOW);
        market.claim(task, solution);
        eq(balance(PAYEE), MODEL_FEE, "agreed fee");
    }

    function test_RequesterCannotRetractEarlyOrAfterTheReveal() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.startPrank(REQUESTER);
        vm.warp(task.retractAt - 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RetractTooEarly.selector, task.retractAt));
        market.retract(task);
        vm.stopPrank();
        commit(id, SOLVER, 0);
        nextBlock();
        reveal(task, SOLVER, 0);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.retract(task);
        vm.warp(task.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.refund(task);
    }

    function test_RevealAfterARetractionIsRefusedAndLocksNothing() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        vm.warp(task.retractAt);
        vm.roll(block.number + 1);
        vm.prank(REQUESTER);
        market.retract(task);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reveal(task, 0, SALT, RESULT, 1);
        eq(locked(SOLVER), 0, "no lock");
    }

    function test_OnlyTheRequesterRetracts() public {
        (ITaskMarket.Task memory task,) = submit();
        vm.warp(task.retractAt);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotRequester.selector, THIEF));
        market.retract(task);
    }

    function test_RevealNeedsFreeStake() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        vm.prank(SOLVER);
        vault.requestUnstake(5_000e18 - LOCK + 1);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, LOCK - 1, LOCK)
        );
        market.reveal(task, 0, SALT, RESULT, 1);
        eq(market.wordOf(id), bytes32(uint256(1)), "still open for others");
    }

    function test_TheSameStakeDoesNotAnswerForTwoTasks() public {
        vm.prank(SOLVER);
        vault.requestUnstake(5_000e18 - LOCK);
        solved();
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, 0, LOCK));
        market.reveal(task, 0, SALT, RESULT, 1);
    }

    function test_TaskOfAnotherChainOrMarketIsUnknown() public {
        (ITaskMarket.Task memory task,) = submit();
        TaskMarket other = new TaskMarket(vault, registry, TREASURY, defaultSettings(), OWNER);
        vm.warp(task.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, other.taskIdOf(task)));
        other.refund(task);
        vm.chainId(4242);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, market.taskIdOf(task)));
        market.refund(task);
    }

    function test_MarketThatIsNoModuleCannotTakeMoney() public {
        TaskMarket other = new TaskMarket(vault, registry, TREASURY, defaultSettings(), OWNER);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(other)));
        other.submit(model, FEE, MODEL_FEE, LIFETIME, INPUT);
    }

    function testFuzz_AlteredTaskIsRefusedEverywhere(uint256 field, uint256 change) public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        (ITaskMarket.Task memory open,) = submit();
        _alter(task, field, change);
        _alter(open, field, change);
        vm.warp(task.deadline > open.deadline ? uint256(task.deadline) + 30 days : uint256(open.deadline) + 30 days);
        ok(market.taskIdOf(task) != id, "another id");
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, market.taskIdOf(task)));
        market.claim(task, solution);
        bytes memory notOpen = abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, market.taskIdOf(open));
        vm.startPrank(open.requester);
        vm.expectRevert(notOpen);
        market.refund(open);
        vm.expectRevert(notOpen);
        market.retract(open);
        vm.expectRevert(notOpen);
        market.reveal(open, 0, SALT, RESULT, 1);
    }

    function testFuzz_AlteredSolutionIsRefused(uint256 field, uint256 change) public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        uint256 bit = change % 48;
        if (field % 3 == 0) solution.solver = address(uint160(solution.solver) ^ uint160(1 << bit));
        if (field % 3 == 1) solution.revealedAt ^= uint48(1 << bit);
        if (field % 3 == 2) solution.resultDigest ^= bytes32(uint256(1 << (change % 256)));
        vm.warp(type(uint48).max);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id));
        market.claim(task, solution);
    }

    /// @dev Turns one bit of one field.
    function _alter(ITaskMarket.Task memory t, uint256 field, uint256 change) private pure {
        uint256 kind = field % 12;
        if (kind == 0) t.requester = address(uint160(t.requester) ^ uint160(1 << (change % 160)));
        if (kind == 1) t.nonce ^= uint64(1 << (change % 64));
        if (kind == 2) t.fee ^= uint80(1 << (change % 80));
        if (kind == 3) t.modelFee ^= uint80(1 << (change % 80));
        if (kind == 4) t.lock ^= uint80(1 << (change % 80));
        if (kind == 5) t.model ^= bytes32(uint256(1 << (change % 256)));
        if (kind == 6) t.inputDigest ^= bytes32(uint256(1 << (change % 256)));
        if (kind == 7) t.submittedAt ^= uint48(1 << (change % 40));
        if (kind == 8) t.retractAt ^= uint48(1 << (change % 40));
        if (kind == 9) t.deadline ^= uint48(1 << (change % 40));
        if (kind == 10) t.claimWindow ^= uint32(1 << (change % 32));
        if (kind == 11) t.treasuryBps ^= uint16(1 << (change % 16));
    }

    function _expectMismatch(bytes32 id, address solver, uint16 slot) private {
        (bytes26 found,) = market.commitmentOf(solver, slot);
        bytes26 expected = market.commitmentFor(id, solver, SALT, RESULT);
        vm.prank(solver);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, found));
    }
}
