// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

contract ReservationsTest is Fixture {
    function test_ReservationLocksTheBondAndKeepsOthersAway() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        awaitTurn(task, THIEF);
        uint48 now_ = uint48(block.timestamp);
        vm.expectEmit(address(market));
        emit ITaskMarket.Reserved(id, SOLVER, now_, now_ + 90);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        eq(locked(SOLVER), BOND, "bond");
        eq(market.wordOf(id), market.reservedWordOf(id, held), "word");
        bytes memory notOpen = abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id);
        vm.prank(THIEF);
        vm.expectRevert(notOpen);
        market.reserve(task, none());
        veteran(THIEF);
        commit(id, THIEF, 0);
        nextBlock();
        vm.prank(THIEF);
        vm.expectRevert(notOpen);
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.reveal(task, held, 0, SALT, RESULT, 1);
        vm.warp(retractAt(task));
        vm.prank(REQUESTER);
        vm.expectRevert(notOpen);
        market.retract(task);
        vm.warp(uint256(deadline(task)) + 1);
        vm.expectRevert(notOpen);
        market.refund(task, none());
    }

    function test_HolderRevealsAndOnlyThenTheRestIsLocked() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        eq(locked(SOLVER), LOCK, "the bond is a part of it");
        eq(market.wordOf(id), market.solvedWordOf(id, solution), "solved");
    }

    function test_OnlyWhoCouldLockTheRestMayReserve() public {
        (ITaskMarket.Task memory task,) = submit();
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK + 1);
        vm.warp(uint256(submittedAt(task)) + LIFETIME / 2);
        bytes memory refused =
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, LOCK - 1, LOCK);
        vm.prank(SOLVER);
        vm.expectRevert(refused);
        market.reserve(task, none());
        vm.startPrank(SOLVER);
        vault.stake(1);
        market.reserve(task, none());
        vm.stopPrank();
        eq(locked(SOLVER), START - LOCK + 1 + BOND, "bond beside the exit");
    }

    function test_WithoutTheBondNothing() public {
        (ITaskMarket.Task memory task,) = submit();
        vm.prank(SOLVER);
        vault.requestUnstake(START - BOND + 1);
        vm.warp(uint256(submittedAt(task)) + LIFETIME / 2);
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, BOND - 1, BOND)
        );
        market.reserve(task, none());
    }

    function test_SuspendedSolversDoNotReserve() public {
        (ITaskMarket.Task memory task,) = submit();
        awaitTurn(task, SOLVER);
        court.suspend(SOLVER, uint48(block.timestamp) + 1 days);
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.AccountSuspended.selector, SOLVER, uint48(block.timestamp) + 1 days)
        );
        market.reserve(task, none());
    }

    function test_NotAfterTheDeadline() public {
        (ITaskMarket.Task memory task,) = submit();
        vm.warp(uint256(deadline(task)) + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(task)));
        market.reserve(task, none());
        // Nor with less than two notices left: nobody could reveal under it.
        vm.warp(uint256(deadline(task)) - 9);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(task)));
        market.reserve(task, none());
        vm.warp(uint256(deadline(task)) - 10);
        reserve(task, SOLVER);
    }

    function test_ForfeitedBondGoesToTheRequester() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        vm.warp(held.until);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, held.until));
        market.forfeit(task, held);
        skip(1);
        vm.expectEmit(address(market));
        emit ITaskMarket.Forfeited(id, SOLVER, BOND);
        vm.prank(THIEF);
        market.forfeit(task, held);
        eq(market.wordOf(id), bytes32(uint256(1)), "open again");
        eq(stakeOf(SOLVER), START - BOND, "bond taken");
        eq(locked(SOLVER), 0, "no lock left");
        eq(balance(REQUESTER), START - FEE - MODEL_FEE + BOND, "bond to the requester");
        eq(balance(THIEF), START, "not to who calls");
        eq(vault.moduleOf(address(market)).escrowed, FEE + MODEL_FEE, "escrow as before");
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.forfeit(task, held);
    }

    function testFuzz_OnlyTheStandingReservationIsForfeited(uint256 field, uint256 bit) public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        vm.warp(uint256(held.until) + 1 days);
        if (field % 3 == 0) held.solver = address(uint160(held.solver) ^ uint160(1 << (bit % 160)));
        if (field % 3 == 1) held.since ^= uint48(1 << (bit % 30));
        if (field % 3 == 2) held.until ^= uint48(1 << (bit % 30));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.forfeit(task, held);
    }

    function test_NextSolverForfeitsAndReservesInOne() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        awaitTurn(task, THIEF);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, held.until));
        market.reserve(task, held);
        vm.warp(uint256(held.until) + 1);
        uint48 now_ = uint48(block.timestamp);
        vm.expectEmit(address(market));
        emit ITaskMarket.Forfeited(id, SOLVER, BOND);
        vm.expectEmit(address(market));
        emit ITaskMarket.Reserved(id, THIEF, now_, now_ + 90);
        vm.prank(THIEF);
        market.reserve(task, held);
        eq(locked(THIEF), BOND, "new bond");
        eq(stakeOf(SOLVER), START - BOND, "old bond");
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.reserve(task, held);
    }

    function test_RefundForfeitsWhatStands() public {
        (ITaskMarket.Task memory task,) = submit();
        vm.warp(uint256(deadline(task)) - 10);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        vm.warp(uint256(deadline(task)) + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, held.until));
        market.refund(task, held);
        vm.warp(uint256(held.until) + 1);
        vm.prank(THIEF);
        market.refund(task, held);
        eq(balance(REQUESTER), START + BOND, "money and bond");
        eq(vault.moduleOf(address(market)).escrowed, 0, "nothing kept");
    }

    function test_RefundOfAReservedTaskWaitsForTheDeadline() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Reservation memory held) = _reserved();
        vm.warp(uint256(held.until) + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlineNotPassed.selector, deadline(task)));
        market.refund(task, held);
    }

    function test_LateHolderMayRevealUntilSomebodyActs() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        vm.warp(uint256(held.until) + 5 minutes);
        commit(id, SOLVER, 0);
        nextBlock();
        reveal(task, held, SOLVER, 0);
        eq(stakeOf(SOLVER), START, "keeps its bond");
    }

    function test_HeldRevealsHaveANoticeMore() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        uint48 until = held.until + 40;
        vm.expectEmit(address(market));
        emit ITaskMarket.Held(id, until);
        vm.prank(DUTY);
        market.hold(id, until);
        eq(market.heldUntil(id), until, "held");
        vm.warp(until + 5);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, until + 5));
        market.forfeit(task, held);
        skip(1);
        market.forfeit(task, held);
    }

    /// @dev Whoever holds reveals must not be able to hold money: nobody can reveal after the deadline anyway.
    function test_AHoldWithoutEndCatchesNoMoney() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        vm.prank(DUTY);
        market.hold(id, type(uint48).max - 100);
        vm.warp(deadline(task));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, deadline(task)));
        market.forfeit(task, held);
        skip(1);
        market.refund(task, held);
        eq(balance(REQUESTER), START + BOND, "money back");
    }

    function test_AHoldMayBeLifted() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        commit(id, SOLVER, 0);
        vm.startPrank(DUTY);
        market.hold(id, uint48(block.timestamp) + 30);
        nextBlock();
        market.hold(id, uint48(block.timestamp) - 1);
        vm.stopPrank();
        reveal(task, held, SOLVER, 0);
    }

    function test_OnlyTheDutyRosterHolds() public {
        (, bytes32 id,) = _reserved();
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotDuty.selector, OWNER));
        market.hold(id, 1);
    }

    function test_ABondOfZeroIsNothingToTake() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.bondBps = 0;
        vm.prank(OWNER);
        market.setSettings(0, s);
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held) = _reserved();
        eq(locked(SOLVER), 0, "no bond");
        vm.warp(uint256(held.until) + 1);
        vm.expectEmit(address(market));
        emit ITaskMarket.Forfeited(id, SOLVER, 0);
        market.forfeit(task, held);
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        eq(locked(SOLVER), LOCK, "the lock comes with the reveal");
        claim(task, solution);
        eq(locked(SOLVER), 0, "and goes with the claim");
    }

    function test_TheSameSolverMayReserveAgain() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Reservation memory held) = _reserved();
        vm.warp(uint256(held.until) + 1);
        vm.prank(SOLVER);
        market.reserve(task, held);
        eq(stakeOf(SOLVER), START - BOND, "first bond is gone");
        eq(locked(SOLVER), BOND, "second is locked");
    }

    function _reserved()
        private
        returns (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Reservation memory held)
    {
        (task, id) = submit();
        awaitTurn(task, SOLVER);
        held = reserve(task, SOLVER);
    }
}
