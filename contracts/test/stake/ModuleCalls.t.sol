// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev What modules do with money and stake, each within what it has itself collected and locked.
contract ModuleCallsTest is Fixture {
    address private constant WORKER = address(0x3013);

    address private own;

    function setUp() public override {
        super.setUp();
        own = address(market);
    }

    function test_CollectAndCredit() public {
        vm.startPrank(own);
        vault.collect(REQUESTER, 5e18);
        eq(balance(REQUESTER), START - 5e18, "taken");
        eq(vault.moduleOf(own).escrowed, 5e18, "escrow");
        vault.credit(SOLVER, 2e18);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, own, 3e18, 3e18 + 1));
        vault.credit(SOLVER, 3e18 + 1);
        vault.credit(THIEF, 3e18);
        eq(vault.moduleOf(own).escrowed, 0, "escrow is empty");
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.InsufficientBalance.selector, REQUESTER, START - 5e18, START - 5e18 + 1
            )
        );
        vault.collect(REQUESTER, START - 5e18 + 1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.collect(REQUESTER, 0);
    }

    function test_LockAndUnlock() public {
        vm.startPrank(own);
        vault.lock(SOLVER, 3_000e18);
        eq(vault.freeStakeOf(SOLVER), 2_000e18, "free");
        eq(vault.moduleOf(own).locked, 3_000e18, "of the module");
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, SOLVER, 2_000e18, 2_000e18 + 1)
        );
        vault.lock(SOLVER, 2_000e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, own, SOLVER, 3_000e18 + 1));
        vault.unlock(SOLVER, 3_000e18 + 1);
        vault.unlock(SOLVER, 3_000e18);
        eq(locked(SOLVER), 0, "unlocked");
        eq(vault.moduleOf(own).locked, 0, "of the module");
        vault.unlock(SOLVER, 0);
    }

    function test_LockWeighedSaysWhatWasThereBefore() public {
        vm.startPrank(own);
        (uint80 free, uint80 total, uint8 accepted) = vault.lockWeighed(SOLVER, 3_000e18);
        eq(free, START, "free before the lock");
        eq(total, 3 * START, "stake of all");
        eq(accepted, 20, "works");
        (free,, accepted) = vault.lockWeighed(THIEF, 0);
        eq(free, START, "nothing locked");
        eq(accepted, 0, "newcomer");
    }

    function test_ModulesAreBoundByTheirOwnCounters() public {
        vm.startPrank(own);
        vault.collect(REQUESTER, 5e18);
        vault.lock(SOLVER, 5e18);
        vm.stopPrank();
        address other = address(court);
        vm.startPrank(other);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, other, 0, 1));
        vault.credit(THIEF, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, other, SOLVER, 1));
        vault.unlock(SOLVER, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, other, SOLVER, 1));
        vault.passLock(SOLVER, 1, own);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, other, SOLVER, 1));
        vault.book(_one(SOLVER, 0, 1, 0));
        IStakeVault.Settlement memory s;
        (s.worker, s.reward) = (THIEF, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, other, 0, 1));
        vault.settle(s);
        vault.lock(REQUESTER, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, other, THIEF, 1));
        vault.unlock(THIEF, 1);
        eq(vault.creditRetained(THIEF), 0, "nothing retained");
        eq(vault.creditAccrued(model, THIEF), 0, "nothing put aside");
    }

    function test_PassLockMovesTheRightOnly() public {
        vm.startPrank(own);
        vault.lock(SOLVER, 10e18);
        vault.passLock(SOLVER, 4e18, address(court));
        eq(locked(SOLVER), 10e18, "still locked");
        eq(vault.moduleOf(own).locked, 6e18, "left");
        eq(vault.moduleOf(address(court)).locked, 4e18, "passed");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, own, SOLVER, 6e18 + 1));
        vault.unlock(SOLVER, 6e18 + 1);
        vault.passLock(SOLVER, 6e18, own);
        eq(vault.moduleOf(own).locked, 6e18, "to oneself changes nothing");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, THIEF));
        vault.passLock(SOLVER, 1, THIEF);
        vm.stopPrank();
        vm.prank(OWNER);
        vault.retireModule(address(court));
        vm.prank(own);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(court)));
        vault.passLock(SOLVER, 1, address(court));
    }

    function test_BookTakesAndPaysInOrder() public {
        vm.startPrank(own);
        vault.lock(SOLVER, 10e18);
        vault.lock(THIEF, 4e18);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](3);
        postings[0] = IStakeVault.Posting({account: SOLVER, unlocked: 3e18, slashed: 7e18, credited: 0});
        postings[1] = IStakeVault.Posting({account: THIEF, unlocked: 4e18, slashed: 0, credited: 5e18});
        postings[2] = IStakeVault.Posting({account: SOLVER, unlocked: 0, slashed: 0, credited: 1e18});
        vm.expectEmit(address(vault));
        emit IStakeVault.Slashed(own, SOLVER, 7e18);
        vault.book(postings);
        vm.stopPrank();
        eq(stakeOf(SOLVER), START - 7e18, "slashed");
        eq(vault.totalStake(), 3 * START - 7e18, "stake of all");
        eq(locked(SOLVER) + locked(THIEF), 0, "no locks");
        eq(balance(THIEF), START + 5e18, "paid");
        eq(balance(SOLVER), START + 1e18, "twice in one list");
        eq(vault.moduleOf(own).escrowed, 1e18, "the rest waits");
        eq(vault.moduleOf(own).locked, 0, "locks of the module");
    }

    /// @dev The only way to somebody's stake leads through a lock.
    function test_FreeStakeIsNotSlashed() public {
        vm.startPrank(own);
        vault.lock(SOLVER, 5e18);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, own, THIEF, 5e18));
        vault.book(_one(THIEF, 0, 5e18, 0));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, own, SOLVER, 5e18 + 1));
        vault.book(_one(SOLVER, 1, 5e18, 0));
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vault.book(_one(SOLVER, type(uint80).max, 1, 0));
        vault.book(_one(SOLVER, 0, 5e18, 5e18));
        eq(uint256(stakeOf(SOLVER)) + balance(SOLVER), 2 * START, "what is taken can be given back");
    }

    function test_BookPaysOnlyWhatIsThere() public {
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](2);
        postings[0] = IStakeVault.Posting({account: THIEF, unlocked: 0, slashed: 0, credited: 1});
        postings[1] = IStakeVault.Posting({account: SOLVER, unlocked: 0, slashed: 1, credited: 0});
        vm.startPrank(own);
        vault.lock(SOLVER, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, own, 0, 1));
        vault.book(postings);
    }

    function test_SettleMovesEveryPart() public {
        IStakeVault.Settlement memory s = _settlement(WORKER);
        vm.startPrank(own);
        vault.collect(REQUESTER, 12e18);
        vault.lock(SOLVER, 7e18);
        (s.worker, s.unlocked) = (SOLVER, 7e18);
        (uint80 issued, uint80 held) = vault.settle(s);
        eq(issued, 0, "no emission");
        eq(held, 0, "not a newcomer");
        eq(balance(SOLVER), START + 6e18, "worker");
        eq(locked(SOLVER), 0, "unlocked");
        eq(vault.moduleOf(own).retained, 1e18, "retained");
        eq(vault.moduleOf(own).locked, 0, "locks");
        eq(vault.moduleOf(own).escrowed, 2e18, "the rest of the escrow");
        eq(vault.accruedOf(own, "key"), 3e18, "put aside");
        vm.expectEmit(address(vault));
        emit IStakeVault.Credited(own, TREASURY, 1e18);
        eq(vault.creditRetained(TREASURY), 1e18, "amount");
        eq(vault.creditRetained(TREASURY), 0, "once");
        vm.expectEmit(address(vault));
        emit IStakeVault.Credited(own, PAYEE, 3e18);
        eq(vault.creditAccrued("key", PAYEE), 3e18, "amount");
        eq(vault.creditAccrued("key", PAYEE), 0, "once");
        eq(balance(TREASURY), 1e18, "treasury");
        eq(balance(PAYEE), 3e18, "payee");
    }

    function test_WhatIsPutAsideBelongsToModuleAndKey() public {
        vm.startPrank(own);
        vault.collect(REQUESTER, 20e18);
        vault.settle(_settlement(WORKER));
        vault.settle(_settlement(WORKER));
        eq(vault.accruedOf(own, "key"), 6e18, "adds up");
        eq(vault.accruedOf(own, "other key"), 0, "another key");
        eq(vault.creditAccrued("other key", PAYEE), 0, "another key pays nothing");
        vm.stopPrank();
        vm.prank(address(court));
        eq(vault.creditAccrued("key", THIEF), 0, "another module has nothing");
    }

    function test_RetainedMoneyIsNotEscrowAnyMore() public {
        IStakeVault.Settlement memory s;
        (s.worker, s.retained) = (SOLVER, 10e18);
        vm.startPrank(own);
        vault.collect(REQUESTER, 10e18);
        vault.settle(s);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientEscrow.selector, own, 0, 1));
        vault.credit(THIEF, 1);
    }

    function test_NobodyIsCreditedAtTheZeroAddress() public {
        IStakeVault.Settlement memory s;
        vm.startPrank(own);
        vault.collect(REQUESTER, 10e18);
        bytes memory refused = err(IStakeVault.ZeroAddress.selector);
        vm.expectRevert(refused);
        vault.credit(address(0), 1);
        vm.expectRevert(refused);
        vault.settle(s);
        vm.expectRevert(refused);
        vault.creditRetained(address(0));
        vm.expectRevert(refused);
        vault.creditAccrued(model, address(0));
        vm.expectRevert(refused);
        vault.book(_one(address(0), 0, 0, 1));
    }

    function test_NewcomersAreHeldBackTwentyTimes() public {
        IStakeVault.Settlement memory s = _settlement(WORKER);
        vm.startPrank(own);
        vault.collect(REQUESTER, 1_000e18);
        for (uint256 i = 0; i < 30; ++i) {
            uint80 before = balance(WORKER);
            (, uint80 held) = vault.settle(s);
            eq(held, i < 20 ? 2e18 : 0, "held back");
            eq(balance(WORKER) - before, 6e18 - held, "paid");
            ok(vault.accountOf(WORKER).accepted >= (i < 20 ? i + 1 : 20), "counted");
        }
        eq(vault.moduleOf(own).retained, 30 * 1e18 + 20 * 2e18, "it joins the retained share");
        eq(vault.moduleOf(own).escrowed, 1_000e18 - 30 * 10e18, "and leaves the escrow with the reward");
    }

    /// @dev The difference was taken from what the worker had on its account.
    function test_NothingIsHeldBackThatIsNotPaid() public {
        IStakeVault.Settlement memory s;
        (s.worker, s.reward, s.heldBack) = (THIEF, 1e18, 1e18 + 1);
        vm.startPrank(own);
        vault.collect(REQUESTER, 10e18);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vault.settle(s);
        s.heldBack = 1e18;
        vault.settle(s);
        eq(balance(THIEF), START, "all of it is held back");
    }

    function test_SettleNeedsTheLock() public {
        IStakeVault.Settlement memory s;
        (s.worker, s.unlocked) = (SOLVER, 2);
        vm.startPrank(own);
        vault.lock(SOLVER, 1);
        vault.lock(THIEF, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientLock.selector, own, SOLVER, 2));
        vault.settle(s);
    }

    /// @dev The word of a module is written by hand: every field has to survive every call.
    function testFuzz_ModuleWordKeepsItsFields(uint256 a, uint256 b, uint256 c) public {
        uint80 escrow = within80(a, 10, START);
        uint80 lock = within80(b, 1, START);
        IStakeVault.Settlement memory s;
        (s.worker, s.retained) = (WORKER, within80(c, 1, escrow - 2));
        vm.startPrank(own);
        vault.collect(REQUESTER, escrow);
        vault.lock(SOLVER, lock);
        vault.settle(s);
        vault.credit(WORKER, 1);
        vault.unlock(SOLVER, 1);
        IStakeVault.Module memory module = vault.moduleOf(own);
        eq(module.escrowed, escrow - s.retained - 1, "escrowed");
        eq(module.retained, s.retained, "retained");
        eq(module.locked, lock - 1, "locked");
        eq(module.rights, 1, "rights");
        ok(module.status == IStakeVault.ModuleStatus.Active, "status");
        eq(uint256(balance(WORKER)), 1, "and nothing else is paid");
    }

    function _settlement(address worker) private pure returns (IStakeVault.Settlement memory s) {
        (s.worker, s.reward, s.heldBack, s.retained) = (worker, 6e18, 2e18, 1e18);
        (s.key, s.accrued) = ("key", 3e18);
    }

    function _one(address account, uint80 unlocked, uint80 slashed, uint80 credited)
        private
        pure
        returns (IStakeVault.Posting[] memory postings)
    {
        postings = new IStakeVault.Posting[](1);
        postings[0] = IStakeVault.Posting(account, unlocked, slashed, credited);
    }
}
