// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IRuledWithFields} from "../../interfaces/ICourt.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";

/// @dev A module as the court meets it: locks the defendant, passes the lock on, opens, and is ruled upon with fields.
contract MockModule is IRuledWithFields {
    error Refused();
    error WrongFields();

    IStakeVault public immutable vault;
    address public immutable court;
    bool public refuses;
    uint256 public ruledId;
    uint256 public ruling;
    uint256 public rulings;

    constructor(IStakeVault vault_, address court_) {
        (vault, court) = (vault_, court_);
    }

    function contest(ICourtOpening.Opening calldata opening) external returns (uint256) {
        vault.lock(opening.defendant, opening.atStake);
        vault.passLock(opening.defendant, opening.atStake, court);
        return ICourtOpening(court).open(opening);
    }

    /// @dev The fields are the id, so that wrong ones can be told.
    function ruleWith(uint256 disputeId, uint256 ruling_, bytes calldata fields) external {
        if (refuses) revert Refused();
        if (msg.sender != court || keccak256(fields) != keccak256(abi.encode(disputeId))) revert WrongFields();
        (ruledId, ruling) = (disputeId, ruling_);
        ++rulings;
        emit Ruling(msg.sender, disputeId, ruling_);
    }

    function rule(uint256, uint256) external pure {
        revert WrongFields();
    }

    function refuse(bool refuses_) external {
        refuses = refuses_;
    }
}
