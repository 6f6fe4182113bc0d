// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../interfaces/ICourt.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtStore} from "./CourtStore.sol";

/// @title Bounds of the parameters
abstract contract CourtSettings is CourtStore {
    using CaseTerms for uint256;

    /// @dev Shortest time for sealing and for opening, seconds; a sandbox uses it.
    uint24 internal constant MIN_VOTE_SECONDS = 10;

    /// @dev Longest time for sealing and for opening, seconds.
    uint24 internal constant MAX_VOTE_SECONDS = 3 days;

    /// @dev Shortest time for an appeal, seconds.
    uint24 internal constant MIN_APPEAL_SECONDS = 10;

    /// @dev Longest time for an appeal, seconds.
    uint24 internal constant MAX_APPEAL_SECONDS = 7 days;

    /// @dev Most expected seats of a panel.
    uint8 internal constant MAX_SEATS = 63;

    /// @dev Most draws of a panel after the first.
    uint8 internal constant MAX_REDRAWS = 4;

    /// @dev Most blocks between the start of a draw and its seed.
    uint8 internal constant MAX_SEED_DELAY = 64;

    /// @dev Smallest quorum, in 1/10,000.
    uint16 internal constant MIN_QUORUM_BPS = 1_000;

    /// @dev Largest fine for a missing ballot, in 1/10,000 of what is at stake.
    uint16 internal constant MAX_ABSENCE_BPS = 1_000;

    /// @dev Longest memory for missing ballots, days.
    uint8 internal constant MAX_REPEAT_DAYS = 180;

    /// @dev Smallest bond of an appeal, in 1/10,000 of what is at stake.
    uint16 internal constant MIN_APPEAL_BPS = 500;

    /// @dev Smallest share of the jurors in the pot, in 1/10,000.
    uint16 internal constant MIN_JUROR_BPS = 2_000;

    /// @dev Largest share of the jurors in the pot, in 1/10,000.
    uint16 internal constant MAX_JUROR_BPS = 8_000;

    /// @dev Longest window for strikes, days.
    uint16 internal constant MAX_STRIKE_DAYS = 365;

    /// @dev Longest suspension, days: what the vault allows.
    uint8 internal constant MAX_SUSPENSION_DAYS = 90;

    /// @dev Smallest value of the smallest deposit.
    uint80 internal constant LEAST_DEPOSIT = 0.001e18;

    /// @dev Largest value of the smallest deposit, so that the jury cannot be closed by it.
    uint80 internal constant MOST_DEPOSIT = 10_000e18;

    function _setSettings(ICourtOpening.Bench bench, Settings memory s) internal {
        _within("commitSeconds", s.commitSeconds, MIN_VOTE_SECONDS, MAX_VOTE_SECONDS);
        _within("revealSeconds", s.revealSeconds, MIN_VOTE_SECONDS, MAX_VOTE_SECONDS);
        _within("appealSeconds", s.appealSeconds, MIN_APPEAL_SECONDS, MAX_APPEAL_SECONDS);
        _within("firstSeats", s.firstSeats, 1, MAX_SEATS);
        _within("secondSeats", s.secondSeats, s.firstSeats, MAX_SEATS);
        _within("thirdSeats", s.thirdSeats, s.secondSeats, MAX_SEATS);
        _within("redraws", s.redraws, 0, MAX_REDRAWS);
        _within("seedDelay", s.seedDelay, 1, MAX_SEED_DELAY);
        _within("quorumBps", s.quorumBps, MIN_QUORUM_BPS, BPS);
        _within("absenceBps", s.absenceBps, 0, MAX_ABSENCE_BPS);
        _within("repeatDays", s.repeatDays, 0, MAX_REPEAT_DAYS);
        _within("appealBps", s.appealBps, MIN_APPEAL_BPS, BPS);
        _within("jurorBps", s.jurorBps, MIN_JUROR_BPS, MAX_JUROR_BPS);
        _within("strikeDays", s.strikeDays, 1, MAX_STRIKE_DAYS);
        _within("suspensionDays", s.suspensionDays, 0, MAX_SUSPENSION_DAYS);
        // A case that everybody moves on in time must be over before stake that left at its opening is gone.
        uint256 vote = uint256(s.commitSeconds) + s.revealSeconds;
        uint256 longest = CaseTerms.ROUNDS * (vote * (1 + s.redraws) + s.appealSeconds);
        _within("case", longest, 0, _vault.exitDelay() - 1);
        _terms[bench] = CaseTerms.packTerms(s).withMinDeposit(_terms[bench].minDeposit());
        emit SettingsChanged(bench, s);
    }

    function _setMinDeposit(uint80 minDeposit_) internal {
        _within("minDeposit", minDeposit_, LEAST_DEPOSIT, MOST_DEPOSIT);
        if (minDeposit_ % CaseTerms.MICRO != 0) revert NotWholeMicro(minDeposit_);
        // In the word of every case: whether a lost case is a strike is asked when nothing else of this is at hand.
        _terms[ICourtOpening.Bench.Compute] = _terms[ICourtOpening.Bench.Compute].withMinDeposit(minDeposit_);
        _terms[ICourtOpening.Bench.People] = _terms[ICourtOpening.Bench.People].withMinDeposit(minDeposit_);
        emit MinDepositChanged(minDeposit_);
    }

    function _within(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum) private pure {
        if (value < minimum || value > maximum) revert SettingOutOfBounds(parameter, value, minimum, maximum);
    }
}
