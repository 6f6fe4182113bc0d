// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {DutyFixture} from "./DutyFixture.t.sol";

contract DutyRosterTest is DutyFixture {
    function test_AWholeDutyIsPaidAndLeavesNothingBehind() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        uint256 sealBy = block.timestamp + SEAL;
        eq(market.heldUntil(id), sealBy, "hold");
        (, uint80 promised) = roster.fund();
        eq(promised, PAY, "promised");
        eq(roster.rosterOf(CHECKER).atRisk, PAY, "at risk");
        nextBlock();
        sealAs(id, CHECKER, RESULT);
        eq(market.heldUntil(id), block.timestamp, "the last seal lifts the hold");
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        ok(block.timestamp < sealBy, "no waiting for a hold that is over");
        uint80 before = balance(CHECKER);
        openAs(CHECKER, task, solution, RESULT);
        eq(balance(CHECKER) - before, PAY, "pay");
        uint80 rest;
        (rest, promised) = roster.fund();
        eq(rest, FUND - PAY, "fund");
        eq(promised, 0, "nothing promised");
        eq(roster.rosterOf(CHECKER).atRisk, 0, "nothing at risk");
        eq(roster.rosterOf(CHECKER).pending, 0, "nothing pending");
        eq(locked(CHECKER), DEPOSIT, "deposit");
    }

    function test_TheTreasuryShareFillsTheFund() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        skip(WINDOW);
        market.claim(task, solution);
        market.payTreasury();
        (uint80 rest,) = roster.fund();
        eq(rest, FUND + FEE / 10, "fund");
    }

    function test_AMinorityOfOneIsPaidOnceTheSolutionIsContested() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, WRONG);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.ContestFirst.selector, id));
        openAs(CHECKER, task, solution, RESULT);
        contest(task, solution, CHECKER);
        uint80 before = balance(CHECKER);
        openAs(CHECKER, task, solution, RESULT);
        eq(balance(CHECKER) - before, PAY, "pay");
    }

    function test_WhoAgreesWithAContestedSolutionIsPaidToo() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        contest(task, solution, OTHER);
        openAs(CHECKER, task, solution, RESULT);
        eq(roster.rosterOf(CHECKER).pending, 0, "ended");
    }

    function test_NobodyIsPaidAndNobodyFinedForATaskThatWasTakenBack() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TaskNotOver.selector, id));
        roster.dismiss(task, CHECKER);
        skip(600);
        vm.prank(REQUESTER);
        market.retract(task);
        roster.dismiss(task, CHECKER);
        (uint80 rest, uint80 promised) = roster.fund();
        eq(rest, FUND, "fund");
        eq(promised, 0, "promised");
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT, "deposit");
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        roster.dismiss(task, CHECKER);
    }

    function test_AMissingSealIsFined() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        ITaskMarket.Solution memory none;
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TooEarly.selector, block.timestamp + SEAL));
        roster.reportMiss(task, CHECKER, none, 0);
        skip(SEAL);
        uint80 before = balance(STRANGER);
        vm.prank(STRANGER);
        roster.reportMiss(task, CHECKER, none, 0);
        // A tenth of the fine would be 0.6; all eight rewards together stay below the treasury share of 1.
        eq(balance(STRANGER) - before, FEE / 10 / 8, "reward");
        (uint80 rest, uint80 promised) = roster.fund();
        eq(rest, FUND + PAY - FEE / 10 / 8, "fund");
        eq(promised, 0, "promised");
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "deposit");
        eq(locked(CHECKER), DEPOSIT - PAY, "lock");
        eq(roster.watchOf(id).unsealed, 0, "nobody is waited for");
    }

    function test_ASealThatIsNotOpenedIsFinedBeforeTheClaim() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        uint256 until = roster.openBy(task, solution);
        eq(until, solution.revealedAt + WINDOW * 3 / 4, "three quarters");
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TooEarly.selector, until + 1));
        roster.reportMiss(task, CHECKER, solution, 0);
        vm.warp(until + 1);
        vm.prank(STRANGER);
        roster.reportMiss(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "deposit");
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoDuty.selector, id, CHECKER));
        openAs(CHECKER, task, solution, RESULT);
    }

    function test_AnOpeningIsInTimeUntilItIsReported() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        skip(WINDOW - 1);
        openAs(CHECKER, task, solution, RESULT);
        eq(roster.rosterOf(CHECKER).pending, 0, "ended");
    }

    function test_AbsenceIsFinedOnceTheTaskIsSolved() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        ITaskMarket.Solution memory solution;
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TaskNotSolved.selector, id));
        roster.reportAbsence(task, CHECKER, solution, 0);
        solution = solve(task, id, SOLVER, RESULT);
        vm.prank(STRANGER);
        roster.reportAbsence(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "deposit");
        eq(roster.rosterOf(CHECKER).pending, 0, "nothing pending");
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DutyKnown.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
    }

    function test_AbsenceIsExcused() public {
        // No supported model: nobody else may have it.
        support(false);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        support(true);
        toDraw();
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.Excused.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
        // A duty that the deposit does not cover.
        (task, id) = submitAs(REQUESTER, 170e18, 0);
        toDraw();
        solution = solve(task, id, SOLVER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.Excused.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
        // A task so short that a seal might not have fitted in.
        ITaskMarket.Settings memory long = classOf(10_000);
        (long.notice, long.retractDelay) = (310, 600);
        vm.prank(OWNER);
        market.setSettings(0, long);
        (task, id) = submitFor(REQUESTER, FEE, 0, 600);
        toDraw();
        solution = solve(task, id, SOLVER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.Excused.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
        setChecks(10_000);
        // A block that the chain has forgotten.
        (task, id) = submit();
        toDraw();
        solution = solve(task, id, SOLVER, RESULT);
        vm.roll(block.number + 256);
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.SeedUnknown)
        );
        roster.reportAbsence(task, CHECKER, solution, 0);
    }

    function test_AnEmptyFundSaysSo() public {
        vm.prank(OWNER);
        roster.setSettings(IDutyRoster.Settings({minDeposit: 10e18, reserve: 0, sealSeconds: SEAL, classes: 1}));
        roster.sweep();
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.FundTooLow.selector, 0, PAY));
        announce(task, CHECKER);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.Excused.selector, id, CHECKER));
        roster.reportAbsence(task, CHECKER, solution, 0);
    }

    function test_SweepLeavesPromisesAndReserve() public {
        (ITaskMarket.Task memory task,) = submit();
        toDraw();
        announce(task, CHECKER);
        uint80 before = balance(TREASURY);
        eq(roster.sweep(), FUND - 100e18 - PAY, "swept");
        eq(balance(TREASURY) - before, FUND - 100e18 - PAY, "treasury");
        eq(roster.sweep(), 0, "nothing left to sweep");
    }

    function test_ANewcomerIsDrawnForAgain() public {
        setChecks(1_000);
        // Until the first draw misses and the second hits: 0.9 times 0.4 of all tasks.
        for (uint256 i = 0; i < 50; ++i) {
            (ITaskMarket.Task memory task, bytes32 id) = submit();
            toDraw();
            (bool drawn,) = roster.isDrawn(task, nobody(), CHECKER);
            if (drawn) continue;
            skip(NOTICE);
            ITaskMarket.Reservation memory reservation = _reserve(task, NEWCOMER);
            nextBlock();
            roster.callUp(task, reservation);
            vm.expectRevert(abi.encodeWithSelector(IDutyRoster.CalledUpAlready.selector, id));
            roster.callUp(task, reservation);
            toDraw();
            IDutyRoster.Draw reason;
            (drawn, reason) = roster.isDrawn(task, reservation, CHECKER);
            if (!drawn) {
                ok(reason == IDutyRoster.Draw.NotDrawn, "reason");
                continue;
            }
            vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TaskNotWaiting.selector, id));
            announce(task, CHECKER);
            vm.prank(CHECKER);
            roster.announce(task, reservation);
            sealAs(id, CHECKER, RESULT);
            eq(market.heldUntil(id), block.timestamp, "lifted");
            return;
        }
        ok(false, "never drawn");
    }

    function test_OnlyNewcomersAreCalledUp() public {
        setChecks(1_000);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoNewcomer.selector, id));
        roster.callUp(task, nobody());
        ITaskMarket.Reservation memory reservation = _reserve(task, SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoNewcomer.selector, id));
        roster.callUp(task, reservation);
        (task, id) = submit();
        reservation = _reserve(task, NEWCOMER);
        skip(NOTICE);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TooLate.selector, block.timestamp));
        roster.callUp(task, reservation);
        setChecks(5_000);
        (task, id) = submit();
        reservation = _reserve(task, NEWCOMER);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NoNewcomer.selector, id));
        roster.callUp(task, reservation);
    }

    function test_NothingIsDrawnWhereDigestsOfHonestResultsDiffer() public {
        IModelRegistry.Terms memory t = registry.terms(MODEL);
        t.verification = IModelRegistry.VerificationClass.Jury;
        registry.set(t);
        _expectNotChecked();
        t.verification = IModelRegistry.VerificationClass.Tolerance;
        registry.set(t);
        IDutyRoster.Settings memory s = dutySettings();
        s.classes = 1;
        vm.prank(OWNER);
        roster.setSettings(s);
        _expectNotChecked();
    }

    function _expectNotChecked() private {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, CHECKER, IDutyRoster.Draw.NotChecked)
        );
        announce(task, CHECKER);
    }

    function test_ParametersHaveBoundsAndAnOwner() public {
        IDutyRoster.Settings memory s = dutySettings();
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, STRANGER));
        vm.prank(STRANGER);
        roster.setSettings(s);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, STRANGER));
        vm.prank(STRANGER);
        roster.setTreasury(STRANGER);
        vm.startPrank(OWNER);
        vm.expectRevert(IDutyRoster.ZeroAddress.selector);
        roster.setTreasury(address(0));
        _refused("minDeposit", 0, 1, 1_000e18, IDutyRoster.Settings(0, 0, SEAL, 1));
        _refused("minDeposit", 1_000e18 + 1, 1, 1_000e18, IDutyRoster.Settings(1_000e18 + 1, 0, SEAL, 1));
        _refused("reserve", 100_000e18 + 1, 0, 100_000e18, IDutyRoster.Settings(1, 100_000e18 + 1, SEAL, 1));
        _refused("sealSeconds", 4, 5, 3_600, IDutyRoster.Settings(1, 0, 4, 1));
        _refused("sealSeconds", 3_601, 5, 3_600, IDutyRoster.Settings(1, 0, 3_601, 1));
        _refused("classes", 16, 0, 15, IDutyRoster.Settings(1, 0, SEAL, 16));
        roster.setSettings(IDutyRoster.Settings(1_000e18, 100_000e18, 3_600, 15));
        roster.setTreasury(STRANGER);
        eq(roster.treasury(), STRANGER, "treasury");
    }

    function test_AnnouncedDutiesKeepTheirTermsWhenParametersChange() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        vm.prank(OWNER);
        roster.setSettings(IDutyRoster.Settings(1_000e18, 0, 5, 0));
        skip(SEAL - 20);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        uint80 before = balance(CHECKER);
        openAs(CHECKER, task, solution, RESULT);
        eq(balance(CHECKER) - before, PAY, "pay");
    }

    function test_EightCheckersAndNoMore() public {
        setChecks(40_000);
        (ITaskMarket.Task memory task, bytes32 id) = _submitFor(12);
        uint256 announced;
        for (uint160 i = 0; i < 12; ++i) {
            address checker = address(0x5000 + i);
            (bool drawn,) = roster.isDrawn(task, nobody(), checker);
            if (!drawn) continue;
            if (++announced > 8) {
                vm.expectRevert(abi.encodeWithSelector(IDutyRoster.EnoughCheckers.selector, id));
                announce(task, checker);
                return;
            }
            announce(task, checker);
        }
        ok(false, "the seed of this test draws fewer than nine");
    }

    /// @dev The hold lasts for the slowest checker.
    function test_TheHoldEndsWithTheLastSeal() public {
        signOn(OTHER);
        nextBlock();
        setChecks(20_000);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        nextBlock();
        announce(task, OTHER);
        uint256 held = block.timestamp + SEAL;
        eq(market.heldUntil(id), held, "the later of both");
        sealAs(id, OTHER, RESULT);
        eq(market.heldUntil(id), held, "one is still computing");
        sealAs(id, CHECKER, RESULT);
        eq(market.heldUntil(id), block.timestamp, "over");
    }

    /// @dev One that is fined for its missing seal is not waited for, and does not keep the others' hold.
    function test_AReportedMissEndsAHold() public {
        signOn(OTHER);
        nextBlock();
        setChecks(20_000);
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        nextBlock();
        announce(task, OTHER);
        sealAs(id, OTHER, RESULT);
        skip(SEAL - 12);
        ITaskMarket.Solution memory none;
        roster.reportMiss(task, CHECKER, none, 0);
        eq(market.heldUntil(id), block.timestamp, "over");
    }

    function _reserve(ITaskMarket.Task memory task, address solver)
        private
        returns (ITaskMarket.Reservation memory)
    {
        vm.prank(solver);
        market.reserve(task, nobody());
        uint48 now_ = uint48(block.timestamp);
        return ITaskMarket.Reservation({solver: solver, since: now_, until: now_ + 300});
    }

    /// @dev The worst that can happen to a draw: half of those on duty were last counted yesterday evening and the others
    /// this morning, so that everyone is measured against half of them, and twice as many are drawn.
    function _submitFor(uint160 count) private returns (ITaskMarket.Task memory task, bytes32 id) {
        skip(38 hours);
        for (uint160 i = 0; i < count; ++i) {
            address checker = address(0x5000 + i);
            vm.prank(SOLVER);
            vault.depositTo(checker, 0, 200e18);
            if (i == count / 2) skip(4 hours);
            signOn(checker);
        }
        nextBlock();
        (task, id) = submit();
        for (uint256 tries = 0; tries < 20; ++tries) {
            toDraw();
            uint256 drawn;
            for (uint160 i = 0; i < count; ++i) {
                (bool one,) = roster.isDrawn(task, nobody(), address(0x5000 + i));
                if (one) ++drawn;
            }
            if (drawn > 8) break;
            (task, id) = submit();
        }
    }

    function _refused(bytes32 name, uint256 value, uint256 low, uint256 high, IDutyRoster.Settings memory s) private {
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.SettingOutOfBounds.selector, name, value, low, high));
        roster.setSettings(s);
    }
}
