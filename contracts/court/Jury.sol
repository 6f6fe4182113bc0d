// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtStore} from "./CourtStore.sol";

/// @title Who may sit, and how panels are drawn
/// @notice A juror has a standing deposit and is present on the day of its last heartbeat and the day after. The
/// heartbeat notes the stake that is not on its way out; that is the weight. The court keeps the exact sum of the
/// weights of all who are present, so expectations add up to the size of the panel.
///
/// What this stands up to:
/// - The same stake twice: stake on its way out does not count, and one that leaves after the heartbeat is gone only
///   after the exit delay. From an exit delay of two days on, no stake is present under two names.
/// - Joining or growing after the opening: a presence must be older than the draw. In later draws the stake at the
///   opening of the case caps the weight, so whoever bought stake or came because of the case gains nothing.
/// - Two heartbeats a day: the second is refused.
/// - Present but silent: it takes seats and pays for each missing ballot; if a panel fails, it is drawn again.
/// - Leaving after the draw: the presence of before is kept ({formerOf}), seats and fines stay.
abstract contract Jury is CourtStore {
    using SafeCast for uint256;
    using CaseTerms for uint256;

    /// @dev What is the same for everybody in a draw. Assembly finds the words by their place.
    /// @param startedAt 0x00: when the draw began, seconds.
    /// @param day 0x20: the same in days.
    /// @param present 0x40: weight of all who could be drawn.
    /// @param seats 0x60: expected seats.
    /// @param seed 0x80: of the draw.
    /// @param claimant 0xa0: never sits.
    /// @param defendant 0xc0: never sits.
    /// @param openedAt 0xe0: of the case, in a later draw; zero in the first.
    struct Panel {
        uint256 startedAt;
        uint256 day;
        uint256 present;
        uint256 seats;
        bytes32 seed;
        address claimant;
        address defendant;
        uint256 openedAt;
    }

    function _panel(Case calldata case_, uint256 clock, bytes32 seed) internal pure returns (Panel memory panel) {
        (panel.startedAt, panel.present, panel.seed) = (clock.startedAt(), clock.present(), seed);
        panel.day = panel.startedAt / 1 days;
        panel.seats = case_.terms.seats(clock.round());
        uint256 openedAt = case_.money.openedAt();
        if (panel.startedAt != openedAt) panel.openedAt = openedAt;
        (panel.claimant, panel.defendant) = (case_.claimant, case_.defendant);
    }

    /// @dev Seats of an account. Parties never sit.
    function _seats(Panel memory panel, address juror) internal view returns (uint256) {
        if (juror == panel.claimant || juror == panel.defendant) return 0;
        uint256 weight = _weightAt(juror, panel.startedAt);
        if (weight != 0 && panel.openedAt != 0) weight = _capped(weight, juror, panel.openedAt);
        return _seatsFor(panel.seed, juror, weight, panel.present, panel.seats);
    }

    /// @dev Stake that came after the opening of the case does not count in it.
    function _capped(uint256 weight, address juror, uint256 openedAt) private view returns (uint256) {
        address[] memory one = new address[](1);
        one[0] = juror;
        uint256 then = _vault.stakesAt(one, uint40(openedAt))[0];
        return then < weight ? then : weight;
    }

    /// @dev Weight of a juror in a draw that started at `startedAt`; zero if it was not present then.
    function _weightAt(address account, uint256 startedAt) internal view returns (uint256 weight) {
        uint256 word = _jurorWord(account);
        if (uint32(word >> 160) >= startedAt) return _formerWeightAt(account, startedAt);
        unchecked {
            if (startedAt / 1 days <= uint256(uint16(word >> 192)) + 1) weight = uint80(word >> 80);
        }
    }

    function _formerWeightAt(address account, uint256 startedAt) private view returns (uint256) {
        Former memory former = _formers[account];
        if (former.since >= startedAt || startedAt >= former.until) return 0;
        return startedAt / 1 days <= uint256(former.beatDay) + 1 ? former.weight : 0;
    }

    /// @dev `floor(seats * weight / present + u)`, u uniform in [0, 1) from seed and juror. Weights and sums are below
    /// 2^80 and seats below 2^8, so nothing here can overflow.
    function _seatsFor(bytes32 seed, address juror, uint256 weight, uint256 present, uint256 seats)
        internal
        pure
        returns (uint256 drawn)
    {
        if (weight == 0) return 0;
        // More than everybody would be a fault of the sums; it must not become more than every seat.
        if (weight >= present) return seats;
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, shr(96, shl(96, juror)))
            let u := shr(128, keccak256(0, 0x40))
            let whole := mul(seats, weight)
            // What the division leaves, and one more if u reaches it: rest / present + u / 2^128 >= 1.
            let rest := add(shl(128, mod(whole, present)), mul(u, present))
            drawn := add(div(whole, present), iszero(lt(shr(128, rest), present)))
        }
    }

    /// @dev The word of a juror, lowest first: deposit 80, weight 80, since 32, beatDay 16, absentDay 16, leftAt 32. One
    /// read instead of one for each field.
    function _jurorWord(address account) internal view returns (uint256 word) {
        Juror storage juror = _jurors[account];
        assembly ("memory-safe") {
            word := sload(juror.slot)
        }
    }

    /// @dev Clock of a draw that begins now. The parties are taken out of the sum, or a party with much stake could
    /// empty the panel.
    function _clock(Docket memory rolled, uint256 terms, address claimant, address defendant, uint16 draw)
        internal
        view
        returns (uint256)
    {
        uint80 present = rolled.today + rolled.carried - _counted(claimant, rolled.day) - _counted(defendant, rolled.day);
        return CaseTerms.packClock(_now(), _seedBlock(terms), present, draw);
    }

    /// @dev The docket as of today: whoever was not seen yesterday or today has dropped out.
    function _rolled() internal view returns (Docket memory rolled) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(_docket.slot)
        }
        // Lowest first: cases 48, day 16, today 80, carried 80.
        (rolled.cases, rolled.day) = (uint48(word), uint16(word >> 48));
        (rolled.today, rolled.carried) = (uint80(word >> 64), uint80(word >> 144));
        uint16 day = (block.timestamp / 1 days).toUint16();
        if (rolled.day != day) {
            unchecked {
                rolled.carried = uint256(rolled.day) + 1 == day ? rolled.today : 0;
            }
            (rolled.today, rolled.day) = (0, day);
        }
    }

    /// @dev One store instead of one for each field.
    function _write(Docket memory rolled) internal {
        uint256 word = uint256(rolled.cases) | (uint256(rolled.day) << 48) | (uint256(rolled.today) << 64)
            | (uint256(rolled.carried) << 144);
        assembly ("memory-safe") {
            sstore(_docket.slot, word)
        }
    }

    /// @dev What an account adds to the sums of the docket.
    function _counted(address account, uint16 day) private view returns (uint80) {
        uint256 word = _jurorWord(account);
        return uint256(uint16(word >> 192)) + 1 >= day ? uint80(word >> 80) : 0;
    }
}
