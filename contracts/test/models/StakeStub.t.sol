// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeSource} from "../../interfaces/IStakeSource.sol";

/// @dev Stakes that a test sets as it likes, in place of the vault.
contract StakeStub is IStakeSource {
    mapping(address account => uint80) public stakeOf;
    uint80 public totalStake;

    function set(address account, uint80 stake) external {
        totalStake = totalStake - stakeOf[account] + stake;
        stakeOf[account] = stake;
    }
}
