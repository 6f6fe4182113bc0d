// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title A contract that can be ruled upon (ERC-792)
interface IArbitrable {
    /// @notice The ruling on a dispute is final (ERC-792). The arbitrable contract raises it.
    event Ruling(address indexed arbitrator, uint256 indexed disputeId, uint256 ruling);

    /// @notice Gives a final ruling to the contract that asked for it (ERC-792).
    function rule(uint256 disputeId, uint256 ruling) external;
}

/// @title A module whose rulings need the fields of what was disputed
/// @notice Modules of this house keep one hash per task, so whoever executes a ruling brings the fields along.
interface IRuledWithFields is IArbitrable {
    /// @notice Like {rule}; `fields` are checked against the hash that the module keeps.
    /// @param ruling 1 for the claimant; anything else for the defendant.
    function ruleWith(uint256 disputeId, uint256 ruling, bytes calldata fields) external;
}

/// @title How a module brings a dispute before the court
interface ICourtOpening {
    /// @notice Who judges: machines by running the model again, or people.
    enum Bench {
        Compute,
        People
    }

    /// @notice A dispute as a module brings it.
    /// @param claimant Who says that something is wrong. The court locks `bond` of this stake.
    /// @param defendant Who answers for it. The module has passed the lock of `atStake` to the court before the call.
    /// @param bond Lost by the claimant if the ruling goes to the defendant.
    /// @param atStake Lost by the defendant if the ruling goes to the claimant.
    /// @param bench Who judges.
    /// @param traceMustMatch Compute only: the output digest named by the case is the same on every machine, so a ballot
    /// whose trace differs from that of the other winners counts as absent.
    /// @param subject What is disputed, for instance the id of a task.
    /// @param evidenceURI The claimant's first evidence (ERC-1497), possibly empty.
    struct Opening {
        address claimant;
        address defendant;
        uint80 bond;
        uint80 atStake;
        Bench bench;
        bool traceMustMatch;
        bytes32 subject;
        string evidenceURI;
    }

    /// @notice Modules only: opens a dispute. The court calls {IRuledWithFields-ruleWith} of the caller when the ruling is
    /// final, with both locks already settled.
    function open(Opening calldata opening) external returns (uint256 disputeId);
}
