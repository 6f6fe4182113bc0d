// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchFixture} from "./BatchFixture.t.sol";

contract BatchMarketContestTest is BatchFixture {
    function test_ContestSplitsTheRunAndTheRestIsPaid() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(8);
        IBatchMarket.Run memory run = run_(batch, 0xFF, SOLVER);
        bytes32 runId = batches.runIdOf(id, run);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemContested(id, runId, THIEF, 3, resultDigest(3), SOLVER, 1);
        uint256 disputeId = contest(batch, run, 0xFF, 3, THIEF);
        ICourtOpening.Opening memory o = court.openingOf(disputeId);
        eq(o.claimant, THIEF, "claimant");
        eq(o.defendant, SOLVER, "defendant");
        eq(o.atStake, LOCK, "at stake");
        eq(o.bond, LOCK / 2, "bond");
        eq(o.subject, batches.itemIdOf(id, 3), "subject");
        eq(uint8(o.bench), uint8(ICourtOpening.Bench.Compute), "bench");
        ok(o.traceMustMatch, "exact");
        eq(vault.moduleOf(module).locked, 7 * LOCK, "the lock went along");
        eq(unpaid(batch, run), 0xF7, "split");
        pastWindow(run);
        batches.claimRun(batch, run);
        eq(balance(SOLVER), START + 63e18, "seven paid");
        eq(locked(SOLVER), LOCK, "one still locked");
        uint80 before = balance(REQUESTER);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemOverturned(id, 3, SOLVER, disputeId, EACH);
        decideItem(disputeId, 1, batch, 3, SOLVER);
        eq(balance(REQUESTER) - before, EACH, "money of the item back");
        eq(stakeOf(SOLVER), START - LOCK, "slashed");
        nothingLeft();
        conserved();
    }

    function test_RejectedContestPaysTheItemAtOnce() public {
        setIssue(0);
        (IBatchMarket.Batch memory batch, bytes32 id) = post(3);
        IBatchMarket.Run memory run = run_(batch, 7, SOLVER);
        uint256 disputeId = contest(batch, run, 7, 0, THIEF);
        vm.expectEmit(address(batches));
        emit IBatchMarket.ItemsPaid(id, SOLVER, 1, 9e18, 0, 1e18, 1e18);
        decideItem(disputeId, 0, batch, 0, SOLVER);
        eq(balance(SOLVER), START + 9e18 + LOCK / 4, "paid, and half of the bond");
        pastWindow(run);
        batches.claimRun(batch, run);
        nothingLeft();
        conserved();
    }

    function test_EveryItemOfARunMayBeContested() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(5);
        IBatchMarket.Run memory run = run_(batch, 0x1F, SOLVER);
        uint256[5] memory disputes;
        for (uint8 i = 0; i < 5; ++i) disputes[i] = contest(batch, run, 0x1F, i, i % 2 == 0 ? THIEF : RIVAL);
        pastWindow(run);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.RunNotFound.selector, batches.runIdOf(id, run)));
        batches.claimRun(batch, run);
        for (uint8 i = 0; i < 5; ++i) decideItem(disputes[i], i % 2, batch, i, SOLVER);
        nothingLeft();
        conserved();
    }

    function test_JuryModelsGoToPeople() public {
        vm.prank(AUTHOR);
        bytes32 jury = registry.register(registration(keccak256("jury"), IModelRegistry.VerificationClass.Jury));
        ITaskMarket.Order memory o = plain();
        o.model = jury;
        (IBatchMarket.Batch memory batch,) = post(o, 1);
        IBatchMarket.Run memory run = run_(batch, 1, SOLVER);
        ICourtOpening.Opening memory opening = court.openingOf(contest(batch, run, 1, 0, THIEF));
        eq(uint8(opening.bench), uint8(ICourtOpening.Bench.People), "bench");
        ok(!opening.traceMustMatch, "no trace");
    }

    function test_ContestEndsWithTheWindow() public {
        (IBatchMarket.Batch memory batch,) = post(2);
        IBatchMarket.Run memory run = run_(batch, 3, SOLVER);
        vm.warp(run.revealedAt + WINDOW - 1);
        contest(batch, run, 3, 0, THIEF);
        vm.warp(run.revealedAt + WINDOW);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowClosed.selector, run.revealedAt + WINDOW));
        batches.contestItem(batch, run, itemOf(3, 1), "");
    }

    function test_SixtyFourItemsAndOne() public {
        ITaskMarket.Order memory o = plain();
        o.fee = 1e18;
        (IBatchMarket.Batch memory batch,) = post(o, 64);
        eq(openItems(batch), type(uint64).max, "all open");
        IBatchMarket.Run memory run = run_(batch, type(uint64).max, SOLVER);
        uint256 first = contest(batch, run, type(uint64).max, 0, THIEF);
        uint256 last = contest(batch, run, type(uint64).max, 63, THIEF);
        pastWindow(run);
        batches.claimRun(batch, run);
        decideItem(first, 1, batch, 0, SOLVER);
        decideItem(last, 2, batch, 63, SOLVER);
        (IBatchMarket.Batch memory single,) = post(1);
        run = run_(single, 1, RIVAL);
        eq(itemOf(1, 0).proof.length, 0, "the leaf is the root");
        contest(single, run, 1, 0, THIEF);
        decideItem(3, 0, single, 0, RIVAL);
        nothingLeft();
        conserved();
    }

    /// @dev Retired, the module still pays and unlocks.
    function test_RetirementCatchesNothing() public {
        (IBatchMarket.Batch memory batch,) = post(6);
        IBatchMarket.Run memory run = run_(batch, 3, SOLVER);
        uint256 disputeId = contest(batch, run, 3, 1, THIEF);
        vm.prank(OWNER);
        vault.retireModule(module);
        pastWindow(run);
        batches.claimRun(batch, run);
        decideItem(disputeId, 1, batch, 1, SOLVER);
        vm.warp(deadline(batch.task) + 1);
        batches.refundBatch(batch);
        nothingLeft();
        conserved();
    }
}
