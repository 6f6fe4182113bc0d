// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";

/// @title The purse of one chain
/// @notice Requester of its tasks and holder of its money in the vault. It does what the chain contract says, and that
/// can only spend it on tasks and send it to the owner.
/// @dev Deployed once and cloned per chain.
contract ChainPurse {
    ITaskMarket private immutable _market;
    IStakeVault private immutable _vault;
    address private immutable _chains;

    /// @notice Only the chain contract may call.
    error NotChains(address caller);

    /// @dev Whoever deploys it is the only one it listens to.
    constructor(ITaskMarket market, IStakeVault vault) {
        (_market, _vault, _chains) = (market, vault, msg.sender);
    }

    modifier onlyChains() {
        if (msg.sender != _chains) revert NotChains(msg.sender);
        _;
    }

    /// @notice Posts a task.
    function submit(ITaskMarket.Order calldata order, bytes32 inputDigest, uint64 inputSize)
        external
        onlyChains
        returns (bytes32 taskId)
    {
        return _market.submitBlob(order, inputDigest, inputSize);
    }

    /// @notice Takes an open task back.
    function retract(ITaskMarket.Task calldata task) external onlyChains {
        _market.retract(task);
    }

    /// @notice Sends everything to `to`.
    function empty(address to) external onlyChains returns (uint80 amount) {
        amount = _vault.accountOf(address(this)).balance;
        if (amount != 0) _vault.transfer(to, amount);
    }
}
