// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchFixture} from "./BatchFixture.t.sol";
import {ItemProof} from "./ItemProof.t.sol";

contract BatchMarketTest is BatchFixture {
    function test_SubmissionTakesTheMoneyOnceAndAnnouncesEverything() public {
        bytes[] memory inputs = new bytes[](3);
        bytes32[] memory digests = new bytes32[](3);
        (inputs[0], inputs[1], inputs[2]) = ("a", "longer", "");
        for (uint256 i = 0; i < 3; ++i) digests[i] = sha256(inputs[i]);
        IBatchMarket.Batch memory batch =
            IBatchMarket.Batch(draft(REQUESTER, plain(), ItemProof.root(7, digests)), 3);
        bytes32 id = batches.batchIdOf(batch);
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(batches));
        emit IBatchMarket.BatchSubmitted(id, REQUESTER, model, batch, 6, inputs, new bytes32[](0));
        vm.prank(REQUESTER);
        eq(batches.submitBatch(plain(), inputs), id, "id");
        eq(before - balance(REQUESTER), 3 * EACH, "paid");
        eq(vault.moduleOf(module).escrowed, 3 * EACH, "escrow");
        (uint64 items, uint48 held) = batches.openOf(id);
        eq(items, 7, "open");
        eq(held, 0, "not held");
    }

    /// @dev The contract copies the fields instead of encoding them; the rules for everybody else are these.
    function test_HashesFollowThePublishedRules() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(5);
        bytes32 tag = keccak256("folkmoot.batch.v1");
        eq(id, keccak256(abi.encode(tag, block.chainid, address(batches), batch)), "id");
        IBatchMarket.Run memory run = run_(batch, 22, SOLVER);
        tag = keccak256("folkmoot.batch.run.v1");
        bytes32 runId = keccak256(abi.encode(tag, id, run.solver, run.revealedAt, run.root));
        eq(batches.runIdOf(id, run), runId, "run");
        eq(batches.unpaidOf(runId), 22, "items of the run");
        uint256 disputeId = contest(batch, run, 22, 4, THIEF);
        bytes32 itemId = keccak256(abi.encode(keccak256("folkmoot.batch.item.v1"), id, uint256(4)));
        eq(batches.itemIdOf(id, 4), itemId, "item");
        tag = keccak256("folkmoot.batch.frozen.v1");
        eq(batches.frozenWordOf(itemId), keccak256(abi.encode(tag, itemId, SOLVER, disputeId)), "frozen");
        eq(
            bytes32(batches.commitmentFor(id, SOLVER, SALT, run.root)),
            bytes32(bytes26(keccak256(abi.encode(id, SOLVER, SALT, run.root)))),
            "commitment"
        );
    }

    function testFuzz_TreeFollowsThePublishedRule(uint64 mask, uint8 pick) public view {
        if (mask == 0) mask = 1;
        eq(batches.rootOf(mask, digestsOf(mask)), ItemProof.root(mask, digestsOf(mask)), "root");
        pick = pick % 64;
        while (mask >> pick & 1 == 0) pick = (pick + 1) % 64;
        ok(ItemProof.proof(mask, digestsOf(mask), pick).length <= 6, "six hashes at most");
    }

    function test_SubmissionBounds() public {
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.BatchSizeOutOfBounds.selector, 0, 64));
        batches.submitBatch(plain(), new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.BatchSizeOutOfBounds.selector, 65, 64));
        batches.submitBatch(plain(), new bytes[](65));
        bytes[] memory inputs = new bytes[](2);
        inputs[1] = new bytes(4097);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.InputTooLarge.selector, 4097, 4096));
        batches.submitBatch(plain(), inputs);
        bytes32[] memory digests = new bytes32[](2);
        digests[0] = inputDigest(0);
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        batches.submitBlobs(plain(), digests, 1);
        digests[1] = digests[0];
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        batches.submitBlobs(plain(), digests, 0);
        ITaskMarket.Order memory o = plain();
        o.readable = true;
        vm.expectRevert(IBatchMarket.NotReadable.selector);
        batches.submitBlobs(o, digests, 1);
        (o.readable, o.assurance) = (false, 1);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.AssuranceNotOffered.selector, 1));
        batches.submitBlobs(o, digests, 1);
        batches.submitBlobs(plain(), digests, 1);
        vm.expectRevert();
        batches.submitBlobs(plain(), digests, 1);
    }

    function test_OrdersAreRefusedAsByTheMarket() public {
        ITaskMarket.Order memory o = plain();
        o.class = 9;
        _refused(o, abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 9));
        o = plain();
        o.fee = 0.001e18 - 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.FeeTooLow.selector, o.fee, 0.001e18));
        o = plain();
        o.lifetime = 599;
        _refused(o, abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 599, 600, 7 days));
        o.lifetime = 7 days + 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 7 days + 1, 600, 7 days));
        o = plain();
        o.model = keccak256("?");
        _refused(o, abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, o.model));
        o = plain();
        o.maxExtra = MODEL_FEE - 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE, o.maxExtra));
        o = plain();
        o.fee = uint80(uint256(type(uint80).max) / 20 / 2);
        _refused(
            o,
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 80, uint256(o.fee) * 60)
        );
    }

    function _refused(ITaskMarket.Order memory o, bytes memory why) private {
        bytes32[] memory digests = new bytes32[](3);
        (digests[0], digests[1], digests[2]) = (inputDigest(0), inputDigest(1), inputDigest(2));
        vm.prank(REQUESTER);
        vm.expectRevert(why);
        batches.submitBlobs(o, digests, 1);
    }

    /// @dev The same order in the market makes the same words: parameters are read, not kept.
    function test_TermsAreThoseOfTheMarket() public {
        ITaskMarket.Order memory o = order();
        bytes32[] memory one = new bytes32[](1);
        one[0] = sha256(INPUT);
        IBatchMarket.Batch memory batch = IBatchMarket.Batch(draft(REQUESTER, o, ItemProof.root(1, one)), 1);
        ITaskMarket.Task memory task = draft(REQUESTER, o, one[0]);
        batch.task.times |= BLOB_FLAG;
        task.times |= BLOB_FLAG;
        vm.startPrank(REQUESTER);
        eq(batches.submitBlobs(o, one, 18), batches.batchIdOf(batch), "batch");
        eq(market.submitBlob(o, one[0], 18), market.taskIdOf(task), "task");
        eq(batch.task.money, task.money, "money");
        eq(batch.task.times, task.times, "times");
    }

    function test_RevealTakesTheItemsAndLocksForEach() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(8);
        uint64 mask = 0xA5;
        commitTo(id, mask, SOLVER, 7);
        nextBlock();
        IBatchMarket.Run memory run =
            IBatchMarket.Run(SOLVER, uint48(block.timestamp), ItemProof.root(mask, digestsOf(mask)));
        vm.expectEmit(address(batches));
        emit IBatchMarket.RunRevealed(id, SOLVER, batches.runIdOf(id, run), run, mask, mask, 9, digestsOf(mask));
        open(batch, mask, SOLVER, 7);
        eq(locked(SOLVER), 4 * LOCK, "locked");
        eq(openItems(batch), 0x5A, "rest is open");
        eq(unpaid(batch, run), mask, "run");
    }

    function test_ClaimPaysTheWholeRun() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(10);
        IBatchMarket.Run memory run = run_(batch, 0x3FF, SOLVER);
        eq(openItems(batch), 0, "nothing open");
        uint48 claimableAt = run.revealedAt + WINDOW;
        vm.warp(claimableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowOpen.selector, claimableAt));
        batches.claimRun(batch, run);
        vm.warp(claimableAt);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsPaid(id, SOLVER, 0x3FF, 90e18, 0, 10e18, 10e18);
        vm.prank(THIEF);
        batches.claimRun(batch, run);
        eq(balance(SOLVER), START + 90e18, "solver");
        nothingLeft();
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.RunNotFound.selector, batches.runIdOf(id, run)));
        batches.claimRun(batch, run);
        vm.expectEmit(address(batches));
        emit ITaskMarket.TreasuryPaid(TREASURY, 10e18);
        eq(batches.payTreasury(), 10e18, "treasury");
        vm.expectEmit(address(batches));
        emit ITaskMarket.AuthorPaid(model, PAYEE, 10e18);
        eq(batches.payAuthor(model), 10e18, "author");
        conserved();
    }

    function test_TwoSolversShareABatchAndOverlap() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(12);
        commitTo(id, 0x00F, SOLVER, 0);
        commitTo(id, 0x0FC, RIVAL, 0);
        nextBlock();
        IBatchMarket.Run memory first = open(batch, 0x00F, SOLVER, 0);
        IBatchMarket.Run memory second = open(batch, 0x0FC, RIVAL, 0);
        eq(unpaid(batch, second), 0x0F0, "what was left of it");
        eq(locked(RIVAL), 4 * LOCK, "and only for that");
        eq(openItems(batch), 0xF00, "open");
        pastWindow(second);
        batches.claimRun(batch, first);
        batches.claimRun(batch, second);
        eq(balance(SOLVER), START + 36e18, "solver");
        eq(balance(RIVAL), START + 36e18, "rival");
        vm.warp(deadline(batch.task) + 1);
        batches.refundBatch(batch);
        nothingLeft();
        conserved();
    }

    function test_RetractGivesTheOpenItemsBack() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(5);
        IBatchMarket.Run memory run = run_(batch, 1, SOLVER);
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RetractTooEarly.selector, retractAt(batch.task)));
        batches.retractBatch(batch);
        vm.warp(retractAt(batch.task));
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsRetracted(id, 0x1E, 4 * EACH);
        batches.retractBatch(batch);
        vm.stopPrank();
        eq(balance(REQUESTER) - before, 4 * EACH, "money back");
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.NothingOpen.selector, id));
        batches.refundBatch(batch);
        pastWindow(run);
        batches.claimRun(batch, run);
        nothingLeft();
    }

    function test_OnlyTheRequesterRetracts() public {
        (IBatchMarket.Batch memory batch,) = post(5);
        vm.warp(retractAt(batch.task));
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotRequester.selector, THIEF));
        batches.retractBatch(batch);
    }

    function test_RefundAfterTheDeadlineByAnyone() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(5);
        vm.warp(deadline(batch.task));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlineNotPassed.selector, deadline(batch.task)));
        batches.refundBatch(batch);
        vm.warp(deadline(batch.task) + 1);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsRefunded(id, 0x1F, 5 * EACH);
        vm.prank(THIEF);
        batches.refundBatch(batch);
        nothingLeft();
        conserved();
    }

    function test_OpenUntilTheLastSecondOfTheDeadline() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(2);
        vm.warp(deadline(batch.task) - 1);
        commitTo(id, 1, SOLVER, 0);
        commitTo(id, 2, RIVAL, 0);
        vm.warp(deadline(batch.task));
        open(batch, 1, SOLVER, 0);
        vm.warp(deadline(batch.task) + 1);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(batch.task)));
        batches.revealRun(batch, results(2, 0));
    }

    function test_ACheckedClassWaitsForItsCheckers() public {
        ITaskMarket.Order memory o = order();
        (IBatchMarket.Batch memory batch, bytes32 id) = post(o, 4);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotDuty.selector, address(this)));
        batches.hold(id, 1);
        uint48 until = submittedAt(batch.task) + 3 hours / 2;
        vm.prank(DUTY);
        vm.expectEmit(address(batches));
        emit IBatchMarket.BatchHeld(id, submittedAt(batch.task) + 40 minutes);
        batches.hold(id, submittedAt(batch.task) + 40 minutes);
        nextBlock();
        nextBlock();
        vm.warp(submittedAt(batch.task) + 35 minutes);
        commitTo(id, 3, SOLVER, 0);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, submittedAt(batch.task) + 40 minutes)
        );
        batches.revealRun(batch, results(3, 0));
        vm.warp(submittedAt(batch.task) + 40 minutes);
        open(batch, 3, SOLVER, 0);
        (uint64 items, uint48 held) = batches.openOf(id);
        eq(items, 12, "open");
        eq(held, submittedAt(batch.task) + 40 minutes, "a reveal leaves the hold as it is");
        vm.prank(DUTY);
        batches.hold(id, until);
        vm.warp(deadline(batch.task) + 1);
        batches.refundBatch(batch);
        (items, held) = batches.openOf(id);
        eq(uint256(items) + held, 0, "over, and the hold with it");
        vm.prank(DUTY);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.NothingOpen.selector, id));
        batches.hold(id, until);
    }

    function test_NoRevealBeforeTheNotice() public {
        ITaskMarket.Settings memory s = defaultSettings();
        (s.spread, s.notice) = (0, 100);
        vm.prank(OWNER);
        market.setSettings(3, s);
        ITaskMarket.Order memory o = order();
        o.class = 3;
        (IBatchMarket.Batch memory batch, bytes32 id) = post(o, 4);
        commitTo(id, 1, SOLVER, 0);
        skip(99);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, submittedAt(batch.task) + 100));
        batches.revealRun(batch, results(1, 0));
        skip(1);
        open(batch, 1, SOLVER, 0);
    }

    function test_NewcomersStartWithSingleTasksWhereThereAreChecks() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(order(), 2);
        nextBlock();
        nextBlock();
        skip(40 minutes);
        commitTo(id, 1, NEWCOMER, 0);
        nextBlock();
        vm.prank(NEWCOMER);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.NewcomersTakeSingleTasks.selector, NEWCOMER));
        batches.revealRun(batch, results(1, 0));
        (batch, id) = post(2);
        run_(batch, 1, NEWCOMER);
    }

    function test_WhereNothingIsCheckedNothingIsHeldBack() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(2);
        IBatchMarket.Run memory run = run_(batch, 3, NEWCOMER);
        pastWindow(run);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsPaid(id, NEWCOMER, 3, 18e18, 0, 2e18, 2e18);
        batches.claimRun(batch, run);
        nothingLeft();
        conserved();
    }

    /// @dev Suspended between reveal and claim, an account is a newcomer again.
    function test_WhatIsHeldBackFromANewcomerIsRetained() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(order(), 2);
        nextBlock();
        skip(40 minutes);
        IBatchMarket.Run memory run = run_(batch, 3, SOLVER);
        court.suspend(SOLVER, uint48(block.timestamp) + 1 days);
        pastWindow(run);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsPaid(id, SOLVER, 3, 18e18 - 4.8e18, 0, 2e18 + 4.8e18, 2e18);
        batches.claimRun(batch, run);
        nothingLeft();
        conserved();
    }

    function test_TurnsAreDrawnOncePerBatch() public {
        ITaskMarket.Settings memory s = defaultSettings();
        (s.checksBps, s.spread) = (0, 600);
        vm.prank(OWNER);
        market.setSettings(3, s);
        ITaskMarket.Order memory o = order();
        (o.class, o.lifetime) = (3, 7 days);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(o, 2);
        eq(
            batches.turnOf(batch, SOLVER, START, 30_000e18),
            submittedAt(batch.task) + 600 * 6,
            "the block is not there yet: everybody waits in full"
        );
        nextBlock();
        nextBlock();
        uint80 free = vault.freeStakeOf(SOLVER);
        uint48 opensAt = batches.turnOf(batch, SOLVER, free, vault.totalStake());
        ok(opensAt > block.timestamp && opensAt < submittedAt(batch.task) + 7 days / 2, "later than now");
        commitTo(id, 3, SOLVER, 0);
        vm.warp(opensAt + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, opensAt));
        batches.revealRun(batch, results(3, 0));
        commitTo(id, 3, SOLVER, 0);
        skip(1);
        open(batch, 3, SOLVER, 0);
    }

    function test_SeedsDifferFromItemToItem() public {
        (IBatchMarket.Batch memory batch,) = post(2);
        eq(batches.seedOf(batch, 0), 0, "not there yet");
        nextBlock();
        nextBlock();
        ok(batches.seedOf(batch, 0) != 0 && batches.seedOf(batch, 0) != batches.seedOf(batch, 1), "two seeds");
    }

    function test_ChangesTouchOnlyBatchesToCome() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch,) = post(2);
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor, s.claimWindow, s.checksBps, s.spread, s.notice) = (2_000, 100, 1 days, 0, 0, 0);
        vm.prank(OWNER);
        market.setSettings(PLAIN, s);
        vm.prank(AUTHOR);
        registry.retire(model);
        IBatchMarket.Run memory run = run_(batch, 3, SOLVER);
        eq(locked(SOLVER), 2 * LOCK, "old lock");
        pastWindow(run);
        batches.claimRun(batch, run);
        eq(balance(SOLVER), START + 18e18, "old share");
    }
}
