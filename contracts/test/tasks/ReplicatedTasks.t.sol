// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IReplicatedTasks} from "../../interfaces/IReplicatedTasks.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ReplicaFixture} from "./ReplicaFixture.t.sol";

contract ReplicatedTasksTest is ReplicaFixture {
    function test_SubmissionTakesTheMoneyAndAnnouncesEverything() public {
        IReplicatedTasks.Job memory job = jobOf(replicated(), 3, sha256(INPUT));
        bytes32 id = keccak256(
            abi.encode(keccak256("folkmoot.replicated.v1"), block.chainid, address(replicas), job)
        );
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.JobSubmitted(id, REQUESTER, model, job, uint64(INPUT.length), INPUT);
        post(3);
        eq(before - balance(REQUESTER), PAY + MODEL_FEE, "paid");
        eq(vault.moduleOf(module).escrowed, PAY + MODEL_FEE, "escrow");
        ok(replicas.progressOf(id).known, "known");
    }

    function test_ABlobTravelsByDigest() public {
        IReplicatedTasks.Job memory job = jobOf(replicated(), 2, keccak256("b"));
        job.task.times |= 4;
        vm.startPrank(REQUESTER);
        eq(replicas.submitBlob(replicated(), 2, keccak256("b"), 7), replicas.taskIdOf(job), "id");
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        replicas.submitBlob(replicated(), 2, 0, 7);
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        replicas.submitBlob(replicated(), 2, keccak256("b"), 0);
        bytes32 id = replicas.taskIdOf(job);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.DuplicateJob.selector, id));
        replicas.submitBlob(replicated(), 2, keccak256("b"), 7);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.InputTooLarge.selector, 4097, 4096));
        replicas.submit(replicated(), 2, new bytes(4097));
    }

    function test_SubmissionBounds() public {
        ITaskMarket.Order memory o = replicated();
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsOutOfBounds.selector, 1, 2, 7));
        replicas.submit(o, 1, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsOutOfBounds.selector, 8, 2, 7));
        replicas.submit(o, 8, INPUT);
        o.assurance = 1;
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.AssuranceNotOffered.selector, 1));
        replicas.submit(o, 3, INPUT);
        o = replicated();
        o.maxExtra = MODEL_FEE - 1;
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE, MODEL_FEE - 1));
        replicas.submit(o, 3, INPUT);
        o = replicated();
        o.fee = type(uint80).max / 90;
        vm.expectRevert();
        replicas.submit(o, 3, INPUT);
    }

    /// @dev Later changes of the class do not touch a task that is there.
    function test_TheLockIsThatOfTheClassCritical() public {
        (IReplicatedTasks.Job memory job,) = post(2);
        vm.prank(OWNER);
        market.setAssurance(2, ITaskMarket.Assurance({checksBps: 0, lockFactor: 50}));
        take(job, SOLVER, RESULT);
        eq(locked(SOLVER), SEAT_LOCK, "as submitted");
        ITaskMarket.Order memory o = replicated();
        o.nonce = 1;
        vm.prank(REQUESTER);
        replicas.submit(o, 2, INPUT);
        job = jobOf(o, 2, sha256(INPUT));
        job.task.money = (job.task.money & ~(uint256(type(uint16).max) << 80)) | (uint256(50) << 80);
        take(job, RIVAL, RESULT);
        eq(locked(RIVAL), SEAT_LOCK / 2, "as it is now");
    }

    function test_WordsFollowThePublishedRules() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(2);
        take(job, SOLVER, RESULT);
        bytes32 seatId = keccak256(abi.encode(keccak256("folkmoot.replicated.seat.v1"), id, SOLVER));
        eq(replicas.seatIdOf(id, SOLVER), seatId, "seat");
        bytes32 tag = keccak256("folkmoot.replicated.stage.v1");
        bytes32 word = keccak256(abi.encode(tag, seatId, uint256(1), bytes32(sealFor(id, SOLVER, RESULT))));
        eq(replicas.seatWordOf(id, SOLVER), word, "sealed");
        take(job, RIVAL, RESULT);
        nextBlock();
        open(job, SOLVER, RESULT);
        eq(replicas.seatWordOf(id, SOLVER), keccak256(abi.encode(tag, seatId, uint256(2), RESULT)), "opened");
        uint256 disputeId = contest(job, SOLVER, RESULT, THIEF);
        word = keccak256(abi.encode(keccak256("folkmoot.replicated.frozen.v1"), seatId, RESULT, disputeId));
        eq(replicas.seatWordOf(id, SOLVER), word, "frozen");
        decideSeat(disputeId, 0, job, SOLVER, RESULT);
        eq(replicas.seatWordOf(id, SOLVER), keccak256(abi.encode(tag, seatId, uint256(4), RESULT)), "confirmed");
        eq(
            replicas.wordFor(id, seat(SOLVER, IReplicatedTasks.Stage.Confirmed, RESULT)),
            replicas.seatWordOf(id, SOLVER),
            "readable"
        );
    }

    function test_SeatsAreTakenUntilThereIsNone() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(2);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatTaken(id, SOLVER, sealFor(id, SOLVER, RESULT), 1);
        take(job, SOLVER, RESULT);
        eq(locked(SOLVER), SEAT_LOCK, "locked");
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.AlreadySeated.selector, SOLVER));
        replicas.take(job, "x");
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.RequesterCannotSit.selector, REQUESTER));
        replicas.take(job, "x");
        take(job, RIVAL, RESULT);
        vm.prank(THIRD);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.AllSeatsTaken.selector, id));
        replicas.take(job, "x");
        eq(replicas.progressOf(id).turnedAt, block.timestamp, "sealed");
    }

    function test_SeatsAreTakenUntilTheDeadline() public {
        (IReplicatedTasks.Job memory job,) = post(2);
        vm.warp(deadline(job.task));
        take(job, SOLVER, RESULT);
        skip(1);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(job.task)));
        replicas.take(job, "x");
    }

    function test_TurnsAreWaitedForBeforeTaking() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = 600;
        vm.prank(OWNER);
        market.setSettings(3, s);
        ITaskMarket.Order memory o = replicated();
        (o.class, o.lifetime) = (3, 7 days);
        (IReplicatedTasks.Job memory job,) = post(o, 2);
        nextBlock();
        nextBlock();
        uint48 opensAt = replicas.turnOf(job, SOLVER, vault.freeStakeOf(SOLVER), vault.totalStake());
        ok(opensAt > block.timestamp, "later than now");
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, opensAt));
        replicas.take(job, "x");
        vm.warp(opensAt);
        take(job, SOLVER, RESULT);
        ok(replicas.seedOf(job) != 0, "one seed for all seats");
    }

    function test_NothingIsOpenedBeforeAllAreSealed() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(3);
        take(job, SOLVER, RESULT);
        take(job, RIVAL, RESULT);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsEmpty.selector, id, 2));
        replicas.open(job, SALT, RESULT, 1);
        take(job, THIRD, RESULT);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, block.timestamp + 1));
        replicas.open(job, SALT, RESULT, 1);
        skip(1);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatOpened(id, SOLVER, RESULT, 5, 1);
        open(job, SOLVER, RESULT);
    }

    function test_OpeningEndsWithItsWindow() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(2);
        vm.warp(deadline(job.task));
        take(job, SOLVER, RESULT);
        take(job, RIVAL, RESULT);
        uint48 until = uint48(block.timestamp) + WINDOW;
        vm.warp(until);
        open(job, SOLVER, RESULT);
        skip(1);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.OpeningOver.selector, until));
        replicas.open(job, SALT, RESULT, 1);
        vm.warp(until + WINDOW - 1);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(RESULT, 0));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowOpen.selector, until + WINDOW));
        replicas.finish(job, seats);
        skip(1);
        replicas.finish(job, seats);
        nothingLeft();
    }

    function test_WhenAllAgreeAllArePaid() public {
        setIssue(0);
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(same(3));
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, same(3));
        skip(WINDOW - 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowOpen.selector, block.timestamp + 1));
        replicas.finish(job, seats);
        skip(1);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.JobAgreed(id, RESULT, 3, 0);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.SeatPaid(id, SOLVER, 0.9e18, 0, 0.1e18, MODEL_FEE);
        vm.prank(THIEF);
        replicas.finish(job, seats);
        for (uint256 i = 0; i < 3; ++i) eq(balance(solvers[i]), START + 0.9e18, "paid");
        nothingLeft();
        eq(replicas.payTreasury(), 0.3e18, "treasury");
        eq(replicas.payAuthor(model), MODEL_FEE, "author");
        eq(replicas.resultOf(id), 0, "not readable");
        conserved();
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.JobNotFound.selector, id));
        replicas.finish(job, seats);
    }

    function test_WhatDoesNotDivideGoesToTheFirstSeat() public {
        setIssue(0);
        ITaskMarket.Order memory o = replicated();
        o.fee = PAY + 2;
        (IReplicatedTasks.Job memory job, bytes32 id) = post(o, 3);
        for (uint256 i = 0; i < 3; ++i) take(job, solvers[i], RESULT);
        nextBlock();
        for (uint256 i = 0; i < 3; ++i) open(job, solvers[i], RESULT);
        skip(WINDOW);
        replicas.finish(job, seatsOf(id, same(3)));
        eq(balance(SOLVER), START + 0.9e18 + 2, "first");
        eq(balance(THIRD), START + 0.9e18, "third");
        nothingLeft();
        conserved();
    }

    function test_ContractsReadAgreedResultsOnly() public {
        ITaskMarket.Order memory o = replicated();
        o.readable = true;
        (IReplicatedTasks.Job memory job, bytes32 id) = post(o, 2);
        take(job, SOLVER, RESULT);
        take(job, RIVAL, RESULT);
        nextBlock();
        open(job, SOLVER, RESULT);
        open(job, RIVAL, RESULT);
        eq(replicas.resultOf(id), 0, "not yet");
        skip(WINDOW);
        replicas.finish(job, seatsOf(id, same(2)));
        eq(replicas.resultOf(id), RESULT, "agreed");
    }

    function test_PartsTogetherMintNoMoreThanOneSolverCould() public {
        ITaskMarket.Order memory o = replicated();
        o.class = TURNS;
        (IReplicatedTasks.Job memory job, bytes32 id) = post(o, 3);
        nextBlock();
        nextBlock();
        for (uint256 i = 0; i < 3; ++i) take(job, solvers[i], RESULT);
        nextBlock();
        for (uint256 i = 0; i < 3; ++i) open(job, solvers[i], RESULT);
        skip(WINDOW);
        ok(nextIssue(PAY) > 1e18, "the cap matters");
        replicas.finish(job, seatsOf(id, same(3)));
        for (uint256 i = 0; i < 3; ++i) eq(balance(solvers[i]), START + 0.9e18 + 1e18, "its part, and as much again");
        conserved();
        // Where nobody competes: what the treasury takes.
        (job, id) = seated(same(3));
        skip(WINDOW);
        replicas.finish(job, seatsOf(id, same(3)));
        eq(balance(SOLVER), START + 1.9e18 + 0.9e18 + 0.1e18, "a tenth of its part");
        conserved();
    }

    function test_EmptySeatsAtTheDeadlineGiveEverythingBack() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(3);
        take(job, SOLVER, RESULT);
        take(job, RIVAL, WRONG);
        IReplicatedTasks.Seat[] memory seats = new IReplicatedTasks.Seat[](2);
        seats[0] = seat(SOLVER, IReplicatedTasks.Stage.Sealed, sealFor(id, SOLVER, RESULT));
        seats[1] = seat(RIVAL, IReplicatedTasks.Stage.Sealed, sealFor(id, RIVAL, WRONG));
        vm.warp(deadline(job.task));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlineNotPassed.selector, deadline(job.task)));
        replicas.refund(job, seats);
        skip(1);
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(replicas));
        emit IReplicatedTasks.JobFailed(id, REQUESTER, PAY + MODEL_FEE);
        vm.prank(THIEF);
        replicas.refund(job, seats);
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE, "money back");
        eq(balance(SOLVER), START, "no loss");
        eq(replicas.seatWordOf(id, SOLVER), 0, "seat freed");
        nothingLeft();
        conserved();
    }

    function test_RefundNeedsAnEmptySeat() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(same(2));
        vm.warp(deadline(job.task) + 1);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.AllSeatsTaken.selector, id));
        replicas.refund(job, seatsOf(id, same(2)));
    }

    function test_RetractBeforeTheFirstSeatOnly() public {
        (IReplicatedTasks.Job memory job,) = post(2);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotRequester.selector, address(this)));
        replicas.retract(job);
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RetractTooEarly.selector, retractAt(job.task)));
        replicas.retract(job);
        vm.warp(retractAt(job.task));
        uint80 before = balance(REQUESTER);
        replicas.retract(job);
        eq(balance(REQUESTER) - before, PAY + MODEL_FEE, "money back");
        vm.stopPrank();
        nothingLeft();
        bytes32 id;
        (job, id) = post(2);
        take(job, SOLVER, RESULT);
        vm.warp(retractAt(job.task));
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsTaken.selector, id, 1));
        replicas.retract(job);
    }

    function test_ASeatNeedsFreeStake() public {
        ITaskMarket.Order memory o = replicated();
        o.fee = 51e18;
        (IReplicatedTasks.Job memory job,) = post(o, 2);
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, START, 5_100e18)
        );
        replicas.take(job, "x");
    }
}
