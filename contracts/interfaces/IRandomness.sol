// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title A source of numbers that nobody knew when they were asked for
interface IRandomness {
    /// @notice The number that belongs to a block.
    /// @dev Zero while it is not known yet and when it cannot be known any more; the caller then names a later block.
    /// @param blockNumber A block that was in the future when it was chosen.
    function numberOf(uint256 blockNumber) external view returns (bytes32);
}
