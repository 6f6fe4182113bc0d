// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

contract TaskMarketTest is Fixture {
    function test_SubmitTakesTheMoneyAndAnnouncesEverything() public {
        ITaskMarket.Task memory task = nextTask(REQUESTER, FEE, LIFETIME, sha256(INPUT));
        bytes32 id = market.taskIdOf(task);
        vm.expectEmit(address(market));
        emit ITaskMarket.TaskSubmitted(id, REQUESTER, model, task, uint64(INPUT.length), INPUT);
        submit();
        eq(balance(REQUESTER), 5_000e18 - FEE - MODEL_FEE, "paid");
        eq(vault.moduleOf(address(market)).escrowed, FEE + MODEL_FEE, "escrow");
        eq(market.wordOf(id), bytes32(uint256(1)), "open");
        eq(market.taskCount(), 1, "count");
    }

    /// @dev The contract copies the fields instead of encoding them; the rule for everybody else is this one.
    function test_HashesFollowThePublishedRules() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        bytes32 tag = keccak256("folkmoot.task.v1");
        eq(id, keccak256(abi.encode(tag, block.chainid, address(market), task)), "id");
        tag = keccak256("folkmoot.task.solved.v1");
        bytes memory encoded =
            abi.encode(tag, id, solution.solver, task.lock, solution.revealedAt, solution.resultDigest);
        eq(market.wordOf(id), keccak256(encoded), "word");
    }

    function test_SameFieldsTwiceAreTwoTasks() public {
        (, bytes32 first) = submit();
        (, bytes32 second) = submit();
        ok(first != second, "ids differ");
    }

    function test_BlobTravelsByDigest() public {
        ITaskMarket.Task memory task = nextTask(REQUESTER, FEE, LIFETIME, keccak256("blob"));
        vm.expectEmit(address(market));
        emit ITaskMarket.TaskSubmitted(market.taskIdOf(task), REQUESTER, model, task, 9_000_000_000, "");
        vm.startPrank(REQUESTER);
        bytes32 id = market.submitBlob(model, FEE, MODEL_FEE, LIFETIME, keccak256("blob"), 9_000_000_000);
        eq(id, market.taskIdOf(task), "id");
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        market.submitBlob(model, FEE, MODEL_FEE, LIFETIME, 0, 1);
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        market.submitBlob(model, FEE, MODEL_FEE, LIFETIME, keccak256("blob"), 0);
    }

    function test_InputHasALimit() public {
        vm.startPrank(REQUESTER);
        market.submit(model, FEE, MODEL_FEE, LIFETIME, new bytes(4096));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.InputTooLarge.selector, 4097, 4096));
        market.submit(model, FEE, MODEL_FEE, LIFETIME, new bytes(4097));
    }

    function test_SubmissionBounds() public {
        vm.startPrank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.FeeTooLow.selector, 0.001e18 - 1, 0.001e18));
        market.submit(model, 0.001e18 - 1, MODEL_FEE, LIFETIME, INPUT);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 599, 600, 7 days));
        market.submit(model, FEE, MODEL_FEE, 599, INPUT);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 7 days + 1, 600, 7 days));
        market.submit(model, FEE, MODEL_FEE, 7 days + 1, INPUT);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, keccak256("?")));
        market.submit(keccak256("?"), FEE, MODEL_FEE, LIFETIME, INPUT);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.InsufficientBalance.selector, REQUESTER, 5_000e18, 5_000e18 + MODEL_FEE
            )
        );
        market.submit(model, 5_000e18, MODEL_FEE, LIFETIME, INPUT);
    }

    function test_RetiredModelTakesNoTasksButPaysThoseItHas() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.prank(AUTHOR);
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, model));
        vm.prank(REQUESTER);
        market.submit(model, FEE, MODEL_FEE, LIFETIME, INPUT);
        skip(WINDOW);
        market.claim(task, solution);
        eq(balance(PAYEE), MODEL_FEE, "author paid");
    }

    function test_RevealLocksStakeAndStoresTheHash() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, SOLVER, 7);
        nextBlock();
        vm.expectEmit(address(market));
        emit ITaskMarket.Revealed(id, SOLVER, RESULT, 1, uint48(block.timestamp));
        ITaskMarket.Solution memory solution = reveal(task, SOLVER, 7);
        eq(locked(SOLVER), LOCK, "locked");
        eq(market.wordOf(id), market.solvedWordOf(id, LOCK, solution), "word");
    }

    function test_CommitIsRecordedWithItsBlock() public {
        bytes26 commitment = market.commitmentFor(keccak256("t"), SOLVER, SALT, RESULT);
        eq(bytes32(commitment), bytes32(bytes26(keccak256(abi.encode(keccak256("t"), SOLVER, SALT, RESULT)))), "rule");
        vm.expectEmit(address(market));
        emit ITaskMarket.Committed(keccak256("t"), SOLVER, 65_535, commitment);
        commit(keccak256("t"), SOLVER, 65_535);
        (bytes26 found, uint48 blockNumber) = market.commitmentOf(SOLVER, 65_535);
        eq(bytes32(found), bytes32(commitment), "commitment");
        eq(blockNumber, block.number, "block");
    }

    function test_ClaimPaysEverybodyAndEndsTheTask() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        vm.expectRevert(
            abi.encodeWithSelector(ITaskMarket.ClaimWindowOpen.selector, solution.revealedAt + WINDOW)
        );
        market.claim(task, solution);
        vm.warp(solution.revealedAt + WINDOW);
        vm.expectEmit(address(market));
        emit ITaskMarket.Claimed(id, SOLVER, 9e18, 1e18, MODEL_FEE, PAYEE);
        market.claim(task, solution);
        eq(balance(SOLVER), 5_009e18, "solver");
        eq(balance(PAYEE), MODEL_FEE, "author");
        vm.expectEmit(address(market));
        emit ITaskMarket.TreasuryPaid(TREASURY, 1e18);
        vm.prank(THIEF);
        eq(market.payTreasury(), 1e18, "treasury share");
        eq(balance(TREASURY), 1e18, "treasury");
        eq(locked(SOLVER), 0, "unlocked");
        eq(vault.moduleOf(address(market)).escrowed, 0, "escrow");
        eq(vault.moduleOf(address(market)).locked, 0, "locks");
        eq(market.wordOf(id), 0, "ended");
    }

    function test_ASolvedTaskIsClaimableForEver() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        skip(36_500 days);
        market.claim(task, solution);
        eq(balance(SOLVER), 5_009e18, "solver");
    }

    function test_FreeModelAndNoTreasuryShare() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = 0;
        vm.prank(OWNER);
        market.setSettings(s);
        vm.prank(AUTHOR);
        registry.setFee(model, 0);
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        skip(WINDOW);
        market.claim(task, solution);
        eq(balance(SOLVER), 5_010e18, "all of the fee");
        eq(balance(PAYEE), 0, "no model fee");
    }

    function test_RetractGivesEverythingBack() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(task.retractAt);
        vm.expectEmit(address(market));
        emit ITaskMarket.Retracted(id, REQUESTER, FEE + MODEL_FEE);
        vm.prank(REQUESTER);
        market.retract(task);
        eq(balance(REQUESTER), 5_000e18, "money back");
        eq(market.wordOf(id), 0, "ended");
    }

    function test_RefundAfterTheDeadlineByAnyone() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(task.deadline);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlineNotPassed.selector, task.deadline));
        market.refund(task);
        vm.warp(task.deadline + 1);
        vm.expectEmit(address(market));
        emit ITaskMarket.Refunded(id, REQUESTER, FEE + MODEL_FEE);
        vm.prank(THIEF);
        market.refund(task);
        eq(balance(REQUESTER), 5_000e18, "money back");
        eq(balance(THIEF), 5_000e18, "caller got nothing");
    }

    function test_RequesterMaySolveItsOwnTask() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        commit(id, REQUESTER, 0);
        nextBlock();
        ITaskMarket.Solution memory solution = reveal(task, REQUESTER, 0);
        skip(WINDOW);
        market.claim(task, solution);
        eq(balance(REQUESTER), 5_000e18 - MODEL_FEE - 1e18, "costs model fee and treasury share");
    }

    function test_SettingsApplyToTasksToComeOnly() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor, s.retractDelay) = (2000, 100, 0 + 600);
        vm.expectEmit(address(market));
        emit ITaskMarket.SettingsChanged(s);
        vm.prank(OWNER);
        market.setSettings(s);
        eq(keccak256(abi.encode(market.settings())), keccak256(abi.encode(s)), "readable");
        skip(WINDOW);
        market.claim(task, solution);
        eq(balance(SOLVER), 5_009e18, "old share");
        (ITaskMarket.Task memory next,) = submit();
        eq(next.treasuryBps, 2000, "new share");
        eq(next.lock, 1_000e18, "new lock");
    }

    function test_SettingBounds() public {
        _refused("treasuryBps", 2001, 0, 2000, ITaskMarket.Settings(2001, 20, 600, 600, 7 days, 1));
        _refused("lockFactor", 0, 1, 100, ITaskMarket.Settings(1000, 0, 600, 600, 7 days, 1));
        _refused("lockFactor", 101, 1, 100, ITaskMarket.Settings(1000, 101, 600, 600, 7 days, 1));
        _refused("retractDelay", 9, 10, 7 days, ITaskMarket.Settings(1000, 20, 9, 600, 7 days, 1));
        _refused(
            "retractDelay", 7 days + 1, 10, 7 days, ITaskMarket.Settings(1000, 20, 7 days + 1, 8 days, 9 days, 1)
        );
        _refused("minLifetime", 599, 600, 30 days, ITaskMarket.Settings(1000, 20, 600, 599, 7 days, 1));
        _refused("maxLifetime", 599, 600, 30 days, ITaskMarket.Settings(1000, 20, 600, 600, 599, 1));
        _refused("maxLifetime", 30 days + 1, 600, 30 days, ITaskMarket.Settings(1000, 20, 600, 600, 30 days + 1, 1));
        _refused("minFee", 0, 1, 1e18, ITaskMarket.Settings(1000, 20, 600, 600, 7 days, 0));
        _refused("minFee", 1e18 + 1, 1, 1e18, ITaskMarket.Settings(1000, 20, 600, 600, 7 days, 1e18 + 1));
    }

    function _refused(bytes32 name, uint256 value, uint256 low, uint256 high, ITaskMarket.Settings memory s) private {
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.SettingOutOfBounds.selector, name, value, low, high));
        market.setSettings(s);
    }

    function test_OnlyTheOwnerSetsParameters() public {
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, THIEF);
        vm.startPrank(THIEF);
        vm.expectRevert(refused);
        market.setSettings(defaultSettings());
        vm.expectRevert(refused);
        market.setTreasury(THIEF);
        vm.stopPrank();
        vm.startPrank(OWNER);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        market.setTreasury(address(0));
        vm.expectEmit(address(market));
        emit ITaskMarket.TreasuryChanged(PAYEE);
        market.setTreasury(PAYEE);
        eq(market.treasury(), PAYEE, "treasury");
    }

    function test_ConstructorNeedsItsParts() public {
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        new TaskMarket(IStakeVault(address(0)), registry, TREASURY, defaultSettings(), OWNER);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        new TaskMarket(vault, IModelRegistry(address(0)), TREASURY, defaultSettings(), OWNER);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        new TaskMarket(vault, registry, address(0), defaultSettings(), OWNER);
    }

    function testFuzz_EveryUnitOfTheFeeIsPaidOut(uint256 rawFee, uint256 rawBps, uint256 rawModelFee) public {
        uint80 fee = within80(rawFee, 0.001e18, 200e18);
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = uint16(within(rawBps, 0, 2000));
        vm.prank(OWNER);
        market.setSettings(s);
        uint80 modelFee = within80(rawModelFee, 0, 1_000e18);
        vm.prank(AUTHOR);
        registry.setFee(model, modelFee);
        ITaskMarket.Task memory task = nextTask(REQUESTER, fee, LIFETIME, sha256(INPUT));
        vm.prank(REQUESTER);
        bytes32 id = market.submit(model, fee, modelFee, LIFETIME, INPUT);
        commit(id, SOLVER, 0);
        nextBlock();
        ITaskMarket.Solution memory solution = reveal(task, SOLVER, 0);
        skip(WINDOW);
        market.claim(task, solution);
        market.payTreasury();
        eq(balance(TREASURY), uint256(fee) * s.treasuryBps / 10_000, "treasury");
        eq(uint256(balance(SOLVER)) - 5_000e18 + balance(TREASURY), fee, "whole fee");
        eq(balance(PAYEE), modelFee, "author");
        eq(vault.moduleOf(address(market)).escrowed, 0, "nothing kept");
    }
}
