// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {DutyFixture} from "./DutyFixture.t.sol";

/// @dev Attacks by name, each with what stops it or what bounds it.
contract DutyAttacksTest is DutyFixture {
    ITaskMarket.Reservation private noHold;

    function test_CopyingTheRevealedDigest() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        uint256 sealBy = block.timestamp + SEAL;
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, RESULT);
        vm.prank(SOLVER);
        market.commit(id, 0, commitment);
        // One second before the seal is due nothing can be revealed, one second later nothing can be sealed.
        vm.warp(sealBy - 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, sealBy));
        reveal(task, SOLVER, RESULT);
        vm.warp(sealBy);
        reveal(task, SOLVER, RESULT);
        bytes26 copied = market.commitmentFor(id, CHECKER, SALT, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TooLate.selector, sealBy));
        vm.prank(CHECKER);
        roster.seal(id, copied);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TaskNotWaiting.selector, id));
        announce(task, OTHER);
    }

    function testFuzz_NoSealAfterAReveal(uint256 sealTime, uint256 revealTime) public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, RESULT);
        vm.prank(SOLVER);
        market.commit(id, 0, commitment);
        uint256 start = block.timestamp;
        vm.warp(start + within(revealTime, 1, 3 * SEAL));
        vm.prank(SOLVER);
        (bool revealed,) = address(market).call(
            abi.encodeCall(market.reveal, (task, nobody(), 0, SALT, RESULT, 1))
        );
        if (!revealed) return;
        vm.warp(block.timestamp + within(sealTime, 0, 3 * SEAL));
        vm.prank(CHECKER);
        (bool sealed_,) = address(roster).call(abi.encodeCall(roster.seal, (id, bytes26(uint208(1)))));
        ok(!sealed_, "sealed after the reveal");
    }

    function test_AnnouncingWithoutBeingDrawn() public {
        setChecks(1_000);
        for (uint256 i = 0; i < 30; ++i) {
            (ITaskMarket.Task memory task, bytes32 id) = submit();
            toDraw();
            (bool drawn, IDutyRoster.Draw reason) = roster.isDrawn(task, nobody(), CHECKER);
            if (drawn) continue;
            ok(reason == IDutyRoster.Draw.NotDrawn, "reason");
            vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, reason));
            announce(task, CHECKER);
            vm.expectRevert(
                abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, OTHER, IDutyRoster.Draw.OffDuty)
            );
            announce(task, OTHER);
            return;
        }
        ok(false, "always drawn");
    }

    function test_AnnouncingBeforeTheBlockOfTheDraw() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.SeedUnknown)
            );
            announce(task, CHECKER);
            nextBlock();
        }
        announce(task, CHECKER);
    }

    function test_AnnouncingAfterTheNotice() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        skip(NOTICE - 24);
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.Late)
        );
        announce(task, CHECKER);
    }

    function test_AnnouncingTwice() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DutyKnown.selector, id, CHECKER));
        announce(task, CHECKER);
    }

    function test_CheckingOnesOwnTaskOrSolution() public {
        (ITaskMarket.Task memory task, bytes32 id) = submitAs(CHECKER, FEE, 0);
        toDraw();
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.Party)
        );
        announce(task, CHECKER);
        veteran(CHECKER);
        (task, id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, CHECKER, RESULT);
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.Party)
        );
        openAs(CHECKER, task, solution, RESULT);
        vm.warp(roster.openBy(task, solution) + 1);
        roster.reportMiss(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "fined instead");
    }

    function test_ForeignSalt() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, WRONG);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        bytes26 found = market.commitmentFor(id, CHECKER, SALT, WRONG);
        bytes26 expected = market.commitmentFor(id, CHECKER, SALT, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.SealMismatch.selector, expected, found));
        openAs(CHECKER, task, solution, RESULT);
    }

    function test_SealingForAnother() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        bytes26 commitment = market.commitmentFor(id, CHECKER, SALT, WRONG);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, OTHER));
        vm.prank(OTHER);
        roster.seal(id, commitment);
        sealAs(id, CHECKER, RESULT);
        // And nobody can replace a seal, its owner neither.
        bytes26 found = market.commitmentFor(id, CHECKER, SALT, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.SealMismatch.selector, commitment, found));
        vm.prank(CHECKER);
        roster.seal(id, commitment);
    }

    /// @dev A seal copied from another checker contains the other's address and cannot be opened.
    function test_CopyingAnothersSeal() public {
        signOn(OTHER);
        nextBlock();
        setChecks(20_000);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        announce(task, OTHER);
        sealAs(id, CHECKER, RESULT);
        bytes26 copied = roster.dutyOf(id, CHECKER).commitment;
        vm.prank(OTHER);
        roster.seal(id, copied);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        bytes26 expected = market.commitmentFor(id, OTHER, SALT, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.SealMismatch.selector, expected, copied));
        openAs(OTHER, task, solution, RESULT);
    }

    function test_DoublePay() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        openAs(CHECKER, task, solution, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        openAs(CHECKER, task, solution, RESULT);
        vm.warp(roster.openBy(task, solution) + 1);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        roster.reportMiss(task, CHECKER, solution, 0);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DutyKnown.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
    }

    function test_FineTwice() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        skip(SEAL);
        ITaskMarket.Solution memory solution;
        roster.reportMiss(task, CHECKER, solution, 0);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        roster.reportMiss(task, CHECKER, solution, 0);
        solution = solve(task, id, SOLVER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DutyKnown.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "one fine");
    }

    /// @dev Two changes, and the vault does not know any more what the stake was at the draw: what was counted before does.
    function test_ChangesOfTheStakeNeitherHideNorShutOut() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        _changeTwice();
        (bool drawn,) = roster.isDrawn(task, noHold, CHECKER);
        ok(drawn, "it may still come");
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        roster.reportAbsence(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "and is fined if it does not");
    }

    function test_AbsenceDoesNotHideBehindChangesOfTheStake() public {
        vm.warp((block.timestamp / 1 days + 1) * 1 days - 25);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        _changeTwice();
        // A new day: what is counted now may be fresh stake. It draws nobody, and excuses nobody either.
        vm.prank(CHECKER);
        roster.heartbeat();
        (bool drawn,) = roster.isDrawn(task, noHold, CHECKER);
        ok(!drawn, "fresh stake is not drawn");
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        roster.reportAbsence(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "fined");
    }

    function _changeTwice() private {
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(CHECKER);
            vault.stake(1);
            skip(1);
        }
    }

    function test_AnnouncingAfterAFineForAbsence() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        roster.reportAbsence(task, CHECKER, solution, 0);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        vm.prank(CHECKER);
        roster.seal(id, bytes26(uint208(1)));
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        openAs(CHECKER, task, solution, RESULT);
    }

    /// @dev A checker that never seals delays a task by one seal and is fined for it; it cannot do so twice.
    function test_HoldingTheTaskHostage() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        (uint48 submittedAt, uint48 deadline, uint48 notice,) = terms.times(task);
        toDraw();
        skip(NOTICE - 24 - 1);
        announce(task, CHECKER);
        uint256 held = market.heldUntil(id);
        ok(held <= submittedAt + notice + SEAL, "notice and one seal");
        ok(held + notice <= deadline, "the solver keeps its time");
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        eq(solution.revealedAt, held, "and not a second longer");
        roster.reportMiss(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "fined");
    }

    function test_NoHoldThatWouldEatTheDeadline() public {
        vm.prank(OWNER);
        roster.setSettings(IDutyRoster.Settings({minDeposit: 1, reserve: 0, sealSeconds: 3_600, classes: 1}));
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        (, uint48 deadline, uint48 notice,) = terms.times(task);
        toDraw();
        announce(task, CHECKER);
        eq(market.heldUntil(id), deadline - notice, "a notice is left");
    }

    function test_StrangersCannotHold() public {
        (, bytes32 id) = submit();
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotDuty.selector, STRANGER));
        vm.prank(STRANGER);
        market.hold(id, type(uint48).max);
    }

    /// @dev Requester, solver and checker are one, and the draw always hits: whoever repeats this takes out more than it
    /// pays in, but only where the task would be taken by others first. Anywhere else the duty is paid from what the
    /// task itself brings.
    function test_DrainingTheFundByOwnTasks() public {
        support(false);
        for (uint256 i = 0; i < 5; ++i) {
            (uint80 before,) = roster.fund();
            uint80 wealth = balance(REQUESTER) + balance(SOLVER) + balance(CHECKER);
            (ITaskMarket.Task memory task, bytes32 id) = submitAs(REQUESTER, FEE, uint8(i % 3));
            toDraw();
            announce(task, CHECKER);
            sealAs(id, CHECKER, RESULT);
            ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
            openAs(CHECKER, task, solution, RESULT);
            skip(WINDOW);
            market.claim(task, solution);
            market.payTreasury();
            (uint80 rest,) = roster.fund();
            ok(rest >= before, "the fund loses nothing");
            ok(balance(REQUESTER) + balance(SOLVER) + balance(CHECKER) <= wealth, "and they gain nothing");
            vm.prank(CHECKER);
            roster.heartbeat();
            nextBlock();
        }
    }

    /// @dev With checks bought for two, three checkers share what two were paid for, and the treasury share.
    function test_DrainingBoughtChecksByManyOwnCheckers() public {
        support(false);
        address[6] memory own;
        for (uint160 i = 0; i < 6; ++i) {
            own[i] = address(0x5000 + i);
            vm.prank(STRANGER);
            vault.depositTo(own[i], 0, 1_000e18);
            signOn(own[i]);
        }
        nextBlock();
        for (uint256 tries = 0; tries < 20; ++tries) {
            (ITaskMarket.Task memory task, bytes32 id) = submitAs(REQUESTER, FEE, 2);
            toDraw();
            uint256 drawn;
            for (uint256 i = 0; i < 6; ++i) {
                (bool one,) = roster.isDrawn(task, nobody(), own[i]);
                if (one) ++drawn;
            }
            if (drawn < 3) continue;
            for (uint256 i = 0; i < 6; ++i) {
                vm.prank(own[i]);
                (bool taken,) = address(roster).call(abi.encodeCall(roster.announce, (task, nobody())));
                taken;
            }
            ok(roster.watchOf(id).promised <= terms.brings(task), "never more than the task brings");
            ok(roster.watchOf(id).promised > 2 * PAY, "but all of it");
            return;
        }
        ok(false, "never three");
    }

    /// @dev The arithmetic of the subsidised case, per task and in fees: out goes m * a * v for the attacker's share a of
    /// the duty, in comes the treasury share, whoever checks. At a = 1 that is 0.06 against 0.1.
    function test_SubsidisedDutyCostsLessThanItBrings() public {
        setChecks(1_000);
        uint256 drawn;
        uint256 count = 400;
        for (uint256 i = 0; i < count; ++i) {
            (ITaskMarket.Task memory task,) = submitAs(REQUESTER, 1e15, 0);
            toDraw();
            (bool one,) = roster.isDrawn(task, nobody(), CHECKER);
            if (one) ++drawn;
            if (i % 50 == 49) {
                vm.prank(CHECKER);
                roster.heartbeat();
            }
        }
        // All of the stake on duty is the attacker's. Mean 40, deviation 6.
        ok(drawn > 16 && drawn < 64, "m");
        ok(drawn * 6_000 < count * 1_000, "paid out < treasury shares");
    }

    /// @dev Input that nobody else has, to fine those who are drawn: costs more than it brings.
    function test_ReportersEarnLessThanTheTaskCosts() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        uint80 before = balance(STRANGER);
        vm.prank(STRANGER);
        roster.reportAbsence(task, CHECKER, solution, 0);
        uint80 reward = balance(STRANGER) - before;
        ok(reward != 0 && reward * roster.MAX_CHECKERS() <= FEE / 10, "eight rewards <= treasury share");
    }
}
