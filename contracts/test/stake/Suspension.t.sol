// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

contract SuspensionTest is Fixture {
    function test_SuspendedAccountLocksNothing() public {
        uint48 until = uint48(block.timestamp) + 30 days;
        vm.expectEmit(address(vault));
        emit IStakeVault.Suspended(address(court), SOLVER, until);
        court.suspend(SOLVER, until);
        eq(vault.suspendedUntilOf(SOLVER), until, "until");
        ok(vault.accountOf(SOLVER).suspended, "marked");
        bytes memory refused = abi.encodeWithSelector(IStakeVault.AccountSuspended.selector, SOLVER, until);
        vm.startPrank(address(market));
        vm.expectRevert(refused);
        vault.lock(SOLVER, 1);
        vm.expectRevert(refused);
        vault.lockWeighed(SOLVER, 0);
        vm.warp(until - 1);
        vm.expectRevert(refused);
        vault.lock(SOLVER, 1);
        vm.warp(until);
        vault.lock(SOLVER, 1);
        ok(!vault.accountOf(SOLVER).suspended, "over");
        eq(vault.suspendedUntilOf(SOLVER), until, "the end of the last one stays readable");
    }

    function test_SuspensionCatchesNoMoney() public {
        vm.prank(address(market));
        vault.lock(SOLVER, 7);
        court.suspend(SOLVER, uint48(block.timestamp) + 90 days);
        vm.prank(address(market));
        vault.unlock(SOLVER, 7);
        vm.startPrank(SOLVER);
        vault.withdraw(START);
        vault.requestUnstake(START);
        skip(EXIT_DELAY);
        vault.unstake();
        vault.withdraw(START);
        eq(token.balanceOf(SOLVER), 100_000e18, "all of it left");
    }

    function test_SuspendedAccountIsANewcomerAgain() public {
        eq(vault.accountOf(SOLVER).accepted, 20, "veteran");
        court.suspend(SOLVER, uint48(block.timestamp) + 1);
        eq(vault.accountOf(SOLVER).accepted, 0, "newcomer");
    }

    function test_ASecondOneLengthensAndNeverShortens() public {
        uint48 now_ = uint48(block.timestamp);
        court.suspend(SOLVER, now_ + 50 days);
        vm.expectEmit(address(vault));
        emit IStakeVault.Suspended(address(court), SOLVER, now_ + 50 days);
        court.suspend(SOLVER, now_ + 1 days);
        eq(vault.suspendedUntilOf(SOLVER), now_ + 50 days, "not shorter");
        court.suspend(SOLVER, now_ + 60 days);
        eq(vault.suspendedUntilOf(SOLVER), now_ + 60 days, "longer");
    }

    function test_NotLongerThanNinetyDays() public {
        uint48 maximum = uint48(block.timestamp) + 90 days;
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.SuspensionTooLong.selector, maximum + 1, maximum));
        court.suspend(SOLVER, maximum + 1);
        court.suspend(SOLVER, maximum);
    }

    function test_OnlyModulesWithTheRight() public {
        vm.prank(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.RightMissing.selector, address(market), 2));
        vault.suspend(SOLVER, uint48(block.timestamp) + 1);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, OWNER));
        vault.suspend(SOLVER, uint48(block.timestamp) + 1);
    }

    function test_AnExpiredOneStopsNobody() public {
        court.suspend(SOLVER, uint48(block.timestamp));
        vm.prank(address(market));
        vault.lock(SOLVER, 1);
        eq(locked(SOLVER), 1, "locked");
    }
}
