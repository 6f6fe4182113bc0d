// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {ICourtOpening} from "../interfaces/ICourt.sol";

/// @title What is packed into the words of a case
/// @notice See {ICourtTypes} for the layout. Every cast takes one field out of a word; nothing is lost.
library CaseTerms {
    uint256 internal constant BPS = 10_000;

    /// @notice A millionth of a token.
    uint256 internal constant MICRO = 1e12;

    uint256 private constant DEPOSIT_SHIFT = 208;

    /// @notice Rounds of a case: a panel and two larger ones.
    uint8 internal constant ROUNDS = 3;

    /// @notice Lost by a claimant who is wrong.
    function bond(uint256 money) internal pure returns (uint80) {
        return uint80(money >> 136);
    }

    /// @notice Lost by a defendant who is wrong.
    function atStake(uint256 money) internal pure returns (uint80) {
        return uint80(money >> 56);
    }

    /// @notice Time of the opening, seconds.
    function openedAt(uint256 money) internal pure returns (uint40) {
        return uint40(money >> 16);
    }

    /// @notice Whether machines judge.
    function isCompute(uint256 money) internal pure returns (bool) {
        return uint8(money >> 8) == uint8(ICourtOpening.Bench.Compute);
    }

    /// @notice Whether ballots of one side must name the same trace.
    function traceMustMatch(uint256 money) internal pure returns (bool) {
        return uint8(money) != 0;
    }

    /// @notice Packs what was brought before the court.
    function packMoney(ICourtOpening.Opening memory opening, uint40 openedAt_) internal pure returns (uint256) {
        return (uint256(opening.bond) << 136) | (uint256(opening.atStake) << 56) | (uint256(openedAt_) << 16)
            | (uint256(opening.bench) << 8) | (opening.traceMustMatch ? 1 : 0);
    }

    /// @notice Smallest deposit of a juror, base units. A case about less is no strike.
    function minDeposit(uint256 terms) internal pure returns (uint80) {
        return uint80((terms >> DEPOSIT_SHIFT) * MICRO);
    }

    /// @notice The same parameters with another smallest deposit, a multiple of a millionth of a token.
    function withMinDeposit(uint256 terms, uint80 minDeposit_) internal pure returns (uint256) {
        return (terms & ((1 << DEPOSIT_SHIFT) - 1)) | (uint256(minDeposit_) / MICRO << DEPOSIT_SHIFT);
    }

    /// @notice Seconds from the start of a draw for sealing.
    function commitSeconds(uint256 terms) internal pure returns (uint256) {
        return uint24(terms >> 184);
    }

    /// @notice Seconds after that for opening.
    function revealSeconds(uint256 terms) internal pure returns (uint256) {
        return uint24(terms >> 160);
    }

    /// @notice Seconds after a ruling for an appeal.
    function appealSeconds(uint256 terms) internal pure returns (uint24) {
        return uint24(terms >> 136);
    }

    /// @notice Expected seats of a round.
    function seats(uint256 terms, uint8 round_) internal pure returns (uint8) {
        return uint8(terms >> (128 - 8 * uint256(round_)));
    }

    /// @notice How often a panel is drawn again for want of a quorum.
    function redraws(uint256 terms) internal pure returns (uint8) {
        return uint8(terms >> 104);
    }

    /// @notice Blocks between the start of a draw and the block of its seed.
    function seedDelay(uint256 terms) internal pure returns (uint8) {
        return uint8(terms >> 96);
    }

    /// @notice Needed seats in 1/10,000 of the expected ones.
    function quorumBps(uint256 terms) internal pure returns (uint256) {
        return uint16(terms >> 80);
    }

    /// @notice Fine for a missing ballot.
    function fine(uint256 money, uint256 terms) internal pure returns (uint80) {
        return share(atStake(money), uint16(terms >> 64));
    }

    /// @notice Days within which the fine is doubled.
    function repeatDays(uint256 terms) internal pure returns (uint256) {
        return uint8(terms >> 56);
    }

    /// @notice Bond of an appeal.
    function appealBond(uint256 money, uint256 terms) internal pure returns (uint80) {
        return share(atStake(money), uint16(terms >> 40));
    }

    /// @notice Share of the jurors in the pot, in 1/10,000.
    function jurorBps(uint256 terms) internal pure returns (uint16) {
        return uint16(terms >> 24);
    }

    /// @notice Window of the strikes, seconds.
    function strikeWindow(uint256 terms) internal pure returns (uint256) {
        return uint256(uint16(terms >> 8)) * 1 days;
    }

    /// @notice Length of a suspension, seconds.
    function suspension(uint256 terms) internal pure returns (uint48) {
        return uint48(uint8(terms)) * 1 days;
    }

    /// @notice Packs the parameters of a bench; the smallest deposit is added by {withMinDeposit}.
    function packTerms(ICourtTypes.Settings memory s) internal pure returns (uint256 terms) {
        terms = (uint256(s.commitSeconds) << 184) | (uint256(s.revealSeconds) << 160)
            | (uint256(s.appealSeconds) << 136) | (uint256(s.firstSeats) << 128) | (uint256(s.secondSeats) << 120)
            | (uint256(s.thirdSeats) << 112) | (uint256(s.redraws) << 104);
        terms |= (uint256(s.seedDelay) << 96) | (uint256(s.quorumBps) << 80) | (uint256(s.absenceBps) << 64)
            | (uint256(s.repeatDays) << 56) | (uint256(s.appealBps) << 40) | (uint256(s.jurorBps) << 24)
            | (uint256(s.strikeDays) << 8) | s.suspensionDays;
    }

    /// @notice The parameters again.
    function unpackTerms(uint256 terms) internal pure returns (ICourtTypes.Settings memory s) {
        s.commitSeconds = uint24(terms >> 184);
        s.revealSeconds = uint24(terms >> 160);
        s.appealSeconds = uint24(terms >> 136);
        s.firstSeats = uint8(terms >> 128);
        s.secondSeats = uint8(terms >> 120);
        s.thirdSeats = uint8(terms >> 112);
        s.redraws = uint8(terms >> 104);
        s.seedDelay = uint8(terms >> 96);
        s.quorumBps = uint16(terms >> 80);
        s.absenceBps = uint16(terms >> 64);
        s.repeatDays = uint8(terms >> 56);
        s.appealBps = uint16(terms >> 40);
        s.jurorBps = uint16(terms >> 24);
        s.strikeDays = uint16(terms >> 8);
        s.suspensionDays = uint8(terms);
    }

    /// @notice When the draw began, seconds.
    function startedAt(uint256 clock) internal pure returns (uint40) {
        return uint40(clock >> 136);
    }

    /// @notice The block whose number makes the seed.
    function seedBlock(uint256 clock) internal pure returns (uint40) {
        return uint40(clock >> 96);
    }

    /// @notice Weight of all who could be drawn.
    function present(uint256 clock) internal pure returns (uint80) {
        return uint80(clock >> 16);
    }

    /// @notice Panel, from 0.
    function round(uint256 clock) internal pure returns (uint8) {
        return uint8(clock >> 8);
    }

    /// @notice Draw of that panel, from 0.
    function attempt(uint256 clock) internal pure returns (uint8) {
        return uint8(clock);
    }

    /// @notice `round * 256 + attempt`, the number of a draw in its case.
    function drawOf(uint256 clock) internal pure returns (uint16) {
        return uint16(clock);
    }

    /// @notice Packs a clock.
    function packClock(uint40 startedAt_, uint40 seedBlock_, uint80 present_, uint16 draw)
        internal
        pure
        returns (uint256)
    {
        return (uint256(startedAt_) << 136) | (uint256(seedBlock_) << 96) | (uint256(present_) << 16) | draw;
    }

    /// @notice `amount * bps / 10,000`, rounded down; not more than `amount` for at most 10,000.
    function share(uint80 amount, uint16 bps) internal pure returns (uint80) {
        return uint80(uint256(amount) * bps / BPS);
    }
}
