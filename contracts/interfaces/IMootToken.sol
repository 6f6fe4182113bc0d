// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The token of the market
/// @notice ERC-20 with permit (ERC-2612) and votes on a timestamp clock (ERC-5805, ERC-6372), 18 decimals.
interface IMootToken is IERC20, IERC20Permit {
    /// @notice The genesis lists differ in length.
    error GenesisLengthMismatch(uint256 holders, uint256 amounts);

    /// @notice More tokens would exist than the cap allows.
    error CapExceeded(uint256 supply, uint256 cap);

    /// @notice The largest supply there can ever be, in the smallest unit.
    /// @dev Fits 80 bits, which is what lets every ledger of the system keep amounts in 80-bit fields.
    function CAP() external view returns (uint80);
}
