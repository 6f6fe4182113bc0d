// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev The way of stake back to the balance.
contract ExitsTest is Fixture {
    function test_ExitTakesTwoStepsAndTheDelay() public {
        vm.startPrank(SOLVER);
        uint48 readyAt = uint48(block.timestamp) + EXIT_DELAY;
        vm.expectEmit(address(vault));
        emit IStakeVault.UnstakeRequested(SOLVER, 2_000e18, readyAt);
        vault.requestUnstake(2_000e18);
        eq(vault.freeStakeOf(SOLVER), 3_000e18, "request is not free");
        eq(stakeOf(SOLVER), START, "it is stake until it has left");
        eq(vault.exitOf(SOLVER).amount, 2_000e18, "pending amount");
        eq(vault.exitOf(SOLVER).readyAt, readyAt, "pending time");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitPending.selector, 2_000e18, readyAt));
        vault.requestUnstake(1);
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitNotReady.selector, readyAt));
        vault.unstake();
        vm.warp(readyAt);
        vm.expectEmit(address(vault));
        emit IStakeVault.Unstaked(SOLVER, 2_000e18);
        vault.unstake();
        IStakeVault.Account memory account = vault.accountOf(SOLVER);
        eq(account.balance, 7_000e18, "balance");
        eq(account.stake, 3_000e18, "stake");
        eq(account.locked, 0, "locked");
        eq(vault.totalStake(), 13_000e18, "stake of all");
        vm.expectRevert(IStakeVault.NoExitPending.selector);
        vault.unstake();
    }

    function test_ExitCanBeCalledOff() public {
        vm.startPrank(SOLVER);
        vm.expectRevert(IStakeVault.NoExitPending.selector);
        vault.cancelUnstake();
        vault.requestUnstake(2_000e18);
        vm.expectEmit(address(vault));
        emit IStakeVault.UnstakeCancelled(SOLVER, 2_000e18);
        vault.cancelUnstake();
        eq(vault.freeStakeOf(SOLVER), START, "free again");
        eq(vault.exitOf(SOLVER).readyAt, 0, "no exit");
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.requestUnstake(0);
    }

    function test_LockedStakeCannotLeave() public {
        vm.prank(address(market));
        vault.lock(SOLVER, 4_000e18);
        vm.startPrank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, 1_000e18, 1_000e18 + 1)
        );
        vault.requestUnstake(1_000e18 + 1);
        vault.requestUnstake(1_000e18);
        eq(vault.freeStakeOf(SOLVER), 0, "nothing free");
    }

    function test_StakeOnItsWayOutCannotBeLocked() public {
        vm.prank(SOLVER);
        vault.requestUnstake(4_500e18);
        vm.prank(address(market));
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, 500e18, 500e18 + 1)
        );
        vault.lock(SOLVER, 500e18 + 1);
    }

    /// @dev What was locked before the request can still be taken while the rest is on its way out.
    function test_AnExitDoesNotEscapeALock() public {
        vm.prank(address(market));
        vault.lock(SOLVER, 1_000e18);
        vm.prank(SOLVER);
        vault.requestUnstake(4_000e18);
        skip(EXIT_DELAY);
        vm.prank(SOLVER);
        vault.unstake();
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](1);
        postings[0] = IStakeVault.Posting({account: SOLVER, unlocked: 0, slashed: 1_000e18, credited: 0});
        vm.prank(address(market));
        vault.book(postings);
        eq(stakeOf(SOLVER), 0, "taken");
        eq(vault.moduleOf(address(market)).escrowed, 1_000e18, "by the module");
    }

    function testFuzz_PartsAlwaysAddUp(uint256 a, uint256 b, uint256 c) public {
        uint80 staked = within80(a, 1, START);
        uint80 exiting = within80(b, 1, START);
        uint80 lockedNow = within80(c, 1, 2 * START);
        vm.startPrank(SOLVER);
        vault.stake(staked);
        vault.requestUnstake(exiting);
        vm.stopPrank();
        uint80 free = vault.freeStakeOf(SOLVER);
        eq(free, START + staked - exiting, "free");
        vm.prank(address(market));
        if (lockedNow > free) {
            vm.expectRevert(
                abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, free, lockedNow)
            );
            vault.lock(SOLVER, lockedNow);
            return;
        }
        vault.lock(SOLVER, lockedNow);
        skip(EXIT_DELAY);
        vm.prank(SOLVER);
        vault.unstake();
        IStakeVault.Account memory account = vault.accountOf(SOLVER);
        eq(uint256(account.balance) + account.stake, 2 * START, "nothing lost");
        eq(account.locked, lockedNow, "only the lock of the module is left");
        ok(account.locked <= account.stake, "lock is covered");
    }
}
