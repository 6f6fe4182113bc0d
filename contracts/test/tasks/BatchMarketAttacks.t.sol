// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ItemTree} from "../../libraries/ItemTree.sol";
import {BatchFixture} from "./BatchFixture.t.sol";
import {ItemProof} from "./ItemProof.t.sol";

/// @dev What somebody who wants money that is not theirs would try.
contract BatchMarketAttacksTest is BatchFixture {
    function test_CopiedCommitmentIsWorthNothing() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(4);
        bytes32 root = ItemProof.root(15, digestsOf(15));
        bytes26 copied = batches.commitmentFor(id, SOLVER, SALT, root);
        vm.prank(THIEF);
        batches.commitRoot(id, 0, copied, 15);
        nextBlock();
        bytes26 expected = batches.commitmentFor(id, THIEF, SALT, root);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, copied));
        batches.revealRun(batch, results(15, 0));
    }

    /// @dev The digests of a pending reveal are public: whoever copies them comes a second too late.
    function test_CommitAndRevealInOneSecondIsRefused() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(4);
        commitTo(id, 15, THIEF, 0);
        vm.roll(block.number + 5);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, block.timestamp + 1));
        batches.revealRun(batch, results(15, 0));
    }

    function test_CommitmentsExpire() public {
        ITaskMarket.Order memory o = plain();
        o.lifetime = 1 days;
        (IBatchMarket.Batch memory batch, bytes32 id) = post(o, 4);
        commitTo(id, 15, SOLVER, 0);
        uint256 committedAt = block.timestamp;
        vm.warp(committedAt + 6 hours + 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentExpired.selector, committedAt));
        batches.revealRun(batch, results(15, 0));
        vm.warp(committedAt + 6 hours);
        open(batch, 15, SOLVER, 0);
    }

    function test_ACommitmentOpensOnceAndForItsBatchOnly() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(4);
        (IBatchMarket.Batch memory other,) = post(5);
        run_(batch, 3, SOLVER);
        vm.startPrank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.NothingOpen.selector, id));
        batches.revealRun(batch, results(3, 0));
        vm.expectRevert();
        batches.revealRun(other, results(3, 0));
        vm.stopPrank();
        eq(openItems(other), 31, "untouched");
    }

    function test_TheMaskIsPartOfTheCommitment() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(8);
        commitTo(id, 3, SOLVER, 0);
        nextBlock();
        IBatchMarket.Results memory r = results(3, 0);
        vm.startPrank(SOLVER);
        r.items = 6;
        vm.expectRevert();
        batches.revealRun(batch, r);
        r.items = 7;
        vm.expectRevert(abi.encodeWithSelector(ItemTree.DigestCountMismatch.selector, 2, 3));
        batches.revealRun(batch, r);
        r.items = 0;
        r.digests = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(ItemTree.DigestCountMismatch.selector, 0, 0));
        batches.revealRun(batch, r);
        eq(openItems(batch), 255, "untouched");
    }

    /// @dev Bits above the batch name nothing: they lock nothing and are paid nothing.
    function test_ItemsThatDoNotExistAreNotTaken() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(2);
        uint64 mask = 1 | uint64(1) << 5 | uint64(1) << 63;
        IBatchMarket.Run memory run = run_(batch, mask, SOLVER);
        eq(unpaid(batch, run), 1, "one item");
        eq(locked(SOLVER), LOCK, "one lock");
        bytes32 runId = batches.runIdOf(id, run);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotInRun.selector, runId, 5));
        batches.contestItem(batch, run, itemOf(mask, 5), "");
        commitTo(id, mask & ~uint64(1), RIVAL, 0);
        nextBlock();
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.NothingOpen.selector, id));
        batches.revealRun(batch, results(mask & ~uint64(1), 0));
    }

    function test_NoItemIsTakenOrContestedTwice() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(4);
        IBatchMarket.Run memory run = run_(batch, 7, SOLVER);
        IBatchMarket.Run memory second = run_(batch, 15, RIVAL);
        eq(unpaid(batch, second), 8, "only what was left");
        contest(batch, run, 7, 1, THIEF);
        vm.startPrank(THIRD);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotInRun.selector, batches.runIdOf(id, run), 1));
        batches.contestItem(batch, run, itemOf(7, 1), "");
        // The root of the second run holds a digest for item 1, too; but it never got that item.
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotInRun.selector, batches.runIdOf(id, second), 1));
        batches.contestItem(batch, second, itemOf(15, 1), "");
        vm.stopPrank();
    }

    function test_ProofsOfOtherItemsAreRefused() public {
        (IBatchMarket.Batch memory batch,) = post(9);
        IBatchMarket.Run memory run = run_(batch, 0x1FF, SOLVER);
        IBatchMarket.Item memory item = itemOf(0x1FF, 4);
        item.index = 5;
        _notInRun(batch, run, item);
        item = itemOf(0x1FF, 4);
        item.digest = resultDigest(5);
        _notInRun(batch, run, item);
        item = itemOf(0x1FF, 4);
        item.proof[2] ^= bytes32(uint256(1));
        _notInRun(batch, run, item);
        item = itemOf(0x1FF, 4);
        item.index = 64;
        _notInRun(batch, run, item);
        item.index = 4 + 64;
        _notInRun(batch, run, item);
        // A node above the leaf, with the rest of its proof.
        item = itemOf(0x1FF, 4);
        bytes32[] memory shorter = new bytes32[](item.proof.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = item.proof[i + 1];
        item.digest = ItemProof.pair(ItemProof.leaf(4, item.digest), item.proof[0]);
        item.proof = shorter;
        _notInRun(batch, run, item);
        item = itemOf(0x1FF, 4);
        (item.digest, item.proof) = (run.root, new bytes32[](0));
        _notInRun(batch, run, item);
    }

    function _notInRun(IBatchMarket.Batch memory batch, IBatchMarket.Run memory run, IBatchMarket.Item memory item)
        private
    {
        bytes32 runId = batches.runIdOf(batches.batchIdOf(batch), run);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotInRun.selector, runId, item.index));
        batches.contestItem(batch, run, item, "");
    }

    function test_AFrozenItemCannotBeClaimedRefundedOrRetracted() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(1);
        IBatchMarket.Run memory run = run_(batch, 1, SOLVER);
        contest(batch, run, 1, 0, THIEF);
        vm.warp(deadline(batch.task) + 1 days);
        bytes memory over = abi.encodeWithSelector(IBatchMarket.NothingOpen.selector, id);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.RunNotFound.selector, batches.runIdOf(id, run)));
        batches.claimRun(batch, run);
        vm.expectRevert(over);
        batches.refundBatch(batch);
        vm.prank(REQUESTER);
        vm.expectRevert(over);
        batches.retractBatch(batch);
        eq(vault.moduleOf(module).escrowed, EACH, "still there");
    }

    function test_ARunBelongsToItsBatch() public {
        (IBatchMarket.Batch memory cheap,) = post(2);
        ITaskMarket.Order memory o = plain();
        o.fee = 50e18;
        (IBatchMarket.Batch memory dear, bytes32 dearId) = post(o, 2);
        IBatchMarket.Run memory run = run_(cheap, 3, SOLVER);
        pastWindow(run);
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.RunNotFound.selector, batches.runIdOf(dearId, run)));
        batches.claimRun(dear, run);
    }

    /// @dev Any bit of any field of batch and run, one at a time.
    function testFuzz_AlteredFieldsAreUnknown(uint256 word, uint8 bit) public {
        (IBatchMarket.Batch memory batch,) = post(4);
        IBatchMarket.Run memory run = run_(batch, 7, SOLVER);
        vm.warp(deadline(batch.task) + 1 days);
        bytes memory claim = abi.encodeCall(batches.claimRun, (batch, run));
        bytes memory refund = abi.encodeCall(batches.refundBatch, (batch));
        word = within(word, 0, 9);
        ok(!_altered(claim, word, bit), "claimed with altered fields");
        if (word < 7) ok(!_altered(refund, word, bit), "refunded with altered fields");
        (bool success,) = address(batches).call(claim);
        ok(success, "the unaltered claim");
        (success,) = address(batches).call(refund);
        ok(success, "the unaltered refund");
        nothingLeft();
    }

    function _altered(bytes memory data, uint256 word, uint8 bit) private returns (bool success) {
        bytes memory copy = bytes.concat(data);
        assembly ("memory-safe") {
            let place := add(add(copy, 36), mul(word, 32))
            mstore(place, xor(mload(place), shl(bit, 1)))
        }
        (success,) = address(batches).call(copy);
    }

    function test_OnlyTheCourtRulesAndOnlyOnItsCases() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(4);
        IBatchMarket.Run memory run = run_(batch, 15, SOLVER);
        uint256 first = contest(batch, run, 15, 0, THIEF);
        contest(batch, run, 15, 1, THIEF);
        bytes memory stranger = abi.encodeWithSelector(ITaskMarket.NotCourt.selector, THIEF);
        vm.startPrank(THIEF);
        vm.expectRevert(stranger);
        batches.ruleWith(first, 1, abi.encode(batch, 0, SOLVER));
        vm.expectRevert(stranger);
        batches.rule(first, 1);
        vm.stopPrank();
        vm.startPrank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, id, 1));
        batches.ruleWith(first, 1, abi.encode(batch, 1, SOLVER));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, id, 2));
        batches.ruleWith(first, 1, abi.encode(batch, 2, SOLVER));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, id, 0));
        batches.ruleWith(first, 0, abi.encode(batch, 0, THIEF));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, id, 0));
        batches.ruleWith(first + 1, 0, abi.encode(batch, 0, SOLVER));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, 0, 0));
        batches.ruleWith(first, 0, abi.encode(batch, 0, SOLVER, 0));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, 0, 0));
        batches.ruleWith(first, 0, "");
        // Index 256 is index 0 for whoever cuts it.
        vm.expectRevert();
        batches.ruleWith(first, 0, abi.encode(batch, 256, SOLVER));
        vm.stopPrank();
        decideItem(first, 0, batch, 0, SOLVER);
        vm.prank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IBatchMarket.ItemNotFrozen.selector, id, 0));
        batches.ruleWith(first, 0, abi.encode(batch, 0, SOLVER));
    }

    function test_WithoutFreeStakeNothingIsTaken() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(26);
        commitTo(id, all(26), SOLVER, 0);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, START, 26 * LOCK)
        );
        batches.revealRun(batch, results(all(26), 0));
        eq(openItems(batch), all(26), "untouched");
    }

    function test_SuspendedSolversTakeNothing() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(2);
        commitTo(id, 3, SOLVER, 0);
        nextBlock();
        court.suspend(SOLVER, uint48(block.timestamp + 1 days));
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.AccountSuspended.selector, SOLVER, block.timestamp + 1 days)
        );
        batches.revealRun(batch, results(3, 0));
    }

    function test_ContestNeedsTheBond() public {
        (IBatchMarket.Batch memory batch,) = post(2);
        IBatchMarket.Run memory run = run_(batch, 3, SOLVER);
        vm.prank(PAYEE);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, PAYEE, 0, LOCK / 2)
        );
        batches.contestItem(batch, run, itemOf(3, 0), "");
        eq(unpaid(batch, run), 3, "nothing is split");
    }

    function test_NobodyActsForAnotherSolver() public {
        (IBatchMarket.Batch memory batch, bytes32 id) = post(2);
        commitTo(id, 3, SOLVER, 0);
        nextBlock();
        vm.prank(THIEF);
        vm.expectRevert();
        batches.revealRun(batch, results(3, 0));
        eq(locked(SOLVER), 0, "nothing locked");
    }
}
