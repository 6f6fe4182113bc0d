// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {DutyFixture} from "./DutyFixture.t.sol";

/// @dev Moving stake, presence and seeds to be drawn, or not to be.
contract DutyDrawsTest is DutyFixture {
    function test_StakeMovedAfterTheSubmission() public {
        setChecks(5_000);
        uint256 hits;
        for (uint256 i = 0; i < 40; ++i) {
            (ITaskMarket.Task memory task,) = submit();
            toDraw();
            (bool drawn,) = roster.isDrawn(task, nobody(), CHECKER);
            vm.prank(CHECKER);
            vault.stake(1e18);
            (bool after_,) = roster.isDrawn(task, nobody(), CHECKER);
            // Stake added since the submission does not count; of what was there, nothing is forgotten.
            ok(drawn == after_, "the draw does not move");
            if (drawn) ++hits;
            nextBlock();
            vm.prank(CHECKER);
            vault.stake(1e18);
            (after_,) = roster.isDrawn(task, nobody(), CHECKER);
            // Two changes: what it was is not known any more, and what was counted before stands for it.
            ok(drawn == after_, "neither into the draw nor out of it");
            nextBlock();
        }
        ok(hits > 8 && hits < 32, "both happened");
    }

    /// @dev Counted small in the morning and large in the evening: weighs what was counted.
    function test_StakeAddedAfterTheCount() public {
        vm.prank(STRANGER);
        vault.depositTo(address(0x5000), 0, 20e18);
        signOn2(address(0x5000), 10e18);
        vm.prank(STRANGER);
        vault.transfer(address(0x5000), 4_000e18);
        vm.prank(address(0x5000));
        vault.stake(4_000e18);
        nextBlock();
        vm.prank(address(0x5000));
        roster.heartbeat();
        nextBlock();
        eq(roster.rosterOf(address(0x5000)).weight, 20e18, "as counted");
        uint256 hits;
        for (uint256 i = 0; i < 100; ++i) {
            (ITaskMarket.Task memory task,) = submitAs(REQUESTER, 1e15, 0);
            toDraw();
            (bool drawn,) = roster.isDrawn(task, nobody(), address(0x5000));
            if (drawn) ++hits;
        }
        // One in 200, and not one in two.
        ok(hits < 6, "weight");
    }

    function test_SigningOnAfterTheSubmission() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        signOn(OTHER);
        toDraw();
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.NotDrawnFor.selector, id, OTHER, IDutyRoster.Draw.OffDuty)
        );
        announce(task, OTHER);
    }

    /// @dev The requester chooses nonce and moment, but the block that decides comes after the submission.
    function test_SeedsCannotBeTriedOutBeforehand() public {
        setChecks(5_000);
        (ITaskMarket.Task memory task,) = submit();
        (, IDutyRoster.Draw reason) = roster.isDrawn(task, nobody(), CHECKER);
        ok(reason == IDutyRoster.Draw.SeedUnknown, "in its own block");
        nextBlock();
        (, reason) = roster.isDrawn(task, nobody(), CHECKER);
        ok(reason == IDutyRoster.Draw.SeedUnknown, "in the block that decides");
        nextBlock();
        (, reason) = roster.isDrawn(task, nobody(), CHECKER);
        ok(reason != IDutyRoster.Draw.SeedUnknown, "afterwards");
    }

    /// @dev Leaving at once after having been drawn, and coming back as somebody who was not there.
    function test_SigningOffAfterTheDraw() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        vm.prank(CHECKER);
        roster.signOff();
        vm.expectRevert(
            abi.encodeWithSelector(IDutyRoster.StillOnDuty.selector, uint40(block.timestamp) + 2 hours, 0)
        );
        vm.prank(CHECKER);
        roster.signOn(0);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, RESULT);
        roster.reportAbsence(task, CHECKER, solution, 0);
        eq(roster.rosterOf(CHECKER).deposit, DEPOSIT - PAY, "fined");
    }

    function test_MoreDutiesThanTheDepositAnswersFor() public {
        (ITaskMarket.Task memory a,) = submitAs(REQUESTER, 100e18, 0);
        (ITaskMarket.Task memory b,) = submitAs(REQUESTER, 100e18, 0);
        toDraw();
        announce(a, CHECKER);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DepositTooSmall.selector, DEPOSIT, 120e18));
        announce(b, CHECKER);
    }

    /// @dev Fields that were not agreed at submission belong to another task.
    function test_AlteredFields() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        ITaskMarket.Task memory other = task;
        other.money |= uint256(type(uint16).max) << 16;
        vm.expectRevert();
        announce(other, CHECKER);
        (task, id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        ITaskMarket.Solution memory solution = solve(task, id, SOLVER, WRONG);
        solution.resultDigest = RESULT;
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.TaskNotSolved.selector, id));
        openAs(CHECKER, task, solution, RESULT);
    }

    function test_NobodyTakesTheDepositButByAFine() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, STRANGER));
        vm.prank(STRANGER);
        vault.unlock(CHECKER, DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NotSignedOn.selector, CHECKER));
        roster.release(CHECKER);
    }

    /// @dev Mean number of drawn checkers over many seeds: m, whatever the stakes are.
    function test_OnAverageAsManyAreDrawnAsWanted() public {
        uint160 count = 12;
        for (uint160 i = 0; i < count; ++i) {
            vm.prank(STRANGER);
            vault.depositTo(address(0x5000 + i), 0, 100e18 * uint80(i + 1));
            signOn(address(0x5000 + i));
        }
        nextBlock();
        _expect(1_000, 600, count);
        _expect(10_000, 150, count);
        _expect(20_000, 100, count);
    }

    function _expect(uint16 checksBps, uint256 tasks, uint160 count) private {
        setChecks(checksBps);
        uint256 drawn;
        uint256 largest;
        for (uint256 i = 0; i < tasks; ++i) {
            (ITaskMarket.Task memory task,) = submitAs(REQUESTER, 1e15, 0);
            toDraw();
            for (uint160 k = 0; k <= count; ++k) {
                address checker = k == count ? CHECKER : address(0x5000 + k);
                (bool one,) = roster.isDrawn(task, nobody(), checker);
                if (one && k == count) ++largest;
                if (one) ++drawn;
            }
            if (i % 300 == 299) _everybodySeen(count);
        }
        uint256 mean = tasks * checksBps / 10_000;
        // Four deviations of a sum of rare events: 4 sqrt(mean).
        ok(drawn + 4 * _root(mean) > mean && drawn < mean + 4 * _root(mean), "mean");
        // The checker of the fixture has 4,000 of 11,800.
        uint256 share = mean * 4_000 / 11_800;
        ok(largest + 4 * _root(share) > share && largest < share + 4 * _root(share), "by stake");
        _everybodySeen(count);
    }

    function _everybodySeen(uint160 count) private {
        for (uint160 k = 0; k <= count; ++k) {
            vm.prank(k == count ? CHECKER : address(0x5000 + k));
            roster.heartbeat();
        }
        nextBlock();
    }

    function _root(uint256 x) private pure returns (uint256 r) {
        while (r * r < x) ++r;
    }

    function signOn2(address checker, uint80 deposit) private {
        vm.prank(checker);
        roster.signOn(deposit);
    }
}
