// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../interfaces/ICourt.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {ICourtClerk} from "../interfaces/ICourtCase.sol";
import {Appeals} from "./Appeals.sol";
import {Ballots} from "./Ballots.sol";
import {CourtHash} from "./CourtHash.sol";
import {CourtSettings} from "./CourtSettings.sol";
import {CourtStore} from "./CourtStore.sol";
import {Openings} from "./Openings.sol";
import {Settlement} from "./Settlement.sol";
import {Tallies} from "./Tallies.sol";

/// @title The court
/// @notice See {ICourtCase}, which is the interface of this address. It speaks ERC-792 and ERC-1497, with these
/// differences:
/// - It takes no coin: costs are 0, bonds are MOOT in the vault. {createDispute} and {appeal}
/// refuse coin.
/// - Only modules of the vault open disputes, because only they can answer for the stake of a defendant.
/// - It calls {IRuledWithFields-ruleWith} and not {IArbitrable-rule}: modules keep hashes and need their fields.
/// - One word per case: {appeal} needs the fields of the case, and {currentRuling} forgets a
/// ruling once it is executed; the events keep it.
/// @dev The code is larger than a contract may be. What every case needs is here; the rest is in {CourtClerk}, over
/// the same storage. The clerk is named once, at the construction: nothing can be exchanged later.
contract Court is Ballots, Tallies, Appeals, Settlement, Openings, CourtSettings {
    /// @notice The rest of the code.
    address public immutable clerk;

    /// @param clerk_ A {CourtClerk}; vault and source of seeds are the same.
    /// @param compute First parameters of the bench of machines.
    /// @param people First parameters of the bench of people.
    /// @param minDeposit_ Smallest deposit of a juror.
    /// @param owner_ Who may change parameters: a timelock, outside of a sandbox.
    constructor(
        ICourtClerk clerk_,
        Settings memory compute,
        Settings memory people,
        uint80 minDeposit_,
        address owner_
    ) CourtStore(clerk_.vault(), clerk_.randomness(), owner_) {
        clerk = address(clerk_);
        _setSettings(Bench.Compute, compute);
        _setSettings(Bench.People, people);
        _setMinDeposit(minDeposit_);
    }

    /// @notice Everything else is done by the clerk, with the storage of this court.
    fallback() external payable {
        address to = clerk;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(done) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }

    /// @notice The court takes no coin.
    receive() external payable {
        revert CoinRefused();
    }

    /// @inheritdoc ICourtOpening
    function open(Opening calldata opening) external returns (uint256 disputeId) {
        return _open(opening);
    }

    /// @inheritdoc IArbitrator
    /// @param choices Two: claimant or defendant. A ruling of 0, "refused", is never given: a tie is for the defendant.
    /// @param extraData An {ICourtOpening-Opening}, ABI-encoded.
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId) {
        if (msg.value != 0) revert CoinRefused();
        if (choices != 2) revert TwoChoices(choices);
        return _open(abi.decode(extraData, (Opening)));
    }

    /// @inheritdoc IArbitrator
    /// @param extraData ABI-encoded: {ICourtTypes-Case}, round, past and amount, as for {fundAppeal}.
    function appeal(uint256 disputeId, bytes calldata extraData) external payable {
        if (msg.value != 0) revert CoinRefused();
        (, uint8 round, bytes32 past, uint80 amount) = abi.decode(extraData, (Case, uint8, bytes32, uint80));
        Case calldata case_;
        assembly ("memory-safe") {
            // A struct of static values lies where it is decoded from.
            case_ := extraData.offset
        }
        _fund(disputeId, case_, round, past, amount);
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IArbitrator
    /// @dev In coin. The bond in MOOT is {appealBondOf}.
    function appealCost(uint256, bytes calldata) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IArbitrator
    function appealPeriod(uint256 disputeId) external view returns (uint256 start, uint256 end) {
        uint256 word = _wordOf(disputeId);
        if (word & CourtHash.PHASE_MASK != uint256(Phase.Ruled)) return (0, 0);
        end = CourtHash.untilOf(word);
        start = end - CourtHash.appealSecondsOf(word);
    }

    /// @inheritdoc IArbitrator
    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus) {
        uint256 word = _wordOf(disputeId);
        uint256 phase = word & CourtHash.PHASE_MASK;
        if (phase == uint256(Phase.Voting)) return DisputeStatus.Waiting;
        if (phase == uint256(Phase.Ruled) && block.timestamp <= CourtHash.untilOf(word)) {
            return DisputeStatus.Appealable;
        }
        if (disputeId == 0 || disputeId > _docket.cases) revert WrongCase(disputeId);
        return DisputeStatus.Solved;
    }

    /// @inheritdoc IArbitrator
    function currentRuling(uint256 disputeId) external view returns (uint256) {
        return CourtHash.rulingOf(_wordOf(disputeId));
    }
}
