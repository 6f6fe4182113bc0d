// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IMootToken} from "../../interfaces/IMootToken.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Who is a module, from when on and until when.
contract ModulesTest is Fixture {
    address private constant LATE = address(0x1A7E);

    function test_StrangersAreNoModules() public {
        vm.startPrank(THIEF);
        bytes memory notActive = abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, THIEF);
        bytes memory notModule = abi.encodeWithSelector(IStakeVault.NotModule.selector, THIEF);
        vm.expectRevert(notActive);
        vault.collect(REQUESTER, 1);
        vm.expectRevert(notActive);
        vault.lock(SOLVER, 1);
        vm.expectRevert(notActive);
        vault.lockWeighed(SOLVER, 1);
        vm.expectRevert(notModule);
        vault.suspend(SOLVER, uint48(block.timestamp) + 1);
        vm.expectRevert(notModule);
        vault.credit(THIEF, 0);
        vm.expectRevert(notModule);
        vault.unlock(SOLVER, 0);
        vm.expectRevert(notModule);
        vault.passLock(SOLVER, 0, address(court));
        vm.expectRevert(notModule);
        vault.book(new IStakeVault.Posting[](0));
        IStakeVault.Settlement memory s;
        s.worker = THIEF;
        vm.expectRevert(notModule);
        vault.settle(s);
        vm.expectRevert(notModule);
        vault.creditRetained(THIEF);
        vm.expectRevert(notModule);
        vault.creditAccrued(model, THIEF);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, THIEF, 0));
        vault.activateModule(THIEF);
    }

    function test_RetiredModuleEndsWhatItHasBegun() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 5e18);
        vault.lock(SOLVER, 7e18);
        vm.stopPrank();
        vm.expectEmit(address(vault));
        emit IStakeVault.ModuleRetired(address(market));
        vm.prank(OWNER);
        vault.retireModule(address(market));
        vm.startPrank(address(market));
        bytes memory refused = abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(market));
        vm.expectRevert(refused);
        vault.collect(REQUESTER, 1);
        vm.expectRevert(refused);
        vault.lock(SOLVER, 1);
        vm.expectRevert(refused);
        vault.lockWeighed(SOLVER, 1);
        vault.credit(REQUESTER, 5e18);
        vault.passLock(SOLVER, 3e18, address(court));
        vault.unlock(SOLVER, 3e18);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](1);
        postings[0] = IStakeVault.Posting({account: SOLVER, unlocked: 0, slashed: 1e18, credited: 0});
        vault.book(postings);
        eq(balance(REQUESTER), START, "money back");
        eq(locked(SOLVER), 3e18, "the court has the rest");
        eq(stakeOf(SOLVER), START - 1e18, "slashed");
    }

    /// @dev It is not refused either: a third loss must not keep the court from ending the case.
    function test_RetiredCourtSuspendsNobodyAndEndsItsCases() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
        vm.prank(OWNER);
        vault.retireModule(address(court));
        court.suspend(SOLVER, uint48(block.timestamp) + 1);
        ok(!vault.accountOf(SOLVER).suspended, "not suspended");
        eq(vault.accountOf(SOLVER).accepted, 20, "nor a newcomer");
        decide(disputeId, 1, task, solution);
        eq(balance(REQUESTER), START, "money back");
    }

    /// @dev Calling a module off makes it a retired one. Without the check of its stage it would have got the rights that
    /// everybody had time to run from, at once.
    function test_ModuleThatWasCalledOffHasNoRights() public {
        vm.startPrank(OWNER);
        vault.addModule(LATE, 3);
        vm.expectEmit(address(vault));
        emit IStakeVault.ModuleRetired(LATE);
        vault.retireModule(LATE);
        vm.stopPrank();
        vm.startPrank(LATE);
        vault.suspend(SOLVER, uint48(block.timestamp) + 1);
        ok(!vault.accountOf(SOLVER).suspended, "suspends nobody");
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (LATE, type(uint16).max, type(uint80).max);
        (uint80 issued,) = vault.settle(s);
        eq(issued, 0, "issues nothing");
        s.unlocked = 1;
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, LATE, LATE, 1));
        vault.settle(s);
        vm.stopPrank();
        skip(vault.moduleDelay());
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, LATE, vault.activeFromOf(LATE)));
        vault.activateModule(LATE);
    }

    function test_AnnouncedModuleHasNoRightsAtAll() public {
        vm.prank(OWNER);
        vault.addModule(LATE, 3);
        vm.startPrank(LATE);
        bytes memory notModule = abi.encodeWithSelector(IStakeVault.NotModule.selector, LATE);
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (LATE, 1, 1);
        vm.expectRevert(notModule);
        vault.settle(s);
        vm.expectRevert(notModule);
        vault.credit(LATE, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, LATE));
        vault.collect(REQUESTER, 1);
        vm.stopPrank();
        vm.prank(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, LATE));
        vault.passLock(SOLVER, 0, LATE);
    }

    function test_RetirementIsFinal() public {
        vm.startPrank(OWNER);
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleKnown.selector, address(market)));
        vault.addModule(address(market), 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, address(market)));
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, THIEF));
        vault.retireModule(THIEF);
    }

    function test_AfterSealingEverybodyCanLeaveBeforeANewModuleActs() public {
        uint48 activeFrom = uint48(block.timestamp) + vault.moduleDelay();
        vm.expectEmit(address(vault));
        emit IStakeVault.ModuleAnnounced(LATE, activeFrom);
        vm.prank(OWNER);
        vault.addModule(LATE, 0);
        eq(vault.activeFromOf(LATE), activeFrom, "announced time");
        ok(vault.moduleOf(LATE).status == IStakeVault.ModuleStatus.Announced, "announced");
        vm.startPrank(SOLVER);
        vault.requestUnstake(START);
        skip(EXIT_DELAY);
        vault.unstake();
        vault.withdraw(2 * START);
        vm.stopPrank();
        vm.prank(LATE);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, LATE));
        vault.collect(REQUESTER, 1);
        vm.warp(activeFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, LATE, activeFrom));
        vault.activateModule(LATE);
        vm.warp(activeFrom);
        vm.expectEmit(address(vault));
        emit IStakeVault.ModuleActivated(LATE);
        vault.activateModule(LATE);
        vm.prank(LATE);
        vault.collect(REQUESTER, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, LATE, activeFrom));
        vault.activateModule(LATE);
        eq(vault.moduleDelay(), EXIT_DELAY + 4 days, "notice longer than exit");
    }

    function test_BeforeSealingModulesAreActiveAtOnce() public {
        StakeVault fresh = _vault(EXIT_DELAY, uint48(block.timestamp), 0);
        vm.startPrank(OWNER);
        vm.expectEmit(address(fresh));
        emit IStakeVault.ModuleActivated(LATE);
        fresh.addModule(LATE, 2);
        vm.expectEmit(address(fresh));
        emit IStakeVault.ModulesSealed();
        fresh.sealModules();
        ok(fresh.modulesSealed(), "sealed");
        ok(fresh.moduleOf(LATE).status == IStakeVault.ModuleStatus.Active, "active");
        eq(fresh.moduleOf(LATE).rights, 2, "rights");
        eq(fresh.activeFromOf(LATE), 0, "did not wait");
        vm.expectRevert(IStakeVault.AlreadySealed.selector);
        fresh.sealModules();
    }

    function test_OnlyTheOwnerRegistersModules() public {
        vm.startPrank(THIEF);
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, THIEF);
        vm.expectRevert(refused);
        vault.addModule(THIEF, 0);
        vm.expectRevert(refused);
        vault.retireModule(address(market));
        vm.expectRevert(refused);
        vault.sealModules();
        vm.expectRevert(refused);
        vault.setSinks(THIEF, THIEF);
        vm.expectRevert(refused);
        vault.setBaseReward(1);
        vm.stopPrank();
        vm.prank(OWNER);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.addModule(address(0), 0);
    }

    function test_OwnershipMovesInTwoSteps() public {
        vm.prank(OWNER);
        vault.transferOwnership(THIEF);
        eq(vault.owner(), OWNER, "not yet");
        vm.prank(THIEF);
        vault.acceptOwnership();
        eq(vault.owner(), THIEF, "accepted");
    }

    function test_ConstructorBounds() public {
        uint48 now_ = uint48(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitDelayOutOfBounds.selector, 59, 60, 30 days));
        _vault(59, now_, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitDelayOutOfBounds.selector, 30 days + 1, 60, 30 days));
        _vault(30 days + 1, now_, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.EmissionStartOutOfBounds.selector, now_ + 1));
        _vault(60, now_ + 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.EmissionStartOutOfBounds.selector, now_ - 18_250 days - 1));
        _vault(60, now_ - 18_250 days - 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.BaseRewardTooHigh.selector, 10_001, 10_000));
        _vault(60, now_, 10_001);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        new StakeVault(IMootToken(address(0)), 60, now_, 0, TREASURY, OWNER);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        new StakeVault(token, 60, now_, 0, address(0), OWNER);
        StakeVault fresh = _vault(30 days, now_ - 18_250 days, 10_000);
        eq(fresh.exitDelay(), 30 days, "longest exit");
        eq(fresh.emissionStart(), now_ - 18_250 days, "oldest curve");
        eq(fresh.issuance().issued, 300_000e18, "what exists counts as issued");
        eq(fresh.issuance().baseReward, 10_000, "base reward");
        eq(fresh.treasury(), TREASURY, "treasury");
        eq(fresh.liquidity(), TREASURY, "liquidity");
        eq(_vault(60, now_, 0).exitDelay(), 60, "shortest exit");
    }

    function _vault(uint32 delay, uint48 start, uint16 base) private returns (StakeVault) {
        return new StakeVault(token, delay, start, base, TREASURY, OWNER);
    }
}
