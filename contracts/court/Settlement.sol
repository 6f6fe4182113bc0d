// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRuledWithFields} from "../interfaces/ICourt.sol";
import {ICourtBench} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Fines} from "./Fines.sol";
import {Postings} from "./Postings.sol";

/// @title Execution
/// @notice The pot is what was really taken: the loser's stake or bond, bonds of lost appeals and fines. The jurors
/// who agree with the final ruling, in whatever round, share their part of it by seats; the rest goes to the party who
/// won and the backers on its side, in proportion to what each of them had at risk. Rounding and what nobody earned
/// goes to the party, so the escrow of a case ends at zero.
abstract contract Settlement is ICourtBench, Fines {
    using SafeCast for uint256;
    using CaseTerms for uint256;
    using Postings for uint256;

    /// @dev Right of a module of the vault; see {StakeVault}.
    uint8 private constant RIGHT_TO_SUSPEND = 2;

    /// @dev An execution at work.
    struct Work {
        uint256 book;
        uint256 disputeId;
        uint256 most;
        uint8 ruling;
        uint8 rounds;
        uint256 seats;
        uint256 pot;
        uint256 backed;
        uint256 perSeat;
        uint256 toParty;
        uint256 toBackers;
    }

    /// @inheritdoc ICourtBench
    function execute(uint256 disputeId, Case calldata case_, Past[] calldata history, bytes calldata fields)
        external
    {
        uint8 ruling = _settle(disputeId, case_, history, false);
        // A module that refuses undoes everything. Otherwise wrong fields, which anybody can send, would use the ruling
        // up. For a module that can never be ruled upon there is {settle}, so it cannot hold the money either.
        IRuledWithFields(case_.module).ruleWith(disputeId, ruling, fields);
    }

    /// @inheritdoc ICourtBench
    function settle(uint256 disputeId, Case calldata case_, Past[] calldata history) external {
        _settle(disputeId, case_, history, true);
    }

    /// @inheritdoc ICourtBench
    function deliver(uint256 disputeId, address module, bytes calldata fields) external {
        (uint256 place, uint256 word) =
            _find(disputeId, CourtHash.undelivered(disputeId, module), Phase.Undelivered);
        _end(place);
        uint8 ruling = CourtHash.rulingOf(word);
        emit Delivered(disputeId, ruling);
        IRuledWithFields(module).ruleWith(disputeId, ruling, fields);
    }

    /// @dev Books all money of a final ruling.
    /// @param later Whether the ruling is delivered later.
    function _settle(uint256 disputeId, Case calldata case_, Past[] calldata history, bool later)
        private
        returns (uint8)
    {
        Work memory w;
        bytes32 past;
        (past, w.most, w.rounds) = _chain(history);
        (uint256 place, uint256 word) = _requireRuled(disputeId, case_, w.rounds, past);
        uint40 until = CourtHash.untilOf(word);
        if (block.timestamp <= until) revert TooEarly(uint256(until) + 1);
        (w.disputeId, w.ruling) = (disputeId, CourtHash.rulingOf(word));
        if (later) {
            _cases[place] = CourtHash.undelivered(disputeId, case_.module)
                | CourtHash.status(Phase.Undelivered, w.ruling);
        } else {
            _end(place);
        }
        w.book = Postings.start(w.most + 2);
        if (word & CourtHash.FINED != 0) {
            w.pot = _fines[disputeId];
            delete _fines[disputeId];
        }
        _takeLoss(w, case_);
        _takeFines(w, case_, history);
        if (w.rounds != 0) _takeAppeals(w);
        _divide(w, case_);
        _payParty(w, case_);
        _payJurors(w, history);
        emit Executed(
            disputeId,
            w.ruling,
            uint80(w.pot),
            uint80(w.perSeat),
            uint16(w.seats),
            uint80(w.toParty),
            uint80(w.toBackers)
        );
        w.book.send(_vault);
        if (w.ruling == CLAIMANT) _strike(disputeId, case_);
        return w.ruling;
    }

    function _takeLoss(Work memory w, Case calldata case_) private pure {
        bool upheld = w.ruling == CLAIMANT;
        uint80 loss = upheld ? case_.money.atStake() : case_.money.bond();
        w.pot += loss;
        w.book.add(upheld ? case_.defendant : case_.claimant, 0, loss, 0);
    }

    /// @dev Counts the seats that agree, and fines those who sealed a ballot that was not opened or does not count.
    function _takeFines(Work memory w, Case calldata case_, Past[] calldata history) private {
        for (uint256 i = 0; i < history.length; ++i) {
            bytes calldata records = history[i].records;
            (uint256 seats, uint256 absent) = _agreeing(records, w.ruling);
            w.seats += seats;
            for (uint256 pos = 0; absent != 0 && pos < records.length; pos += RECORD_BYTES) {
                (address juror,, uint256 mark) = _record(records, pos);
                if (mark == ABSENT) w.pot += _fine(w.book, w.disputeId, juror, case_);
            }
        }
    }

    /// @dev Seats that agree, and how many records say absent.
    function _agreeing(bytes calldata records, uint256 ruling) private pure returns (uint256 seats, uint256 absent) {
        assembly ("memory-safe") {
            let end := add(records.offset, records.length)
            for { let record := records.offset } lt(record, end) { record := add(record, RECORD_BYTES) } {
                let word := calldataload(record)
                let mark := byte(21, word)
                seats := add(seats, mul(byte(20, word), eq(mark, ruling)))
                absent := add(absent, eq(mark, ABSENT))
            }
        }
    }

    /// @dev Lost bonds join the pot. Bonds of the winning side are at risk beside the party's own money.
    function _takeAppeals(Work memory w) private {
        for (uint8 round = 0; round < w.rounds; ++round) {
            Appeal storage appeal_ = _appeals[w.disputeId][round];
            if (appeal_.side == w.ruling) {
                w.backed += appeal_.raised;
            } else {
                w.pot += appeal_.raised;
                appeal_.stage = LOST;
            }
        }
    }

    /// @dev All amounts are parts of the pot, and the pot is part of the supply, which is below 2^80. It is checked once.
    /// Seats are fewer than 400 in each of at most 15 draws.
    function _divide(Work memory w, Case calldata case_) private {
        w.pot.toUint80();
        if (w.seats != 0) w.perSeat = w.pot * case_.terms.jurorBps() / BPS / w.seats;
        uint256 rest = w.pot - w.perSeat * w.seats;
        w.toParty = rest;
        if (w.backed == 0) return;
        uint256 own = w.ruling == CLAIMANT ? case_.money.bond() : case_.money.atStake();
        for (uint8 round = 0; round < w.rounds; ++round) {
            Appeal storage appeal_ = _appeals[w.disputeId][round];
            if (appeal_.side != w.ruling) continue;
            uint80 raised = appeal_.raised;
            uint80 part = (rest * raised / (own + w.backed)).toUint80();
            (appeal_.stage, appeal_.owed, appeal_.shares) = (WON, raised + part, raised);
            w.toBackers += part;
        }
        w.toParty = rest - w.toBackers;
    }

    function _payParty(Work memory w, Case calldata case_) private pure {
        bool upheld = w.ruling == CLAIMANT;
        w.book.add(
            upheld ? case_.claimant : case_.defendant,
            upheld ? case_.money.bond() : case_.money.atStake(),
            0,
            uint80(w.toParty)
        );
    }

    function _payJurors(Work memory w, Past[] calldata history) private pure {
        if (w.perSeat == 0) return;
        for (uint256 i = 0; i < history.length; ++i) {
            // A share of the pot, which is below 2^80.
            w.book.credit(history[i].records, RECORD_BYTES, w.ruling, w.perSeat);
        }
    }

    /// @dev The third case lost within the window suspends. A court without the right to suspend says so by a zero and
    /// goes on: the money of a case must not depend on it.
    function _strike(uint256 disputeId, Case calldata case_) private {
        // Nobody comes to judge dust: a case about less than a juror's deposit is no strike.
        if (case_.money.atStake() < case_.terms.minDeposit()) return;
        address defendant = case_.defendant;
        Strikes memory strikes = _strikes[defendant];
        uint40 now_ = _now();
        uint48 until;
        if (strikes.before != 0 && now_ - strikes.before <= case_.terms.strikeWindow()) {
            until = now_ + case_.terms.suspension();
        }
        _strikes[defendant] = Strikes({last: now_, before: strikes.last});
        if (until <= now_) return;
        if (_vault.moduleOf(address(this)).rights & RIGHT_TO_SUSPEND == 0) until = 0;
        else _vault.suspend(defendant, until);
        emit Struck(disputeId, defendant, until);
    }
}
