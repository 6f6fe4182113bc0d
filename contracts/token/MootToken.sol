// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMootToken} from "../interfaces/IMootToken.sol";

/// @title MOOT
/// @notice See {IMootToken}.
contract MootToken is ERC20, ERC20Permit, ERC20Votes, IMootToken {
    /// @inheritdoc IMootToken
    /// @dev The type is the proof: a constant of 2^80 or more would not compile here.
    uint80 public constant CAP = 1_000_000e18;

    /// @inheritdoc IMootToken
    address public minter;

    address private immutable _deployer;

    /// @param holders Who starts with tokens.
    /// @param amounts How much each of them starts with; their sum may not exceed {CAP}.
    constructor(address[] memory holders, uint256[] memory amounts) ERC20("Folkmoot", "MOOT") ERC20Permit("Folkmoot") {
        if (holders.length != amounts.length) revert GenesisLengthMismatch(holders.length, amounts.length);
        _deployer = msg.sender;
        for (uint256 i = 0; i < holders.length; ++i) {
            _mint(holders[i], amounts[i]);
        }
    }

    /// @inheritdoc IMootToken
    function setMinter(address minter_) external {
        if (msg.sender != _deployer || minter != address(0)) revert MinterIsFinal(minter);
        if (minter_ == address(0)) revert ERC20InvalidReceiver(minter_);
        minter = minter_;
        emit MinterSet(minter_);
    }

    /// @inheritdoc IMootToken
    function mint(address to, uint256 amount) external {
        if (msg.sender != minter) revert NotMinter(msg.sender);
        _mint(to, amount);
    }

    /// @notice The clock of votes: seconds, because block times differ between the chains this may run on.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice Machine-readable description of the clock (ERC-6372).
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice The next unused nonce of `owner`, shared by permits and delegations by signature.
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev Every mint, present or future, passes here, so the cap cannot be forgotten by a minter.
    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
        if (from == address(0) && totalSupply() > CAP) revert CapExceeded(totalSupply(), CAP);
    }
}
