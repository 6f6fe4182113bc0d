// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtClerk} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Fines} from "./Fines.sol";
import {Postings} from "./Postings.sol";

/// @title Jurors who sealed nothing
/// @notice Anybody who draws the panel again can show that a juror had a seat and is in no record.
abstract contract Reports is ICourtClerk, Fines {
    using CaseTerms for uint256;
    using Postings for uint256;

    /// @inheritdoc ICourtClerk
    function reportAbsent(
        uint256 disputeId,
        Case calldata case_,
        Past[] calldata history,
        uint256 which,
        address[] calldata jurors
    ) external {
        (bytes32 past,, uint8 round) = _chain(history);
        (uint256 place, uint256 word) = _requireRuled(disputeId, case_, round, past);
        _cases[place] = word | CourtHash.FINED;
        _fines[disputeId] += _report(disputeId, case_, history[which], jurors);
    }

    /// @inheritdoc ICourtClerk
    function finesOf(uint256 disputeId) external view returns (uint80) {
        return _fines[disputeId];
    }

    /// @inheritdoc ICourtClerk
    function strikesOf(address defendant) external view returns (uint40 last, uint40 before) {
        return (_strikes[defendant].last, _strikes[defendant].before);
    }

    function _report(uint256 disputeId, Case calldata case_, Past calldata past, address[] calldata jurors)
        private
        returns (uint80 sum)
    {
        if (jurors.length == 0 || jurors.length > LONGEST_LIST) revert Malformed();
        uint256 book = Postings.start(jurors.length);
        address previous;
        for (uint256 i = 0; i < jurors.length; ++i) {
            address juror = jurors[i];
            if (juror <= previous) revert NotAscending(juror);
            previous = juror;
            _requireAbsent(disputeId, case_, past, juror);
            sum += _fine(book, disputeId, juror, case_);
        }
        book.send(_vault);
    }

    /// @dev Had a seat, and neither sealed a ballot nor was reported before.
    function _requireAbsent(uint256 disputeId, Case calldata case_, Past calldata past, address juror) private {
        uint16 drawNo = past.clock.drawOf();
        if (_directs[disputeId][drawNo][juror] != 0) revert AlreadyDone(juror);
        bytes calldata records = past.records;
        for (uint256 pos = 0; pos < records.length; pos += RECORD_BYTES) {
            (address found,,) = _record(records, pos);
            if (found == juror) revert AlreadyDone(juror);
        }
        if (_seats(_panel(case_, past.clock, past.seed), juror) == 0) revert NoSeat(juror);
        _directs[disputeId][drawNo][juror] = REPORTED;
    }
}
