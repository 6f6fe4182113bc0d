// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Where stakes are read
/// @notice The part of the vault that weighs support: all that the register of models needs to know of it.
interface IStakeSource {
    /// @notice Stake of an address, in the smallest unit of the token. Locked stake and stake on its way out count.
    function stakeOf(address account) external view returns (uint80);

    /// @notice Stake of all accounts together, in the same unit.
    function totalStake() external view returns (uint80);
}
