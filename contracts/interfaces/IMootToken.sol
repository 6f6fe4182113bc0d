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

    /// @notice Only the minter mints.
    error NotMinter(address caller);

    /// @notice The minter is named once, by who deployed the token, and stays.
    error MinterIsFinal(address minter);

    /// @notice From now on and for good, `minter` alone can mint.
    event MinterSet(address minter);

    /// @notice Names the minter, once. It cannot be taken back: balances in the vault count on it.
    function setMinter(address minter) external;

    /// @notice Minter only: mints within the cap.
    function mint(address to, uint256 amount) external;

    /// @notice Who mints; zero until {setMinter}.
    function minter() external view returns (address);

    /// @notice The largest supply there can ever be, in the smallest unit.
    /// @dev Fits 80 bits, which is what lets every ledger of the system keep amounts in 80-bit fields.
    function CAP() external view returns (uint80);
}
