// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {IReplicatedTasks} from "../../interfaces/IReplicatedTasks.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ReplicaFixture} from "./ReplicaFixture.t.sol";

/// @dev Seats that are missing, differ, or are brought before the court.
contract ReplicatedContestTest is ReplicaFixture {
    function setUp() public override {
        super.setUp();
        setIssue(0);
    }

    function test_AMissingSeatOfThreeLosesItsBondToTheRequester() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, 0, RESULT));
        skip(2 * WINDOW);
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.JobAgreed(id, RESULT, 2, 1e18 + SEAT_BOND);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatMissed(id, RIVAL, SEAT_BOND);
        replicas.finish(job, seatsOf(id, results(RESULT, 0, RESULT)));
        eq(balance(REQUESTER) - before, 1e18 + SEAT_BOND, "the part of the seat, and its bond");
        eq(stakeOf(RIVAL), START - SEAT_BOND, "bond lost");
        eq(balance(SOLVER), START + 0.9e18, "the others are paid");
        nothingLeft();
        conserved();
    }

    /// @dev A requester with a seat of his own could otherwise get the work of the others for nothing.
    function test_AMissingSeatOfTwoPaysItsBondToTheOther() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, 0));
        skip(2 * WINDOW);
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.JobFailed(id, REQUESTER, PAY + MODEL_FEE);
        replicas.finish(job, seatsOf(id, results(RESULT, 0)));
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE, "money back");
        eq(balance(SOLVER), START + SEAT_BOND, "bond");
        eq(stakeOf(RIVAL), START - SEAT_BOND, "bond lost");
        nothingLeft();
        conserved();
    }

    function test_WhenNobodyOpensTheRequesterHasTheBonds() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(0, 0, 0));
        skip(2 * WINDOW);
        uint80 before = balance(REQUESTER);
        replicas.finish(job, seatsOf(id, results(0, 0, 0)));
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE + 3 * SEAT_BOND, "money and bonds");
        nothingLeft();
        conserved();
    }

    function test_DisagreementWithoutContestGivesEverythingBack() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        skip(WINDOW);
        uint80 before = balance(REQUESTER);
        replicas.finish(job, seatsOf(id, results(RESULT, WRONG, RESULT)));
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE, "money back");
        for (uint256 i = 0; i < 3; ++i) eq(stakeOf(solvers[i]) + balance(solvers[i]), 2 * START, "no loss, no gain");
        nothingLeft();
        conserved();
    }

    function test_TheHonestSeatsThrowTheOtherOutAndArePaid() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatContested(id, SOLVER, RIVAL, WRONG, 1);
        uint256 disputeId = contest(job, RIVAL, WRONG, SOLVER);
        ICourtOpening.Opening memory o = court.openingOf(disputeId);
        eq(o.subject, replicas.seatIdOf(id, RIVAL), "subject");
        eq(o.atStake, SEAT_LOCK, "at stake");
        eq(o.bond, SEAT_LOCK / 2, "bond");
        eq(vault.moduleOf(module).locked, 2 * SEAT_LOCK, "the lock went along");
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(RESULT, WRONG, RESULT));
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsFrozen.selector, id, 1));
        replicas.finish(job, seats);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatRuled(id, RIVAL, disputeId, IReplicatedTasks.Stage.Out);
        decideSeat(disputeId, 1, job, RIVAL, WRONG);
        seats[1] = seat(RIVAL, IReplicatedTasks.Stage.Out, 0);
        uint80 before = balance(REQUESTER);
        replicas.finish(job, seats);
        eq(balance(REQUESTER) - before, 1e18, "its part");
        eq(stakeOf(RIVAL), START - SEAT_LOCK, "slashed");
        eq(balance(THIRD), START + 0.9e18, "paid");
        eq(balance(SOLVER), START + 0.9e18 + SEAT_LOCK / 2, "paid, and half of the slash");
        nothingLeft();
        conserved();
    }

    function test_AConfirmedSeatIsPaidAndNotUnlockedTwice() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(same(3));
        uint256 disputeId = contest(job, RIVAL, RESULT, THIEF);
        decideSeat(disputeId, 2, job, RIVAL, RESULT);
        eq(locked(RIVAL), 0, "the court has settled its lock");
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, RIVAL));
        replicas.contest(job, RIVAL, RESULT, "again");
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, same(3));
        seats[1] = seat(RIVAL, IReplicatedTasks.Stage.Confirmed, RESULT);
        replicas.finish(job, seats);
        eq(balance(RIVAL), START + 0.9e18 + SEAT_LOCK / 4, "paid, and half of the bond");
        nothingLeft();
        conserved();
    }

    /// @dev All seats may be wrong together; anybody may say so.
    function test_AWrongMajorityIsThrownOut() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(WRONG, RESULT, WRONG));
        uint256 first = contest(job, SOLVER, WRONG, THIEF);
        uint256 second = contest(job, THIRD, WRONG, RIVAL);
        decideSeat(first, 1, job, SOLVER, WRONG);
        decideSeat(second, 1, job, THIRD, WRONG);
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(0, RESULT, 0));
        seats[0] = seat(SOLVER, IReplicatedTasks.Stage.Out, 0);
        seats[2] = seat(THIRD, IReplicatedTasks.Stage.Out, 0);
        uint80 before = balance(REQUESTER);
        replicas.finish(job, seats);
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE, "one seat is no agreement");
        nothingLeft();
        conserved();
    }

    function test_MoreThanHalfHaveToRemain() public {
        for (uint8 k = 2; k <= 7; ++k) {
            for (uint256 remaining = k / 2; remaining <= k / 2 + 1; ++remaining) {
                uint256 snapshot = state.snapshotState();
                bytes32[] memory digests = new bytes32[](k);
                for (uint256 i = 0; i < remaining; ++i) digests[i] = RESULT;
                (IReplicatedTasks.Job memory job, bytes32 id) = seated(digests);
                skip(2 * WINDOW);
                uint80 before = balance(SOLVER);
                replicas.finish(job, seatsOf(id, digests));
                uint256 part = PAY / k;
                uint256 paid = remaining > k / 2 ? part - part / 10 + PAY % k : SEAT_BOND * (k - remaining) / remaining;
                eq(balance(SOLVER) - before, paid, "the first seat");
                nothingLeft();
                conserved();
                state.revertToState(snapshot);
            }
        }
    }

    function test_ContestsEndWithTheWindow() public {
        (IReplicatedTasks.Job memory job,) = seated(same(2));
        uint48 closedAt = uint48(block.timestamp) + WINDOW;
        vm.warp(closedAt - 1);
        contest(job, SOLVER, RESULT, THIEF);
        vm.warp(closedAt);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowClosed.selector, closedAt));
        replicas.contest(job, RIVAL, RESULT, "");
    }

    function test_AnOpenedSeatIsContestedWhileOthersAreSealed() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(WRONG, 0, 0));
        uint256 disputeId = contest(job, SOLVER, WRONG, RIVAL);
        open(job, RIVAL, RESULT);
        open(job, THIRD, RESULT);
        decideSeat(disputeId, 1, job, SOLVER, WRONG);
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(0, RESULT, RESULT));
        seats[0] = seat(SOLVER, IReplicatedTasks.Stage.Out, 0);
        replicas.finish(job, seats);
        eq(balance(THIRD), START + 0.9e18, "paid");
        nothingLeft();
        conserved();
    }

    function test_ARetiredModuleStillEndsItsTasks() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        uint256 disputeId = contest(job, RIVAL, WRONG, THIRD);
        vm.prank(OWNER);
        vault.retireModule(module);
        decideSeat(disputeId, 1, job, RIVAL, WRONG);
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(RESULT, WRONG, RESULT));
        seats[1] = seat(RIVAL, IReplicatedTasks.Stage.Out, 0);
        replicas.finish(job, seats);
        nothingLeft();
        conserved();
    }
}
