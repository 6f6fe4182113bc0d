// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Commitment and reveal: who, when and of what.
contract RevealsTest is Fixture {
    function test_CommitIsRecordedWithItsTime() public {
        bytes32 id = keccak256("t");
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, RESULT);
        eq(bytes32(commitment), bytes32(bytes26(keccak256(abi.encode(id, SOLVER, SALT, RESULT)))), "rule");
        vm.expectEmit(address(market));
        emit ITaskMarket.Committed(id, SOLVER, 65_535, commitment);
        commit(id, SOLVER, 65_535);
        (bytes26 found, uint48 time) = market.commitmentOf(SOLVER, 65_535);
        eq(bytes32(found), bytes32(commitment), "commitment");
        eq(time, block.timestamp, "time");
    }

    function testFuzz_SlotsDoNotTouchEachOther(address a, address b, uint16 i, uint16 j, bytes26 x, bytes26 y) public {
        vm.assume(a != b || i != j);
        vm.prank(a);
        market.commit("t", i, x);
        skip(7);
        vm.prank(b);
        market.commit("t", j, y);
        (bytes26 found, uint48 time) = market.commitmentOf(a, i);
        eq(bytes32(found), bytes32(x), "first");
        eq(time, block.timestamp - 7, "its time");
        (found, time) = market.commitmentOf(b, j);
        eq(bytes32(found), bytes32(y), "second");
        eq(time, block.timestamp, "its time");
    }

    function test_RevealLocksStakeAndSaysTheResult() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        commit(id, SOLVER, 7);
        nextBlock();
        vm.expectEmit(address(market));
        emit ITaskMarket.Revealed(id, SOLVER, RESULT, 1, uint48(block.timestamp));
        ITaskMarket.Solution memory solution = reveal(task, none(), SOLVER, 7);
        eq(locked(SOLVER), LOCK, "locked");
        eq(vault.moduleOf(address(market)).locked, LOCK, "by the market");
        eq(market.wordOf(id), market.solvedWordOf(id, solution), "word");
        eq(market.resultOf(id), 0, "not readable");
    }

    function test_NewcomersMustReserve() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, THIEF);
        commit(id, THIEF, 0);
        nextBlock();
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NewcomerMustReserve.selector, THIEF));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        ITaskMarket.Reservation memory held = reserve(task, THIEF);
        nextBlock();
        reveal(task, held, THIEF, 0);
    }

    function test_TheTwentiethWorkMakesTheDifference() public {
        IStakeVault.Settlement memory nothing;
        nothing.worker = THIEF;
        for (uint256 i = 0; i < 19; ++i) {
            vm.prank(address(market));
            vault.settle(nothing);
        }
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, THIEF);
        commit(id, THIEF, 0);
        nextBlock();
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NewcomerMustReserve.selector, THIEF));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        vm.prank(address(market));
        vault.settle(nothing);
        reveal(task, none(), THIEF, 0);
    }

    function test_WhereNothingIsCheckedNewcomersNeedNotReserve() public {
        _settings(0, 5, 5);
        (ITaskMarket.Task memory task,) = submit();
        race(task, THIEF);
    }

    function test_CheckersHaveTheirNotice() public {
        _settings(1_000, 0, 300);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        vm.warp(uint256(submittedAt(task)) + 299);
        _early(task, none(), submittedAt(task) + 300);
        skip(1);
        reveal(task, none(), SOLVER, 0);
    }

    function test_AReservationStartsTheNoticeAnew() public {
        _settings(1_000, 0, 300);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(uint256(submittedAt(task)) + 1_000);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        commit(id, SOLVER, 0);
        vm.warp(uint256(held.since) + 299);
        _early(task, held, held.since + 300);
        skip(1);
        reveal(task, held, SOLVER, 0);
    }

    function test_WhereNothingIsCheckedThereIsNoNotice() public {
        _settings(0, 0, 300);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 0);
        vm.prank(DUTY);
        market.hold(id, deadline(task));
        skip(1);
        reveal(task, none(), SOLVER, 0);
    }

    function test_ASealHoldsTheReveal() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        commit(id, SOLVER, 0);
        uint48 until = uint48(block.timestamp) + 500;
        vm.prank(DUTY);
        market.hold(id, until);
        vm.warp(until - 1);
        _early(task, none(), until);
        vm.warp(until);
        reveal(task, none(), SOLVER, 0);
    }

    function test_CommitmentsExpire() public {
        ITaskMarket.Order memory o = order();
        o.lifetime = 1 days;
        (ITaskMarket.Task memory task, bytes32 id) = submit(REQUESTER, o);
        awaitTurn(task, SOLVER);
        commit(id, SOLVER, 0);
        uint48 time = uint48(block.timestamp);
        vm.warp(uint256(time) + 6 hours + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentExpired.selector, time));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        vm.warp(uint256(time) + 6 hours);
        reveal(task, none(), SOLVER, 0);
        eq(market.COMMITMENT_LIFETIME(), 6 hours, "published");
    }

    /// @dev Zero is what a readable result says before there is one.
    function test_NoResultIsRefused() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, 0);
        vm.prank(SOLVER);
        market.commit(id, 0, commitment);
        skip(1);
        vm.prank(SOLVER);
        vm.expectRevert(ITaskMarket.ResultMissing.selector);
        market.reveal(task, none(), 0, SALT, 0, 0);
    }

    function test_NotInTheSecondOfTheCommitment() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        nextBlock();
        commit(id, SOLVER, 0);
        vm.roll(block.number + 1);
        _early(task, none(), uint48(block.timestamp) + 1);
        skip(1);
        reveal(task, none(), SOLVER, 0);
    }

    function test_RevealAfterTheDeadlineIsRefused() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(uint256(deadline(task)) - 100);
        commit(id, SOLVER, 0);
        vm.warp(uint256(deadline(task)) + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(task)));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        vm.warp(deadline(task));
        reveal(task, none(), SOLVER, 0);
    }

    function test_RevealNeedsFreeStake() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(uint256(submittedAt(task)) + LIFETIME / 2);
        commit(id, SOLVER, 0);
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK + 1);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, LOCK - 1, LOCK));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        eq(market.wordOf(id), bytes32(uint256(1)), "still open for others");
    }

    function test_TheSameStakeDoesNotAnswerForTwoTasks() public {
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK);
        (ITaskMarket.Task memory first,) = submit();
        (ITaskMarket.Task memory second, bytes32 id) = submit();
        vm.warp(uint256(submittedAt(first)) + LIFETIME / 2);
        race(first, SOLVER);
        commit(id, SOLVER, 0);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, 0, LOCK));
        market.reveal(second, none(), 0, SALT, RESULT, 1);
    }

    /// @dev Whoever reserved two tasks with stake for one can bring one to its end.
    function test_TwoReservationsWithStakeForOne() public {
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK - BOND);
        (ITaskMarket.Task memory first,) = submit();
        (ITaskMarket.Task memory second,) = submit();
        vm.warp(uint256(submittedAt(first)) + LIFETIME / 2);
        ITaskMarket.Reservation memory held = reserve(first, SOLVER);
        vm.prank(SOLVER);
        market.reserve(second, none());
        commit(market.taskIdOf(first), SOLVER, 0);
        nextBlock();
        reveal(first, held, SOLVER, 0);
        eq(vault.freeStakeOf(SOLVER), 0, "everything answers for something");
    }

    function test_ReadableResults() public {
        ITaskMarket.Order memory o = order();
        o.readable = true;
        (ITaskMarket.Task memory task, bytes32 id) = submit(REQUESTER, o);
        eq(market.resultOf(id), 0, "none yet");
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        eq(market.resultOf(id), RESULT, "from the reveal on");
        claim(task, solution);
        eq(market.resultOf(id), RESULT, "for good");
        eq(market.wordOf(id), 0, "final");
    }

    function test_RequesterMaySolveItsOwnTask() public {
        (ITaskMarket.Task memory task,) = submit();
        ITaskMarket.Solution memory solution = solve(task, REQUESTER);
        eq(solution.solver, REQUESTER, "self");
        eq(locked(REQUESTER), LOCK, "answers like everybody else");
    }

    function _early(ITaskMarket.Task memory task, ITaskMarket.Reservation memory held, uint48 from) private {
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, from));
        market.reveal(task, held, 0, SALT, RESULT, 1);
    }

    function _settings(uint16 checksBps, uint16 spread, uint16 notice) private {
        ITaskMarket.Settings memory s = defaultSettings();
        (s.checksBps, s.spread, s.notice) = (checksBps, spread, notice);
        vm.prank(OWNER);
        market.setSettings(0, s);
    }
}
