// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {DutyFixture} from "./DutyFixture.t.sol";

/// @dev Signing on and off, signs of life, and what is counted by them.
contract DutyPresenceTest is DutyFixture {
    function test_SigningOnAndOff() public {
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.DepositTooSmall.selector, 5e18, 10e18));
        vm.prank(OTHER);
        roster.signOn(5e18);
        ok(!roster.onDuty(OTHER), "not yet");
        signOn(OTHER);
        ok(roster.onDuty(OTHER), "on duty");
        eq(locked(OTHER), DEPOSIT, "locked");
        vm.prank(OTHER);
        roster.signOn(1e18);
        eq(locked(OTHER), DEPOSIT + 1e18, "topped up");
        vm.prank(OTHER);
        roster.signOff();
        ok(!roster.onDuty(OTHER), "off duty at once");
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NotSignedOn.selector, OTHER));
        vm.prank(OTHER);
        roster.heartbeat();
        uint40 from = uint40(block.timestamp) + 2 hours;
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.StillOnDuty.selector, from, 0));
        roster.release(OTHER);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.StillOnDuty.selector, from, 0));
        vm.prank(OTHER);
        roster.signOn(0);
        vm.warp(from);
        roster.release(OTHER);
        eq(locked(OTHER), 0, "free");
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.NotSignedOn.selector, OTHER));
        roster.release(OTHER);
        signOn(OTHER);
        ok(roster.onDuty(OTHER), "back");
    }

    function test_APendingDutyKeepsTheDeposit() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        toDraw();
        announce(task, CHECKER);
        sealAs(id, CHECKER, RESULT);
        vm.prank(CHECKER);
        roster.signOff();
        uint40 from = uint40(block.timestamp) + 2 hours;
        skip(2 hours);
        vm.expectRevert(abi.encodeWithSelector(IDutyRoster.StillOnDuty.selector, from, 1));
        roster.release(CHECKER);
        market.refund(task, nobody());
        roster.dismiss(task, CHECKER);
        roster.release(CHECKER);
        eq(locked(CHECKER), 0, "free");
    }

    function test_WhoWasNotSeenForADayIsOffDuty() public {
        skip(1 days - 24);
        ok(roster.onDuty(CHECKER), "still seen");
        skip(24);
        ok(!roster.onDuty(CHECKER), "not seen");
        (ITaskMarket.Task memory task,) = submit();
        vm.prank(CHECKER);
        roster.heartbeat();
        ok(roster.onDuty(CHECKER), "seen");
        toDraw();
        (bool drawn, IDutyRoster.Draw reason) = roster.isDrawn(task, nobody(), CHECKER);
        ok(!drawn && reason == IDutyRoster.Draw.OffDuty, "not for what came before");
    }

    function test_ADayCountsEachCheckerOnce() public {
        uint256 today = block.timestamp / 1 days;
        eq(roster.stakeOnDuty(today), 4_000e18, "counted");
        vm.prank(CHECKER);
        roster.heartbeat();
        vm.prank(CHECKER);
        roster.signOn(1e18);
        vm.prank(CHECKER);
        roster.signOff();
        skip(2 hours);
        if (block.timestamp / 1 days != today) return;
        roster.release(CHECKER);
        signOn(CHECKER);
        eq(roster.stakeOnDuty(today), 4_000e18, "once");
    }

    /// @dev Counted small yesterday and large this morning, for a task of last night: measured against this morning.
    function test_NobodyWeighsMoreThanWhatItIsMeasuredAgainst() public {
        skip(63 hours);
        uint256 midnight = (block.timestamp / 1 days + 1) * 1 days;
        vm.prank(STRANGER);
        vault.depositTo(address(0x5000), 20e18, 20e18);
        vm.prank(STRANGER);
        vault.transfer(address(0x5000), 4_000e18);
        vm.prank(address(0x5000));
        roster.signOn(10e18);
        nextBlock();
        vm.prank(address(0x5000));
        vault.stake(4_000e18);
        setChecks(5_000);
        uint256 hits;
        for (uint256 i = 0; i < 60; ++i) {
            vm.warp(midnight - 30);
            (ITaskMarket.Task memory task,) = submitAs(REQUESTER, 1e15, 0);
            vm.roll(block.number + 2);
            vm.warp(midnight + 1);
            vm.prank(address(0x5000));
            roster.heartbeat();
            (bool drawn,) = roster.isDrawn(task, nobody(), address(0x5000));
            if (drawn) ++hits;
        }
        eq(roster.rosterOf(address(0x5000)).weight, 4_020e18, "counted again");
        // Half of all: it is everybody who was counted this morning. Measured against last night it would be all.
        ok(hits > 15 && hits < 45, "measured against itself");
    }

    function test_NoHeartbeatWhileSuspended() public {
        uint48 until = uint48(block.timestamp) + 30 days;
        vm.prank(address(court));
        vault.suspend(CHECKER, until);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.AccountSuspended.selector, CHECKER, until));
        vm.prank(CHECKER);
        roster.heartbeat();
    }
}
