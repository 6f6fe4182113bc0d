// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {MootToken} from "../../token/MootToken.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Emission as the vault books it: 80 for the worker, 10 for the treasury, 10 for liquidity, never above the cap.
contract IssuanceTest is Fixture {
    address private constant WORKER = address(0x3013);
    uint256 private constant CAP = 1_000_000e18;

    function test_OnTheCurveTheMultiplierIsOne() public view {
        // base x (1 - 0.3) x 1
        uint256 reward = vault.rewardNow();
        ok(reward > 0.6999e18 && reward < 0.7001e18, "0.7 tokens");
    }

    function test_EightyTenTen() public {
        uint256 whole = vault.rewardNow();
        uint80 issued = _work(1_000, type(uint80).max);
        uint256 share = whole * 8 / 10 / 8;
        eq(issued, whole * 8 / 10, "worker");
        IStakeVault.Issuance memory i = vault.issuance();
        eq(i.treasuryDue, share, "treasury");
        eq(i.liquidityDue, share, "liquidity");
        eq(i.issued, 300_000e18 + issued + 2 * share, "all of it");
        ok(whole - (issued + 2 * share) < 10, "nothing but rounding is left out");
        eq(i.baseReward, BASE_REWARD, "the base reward keeps its place in the word");
        eq(balance(WORKER), issued, "on the account");
    }

    function testFuzz_SharesAreExact(uint256 rawRate, uint256 rawCap, uint256 wait) public {
        uint16 rate_ = uint16(within(rawRate, 1, type(uint16).max));
        uint80 cap = within80(rawCap, 0, 100e18);
        skip(within(wait, 0, 30 days));
        uint256 whole = vault.rewardNow() * rate_ / 1_000;
        uint256 part = whole * 8 / 10;
        if (part > cap) part = cap;
        eq(_work(rate_, cap), part, "worker");
        IStakeVault.Issuance memory i = vault.issuance();
        eq(i.treasuryDue, part / 8, "treasury");
        eq(i.liquidityDue, part / 8, "liquidity");
        eq(i.issued, 300_000e18 + part + 2 * (part / 8), "issued");
    }

    function test_TheCapShrinksAllShares() public {
        eq(_work(1_000, 80), 80, "worker");
        eq(vault.issuance().treasuryDue, 10, "treasury");
        eq(vault.issuance().liquidityDue, 10, "liquidity");
        eq(_work(1_000, 0), 0, "a cap of zero");
        eq(vault.issuance().issued, 300_000e18 + 100, "issues nothing");
    }

    function test_RateScalesTheReward() public {
        uint256 whole = vault.rewardNow();
        eq(_work(500, type(uint80).max), whole / 2 * 8 / 10, "half");
        eq(_work(0, type(uint80).max), 0, "none");
    }

    function test_OnlyModulesWithTheRightIssue() public {
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (WORKER, 1, 1);
        vm.startPrank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.RightMissing.selector, address(court), 1));
        vault.settle(s);
        s.issueRate = 0;
        vault.settle(s);
        eq(balance(WORKER), 0, "without emission it may settle");
    }

    function test_RetiredModuleIssuesNothingAndStillPays() public {
        vm.prank(address(market));
        vault.collect(REQUESTER, 5e18);
        vm.prank(OWNER);
        vault.retireModule(address(market));
        IStakeVault.Settlement memory s;
        (s.worker, s.reward, s.issueRate, s.issueCap) = (WORKER, 5e18, 1_000, 5e18);
        vm.prank(address(market));
        (uint80 issued,) = vault.settle(s);
        eq(issued, 0, "issued");
        eq(balance(WORKER), 5e18, "paid");
        eq(vault.issuance().issued, 300_000e18, "total");
    }

    function test_WhatIsBookedIsMintedLater() public {
        uint256 whole = _book();
        eq(token.totalSupply(), 300_000e18, "supply lags");
        vm.expectEmit(address(vault));
        emit IStakeVault.Realised(whole);
        vm.prank(THIEF);
        eq(vault.realise(), whole, "amount");
        eq(token.totalSupply(), vault.issuance().issued, "supply has caught up");
        eq(token.balanceOf(address(vault)), 6 * START + whole, "in the vault");
        eq(vault.realise(), 0, "once");
    }

    function test_WithdrawalRealisesWhenItHasTo() public {
        uint256 whole = _book();
        vm.prank(WORKER);
        vault.withdraw(1);
        eq(token.totalSupply(), 300_000e18, "not while there are tokens");
        address[3] memory holders = [REQUESTER, SOLVER, THIEF];
        for (uint256 i = 0; i < 3; ++i) {
            vm.startPrank(holders[i]);
            vault.requestUnstake(START);
            skip(EXIT_DELAY);
            vault.unstake();
            if (i < 2) vault.withdraw(2 * START);
            vm.stopPrank();
        }
        // The last 10,000 tokens are one short: one unit of emission was paid out of them.
        vm.expectEmit(address(vault));
        emit IStakeVault.Realised(whole);
        vm.prank(THIEF);
        vault.withdraw(2 * START);
        uint80 rest = balance(WORKER);
        vm.prank(WORKER);
        vault.withdraw(rest);
        vault.payEmission();
        (uint80 t, uint80 l) = (balance(TREASURY), balance(LIQUIDITY));
        vm.prank(TREASURY);
        vault.withdraw(t);
        vm.prank(LIQUIDITY);
        vault.withdraw(l);
        eq(token.balanceOf(address(vault)), 0, "everybody got everything");
        eq(token.balanceOf(WORKER) + token.balanceOf(TREASURY) + token.balanceOf(LIQUIDITY), whole, "emission");
    }

    function test_SinksArePaidByAnyone() public {
        _book();
        uint80 share = vault.issuance().treasuryDue;
        vm.expectEmit(address(vault));
        emit IStakeVault.EmissionPaid(TREASURY, share, LIQUIDITY, share);
        vm.prank(THIEF);
        vault.payEmission();
        eq(balance(TREASURY), share, "treasury");
        eq(balance(LIQUIDITY), share, "liquidity");
        eq(vault.issuance().treasuryDue, 0, "once");
        eq(vault.issuance().issued, 300_000e18 + _total(), "issued stays");
        eq(vault.issuance().baseReward, BASE_REWARD, "base reward stays");
        vault.payEmission();
        eq(balance(TREASURY), share, "nothing more");
    }

    function test_SinksCanChange() public {
        _book();
        vm.expectEmit(address(vault));
        emit IStakeVault.SinksChanged(AUTHOR, AUTHOR);
        vm.startPrank(OWNER);
        vault.setSinks(AUTHOR, AUTHOR);
        vault.payEmission();
        eq(balance(AUTHOR), 2 * (_total() / 10), "both to one account");
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.setSinks(address(0), AUTHOR);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.setSinks(AUTHOR, address(0));
    }

    function test_BaseReward() public {
        _book();
        IStakeVault.Issuance memory before = vault.issuance();
        vm.expectEmit(address(vault));
        emit IStakeVault.BaseRewardChanged(10_000);
        vm.startPrank(OWNER);
        vault.setBaseReward(10_000);
        before.baseReward = 10_000;
        eq(keccak256(abi.encode(vault.issuance())), keccak256(abi.encode(before)), "nothing else changes");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.BaseRewardTooHigh.selector, 10_001, 10_000));
        vault.setBaseReward(10_001);
        vault.setBaseReward(0);
        eq(vault.rewardNow(), 0, "no emission");
    }

    /// @dev A market fifty years old, close to its end: base, multiplier and rate as high as they go.
    function testFuzz_NeverMoreThanAMillion(uint256 raw, uint256 rounds) public {
        uint256 left = within(raw, 0, 10e18);
        StakeVault old = _vault(CAP - left);
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (WORKER, type(uint16).max, type(uint80).max);
        vm.startPrank(address(market));
        for (uint256 i = 0; i <= rounds % 40; ++i) {
            old.settle(s);
        }
        vm.stopPrank();
        ok(old.issuance().issued <= CAP, "issued within the cap");
        old.realise();
        eq(old.token().totalSupply(), old.issuance().issued, "minted within the cap");
    }

    function test_AtTheCapNothingIsIssued() public {
        StakeVault full = _vault(CAP);
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (WORKER, type(uint16).max, type(uint80).max);
        vm.prank(address(market));
        (uint80 issued,) = full.settle(s);
        eq(issued, 0, "worker");
        eq(full.rewardNow(), 0, "reward");
        eq(full.issuance().issued, CAP, "issued");
    }

    /// @dev A burst: the curve follows what is booked, not what is minted.
    function test_ABurstRunsAgainstTheCurve() public {
        vm.prank(OWNER);
        vault.setBaseReward(10_000);
        uint256 first = vault.rewardNow();
        for (uint256 i = 0; i < 200; ++i) {
            _work(10_000, type(uint80).max);
        }
        ok(vault.rewardNow() < first / 4, "the reward falls within the burst");
        eq(token.totalSupply(), 300_000e18, "though nothing was minted");
    }

    function _vault(uint256 supply) private returns (StakeVault fresh) {
        address[] memory holders = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (holders[0], amounts[0]) = (THIEF, supply);
        MootToken moot = new MootToken(holders, amounts);
        fresh = new StakeVault(moot, EXIT_DELAY, uint48(block.timestamp - 18_250 days), 10_000, TREASURY, OWNER);
        moot.setMinter(address(fresh));
        vm.prank(OWNER);
        fresh.addModule(address(market), 1);
    }

    function _book() private returns (uint256 whole) {
        _work(1_000, 8e17);
        return _total();
    }

    function _total() private view returns (uint256) {
        return vault.issuance().issued - 300_000e18;
    }

    function _work(uint16 rate_, uint80 cap) private returns (uint80 issued) {
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (WORKER, rate_, cap);
        vm.prank(address(market));
        (issued,) = vault.settle(s);
    }
}
