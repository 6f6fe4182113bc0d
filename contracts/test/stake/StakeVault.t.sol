// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IMootToken} from "../../interfaces/IMootToken.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

contract StakeVaultTest is Fixture {
    function test_DepositFillsBothParts() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(THIEF, REQUESTER, 3, 4);
        vm.prank(THIEF);
        vault.depositTo(REQUESTER, 3, 4);
        IStakeVault.Account memory account = vault.accountOf(REQUESTER);
        eq(account.balance, 5_000e18 + 3, "balance");
        eq(account.stake, 5_000e18 + 4, "stake");
        eq(token.balanceOf(address(vault)), 30_000e18 + 7, "held");
    }

    function test_DepositNeedsAnAccountAndAnAmount() public {
        vm.startPrank(REQUESTER);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.depositTo(address(0), 1, 1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.depositTo(REQUESTER, 0, 0);
    }

    function test_WithdrawPaysTheOwnerOfTheAccount() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Withdrawn(REQUESTER, 5_000e18);
        vm.startPrank(REQUESTER);
        vault.withdraw(5_000e18);
        eq(token.balanceOf(REQUESTER), 95_000e18, "tokens");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, REQUESTER, 0, 1));
        vault.withdraw(1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.withdraw(0);
    }

    function test_BalanceBecomesStake() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Staked(SOLVER, 1_000e18);
        vm.prank(SOLVER);
        vault.stake(1_000e18);
        eq(balance(SOLVER), 4_000e18, "balance");
        eq(vault.accountOf(SOLVER).stake, 6_000e18, "stake");
    }

    function _permit(uint256 value, uint256 key) private returns (uint8 v, bytes32 r, bytes32 s) {
        address signer = vm.addr(key);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                signer,
                address(vault),
                value,
                token.nonces(signer),
                block.timestamp
            )
        );
        return vm.sign(key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_DepositWithPermit() public {
        address signer = vm.addr(7);
        vm.prank(REQUESTER);
        token.transfer(signer, 10e18);
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(signer);
        vault.depositWithPermit(SOLVER, 4e18, 6e18, block.timestamp, v, r, s);
        eq(balance(SOLVER), 5_004e18, "balance");
        eq(vault.accountOf(SOLVER).stake, 5_006e18, "stake");
        eq(token.allowance(signer, address(vault)), 0, "allowance used up");
    }

    function test_PermitSentFirstByAStrangerDoesNoHarm() public {
        address signer = vm.addr(7);
        vm.prank(REQUESTER);
        token.transfer(signer, 10e18);
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(THIEF);
        token.permit(signer, address(vault), 10e18, block.timestamp, v, r, s);
        vm.prank(signer);
        vault.depositWithPermit(signer, 10e18, 0, block.timestamp, v, r, s);
        eq(balance(signer), 10e18, "balance");
    }

    function test_ForeignPermitGivesNothing() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(address(0x999));
        vm.expectRevert();
        vault.depositWithPermit(THIEF, 10e18, 0, block.timestamp, v, r, s);
    }

    function test_ExitTakesTwoStepsAndTheDelay() public {
        vm.startPrank(SOLVER);
        uint48 readyAt = uint48(block.timestamp) + EXIT_DELAY;
        vm.expectEmit(address(vault));
        emit IStakeVault.UnstakeRequested(SOLVER, 2_000e18, readyAt);
        vault.requestUnstake(2_000e18);
        eq(vault.freeStakeOf(SOLVER), 3_000e18, "request is not free");
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
        eq(vault.freeStakeOf(SOLVER), 5_000e18, "free again");
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

    function test_ModuleCannotCreditMoreThanItCollected() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 5e18);
        vault.credit(SOLVER, 2e18);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, address(market), 3e18, 3e18 + 1)
        );
        vault.credit(SOLVER, 3e18 + 1);
        vault.credit(THIEF, 3e18);
        eq(vault.moduleOf(address(market)).escrowed, 0, "escrow");
    }

    function test_SettleIsBoundByTheEscrowOfTheModule() public {
        address second = _secondModule();
        vm.prank(address(market));
        vault.collect(REQUESTER, 5e18);
        vm.prank(second);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, second, 0, 3));
        vault.settle(IStakeVault.Settlement(THIEF, 0, 1, THIEF, 1, 1));
    }

    function test_SettleMovesEveryPart() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 10e18);
        vault.lock(SOLVER, 7e18);
        vm.expectEmit(address(vault));
        emit IStakeVault.Settled(address(market), SOLVER, 7e18, 6e18, PAYEE, 3e18, 1e18);
        vault.settle(IStakeVault.Settlement(SOLVER, 7e18, 6e18, PAYEE, 3e18, 1e18));
        eq(balance(SOLVER), 5_006e18, "worker");
        eq(balance(PAYEE), 3e18, "payee");
        eq(locked(SOLVER), 0, "unlocked");
        eq(vault.moduleOf(address(market)).retained, 1e18, "retained");
        vm.expectEmit(address(vault));
        emit IStakeVault.Credited(address(market), TREASURY, 1e18);
        eq(vault.creditRetained(TREASURY), 1e18, "amount");
        eq(vault.creditRetained(TREASURY), 0, "once");
        eq(balance(TREASURY), 1e18, "treasury");
    }

    function test_NobodyIsCreditedAtTheZeroAddress() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 10e18);
        bytes memory refused = err(IStakeVault.ZeroAddress.selector);
        vm.expectRevert(refused);
        vault.credit(address(0), 1);
        vm.expectRevert(refused);
        vault.settle(IStakeVault.Settlement(address(0), 0, 1, PAYEE, 0, 0));
        vm.expectRevert(refused);
        vault.settle(IStakeVault.Settlement(SOLVER, 0, 1, address(0), 1, 0));
        vm.expectRevert(refused);
        vault.creditRetained(address(0));
    }

    function test_SettleToOneAccountTwiceAddsUp() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 10e18);
        vault.lock(SOLVER, 7e18);
        vault.settle(IStakeVault.Settlement(SOLVER, 7e18, 6e18, SOLVER, 4e18, 0));
        eq(balance(SOLVER), 5_010e18, "worker is payee");
        eq(vault.accountOf(SOLVER).stake, 5_000e18, "stake");
    }

    function test_RetainedMoneyIsNotEscrowAnyMore() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 10e18);
        vault.settle(IStakeVault.Settlement(SOLVER, 0, 0, PAYEE, 0, 10e18));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, address(market), 0, 1));
        vault.credit(THIEF, 1);
    }

    function test_AnnouncedModuleCanBeCalledOff() public {
        vm.startPrank(OWNER);
        vault.addModule(THIEF);
        vault.retireModule(THIEF);
        vm.stopPrank();
        skip(vault.moduleDelay());
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, THIEF, vault.activeFromOf(THIEF)));
        vault.activateModule(THIEF);
    }

    function test_BeforeSealingModulesAreActiveAtOnce() public {
        StakeVault fresh = new StakeVault(token, EXIT_DELAY, OWNER);
        vm.startPrank(OWNER);
        vm.expectEmit(address(fresh));
        emit IStakeVault.ModuleActivated(THIEF);
        fresh.addModule(THIEF);
        vm.expectEmit(address(fresh));
        emit IStakeVault.ModulesSealed();
        fresh.sealModules();
        ok(fresh.moduleOf(THIEF).status == IStakeVault.ModuleStatus.Active, "active");
    }

    function test_ModuleCannotUnlockMoreThanItLocked() public {
        address second = _secondModule();
        vm.prank(address(market));
        vault.lock(SOLVER, 5e18);
        vm.startPrank(second);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, second, SOLVER, 1));
        vault.unlock(SOLVER, 1);
        vault.lock(REQUESTER, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, second, THIEF, 1));
        vault.unlock(THIEF, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, second, SOLVER, 2));
        vault.settle(IStakeVault.Settlement(SOLVER, 2, 0, PAYEE, 0, 0));
        vault.unlock(REQUESTER, 1);
    }

    function test_StrangersAreNoModules() public {
        vm.startPrank(THIEF);
        bytes memory notActive = abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, THIEF);
        bytes memory notModule = abi.encodeWithSelector(IStakeVault.NotModule.selector, THIEF);
        vm.expectRevert(notActive);
        vault.collect(REQUESTER, 1);
        vm.expectRevert(notActive);
        vault.lock(SOLVER, 1);
        vm.expectRevert(notModule);
        vault.credit(THIEF, 0);
        vm.expectRevert(notModule);
        vault.unlock(SOLVER, 0);
        vm.expectRevert(notModule);
        vault.settle(IStakeVault.Settlement(THIEF, 0, 0, THIEF, 0, 0));
        vm.expectRevert(notModule);
        vault.creditRetained(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, THIEF, 0));
        vault.activateModule(THIEF);
    }

    function test_RetiredModuleOnlyPaysOut() public {
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 5e18);
        vault.lock(SOLVER, 7e18);
        vm.stopPrank();
        vm.prank(OWNER);
        vault.retireModule(address(market));
        vm.startPrank(address(market));
        bytes memory refused = abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(market));
        vm.expectRevert(refused);
        vault.collect(REQUESTER, 1);
        vm.expectRevert(refused);
        vault.lock(SOLVER, 1);
        vault.credit(REQUESTER, 5e18);
        vault.unlock(SOLVER, 7e18);
        eq(balance(REQUESTER), 5_000e18, "money back");
        eq(locked(SOLVER), 0, "stake free");
    }

    function test_RetirementIsFinal() public {
        vm.startPrank(OWNER);
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleKnown.selector, address(market)));
        vault.addModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, address(market)));
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotModule.selector, THIEF));
        vault.retireModule(THIEF);
    }

    function test_AfterSealingEverybodyCanLeaveBeforeANewModuleActs() public {
        address late = address(0x1A7E);
        uint48 activeFrom = uint48(block.timestamp) + vault.moduleDelay();
        vm.expectEmit(address(vault));
        emit IStakeVault.ModuleAnnounced(late, activeFrom);
        vm.prank(OWNER);
        vault.addModule(late);
        eq(vault.activeFromOf(late), activeFrom, "announced time");
        vm.startPrank(SOLVER);
        vault.requestUnstake(5_000e18);
        skip(EXIT_DELAY);
        vault.unstake();
        vault.withdraw(10_000e18);
        vm.stopPrank();
        vm.prank(late);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, late));
        vault.collect(REQUESTER, 1);
        vm.warp(activeFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ModuleNotReady.selector, late, activeFrom));
        vault.activateModule(late);
        vm.warp(activeFrom);
        vault.activateModule(late);
        vm.prank(late);
        vault.collect(REQUESTER, 1);
        ok(vault.moduleDelay() > vault.exitDelay(), "notice longer than exit");
    }

    function test_OnlyTheOwnerRegistersModules() public {
        vm.startPrank(THIEF);
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, THIEF);
        vm.expectRevert(refused);
        vault.addModule(THIEF);
        vm.expectRevert(refused);
        vault.retireModule(address(market));
        vm.expectRevert(refused);
        vault.sealModules();
        vm.stopPrank();
        vm.startPrank(OWNER);
        vm.expectRevert(IStakeVault.AlreadySealed.selector);
        vault.sealModules();
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.addModule(address(0));
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
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitDelayOutOfBounds.selector, 59, 60, 30 days));
        new StakeVault(token, 59, OWNER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.ExitDelayOutOfBounds.selector, 30 days + 1, 60, 30 days));
        new StakeVault(token, 30 days + 1, OWNER);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        new StakeVault(IMootToken(address(0)), 60, OWNER);
    }

    function testFuzz_PartsAlwaysAddUp(uint256 a, uint256 b, uint256 c) public {
        uint80 staked = within80(a, 1, 5_000e18);
        uint80 exiting = within80(b, 1, 5_000e18);
        uint80 lockedNow = within80(c, 1, 10_000e18);
        vm.startPrank(SOLVER);
        vault.stake(staked);
        vault.requestUnstake(exiting);
        vm.stopPrank();
        uint80 free = vault.freeStakeOf(SOLVER);
        eq(free, 5_000e18 + staked - exiting, "free");
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
        eq(uint256(account.balance) + account.stake, 10_000e18, "nothing lost");
        eq(account.locked, lockedNow, "only the lock of the module is left");
        ok(account.locked <= account.stake, "lock is covered");
    }

    function _secondModule() private returns (address second) {
        second = address(0x2D);
        vm.prank(OWNER);
        vault.addModule(second);
        skip(vault.moduleDelay());
        vault.activateModule(second);
    }
}
