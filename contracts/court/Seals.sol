// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Blockhashes} from "./BlockhashRandomness.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Jury} from "./Jury.sol";

/// @title Seeds and sealed ballots
/// @notice A juror has at most one ballot per draw: in the list, which the hash of the case contains, or in a word of
/// its own. Nobody can leave out a ballot: the list is one piece, and the other ballots are counted.
abstract contract Seals is Jury {
    using SafeCast for uint256;
    using CaseTerms for uint256;

    bytes32 internal constant BALLOT_TYPE = keccak256("Ballot(uint256 disputeId,uint16 draw,bytes26 commitment)");

    /// @dev Starts a draw.
    /// @param place Where the word is.
    /// @param word The word so far: what was fined already stays on record.
    function _begin(
        uint256 disputeId,
        Case calldata case_,
        uint16 drawNo,
        bytes32 past,
        uint256 place,
        uint256 word
    ) internal {
        uint256 clock = _clock(_rolled(), case_.terms, case_.claimant, case_.defendant, drawNo);
        _cases[place] = CourtHash.votingNew(disputeId, case_, clock, past) | CourtHash.status(Phase.Voting, 0)
            | (word & CourtHash.FINED);
        emit DrawStarted(disputeId, clock, past);
    }

    /// @dev Accepts the fields of a case that takes ballots.
    function _requireVoting(uint256 disputeId, Case calldata case_, Draw calldata draw_)
        internal
        view
        returns (uint256 place, uint256 word)
    {
        return _find(disputeId, CourtHash.voting(disputeId, case_, draw_), Phase.Voting);
    }

    /// @dev Number of equal pieces in packed bytes.
    function _count(bytes calldata packed, uint256 size) internal pure returns (uint256 count) {
        count = packed.length / size;
        if (count == 0 || count > LONGEST_LIST || count * size != packed.length) revert Malformed();
    }

    /// @dev `list` has to be the one in the hash, or empty when there is none.
    function _requireList(Draw calldata draw_, bytes calldata list) internal pure {
        if (draw_.list == 0 ? list.length != 0 : keccak256(list) != draw_.list) revert WrongList();
    }

    function _sealedIn(bytes calldata list, uint256 position)
        internal
        pure
        returns (address juror, uint8 seats, bytes26 commitment)
    {
        assembly ("memory-safe") {
            let record := add(list.offset, position)
            let word := calldataload(record)
            juror := shr(96, word)
            seats := byte(20, word)
            commitment := shl(48, shr(48, calldataload(add(record, 21))))
        }
    }

    /// @dev Memory with what all commitments of a draw have in common.
    function _sealer(uint256 disputeId, uint16 drawNo) internal view returns (uint256 sealer) {
        bytes32 tag = CourtHash.SEAL_TAG;
        bytes32 domain = _domainSeparatorV4();
        assembly ("memory-safe") {
            sealer := mload(0x40)
            mstore(0x40, add(sealer, 0x100))
            mstore(sealer, tag)
            mstore(add(sealer, 0x20), domain)
            mstore(add(sealer, 0x40), disputeId)
            // A short value may carry dirt above its type in assembly.
            mstore(add(sealer, 0x60), and(drawNo, 0xffff))
        }
    }

    /// @dev The commitment to a ballot.
    function _seal(uint256 sealer, address juror, uint8 vote, bytes32 trace, bytes16 salt)
        internal
        pure
        returns (bytes26 commitment)
    {
        assembly ("memory-safe") {
            mstore(add(sealer, 0x80), shr(96, shl(96, juror)))
            mstore(add(sealer, 0xa0), and(vote, 0xff))
            mstore(add(sealer, 0xc0), trace)
            mstore(add(sealer, 0xe0), shl(128, shr(128, salt)))
            commitment := shl(48, shr(48, keccak256(sealer, 0x100)))
        }
    }

    /// @dev Accepts a call that seals ballots, and fixes the seed if that is still to be done.
    /// @return place Where the caller stores the word.
    /// @return clear Status and counters of the word so far.
    function _sealing(uint256 disputeId, Case calldata case_, Draw calldata draw_, bytes calldata list)
        internal
        view
        returns (uint256 place, uint256 clear)
    {
        if (draw_.seed == 0) revert WrongCase(disputeId);
        // Two states fit: still without the seed, and with it. Nobody who knows the seed is turned away because
        // somebody else fixed it a moment earlier, or because nobody did.
        if (draw_.list == 0) (place, clear) = _look(disputeId, CourtHash.votingWith(disputeId, case_, draw_, 0, 0));
        if (clear == 0) {
            (place, clear) = _find(disputeId, CourtHash.voting(disputeId, case_, draw_), Phase.Voting);
        } else if (_seed(disputeId, draw_.clock) != draw_.seed) {
            revert SeedUnknown(draw_.clock.seedBlock());
        }
        clear = CourtHash.clear(clear);
        _requireList(draw_, list);
        uint256 until = draw_.clock.startedAt() + case_.terms.commitSeconds();
        if (block.timestamp > until) revert TooLate(until);
    }

    function _inList(bytes calldata list, address juror) internal pure returns (bool) {
        for (uint256 pos = 0; pos < list.length; pos += SEALED_BYTES) {
            (address found,,) = _sealedIn(list, pos);
            if (found == juror) return true;
        }
        return false;
    }

    function _store(uint256 disputeId, Draw calldata draw_, address juror, uint8 seats, bytes26 commitment) internal {
        uint16 drawNo = draw_.clock.drawOf();
        _directs[disputeId][drawNo][juror] = uint256(bytes32(commitment)) | (uint256(seats) << 8) | SEALED;
        emit BallotSealed(disputeId, drawNo, juror, draw_.seed, seats, commitment);
    }

    function _withDirects(uint256 word, uint256 more) internal pure returns (uint256) {
        // Expected seats are 63 at most, and each juror has one ballot; this is a limit against cutting, not a quota.
        if (CourtHash.directsOf(word) + more > type(uint8).max) revert Malformed();
        return word + more * CourtHash.ONE_DIRECT;
    }

    function _seed(uint256 disputeId, uint256 clock) internal view returns (bytes32) {
        uint256 seedBlock = clock.seedBlock();
        bytes32 number =
            address(_randomness) == address(0) ? Blockhashes.numberOf(seedBlock) : _randomness.numberOf(seedBlock);
        // Two cases of one block must not have the same panel.
        return number == 0 ? bytes32(0) : keccak256(abi.encode(number, disputeId, clock.drawOf()));
    }
}
