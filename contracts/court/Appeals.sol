// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrable} from "../interfaces/ICourt.sol";
import {ICourtBench} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Seals} from "./Seals.sol";

/// @title Appeals
/// @notice Whoever thinks the ruling wrong puts up the bond, alone or with others; the next panel is about twice as
/// large. An appeal always speaks for the side that the ruling is against.
abstract contract Appeals is ICourtBench, Seals {
    using CaseTerms for uint256;

    /// @inheritdoc ICourtBench
    function fundAppeal(uint256 disputeId, Case calldata case_, uint8 round, bytes32 past, uint80 amount)
        external
        returns (uint80)
    {
        return _fund(disputeId, case_, round, past, amount);
    }

    /// @inheritdoc ICourtBench
    function repayAppeal(uint256 disputeId, uint8 round, address backer) external returns (uint80 amount) {
        Appeal memory made = _appeals[disputeId][round];
        uint80 contribution = _contributions[disputeId][round][backer];
        if (contribution == 0) revert NothingDue();
        if (made.stage == WON) {
            // Taking from what is left in proportion to what is left gives the last one the rest, to the unit.
            amount = uint80(uint256(made.owed) * contribution / made.shares);
            made.owed -= amount;
            made.shares -= contribution;
            _appeals[disputeId][round] = made;
        } else {
            if (made.stage != 0 || !_isOver(disputeId)) revert NothingDue();
            amount = contribution;
        }
        delete _contributions[disputeId][round][backer];
        emit AppealRepaid(disputeId, round, backer, amount);
        _vault.credit(backer, amount);
    }

    /// @inheritdoc ICourtBench
    function appealOf(uint256 disputeId, uint8 round) external view returns (Appeal memory) {
        return _appeals[disputeId][round];
    }

    /// @inheritdoc ICourtBench
    function contributionOf(uint256 disputeId, uint8 round, address backer) external view returns (uint80) {
        return _contributions[disputeId][round][backer];
    }

    function _fund(uint256 disputeId, Case calldata case_, uint8 round, bytes32 past, uint80 amount)
        internal
        returns (uint80 taken)
    {
        (uint256 place, uint256 word) = _requireRuled(disputeId, case_, round, past);
        if (round + 1 == CaseTerms.ROUNDS) revert LastRound();
        uint40 until = CourtHash.untilOf(word);
        if (block.timestamp > until) revert TooLate(until);
        Appeal memory appeal_ = _appeals[disputeId][round];
        uint80 bond = CaseTerms.appealBond(case_.money, case_.terms);
        taken = bond - appeal_.raised;
        if (amount < taken) taken = amount;
        appeal_.raised += taken;
        appeal_.side = CourtHash.rulingOf(word) == CLAIMANT ? DEFENDANT : CLAIMANT;
        bool complete = appeal_.raised == bond;
        if (complete) appeal_.stage = MADE;
        _appeals[disputeId][round] = appeal_;
        _contributions[disputeId][round][msg.sender] += taken;
        emit AppealFunded(disputeId, round, msg.sender, taken, appeal_.raised);
        if (complete) {
            emit AppealDecision(disputeId, IArbitrable(case_.module));
            _begin(disputeId, case_, (uint16(round) + 1) << 8, past, place, word);
        }
        _vault.collect(msg.sender, taken);
    }

    /// @dev Whether no appeal against the last ruling can come about any more. While a later round votes, the appeals
    /// before it were made, so this is asked only for one that fell short in the last round that was.
    function _isOver(uint256 disputeId) private view returns (bool) {
        uint256 word = _wordOf(disputeId);
        uint256 phase = word & CourtHash.PHASE_MASK;
        if (phase == uint256(Phase.Ruled)) return block.timestamp > CourtHash.untilOf(word);
        return phase != uint256(Phase.Voting);
    }
}
