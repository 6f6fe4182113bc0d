// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev Defects found in earlier systems of this kind, each tried on this one.
contract RegressionsTest is Fixture {
    /// @dev F4: money of innocent customers was caught behind the state of a solver or of the system.
    function test_F4_NothingThatHappensToOthersCatchesMoney() public {
        (ITaskMarket.Task memory done,, ITaskMarket.Solution memory solution) = solved();
        (ITaskMarket.Task memory open,) = submit();
        (ITaskMarket.Task memory late,) = submit();
        vm.prank(SOLVER);
        vault.requestUnstake(5_000e18 - LOCK);
        vm.prank(AUTHOR);
        registry.retire(model);
        vm.startPrank(OWNER);
        vault.retireModule(address(market));
        market.setTreasury(address(0x7EA));
        market.setSettings(ITaskMarket.Settings(2000, 100, 7 days, 30 days, 30 days, 1e18));
        vault.renounceOwnership();
        market.renounceOwnership();
        vm.stopPrank();
        vm.warp(open.retractAt);
        vm.prank(REQUESTER);
        market.retract(open);
        vm.warp(late.deadline + EXIT_DELAY);
        vm.prank(SOLVER);
        vault.unstake();
        market.refund(late);
        market.claim(done, solution);
        eq(market.payTreasury(), 1e18, "treasury");
        eq(balance(REQUESTER), 5_000e18 - FEE - MODEL_FEE, "paid for one task");
        eq(balance(SOLVER), 5_009e18 + 5_000e18 - LOCK, "solver");
        eq(vault.freeStakeOf(SOLVER), LOCK, "stake is free");
        eq(vault.moduleOf(address(market)).escrowed, 0, "nothing is left behind");
    }

    /// @dev F5: a task that nobody solves kept its fee for good.
    function test_F5_EveryUnsolvedTaskGivesItsMoneyBack() public {
        (ITaskMarket.Task memory first,) = submit();
        (ITaskMarket.Task memory second,) = submit();
        vm.warp(first.retractAt);
        vm.prank(REQUESTER);
        market.retract(first);
        vm.warp(second.deadline + 10_000 days);
        market.refund(second);
        eq(balance(REQUESTER), 5_000e18, "fee and model fee are back");
    }

    /// @dev F6: amounts were cut to 80 bits. Here everything that does not fit is refused, by every entry.
    function testFuzz_F6_AmountsAreNeverCut(uint256 raw) public {
        // Cut to 80 bits it would be one token, which all of these calls would take.
        uint256 amount = (within(raw, 1, 2 ** 176 - 1) << 80) | 1e18;
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 2e18);
        vault.lock(SOLVER, 2e18);
        vm.stopPrank();
        _refused(REQUESTER, address(vault), abi.encodeWithSelector(vault.withdraw.selector, amount));
        _refused(REQUESTER, address(vault), abi.encodeWithSelector(vault.stake.selector, amount));
        _refused(REQUESTER, address(vault), abi.encodeWithSelector(vault.requestUnstake.selector, amount));
        _refused(REQUESTER, address(vault), abi.encodeWithSelector(vault.depositTo.selector, REQUESTER, amount, 0));
        _refused(REQUESTER, address(vault), abi.encodeWithSelector(vault.depositTo.selector, REQUESTER, 0, amount));
        _refused(address(market), address(vault), abi.encodeWithSelector(vault.collect.selector, REQUESTER, amount));
        _refused(address(market), address(vault), abi.encodeWithSelector(vault.credit.selector, REQUESTER, amount));
        _refused(address(market), address(vault), abi.encodeWithSelector(vault.lock.selector, SOLVER, amount));
        _refused(address(market), address(vault), abi.encodeWithSelector(vault.unlock.selector, SOLVER, amount));
        _refused(
            REQUESTER,
            address(market),
            abi.encodeWithSelector(market.submitBlob.selector, model, amount, MODEL_FEE, LIFETIME, RESULT, 1)
        );
    }

    /// @dev F6: products and sums of fields that fit may not wrap either.
    function test_F6_DerivedAmountsAreChecked() public {
        uint80 fee = uint80(type(uint80).max / 20) + 1;
        vm.prank(REQUESTER);
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 80, uint256(fee) * 20)
        );
        market.submit(model, fee, MODEL_FEE, LIFETIME, INPUT);
        vm.prank(address(market));
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vault.settle(IStakeVault.Settlement(SOLVER, 0, type(uint80).max, PAYEE, 1, 0));
        vm.prank(REQUESTER);
        vm.expectRevert();
        vault.depositTo(REQUESTER, type(uint80).max, type(uint80).max);
    }

    /// @dev F8: collateral could not leave, because the tests called the token and not the contract that stood between.
    function test_F8_EarningsAndCollateralReachTheWallet() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        skip(WINDOW);
        vm.prank(THIEF);
        market.claim(task, solution);
        vm.startPrank(SOLVER);
        vault.requestUnstake(5_000e18);
        skip(EXIT_DELAY);
        vault.unstake();
        vault.withdraw(10_009e18);
        vm.stopPrank();
        eq(token.balanceOf(SOLVER), 100_009e18, "wallet");
        IStakeVault.Account memory account = vault.accountOf(SOLVER);
        eq(uint256(account.balance) + account.stake + account.locked, 0, "account is empty");
    }

    function _refused(address caller, address target, bytes memory data) private {
        vm.prank(caller);
        (bool success,) = target.call(data);
        ok(!success, "an amount that does not fit was taken");
    }
}
