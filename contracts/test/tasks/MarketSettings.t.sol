// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

contract MarketSettingsTest is Fixture {
    function test_SettingsApplyToTasksToComeOnly() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.prank(OWNER);
        vault.setBaseReward(0);
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor, s.dutyBps) = (2_000, 100, 10_000);
        vm.expectEmit(address(market));
        emit ITaskMarket.SettingsChanged(0, s);
        vm.prank(OWNER);
        market.setSettings(0, s);
        eq(keccak256(abi.encode(market.settingsOf(0))), keccak256(abi.encode(s)), "readable");
        claim(task, solution);
        eq(balance(SOLVER), START + 9e18, "old share");
        eq(locked(SOLVER), 0, "old lock");
        (task,) = submit();
        solution = solve(task, SOLVER);
        eq(locked(SOLVER), 1_000e18, "new lock");
        claim(task, solution);
        eq(balance(SOLVER), START + 17e18, "new share");
    }

    function test_ClassesAreApart() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = 7;
        vm.startPrank(OWNER);
        market.setSettings(15, s);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 16));
        market.setSettings(16, s);
        vm.stopPrank();
        eq(market.settingsOf(0).treasuryBps, 1_000, "class 0");
        eq(market.settingsOf(15).treasuryBps, 7, "class 15");
        eq(market.settingsOf(1).lockFactor, 0, "there is no class 1");
    }

    function test_AssuranceClasses() public {
        eq(market.assuranceOf(1).checksBps, 5_000, "checked");
        eq(market.assuranceOf(1).lockFactor, 20, "checked");
        eq(market.assuranceOf(2).checksBps, 20_000, "critical");
        eq(market.assuranceOf(2).lockFactor, 100, "critical");
        ITaskMarket.Assurance memory a = ITaskMarket.Assurance(40_000, 200);
        vm.startPrank(OWNER);
        vm.expectEmit(address(market));
        emit ITaskMarket.AssuranceChanged(2, a);
        market.setAssurance(2, a);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 0));
        market.setAssurance(0, a);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.UnknownClass.selector, 3));
        market.setAssurance(3, a);
        vm.expectRevert(_outOfBounds("checksBps", 40_001, 0, 40_000));
        market.setAssurance(1, ITaskMarket.Assurance(40_001, 20));
        vm.expectRevert(_outOfBounds("lockFactor", 3, 4, 200));
        market.setAssurance(1, ITaskMarket.Assurance(1, 3));
        vm.expectRevert(_outOfBounds("lockFactor", 201, 4, 200));
        market.setAssurance(1, ITaskMarket.Assurance(1, 201));
    }

    function test_SettingBounds() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.treasuryBps = 2_001;
        _refused(s, "treasuryBps", 2_001, 0, 2_000);
        s = defaultSettings();
        s.lockFactor = 3;
        _refused(s, "lockFactor", 3, 4, 200);
        s.lockFactor = 201;
        _refused(s, "lockFactor", 201, 4, 200);
        s = defaultSettings();
        s.bondBps = 10_001;
        _refused(s, "bondBps", 10_001, 0, 10_000);
        s = defaultSettings();
        s.checksBps = 40_001;
        _refused(s, "checksBps", 40_001, 0, 40_000);
        s = defaultSettings();
        s.dutyBps = 10_001;
        _refused(s, "dutyBps", 10_001, 0, 10_000);
        s = defaultSettings();
        s.spread = 601;
        _refused(s, "spread", 601, 0, 600);
        s = defaultSettings();
        s.notice = 601;
        _refused(s, "notice", 601, 0, 600);
        s = defaultSettings();
        s.reserveSeconds = 0;
        _refused(s, "reserveSeconds", 0, 1, 1 days);
        s.reserveSeconds = 1 days + 1;
        _refused(s, "reserveSeconds", 1 days + 1, 1, 1 days);
        s = defaultSettings();
        s.minFee = 0;
        _refused(s, "minFee", 0, 1, 50_000);
        s.minFee = 50_001;
        _refused(s, "minFee", 50_001, 1, 50_000);
    }

    function test_TimeBounds() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.retractDelay = 9;
        _refused(s, "retractDelay", 9, 10, 7 days);
        s.retractDelay = 7 days + 1;
        _refused(s, "retractDelay", 7 days + 1, 10, 7 days);
        s = defaultSettings();
        s.minLifetime = 599;
        _refused(s, "minLifetime", 599, 600, 30 days);
        s.minLifetime = 30 days + 1;
        _refused(s, "minLifetime", 30 days + 1, 600, 30 days);
        s = defaultSettings();
        s.maxLifetime = 599;
        _refused(s, "maxLifetime", 599, 600, 30 days);
        s.maxLifetime = 30 days + 1;
        _refused(s, "maxLifetime", 30 days + 1, 600, 30 days);
        s = defaultSettings();
        s.claimWindow = 0;
        _refused(s, "claimWindow", 0, 1, 1 days);
        s.claimWindow = 1 days + 1;
        _refused(s, "claimWindow", 1 days + 1, 1, 1 days);
    }

    function test_OnlyTheOwnerSetsParameters() public {
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, THIEF);
        vm.startPrank(THIEF);
        vm.expectRevert(refused);
        market.setSettings(0, defaultSettings());
        vm.expectRevert(refused);
        market.setAssurance(1, ITaskMarket.Assurance(1, 20));
        vm.expectRevert(refused);
        market.setTreasury(THIEF);
        vm.expectRevert(refused);
        market.setDuty(THIEF);
        vm.stopPrank();
        vm.startPrank(OWNER);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        market.setTreasury(address(0));
        vm.expectEmit(address(market));
        emit ITaskMarket.TreasuryChanged(PAYEE);
        market.setTreasury(PAYEE);
        eq(market.treasury(), PAYEE, "treasury");
        market.transferOwnership(THIEF);
        eq(market.owner(), OWNER, "two steps");
    }

    function test_TheDutyRosterIsNamedOnce() public {
        eq(market.duty(), DUTY, "named");
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DutyIsFinal.selector, DUTY));
        market.setDuty(THIEF);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        market.setDuty(address(0));
        TaskMarket fresh = _market(vault, registry, court, TREASURY);
        vm.expectEmit(address(fresh));
        emit ITaskMarket.DutySet(DUTY);
        fresh.setDuty(DUTY);
    }

    function test_ConstructorNeedsItsParts() public {
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        _market(IStakeVault(address(0)), registry, court, TREASURY);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        _market(vault, IModelRegistry(address(0)), court, TREASURY);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        _market(vault, registry, ICourtOpening(address(0)), TREASURY);
        vm.expectRevert(ITaskMarket.ZeroAddress.selector);
        _market(vault, registry, court, address(0));
        TaskMarket fresh = _market(vault, registry, court, TREASURY);
        eq(address(fresh.vault()), address(vault), "vault");
        eq(address(fresh.registry()), address(registry), "registry");
        eq(address(fresh.court()), address(court), "court");
        eq(fresh.owner(), OWNER, "owner");
    }

    function _market(IStakeVault v, IModelRegistry r, ICourtOpening c, address t) private returns (TaskMarket) {
        return new TaskMarket(v, r, c, t, defaultSettings(), OWNER);
    }

    function _refused(ITaskMarket.Settings memory s, bytes32 name, uint256 value, uint256 low, uint256 high) private {
        vm.prank(OWNER);
        vm.expectRevert(_outOfBounds(name, value, low, high));
        market.setSettings(0, s);
    }

    function _outOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskMarket.SettingOutOfBounds.selector, name, value, low, high);
    }
}
