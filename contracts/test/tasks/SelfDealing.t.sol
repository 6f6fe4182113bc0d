// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev A party that posts tasks to itself for the emission. It is requester, solver and author of the model, has all the
/// experience a solver can have, and the curve gives as much as the rules let it. What it wins and loses per task is
/// taken from real settlements; how often it wins, from the turns of real tasks.
contract SelfDealingTest is Fixture {
    address private constant PARTY = THIEF;

    function setUp() public override {
        super.setUp();
        veteran(PARTY);
        vm.prank(OWNER);
        vault.setBaseReward(10_000);
        vm.prank(OWNER);
        registry.setEmission(model, 10_000, FLOOR);
        vm.prank(AUTHOR);
        registry.setPayee(model, PARTY);
    }

    /// @dev Nine tenths of the fee come back and the fee once more as emission: 1.9 fees. So it takes 1 / 1.9 = 53 % of
    /// the stake to gain by it.
    function test_OneTaskWonBringsNineTenthsOfAFee() public {
        uint256 before = _wealth();
        _play(PARTY, order());
        eq(_wealth() - before, FEE * 9 / 10, "emission less the treasury's share");
    }

    function test_OneTaskLostCostsTheFee() public {
        uint256 before = _wealth();
        _play(SOLVER, order());
        eq(before - _wealth(), FEE, "somebody else has earned it");
    }

    function test_WithAThirdOfTheStakeItLosesAThirdOfAFeePerTask() public {
        (int256 profit, uint256 wins) = _expected(400);
        ok(wins > 90 && wins < 170, "its share, or a little less than its share");
        ok(profit < -25 * int256(uint256(FEE)) / 100, "0.9 x 1/3 - 2/3 = -0.37 of a fee");
    }

    function test_WithFortyNineHundredthsItLosesToo() public {
        // 49 : 51, with one competitor, who has reserved nothing.
        _shares(4_900e18, 5_100e18);
        (int256 profit,) = _expected(1_000);
        ok(profit < 0, "below the break-even of 53 %");
    }

    function test_WithSixtyHundredthsItWouldGain() public {
        _shares(6_000e18, 4_000e18);
        (int256 profit,) = _expected(400);
        ok(profit > 0, "above the break-even: the bound of the rule, and no bug of the test");
    }

    function test_BelowTheFloorPriceThereIsNothingToGain() public {
        ITaskMarket.Order memory o = order();
        o.fee = FLOOR - 1;
        uint256 before = _wealth();
        _play(PARTY, o);
        eq(before - _wealth(), (FLOOR - 1) / 10, "the treasury's share, rounded down");
    }

    function test_OnAModelThatOthersDoNotSupportThereIsNothingToGain() public {
        vm.prank(REQUESTER);
        registry.withdrawSupport(model);
        uint256 before = _wealth();
        _play(PARTY, order());
        eq(before - _wealth(), FEE / 10, "the treasury's share");
    }

    /// @dev Support counts stake: less than a tenth of all of it supports nothing, over however many accounts.
    function test_ThreePuppetsDoNotOwnAModel() public {
        vm.prank(REQUESTER);
        registry.withdrawSupport(model);
        address[3] memory puppets = [address(0x71), address(0x72), address(0x73)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(PARTY);
            vault.depositTo(puppets[i], 0, 400e18);
            vm.prank(puppets[i]);
            registry.signalSupport(model, 400e18);
        }
        (ITaskMarket.Task memory task,) = submit(PARTY, order());
        eq(issueRate(task), 0, "1,200 of 16,200");
    }

    /// @dev It keeps the blob to itself, so nobody competes: all tasks are won. Without the lower cap that was 0.9 fees.
    function test_WithABlobNobodyElseHasItGainsNothing() public {
        uint256 before = _wealth();
        (ITaskMarket.Task memory task,) = submitBlob(PARTY, order());
        ok(issueRate(task) != 0, "emission is paid");
        _finish(task, PARTY);
        eq(_wealth(), before, "as much as the treasury took");
    }

    /// @dev In a race whoever posts the task has a head start, however little stake it has.
    function test_InARaceItGainsNothing() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = 0;
        vm.prank(OWNER);
        market.setSettings(0, s);
        uint256 before = _wealth();
        _play(PARTY, order());
        eq(_wealth(), before, "as much as the treasury took");
    }

    function test_AsANewcomerItPaysTheCheckers() public {
        address puppet = address(0x71);
        vm.prank(PARTY);
        vault.depositTo(puppet, 0, START);
        uint256 before = _wealth();
        _play(puppet, order());
        uint256 gained = _wealth() + balance(puppet) - before;
        eq(gained, FEE * 9 / 10 - 2.4e18, "even a win is a quarter of a fee worse");
    }

    /// @dev Whether the curve gives much or little, and whatever the fee, no win is worth more than 0.9 fees.
    function testFuzz_NoWinIsWorthMore(uint256 rawFee, uint256 rawRate, uint256 wait, bool blob) public {
        vm.prank(OWNER);
        registry.setEmission(model, uint16(within(rawRate, 1, 10_000)), FLOOR);
        skip(within(wait, 0, 1 days - 1 hours));
        ITaskMarket.Order memory o = order();
        o.fee = within80(rawFee, 0.001e18, 200e18);
        uint256 before = _wealth();
        ITaskMarket.Task memory task;
        (task,) = blob ? submitBlob(PARTY, o) : submit(PARTY, o);
        _finish(task, PARTY);
        uint256 bound = blob ? 0 : uint256(o.fee) - o.fee / 10;
        ok(_wealth() <= before + bound, "more than the rule allows");
    }

    /// @dev How often its own turn comes first, times what a win brings, less what a loss costs.
    function _expected(uint256 tasks) private returns (int256 perTask, uint256 wins) {
        ITaskMarket.Order memory o = order();
        o.fee = 1e18;
        for (uint256 i = 0; i < tasks; ++i) {
            (ITaskMarket.Task memory task,) = submit(PARTY, o);
            vm.roll(submittedIn(task) + 2);
            // To the second; equal seconds are a matter of luck, and go to the party here every other time.
            (uint48 own, uint48 others) = (turn(task, PARTY), turn(task, SOLVER));
            if (turn(task, REQUESTER) < others && vault.freeStakeOf(REQUESTER) != 0) others = turn(task, REQUESTER);
            if (own < others || (own == others && i % 2 == 0)) ++wins;
        }
        int256 fee = int256(uint256(FEE));
        perTask = (int256(wins) * fee * 9 / 10 - int256(tasks - wins) * fee) / int256(tasks);
    }

    /// @dev Leaves two solvers, and turns long enough for seconds to tell them apart.
    function _shares(uint80 own, uint80 other) private {
        _stakeOf(REQUESTER, 0);
        _stakeOf(PARTY, own);
        _stakeOf(SOLVER, other);
        _slowTurns();
    }

    function _slowTurns() private {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = 600;
        vm.prank(OWNER);
        market.setSettings(0, s);
    }

    function _stakeOf(address account, uint80 amount) private {
        uint80 now_ = stakeOf(account);
        vm.startPrank(account);
        if (now_ > amount) {
            vault.requestUnstake(now_ - amount);
            skip(EXIT_DELAY);
            vault.unstake();
        } else if (now_ < amount) {
            vault.stake(amount - now_);
        }
        vm.stopPrank();
    }

    function _play(address solver, ITaskMarket.Order memory o) private {
        (ITaskMarket.Task memory task,) = submit(PARTY, o);
        _finish(task, solver);
    }

    function _finish(ITaskMarket.Task memory task, address solver) private {
        ITaskMarket.Solution memory solution = solve(task, solver);
        claim(task, solution);
        market.payAuthor(model);
    }

    function _wealth() private view returns (uint256) {
        return uint256(balance(PARTY)) + stakeOf(PARTY);
    }
}
