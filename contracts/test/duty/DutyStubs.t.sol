// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";

interface IRuled {
    function ruleWith(uint256 disputeId, uint256 ruling, bytes calldata fields) external;
}

/// @dev One model whose terms a test sets as it likes.
contract RegistryStub {
    IModelRegistry.Terms private _terms;

    function set(IModelRegistry.Terms calldata terms_) external {
        _terms = terms_;
    }

    function terms(bytes32) external view returns (IModelRegistry.Terms memory) {
        return _terms;
    }

    function payeeOf(bytes32) external pure returns (address) {
        return address(0xE5);
    }
}

/// @dev A court that rules as it is told.
contract CourtStub is ICourtOpening {
    IStakeVault public immutable vault;
    uint256 public count;
    mapping(uint256 disputeId => Opening) private _openings;
    mapping(uint256 disputeId => address) private _module;

    constructor(IStakeVault vault_) {
        vault = vault_;
    }

    function open(Opening calldata opening) external returns (uint256 disputeId) {
        disputeId = ++count;
        _openings[disputeId] = opening;
        _module[disputeId] = msg.sender;
        vault.lock(opening.claimant, opening.bond);
    }

    function decide(uint256 disputeId, uint256 ruling, bytes calldata fields) external {
        Opening storage opening = _openings[disputeId];
        vault.unlock(opening.claimant, opening.bond);
        vault.unlock(opening.defendant, opening.atStake);
        IRuled(_module[disputeId]).ruleWith(disputeId, ruling, fields);
    }
}
