// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourtClerk} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Seals} from "./Seals.sol";

/// @title Ballots one by one, and openings ahead of the tally
abstract contract SingleBallots is ICourtClerk, Seals {
    using SafeCast for uint256;
    using CaseTerms for uint256;

    uint256 private constant PLACED_BYTES = 50;

    /// @inheritdoc ICourtClerk
    function draw(uint256 disputeId, Case calldata case_, Draw calldata draw_) external {
        (uint256 place, uint256 word) = _requireVoting(disputeId, case_, draw_);
        if (draw_.seed != 0) revert WrongCase(disputeId);
        uint256 seedBlock = draw_.clock.seedBlock();
        bytes32 seed = _seed(disputeId, draw_.clock);
        if (seed != 0) {
            _cases[place] = CourtHash.votingWith(disputeId, case_, draw_, seed, 0) | CourtHash.clear(word);
            emit Seeded(disputeId, seed);
            return;
        }
        if (block.number <= seedBlock) revert SeedUnknown(seedBlock);
        // Nobody fixed it in time, so no ballot can have been sealed. The time for sealing starts anew.
        _begin(disputeId, case_, draw_.clock.drawOf(), draw_.past, place, word);
    }

    /// @inheritdoc ICourtClerk
    function commit(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes26 commitment
    ) external {
        (uint256 place, uint256 clear) = _sealing(disputeId, case_, draw_, list);
        uint16 drawNo = draw_.clock.drawOf();
        if (_directs[disputeId][drawNo][msg.sender] != 0 || _inList(list, msg.sender)) revert AlreadyDone(msg.sender);
        uint8 seats = _seats(_panel(case_, draw_.clock, draw_.seed), msg.sender).toUint8();
        if (seats == 0) revert NoSeat(msg.sender);
        _store(disputeId, draw_, msg.sender, seats, commitment);
        _cases[place] = CourtHash.voting(disputeId, case_, draw_) | _withDirects(clear, 1);
    }

    /// @inheritdoc ICourtClerk
    function openDirect(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        address juror,
        uint8 vote,
        bytes32 trace,
        bytes16 salt
    ) external {
        _requireOpening(disputeId, case_, draw_);
        uint16 drawNo = draw_.clock.drawOf();
        uint256 word = _directs[disputeId][drawNo][juror];
        if (uint8(word) != SEALED) revert AlreadyDone(juror);
        if (word & COMMITMENT_MASK != uint256(bytes32(_seal(_sealer(disputeId, drawNo), juror, vote, trace, salt)))) {
            revert BadOpening(juror);
        }
        _directs[disputeId][drawNo][juror] = word - SEALED + OPENED;
        emit BallotOpened(disputeId, drawNo, juror, vote, trace, salt);
    }

    /// @inheritdoc ICourtClerk
    function openList(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes calldata placed
    ) external {
        _requireOpening(disputeId, case_, draw_);
        _requireList(draw_, list);
        uint256 count = _count(placed, PLACED_BYTES);
        uint16 drawNo = draw_.clock.drawOf();
        uint256 sealer = _sealer(disputeId, drawNo);
        uint256 bits = _opened[disputeId][drawNo];
        for (uint256 i = 0; i < count; ++i) {
            bits |= 1 << _openOne(sealer, list, placed[i * PLACED_BYTES:]);
        }
        _opened[disputeId][drawNo] = bits;
        emit ListOpened(disputeId, drawNo, placed);
    }

    /// @inheritdoc ICourtClerk
    function directOf(uint256 disputeId, uint16 draw_, address juror)
        external
        view
        returns (bytes26 commitment, uint8 seats, bool opened)
    {
        uint256 word = _directs[disputeId][draw_][juror];
        if (uint8(word) == REPORTED) return (0, 0, false);
        return (bytes26(bytes32(word)), uint8(word >> 8), uint8(word) == OPENED);
    }

    /// @inheritdoc ICourtClerk
    function openedOf(uint256 disputeId, uint16 draw_) external view returns (uint256) {
        return _opened[disputeId][draw_];
    }

    /// @inheritdoc ICourtClerk
    function commitmentFor(
        uint256 disputeId,
        uint16 draw_,
        address juror,
        uint8 vote,
        bytes32 trace,
        bytes16 salt
    ) external view returns (bytes26) {
        return _seal(_sealer(disputeId, draw_), juror, vote, trace, salt);
    }

    /// @inheritdoc ICourtClerk
    function ballotDigest(uint256 disputeId, uint16 draw_, bytes26 commitment) external view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(BALLOT_TYPE, disputeId, draw_, commitment)));
    }

    /// @dev Accepts a call that opens ballots ahead of the tally.
    function _requireOpening(uint256 disputeId, Case calldata case_, Draw calldata draw_) private view {
        _requireVoting(disputeId, case_, draw_);
        uint256 from = draw_.clock.startedAt() + case_.terms.commitSeconds();
        if (block.timestamp <= from) revert TooEarly(from + 1);
        uint256 until = from + case_.terms.revealSeconds();
        if (block.timestamp > until) revert TooLate(until);
    }

    /// @dev Checks one placed opening: position 1 | vote 1 | trace 32 | salt 16.
    function _openOne(uint256 sealer, bytes calldata list, bytes calldata opening)
        private
        pure
        returns (uint256 position)
    {
        position = uint8(opening[0]);
        if (position * SEALED_BYTES >= list.length) revert Malformed();
        (address juror,, bytes26 commitment) = _sealedIn(list, position * SEALED_BYTES);
        bytes26 shown =
            _seal(sealer, juror, uint8(opening[1]), bytes32(opening[2:34]), bytes16(opening[34:PLACED_BYTES]));
        if (shown != commitment) revert BadOpening(juror);
    }
}
