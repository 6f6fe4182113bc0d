// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

contract SubmitTest is Fixture {
    function test_SubmitTakesTheMoneyAndAnnouncesEverything() public {
        ITaskMarket.Order memory o = order();
        ITaskMarket.Task memory task = draft(REQUESTER, o, sha256(INPUT));
        bytes32 id = market.taskIdOf(task);
        vm.expectEmit(address(market));
        emit ITaskMarket.TaskSubmitted(id, REQUESTER, model, task, uint64(INPUT.length), INPUT);
        vm.prank(REQUESTER);
        eq(market.submit(o, INPUT), id, "id");
        eq(balance(REQUESTER), START - FEE - MODEL_FEE, "paid");
        eq(vault.moduleOf(address(market)).escrowed, FEE + MODEL_FEE, "escrow");
        eq(market.wordOf(id), bytes32(uint256(1)), "open");
        eq(submittedAt(task), block.timestamp, "time");
        eq(submittedIn(task), block.number, "block");
        eq(retractAt(task), block.timestamp + 10 minutes, "retraction");
        eq(deadline(task), block.timestamp + LIFETIME, "deadline");
    }

    function test_BlobTravelsByDigest() public {
        ITaskMarket.Order memory o = order();
        ITaskMarket.Task memory task = draft(REQUESTER, o, BLOB);
        task.times |= 4;
        vm.expectEmit(address(market));
        emit ITaskMarket.TaskSubmitted(market.taskIdOf(task), REQUESTER, model, task, 9_000_000_000, "");
        vm.startPrank(REQUESTER);
        eq(market.submitBlob(o, BLOB, 9_000_000_000), market.taskIdOf(task), "id");
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        market.submitBlob(o, 0, 1);
        vm.expectRevert(ITaskMarket.InputMissing.selector);
        market.submitBlob(o, BLOB, 0);
    }

    /// @dev Nobody can check by running again what people judge, so nobody pays for it.
    function test_WhatPeopleJudgeIsNotChecked() public {
        vm.prank(OWNER);
        market.setAssurance(1, ITaskMarket.Assurance(10_000, 20));
        vm.prank(AUTHOR);
        ITaskMarket.Order memory o = order();
        o.model = registry.register(registration("judged", IModelRegistry.VerificationClass.Jury));
        o.assurance = 1;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        eq(uint16(task.money >> 32), 0, "checks");
        eq(balance(REQUESTER), START - FEE - MODEL_FEE, "nothing paid for them");
    }

    /// @dev Every field of the order and every setting, against the test's own packing.
    function testFuzz_WhatIsAgreedIsWhatWasPublished(
        ITaskMarket.Settings memory raw,
        ITaskMarket.Order memory o,
        uint256 a,
        uint256 b
    ) public {
        o.class = uint8(within(o.class, 0, 15));
        ITaskMarket.Settings memory s = _within(raw);
        vm.prank(OWNER);
        market.setSettings(o.class, s);
        vm.prank(OWNER);
        market.setAssurance(1, ITaskMarket.Assurance(uint16(within(a, 0, 40_000)), uint16(within(b, 4, 200))));
        vm.prank(AUTHOR);
        registry.setFee(model, within80(a >> 128, 0, 100e18));
        vm.prank(OWNER);
        registry.setEmission(model, uint16(within(b >> 16, 1, 10_000)), within80(b >> 32, 1, 60e18));
        (o.model, o.assurance, o.maxExtra) = (model, o.assurance % 2, type(uint80).max);
        o.fee = within80(o.fee, uint256(s.minFee) * 1e12, 100e18);
        o.lifetime = uint32(within(o.lifetime, s.minLifetime, s.maxLifetime));
        ITaskMarket.Task memory task = draft(REQUESTER, o, sha256(INPUT));
        vm.expectEmit(address(market));
        emit ITaskMarket.TaskSubmitted(market.taskIdOf(task), REQUESTER, model, task, uint64(INPUT.length), INPUT);
        vm.prank(REQUESTER);
        market.submit(o, INPUT);
        uint256 checks = uint256(o.fee) * s.dutyBps / 10_000 * market.assuranceOf(1).checksBps / 10_000;
        uint256 paid = uint256(o.fee) + registry.terms(model).fee + (o.assurance == 0 ? 0 : checks);
        eq(START - balance(REQUESTER), paid, "paid");
    }

    function test_SameOrderTwiceInOneBlockIsRefused() public {
        ITaskMarket.Order memory o = order();
        vm.startPrank(REQUESTER);
        bytes32 id = market.submit(o, INPUT);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DuplicateTask.selector, id));
        market.submit(o, INPUT);
        o.nonce = 1;
        ok(market.submit(o, INPUT) != id, "another nonce");
        o.nonce = 0;
        nextBlock();
        ok(market.submit(o, INPUT) != id, "another block");
        vm.stopPrank();
        vm.prank(THIEF);
        ok(market.submit(o, INPUT) != id, "another requester");
    }

    function test_BlobAndInlineInputAreDifferentTasks() public {
        vm.startPrank(REQUESTER);
        bytes32 inline_ = market.submit(order(), INPUT);
        ok(market.submitBlob(order(), sha256(INPUT), uint64(INPUT.length)) != inline_, "ids differ");
    }

    function test_InputHasALimit() public {
        ITaskMarket.Order memory o = order();
        vm.startPrank(REQUESTER);
        market.submit(o, new bytes(4096));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.InputTooLarge.selector, 4097, 4096));
        market.submit(o, new bytes(4097));
        eq(market.MAX_INPUT(), 4096, "limit");
    }

    function test_FeeAndLifetimeHaveBounds() public {
        ITaskMarket.Order memory o = order();
        o.fee = 0.001e18 - 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.FeeTooLow.selector, 0.001e18 - 1, 0.001e18));
        o.fee = FEE;
        o.lifetime = 599;
        _refused(o, abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 599, 600, 7 days));
        o.lifetime = 7 days + 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.LifetimeOutOfBounds.selector, 7 days + 1, 600, 7 days));
        (o.lifetime, o.fee) = (7 days, 0.001e18);
        vm.prank(REQUESTER);
        market.submit(o, INPUT);
    }

    function test_UnknownThingsAreRefused() public {
        ITaskMarket.Order memory o = order();
        o.model = keccak256("?");
        _refused(o, abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, keccak256("?")));
        o = order();
        o.class = 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 1));
        (o.class, o.assurance) = (0, 3);
        _refused(o, abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 3));
        vm.prank(AUTHOR);
        registry.retire(model);
        _refused(order(), abi.encodeWithSelector(ITaskMarket.ModelNotActive.selector, model));
    }

    function test_RequesterSaysWhatItPaysAtMost() public {
        ITaskMarket.Order memory o = order();
        o.maxExtra = MODEL_FEE - 1;
        _refused(o, abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE, MODEL_FEE - 1));
        (o.assurance, o.maxExtra) = (1, MODEL_FEE + 3e18 - 1);
        _refused(
            o, abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE + 3e18, MODEL_FEE + 3e18 - 1)
        );
        o.maxExtra = MODEL_FEE + 3e18;
        submit(REQUESTER, o);
    }

    function test_TheBalanceHasToSuffice() public {
        ITaskMarket.Order memory o = order();
        o.fee = START;
        _refused(
            o,
            abi.encodeWithSelector(
                IStakeVault.InsufficientBalance.selector, REQUESTER, START, START + MODEL_FEE
            )
        );
    }

    function test_AssuranceIsBought() public {
        ITaskMarket.Order memory o = order();
        o.assurance = 2;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        // Two checks of 0.6 fees each.
        eq(START - balance(REQUESTER), FEE + MODEL_FEE + 12e18, "paid");
        eq(uint16(task.money >> 32), 20_000, "checks");
        eq(uint16(task.money >> 80), 100, "lock factor");
        eq(uint8(task.times), 2, "flag");
    }

    function test_EmissionOnlyFromTheFloorPriceUp() public {
        ITaskMarket.Order memory o = order();
        o.fee = FLOOR - 1;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        eq(issueRate(task), 0, "below");
        o.fee = FLOOR;
        (task,) = submit(REQUESTER, o);
        eq(issueRate(task), RATE, "at the floor");
    }

    function test_EmissionOnlyWhileTheModelIsSupported() public {
        vm.warp(registry.terms(model).supportedUntil);
        (ITaskMarket.Task memory task,) = submit();
        eq(issueRate(task), RATE, "last second");
        skip(1);
        (task,) = submit();
        eq(issueRate(task), 0, "support has run out");
        registry.refreshSupport(model);
        (task,) = submit();
        eq(issueRate(task), RATE, "again");
    }

    function test_EmissionOnlyOfRatedModels() public {
        vm.prank(OWNER);
        registry.setEmission(model, 0, 0);
        (ITaskMarket.Task memory task,) = submit();
        eq(issueRate(task), 0, "no rate");
    }

    function test_TheLongerWindowCounts() public {
        (ITaskMarket.Task memory task,) = submit();
        eq(uint24(task.times >> 72), WINDOW, "of the model");
        ITaskMarket.Settings memory s = defaultSettings();
        s.claimWindow = WINDOW + 1;
        vm.prank(OWNER);
        market.setSettings(0, s);
        (task,) = submit();
        eq(uint24(task.times >> 72), WINDOW + 1, "of the class");
    }

    /// @dev Nothing that follows from the fee can be cut to 80 bits later.
    function test_AFeeWhoseLockDoesNotFitIsRefused() public {
        ITaskMarket.Order memory o = order();
        o.fee = type(uint80).max / 20 + 1;
        _refused(
            o, abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 80, uint256(o.fee) * 20)
        );
        vm.startPrank(OWNER);
        ITaskMarket.Settings memory s = defaultSettings();
        (s.lockFactor, s.dutyBps) = (4, 10_000);
        market.setSettings(0, s);
        market.setAssurance(1, ITaskMarket.Assurance(40_000, 4));
        vm.stopPrank();
        (o.fee, o.assurance) = (type(uint80).max / 4 + 1, 1);
        vm.prank(REQUESTER);
        vm.expectRevert();
        market.submit(o, INPUT);
        // The largest that fits: refused for its price, not cut.
        o.fee = type(uint80).max / 8;
        uint80 escrow = o.fee + MODEL_FEE + o.fee * 4;
        _refused(
            o, abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, REQUESTER, START, escrow)
        );
    }

    function test_MarketThatIsNoModuleCannotTakeMoney() public {
        TaskMarket other = new TaskMarket(vault, registry, court, TREASURY, defaultSettings(), OWNER);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(other)));
        other.submit(order(), INPUT);
    }

    function test_TheSeedIsUnknownAtSubmission() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        eq(market.seedOf(task), 0, "not there yet");
        nextBlock();
        eq(market.seedOf(task), 0, "nor while its block is being made");
        nextBlock();
        bytes32 hash = blockhash(submittedIn(task) + 1);
        eq(market.seedOf(task), uint256(keccak256(abi.encode(id, hash))) % 0x1FFFFFFFFFFFF0, "bound to task and block");
        vm.roll(submittedIn(task) + 1 + 257);
        eq(market.seedOf(task), 0, "forgotten by the chain");
    }

    function _refused(ITaskMarket.Order memory o, bytes memory reason) private {
        vm.prank(REQUESTER);
        vm.expectRevert(reason);
        market.submit(o, INPUT);
    }

    function _within(ITaskMarket.Settings memory s) private pure returns (ITaskMarket.Settings memory) {
        (s.treasuryBps, s.lockFactor) = (s.treasuryBps % 2_001, uint16(within(s.lockFactor, 4, 200)));
        (s.bondBps, s.checksBps, s.dutyBps) = (s.bondBps % 10_001, s.checksBps % 40_001, s.dutyBps % 10_001);
        (s.spread, s.notice) = (s.spread % 601, s.notice % 601);
        s.reserveSeconds = uint24(within(s.reserveSeconds, 1, 1 days));
        s.retractDelay = uint24(within(s.retractDelay, 10, 7 days));
        s.minLifetime = uint24(within(s.minLifetime, s.retractDelay, 30 days));
        s.maxLifetime = uint24(within(s.maxLifetime, s.minLifetime, 30 days));
        s.claimWindow = uint24(within(s.claimWindow, 1, 1 days));
        s.minFee = uint16(within(s.minFee, 1, 50_000));
        return s;
    }
}
