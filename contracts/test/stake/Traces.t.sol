// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Stake as it was: the vault's two changes against a history that forgets nothing.
contract TracesTest is Fixture {
    struct Change {
        uint256 second;
        uint80 stake;
    }

    Change[] private history;

    function test_StakeOfAnEarlierMoment() public {
        uint40 t0 = uint40(block.timestamp);
        skip(100);
        _stake(5);
        uint40 t1 = uint40(block.timestamp);
        eq(_at(t1), START, "a change in the very second counts as later");
        eq(_at(t1 + 1), START + 5, "one second later it counts");
        skip(100);
        _stake(7);
        uint40 t2 = uint40(block.timestamp);
        eq(_at(t2 + 1), START + 12, "now");
        eq(_at(t2), START + 5, "before the last change");
        eq(_at(t1 + 1), START + 5, "since the change before");
        eq(_at(t1), 0, "two changes since: not known any more");
        eq(_at(t0), 0, "nor earlier");
        IStakeVault.Trace memory trace = vault.traceOf(SOLVER);
        eq(trace.stake, START + 12, "stake");
        eq(trace.changedAt, t2, "changed at");
        eq(trace.before, START + 5, "before");
        eq(trace.changedBefore, t1, "changed before");
    }

    function test_ChangesOfOneSecondAreOneChange() public {
        skip(100);
        _stake(5);
        _stake(7);
        _stake(9);
        uint40 t = uint40(block.timestamp);
        eq(_at(t), START, "before all of them");
        eq(_at(t + 1), START + 21, "after all of them");
    }

    function test_WhoNeverHadStakeHasNone() public view {
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (AUTHOR, PAYEE);
        uint80[] memory stakes = vault.stakesAt(accounts, uint40(block.timestamp + 1));
        eq(stakes.length, 2, "one each");
        eq(uint256(stakes[0]) + stakes[1], 0, "nothing");
    }

    function test_LocksAndRequestsAreNoChanges() public {
        skip(100);
        uint40 before = vault.traceOf(SOLVER).changedAt;
        vm.prank(address(market));
        vault.lock(SOLVER, 5);
        vm.prank(SOLVER);
        vault.requestUnstake(5);
        vm.prank(SOLVER);
        vault.cancelUnstake();
        vm.prank(address(market));
        vault.unlock(SOLVER, 5);
        eq(vault.traceOf(SOLVER).changedAt, before, "unchanged");
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_AgainstAFullHistory(uint256 seed) public {
        _note();
        uint256 start = block.timestamp - BLOCK_SECONDS - 3;
        for (uint256 i = 0; i < 14; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            skip(r % 4);
            uint256 kind = (r >> 8) % 4;
            uint80 amount = within80(r >> 16, 1, 100e18);
            if (kind == 0) _stake(amount);
            else if (kind == 1) _slash(amount);
            else if (kind == 2) _leave(amount);
            else _deposit(amount);
            _note();
            for (uint256 t = block.timestamp - 8; t <= block.timestamp + 1; ++t) {
                eq(_at(uint40(t)), _expected(t), "recent moment");
            }
        }
        for (uint256 i = 0; i < history.length; ++i) {
            for (uint256 t = history[i].second - 1; t <= history[i].second + 1; ++t) {
                eq(_at(uint40(t)), _expected(t), "moment around a change");
            }
        }
        eq(_at(uint40(start)), 0, "before everything");
        uint256 sum = uint256(stakeOf(SOLVER)) + stakeOf(REQUESTER) + stakeOf(THIEF);
        eq(vault.totalStake(), sum, "stake of all");
    }

    /// @dev The definition: the last value of before `t`, unless two changes came at `t` or later.
    function _expected(uint256 t) private view returns (uint80 stake) {
        uint256 since;
        for (uint256 i = 0; i < history.length; ++i) {
            if (history[i].second < t) stake = history[i].stake;
            else ++since;
        }
        if (since > 1) return 0;
    }

    function _note() private {
        uint80 now_ = stakeOf(SOLVER);
        uint40 changedAt = vault.traceOf(SOLVER).changedAt;
        if (history.length == 0) history.push(Change({second: changedAt, stake: now_}));
        else if (history[history.length - 1].second == block.timestamp) history[history.length - 1].stake = now_;
        else history.push(Change({second: block.timestamp, stake: now_}));
    }

    function _at(uint40 moment) private view returns (uint80) {
        address[] memory accounts = new address[](1);
        accounts[0] = SOLVER;
        return vault.stakesAt(accounts, moment)[0];
    }

    function _stake(uint80 amount) private {
        vm.prank(SOLVER);
        vault.stake(amount);
    }

    function _deposit(uint80 amount) private {
        vm.prank(SOLVER);
        vault.depositTo(SOLVER, 1, amount);
    }

    function _slash(uint80 amount) private {
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](1);
        postings[0] = IStakeVault.Posting({account: SOLVER, unlocked: 0, slashed: amount, credited: 0});
        vm.startPrank(address(market));
        vault.lock(SOLVER, amount);
        vault.book(postings);
        vm.stopPrank();
    }

    function _leave(uint80 amount) private {
        vm.startPrank(SOLVER);
        vault.requestUnstake(amount);
        skip(EXIT_DELAY);
        vault.unstake();
        vm.stopPrank();
    }
}
