// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrable} from "./ICourt.sol";

/// @title A court as others see it (ERC-792)
interface IArbitrator {
    /// @notice Stages of a dispute: no ruling yet, a ruling that can be appealed, a ruling that is final.
    enum DisputeStatus {
        Waiting,
        Appealable,
        Solved
    }

    /// @notice A dispute was created (ERC-792).
    event DisputeCreation(uint256 indexed disputeId, IArbitrable indexed arbitrable);

    /// @notice There is a ruling and it can be appealed (ERC-792).
    event AppealPossible(uint256 indexed disputeId, IArbitrable indexed arbitrable);

    /// @notice The ruling was appealed (ERC-792).
    event AppealDecision(uint256 indexed disputeId, IArbitrable indexed arbitrable);

    /// @notice Opens a dispute (ERC-792).
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId);

    /// @notice Appeals a ruling (ERC-792).
    function appeal(uint256 disputeId, bytes calldata extraData) external payable;

    /// @notice What a dispute costs in the coin of the chain (ERC-792).
    function arbitrationCost(bytes calldata extraData) external view returns (uint256);

    /// @notice What an appeal costs in the coin of the chain (ERC-792).
    function appealCost(uint256 disputeId, bytes calldata extraData) external view returns (uint256);

    /// @notice When the ruling can be appealed, seconds; zeros when it cannot (ERC-792).
    function appealPeriod(uint256 disputeId) external view returns (uint256 start, uint256 end);

    /// @notice Stage of a dispute (ERC-792).
    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus);

    /// @notice The ruling as it stands, zero for none (ERC-792).
    function currentRuling(uint256 disputeId) external view returns (uint256);
}

/// @title What is shown to a court (ERC-1497)
interface IEvidence {
    /// @notice What disputes of a kind are about, and how their rulings are to be read (ERC-1497).
    event MetaEvidence(uint256 indexed metaEvidenceId, string evidence);

    /// @notice A piece of evidence (ERC-1497). The group is the dispute.
    event Evidence(
        IArbitrator indexed arbitrator, uint256 indexed evidenceGroupId, address indexed party, string evidence
    );

    /// @notice Ties a dispute to its kind and its evidence (ERC-1497).
    event Dispute(
        IArbitrator indexed arbitrator, uint256 indexed disputeId, uint256 metaEvidenceId, uint256 evidenceGroupId
    );
}
