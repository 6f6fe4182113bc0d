// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Where the money of a task goes: to the solver and the others, or back.
contract PayoutsTest is Fixture {
    uint80 private constant SHARE = 1e18;

    function test_ClaimPaysEverybodyAndEndsTheTask() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        uint48 claimableAt = solution.revealedAt + WINDOW;
        vm.warp(claimableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowOpen.selector, claimableAt));
        market.claim(task, solution);
        vm.warp(claimableAt);
        uint80 issued = uint80(vault.rewardNow() * 8 / 10);
        vm.expectEmit(address(market));
        emit ITaskMarket.Claimed(id, SOLVER, FEE - SHARE, issued, SHARE, MODEL_FEE);
        vm.prank(THIEF);
        market.claim(task, solution);
        eq(balance(SOLVER), START + FEE - SHARE + issued, "solver");
        eq(balance(THIEF), START, "not who calls");
        eq(locked(SOLVER), 0, "unlocked");
        eq(vault.moduleOf(address(market)).escrowed, 0, "escrow");
        eq(vault.moduleOf(address(market)).locked, 0, "locks");
        eq(vault.issuance().treasuryDue, issued / 8, "emission of the treasury");
        eq(market.wordOf(id), 0, "ended");
    }

    function test_TreasuryAndAuthorArePaidByAnyone() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        claim(task, solution);
        vm.expectEmit(address(market));
        emit ITaskMarket.TreasuryPaid(TREASURY, SHARE);
        vm.prank(THIEF);
        eq(market.payTreasury(), SHARE, "treasury share");
        vm.expectEmit(address(market));
        emit ITaskMarket.AuthorPaid(model, PAYEE, MODEL_FEE);
        vm.prank(THIEF);
        eq(market.payAuthor(model), MODEL_FEE, "model fee");
        eq(balance(TREASURY), SHARE, "treasury");
        eq(balance(PAYEE), MODEL_FEE, "author");
        eq(market.payTreasury(), 0, "once");
        eq(market.payAuthor(model), 0, "once");
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        market.payAuthor(keccak256("?"));
    }

    function test_TheAuthorMayMove() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        claim(task, solution);
        vm.prank(AUTHOR);
        registry.setPayee(model, AUTHOR);
        market.payAuthor(model);
        eq(balance(AUTHOR), MODEL_FEE, "where it is now");
    }

    function test_ASolvedTaskIsClaimableForEver() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        skip(36_500 days);
        market.claim(task, solution);
        ok(balance(SOLVER) >= START + FEE - SHARE, "solver");
    }

    function test_TheMintNeverExceedsTheFee() public {
        vm.prank(OWNER);
        vault.setBaseReward(10_000);
        ITaskMarket.Order memory o = order();
        o.fee = FLOOR;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        vm.warp(uint256(solution.revealedAt) + WINDOW);
        ok(vault.rewardNow() * 8 / 10 > FLOOR, "the curve would give more");
        market.claim(task, solution);
        eq(balance(SOLVER), START + FLOOR - FLOOR / 10 + FLOOR, "fee again");
        eq(vault.issuance().treasuryDue, FLOOR / 8, "the other shares shrink along");
        eq(vault.issuance().liquidityDue, FLOOR / 8, "both");
    }

    /// @dev Where a requester may keep the input to itself, or the fastest wins, there is no competition to lose to.
    function test_WithoutCompetitionTheMintIsTheTreasurysShare() public {
        vm.prank(OWNER);
        vault.setBaseReward(10_000);
        (ITaskMarket.Task memory task,) = submitBlob(REQUESTER, order());
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        claim(task, solution);
        eq(balance(SOLVER), START + FEE - SHARE + SHARE, "blob");
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = 0;
        vm.prank(OWNER);
        market.setSettings(0, s);
        (task,) = submit();
        solution = solve(task, SOLVER);
        claim(task, solution);
        eq(balance(SOLVER), START + 2 * FEE, "race");
    }

    function test_NoEmissionWithoutARate() public {
        skip(1 days + 1);
        (ITaskMarket.Task memory task,) = submit();
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        registry.refreshSupport(model);
        claim(task, solution);
        eq(balance(SOLVER), START + FEE - SHARE, "what counts is the submission");
        eq(vault.issuance().issued, 300_000e18, "nothing issued");
    }

    function test_RateAndFloorAreThoseOfTheSubmission() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.prank(OWNER);
        registry.setEmission(model, 0, 0);
        vm.prank(AUTHOR);
        registry.setFee(model, 9_000e18);
        claim(task, solution);
        ok(balance(SOLVER) > START + FEE - SHARE, "the promised emission");
        market.payAuthor(model);
        eq(balance(PAYEE), MODEL_FEE, "the agreed fee");
    }

    /// @dev A newcomer causes 0.4 checks more than others, 0.6 fees each.
    function test_NewcomersPayForTheirChecks() public {
        uint80 held = 2.4e18;
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        ITaskMarket.Solution memory solution = solve(task, THIEF);
        vm.warp(uint256(solution.revealedAt) + WINDOW);
        uint80 issued = uint80(vault.rewardNow() * 8 / 10);
        vm.expectEmit(address(market));
        emit ITaskMarket.Claimed(id, THIEF, FEE - SHARE - held, issued, SHARE + held, MODEL_FEE);
        market.claim(task, solution);
        eq(balance(THIEF), START + FEE - SHARE - held + issued, "newcomer");
        eq(market.payTreasury(), SHARE + held, "for the checkers");
    }

    function test_NewcomersAreHeldBackForTwentyTasks() public {
        for (uint256 i = 0; i < 22; ++i) {
            registry.refreshSupport(model);
            vm.prank(OWNER);
            vault.setBaseReward(0);
            uint80 before = balance(THIEF);
            (ITaskMarket.Task memory task,) = submit();
            ITaskMarket.Solution memory solution = solve(task, THIEF);
            claim(task, solution);
            eq(balance(THIEF) - before, i < 20 ? FEE - SHARE - 2.4e18 : FEE - SHARE, "paid");
        }
    }

    function test_WhereNothingIsCheckedNothingIsHeldBack() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.checksBps = 0;
        vm.startPrank(OWNER);
        market.setSettings(0, s);
        vault.setBaseReward(0);
        vm.stopPrank();
        (ITaskMarket.Task memory task,) = submit();
        ITaskMarket.Solution memory solution = solve(task, THIEF);
        claim(task, solution);
        eq(balance(THIEF), START + FEE - SHARE, "newcomers cause no checks there");
    }

    function test_PaidChecksGoToTheTreasury() public {
        ITaskMarket.Order memory o = order();
        o.assurance = 1;
        (ITaskMarket.Task memory task, bytes32 id) = submit(REQUESTER, o);
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        vm.warp(uint256(solution.revealedAt) + WINDOW);
        uint80 issued = uint80(vault.rewardNow() * 8 / 10);
        vm.expectEmit(address(market));
        emit ITaskMarket.Claimed(id, SOLVER, FEE - SHARE, issued, SHARE + 3e18, MODEL_FEE);
        market.claim(task, solution);
        eq(market.payTreasury(), SHARE + 3e18, "half a check at 0.6 fees");
        eq(vault.moduleOf(address(market)).escrowed, 0, "nothing kept");
    }

    function test_FreeModelAndNoTreasuryShare() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = 0;
        vm.prank(OWNER);
        market.setSettings(0, s);
        vm.prank(AUTHOR);
        registry.setFee(model, 0);
        vm.prank(OWNER);
        registry.setEmission(model, 0, 0);
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        claim(task, solution);
        eq(balance(SOLVER), START + FEE, "all of the fee");
        eq(market.payTreasury(), 0, "no share");
        eq(market.payAuthor(model), 0, "no model fee");
    }

    function test_RetractGivesEverythingBack() public {
        ITaskMarket.Order memory o = order();
        o.assurance = 2;
        (ITaskMarket.Task memory task, bytes32 id) = submit(REQUESTER, o);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotRequester.selector, THIEF));
        market.retract(task);
        vm.warp(retractAt(task) - 1);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RetractTooEarly.selector, retractAt(task)));
        market.retract(task);
        vm.warp(retractAt(task));
        vm.expectEmit(address(market));
        emit ITaskMarket.Retracted(id, REQUESTER, FEE + MODEL_FEE + 12e18);
        vm.prank(REQUESTER);
        market.retract(task);
        eq(balance(REQUESTER), START, "fee, model fee and checks");
        eq(market.wordOf(id), 0, "ended");
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.retract(task);
    }

    function test_RefundAfterTheDeadlineByAnyone() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(deadline(task));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlineNotPassed.selector, deadline(task)));
        market.refund(task, none());
        vm.warp(uint256(deadline(task)) + 1);
        vm.expectEmit(address(market));
        emit ITaskMarket.Refunded(id, REQUESTER, FEE + MODEL_FEE);
        vm.prank(THIEF);
        market.refund(task, none());
        eq(balance(REQUESTER), START, "money back");
        eq(balance(THIEF), START, "caller got nothing");
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.refund(task, none());
    }

    function testFuzz_EveryUnitIsPaidOut(uint256 rawFee, uint256 rawBps, uint256 rawModelFee, bool newcomer) public {
        ITaskMarket.Order memory o = order();
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = uint16(within(rawBps, 0, 2_000));
        vm.prank(OWNER);
        market.setSettings(0, s);
        uint80 modelFee = within80(rawModelFee, 0, 1_000e18);
        vm.prank(AUTHOR);
        registry.setFee(model, modelFee);
        (o.fee, o.assurance) = (within80(rawFee, 0.001e18, 50e18), uint8(rawFee % 3));
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        uint256 paid = START - balance(REQUESTER);
        address solver = newcomer ? THIEF : SOLVER;
        ITaskMarket.Solution memory solution = solve(task, solver);
        claim(task, solution);
        uint256 issued = vault.issuance().issued - 300_000e18 - 2 * uint256(vault.issuance().treasuryDue);
        market.payTreasury();
        market.payAuthor(model);
        uint256 solverGot = uint256(balance(solver)) - START;
        eq(solverGot - issued + balance(TREASURY) + balance(PAYEE), paid, "in = out");
        eq(balance(PAYEE), modelFee, "author");
        eq(vault.moduleOf(address(market)).escrowed, 0, "nothing kept");
        uint256 treasuryMin = uint256(o.fee) * s.treasuryBps / 10_000;
        ok(balance(TREASURY) >= treasuryMin, "treasury");
        ok(issued <= o.fee, "mint within the fee");
    }
}
