// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev A solver that is deployed at an address of the attacker's choice.
contract Puppet {
    StakeVault private immutable _vault;
    ITaskMarket private immutable _market;

    constructor(StakeVault vault_, ITaskMarket market_) {
        (_vault, _market) = (vault_, market_);
    }

    function reserve(ITaskMarket.Task calldata task, uint80 stake) external {
        ITaskMarket.Reservation memory nobody;
        if (stake != 0) _vault.stake(stake);
        _market.reserve(task, nobody);
    }
}

/// @dev Once the seed is known, addresses with an early turn can be searched for: a thousand tries find one with a
/// thousandth of the wait. Whose stake is younger than the task must not profit from that.
contract TurnGrindingTest is Fixture {
    uint16 private constant SPREAD = 600;

    function test_AnAddressMadeAfterTheSeedWaitsInFull() public {
        ITaskMarket.Task memory task = _open();
        (bytes32 salt, address puppet) = _grind(task, type(uint64).max / 500);
        vm.prank(THIEF);
        vault.transfer(puppet, LOCK);
        new Puppet{salt: salt}(vault, market);
        uint48 full = submittedAt(task) + LIFETIME / 2;
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, puppet, full));
        Puppet(puppet).reserve(task, LOCK);
    }

    /// @dev Many accounts with dust do not help: what comes later does not count in their draw.
    function test_DustLaidOutBeforehandDoesNotHelp() public {
        ITaskMarket.Task memory task = _open();
        (bytes32 salt, address puppet) = _grind(task, type(uint64).max / 500);
        new Puppet{salt: salt}(vault, market);
        vm.startPrank(THIEF);
        vault.transfer(puppet, LOCK);
        vm.warp(submittedAt(task) - 1);
        vault.depositTo(puppet, 0, 1);
        vm.stopPrank();
        vm.warp(uint256(submittedAt(task)) + 2 * BLOCK_SECONDS);
        uint48 full = submittedAt(task) + LIFETIME / 2;
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, puppet, full));
        Puppet(puppet).reserve(task, LOCK);
    }

    /// @dev Who was there before the task may add to its stake: its own draw stays, with the weight of then.
    function test_AddingStakeDoesNotSetAnyoneBack() public {
        ITaskMarket.Task memory task = _open();
        uint48 before = turn(task, SOLVER);
        vm.startPrank(SOLVER);
        vault.stake(100e18);
        vm.stopPrank();
        // The total has grown a little, the own draw has not changed.
        ok(turn(task, SOLVER) <= before + before / 100, "not set back");
    }

    /// @dev Who has changed its stake twice since has the full wait of all its stake, not that of an empty account.
    function test_TwoChangesCostTheDrawAndNoMore() public {
        ITaskMarket.Task memory task = _open();
        for (uint256 i = 0; i < 2; ++i) {
            nextBlock();
            vm.prank(SOLVER);
            vault.stake(1e18);
        }
        uint256 free = vault.freeStakeOf(SOLVER);
        eq(turn(task, SOLVER), submittedAt(task) + SPREAD * uint256(vault.totalStake()) / free, "T S / w");
    }

    function _open() private returns (ITaskMarket.Task memory task) {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = SPREAD;
        vm.prank(OWNER);
        market.setSettings(0, s);
        (task,) = submit();
        nextBlock();
        nextBlock();
    }

    function _grind(ITaskMarket.Task memory task, uint256 below) private view returns (bytes32, address) {
        bytes32 seed = keccak256(abi.encode(market.taskIdOf(task), blockhash(submittedIn(task) + 1)));
        bytes32 code = keccak256(abi.encodePacked(type(Puppet).creationCode, abi.encode(vault, market)));
        for (uint256 i = 0;; ++i) {
            address puppet_ = address(
                uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(i), code))))
            );
            if (uint64(uint256(keccak256(abi.encode(seed, puppet_)))) < below) return (bytes32(i), puppet_);
        }
    }
}
