// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtBench} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Seals} from "./Seals.sol";

/// @title Ballots by signature
abstract contract Ballots is ICourtBench, Seals {
    using CaseTerms for uint256;

    uint256 private constant BALLOT_BYTES = 90;

    /// @dev A batch at work. Assembly finds the words by their place.
    /// @param signer 0x20: memory for {_recover}.
    /// @param next 0x40: where the next sealed record goes.
    /// @param some 0x60: whether there can be jurors who have a ballot already.
    /// @param panel 0x80: whom to draw from.
    struct Batch {
        uint256 disputeId;
        uint256 signer;
        uint256 next;
        bool some;
        Panel panel;
    }

    /// @inheritdoc ICourtBench
    function commitBatch(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes calldata ballots
    ) external {
        (uint256 place, uint256 clear) = _sealing(disputeId, case_, draw_, list);
        bool first = draw_.list == 0 && block.timestamp <= draw_.clock.startedAt() + case_.terms.commitSeconds() * 3 / 4;
        bytes memory fresh = _check(disputeId, case_, draw_, list, ballots, !first || CourtHash.directsOf(clear) != 0);
        if (fresh.length == 0) revert NothingDue();
        uint16 drawNo = draw_.clock.drawOf();
        if (first) {
            bytes32 hash = keccak256(fresh);
            _cases[place] = CourtHash.votingWith(disputeId, case_, draw_, draw_.seed, hash) | clear;
            emit ListSealed(disputeId, drawNo, draw_.seed, fresh);
            return;
        }
        _cases[place] =
            CourtHash.voting(disputeId, case_, draw_) | _withDirects(clear, fresh.length / SEALED_BYTES);
        _storeAll(disputeId, draw_, fresh);
    }

    function _storeAll(uint256 disputeId, Draw calldata draw_, bytes memory fresh) private {
        for (uint256 pos = 0; pos < fresh.length; pos += SEALED_BYTES) {
            (address juror, uint8 seats, bytes26 commitment) = _sealedAt(fresh, pos);
            _store(disputeId, draw_, juror, seats, commitment);
        }
    }

    /// @dev Checks ballots and makes sealed records of them, without those who have a ballot already.
    /// @param some Whether there can be such.
    function _check(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes calldata ballots,
        bool some
    ) private view returns (bytes memory fresh) {
        uint256 count = _count(ballots, BALLOT_BYTES);
        // Records are written as whole words, the last one beyond its end.
        fresh = new bytes(count * SEALED_BYTES + 32);
        Batch memory batch;
        (batch.disputeId, batch.some, batch.next) = (disputeId, some, _start(fresh));
        batch.signer = _signer(disputeId, draw_.clock.drawOf());
        batch.panel = _panel(case_, draw_.clock, draw_.seed);
        address previous;
        uint256 ballot;
        assembly ("memory-safe") {
            ballot := ballots.offset
        }
        for (; count != 0;) {
            previous = _checkOne(batch, draw_, list, ballot, previous);
            unchecked {
                ballot += BALLOT_BYTES;
                --count;
            }
        }
        uint256 length = batch.next - _start(fresh);
        assembly ("memory-safe") {
            mstore(fresh, length)
        }
    }

    /// @dev One ballot of the usual kind: ascending, signed by somebody who is present without a break since before the
    /// first draw of the case and has a seat. Anything else goes to {_checkSlowly}, which does the same with words.
    /// @param previous The juror before.
    function _checkOne(
        Batch memory batch,
        Draw calldata draw_,
        bytes calldata list,
        uint256 ballot,
        address previous
    ) private view returns (address juror) {
        uint256 slow = 1;
        juror = _recover(batch.signer, ballot);
        assembly ("memory-safe") {
            let panel := mload(add(batch, 0x80))
            mstore(0, juror)
            mstore(0x20, _jurors.slot)
            // Lowest first: deposit 80, weight 80, since 32, beatDay 16.
            let word := sload(keccak256(0, 0x40))
            let weight := and(shr(80, word), 0xffffffffffffffffffff)
            let present := mload(add(panel, 0x40))
            let usual := lt(and(shr(160, word), 0xffffffff), mload(panel))
            usual := and(usual, lt(mload(add(panel, 0x20)), add(and(shr(192, word), 0xffff), 2)))
            usual := and(usual, and(gt(juror, previous), lt(weight, present)))
            usual := and(usual, iszero(or(mload(add(batch, 0x60)), mload(add(panel, 0xe0)))))
            usual := and(usual, iszero(eq(juror, mload(add(panel, 0xa0)))))
            if and(usual, iszero(eq(juror, mload(add(panel, 0xc0))))) {
                mstore(0x20, juror)
                mstore(0, mload(add(panel, 0x80)))
                let whole := mul(mload(add(panel, 0x60)), weight)
                // As in {Jury-_seatsFor}.
                let rest := add(shl(128, mod(whole, present)), mul(shr(128, keccak256(0, 0x40)), present))
                let seats := add(div(whole, present), iszero(lt(shr(128, rest), present)))
                if seats {
                    let next := mload(add(batch, 0x40))
                    mstore(next, or(shl(96, juror), shl(88, seats)))
                    // The last 6 bytes of this word are overwritten by the next record, or cut off.
                    mstore(add(next, 21), calldataload(ballot))
                    mstore(add(batch, 0x40), add(next, SEALED_BYTES))
                    slow := 0
                }
            }
        }
        if (slow != 0) _checkSlowly(batch, draw_, list, ballot, juror, previous);
    }

    function _checkSlowly(
        Batch memory batch,
        Draw calldata draw_,
        bytes calldata list,
        uint256 ballot,
        address juror,
        address previous
    ) private view {
        if (juror <= previous) revert NotAscending(juror);
        if (batch.some && _hasBallot(batch.disputeId, draw_, list, juror)) return;
        uint256 seats = _seats(batch.panel, juror);
        if (seats == 0) revert NoSeat(juror);
        assembly ("memory-safe") {
            let next := mload(add(batch, 0x40))
            mstore(next, or(shl(96, juror), shl(88, seats)))
            mstore(add(next, 21), calldataload(ballot))
            mstore(add(batch, 0x40), add(next, SEALED_BYTES))
        }
    }

    function _hasBallot(uint256 disputeId, Draw calldata draw_, bytes calldata list, address juror)
        private
        view
        returns (bool)
    {
        return _directs[disputeId][draw_.clock.drawOf()][juror] != 0 || _inList(list, juror);
    }

    /// @dev Where the content of some bytes begins.
    function _start(bytes memory packed) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := add(packed, 0x20)
        }
    }

    function _sealedAt(bytes memory list, uint256 position)
        private
        pure
        returns (address juror, uint8 seats, bytes26 commitment)
    {
        assembly ("memory-safe") {
            let record := add(add(list, 0x20), position)
            let word := mload(record)
            juror := shr(96, word)
            seats := byte(20, word)
            commitment := shl(48, shr(48, mload(add(record, 21))))
        }
    }

    /// @dev Memory for {_recover}: the struct (4 words), the typed data (66 bytes) and the input of the precompile.
    function _signer(uint256 disputeId, uint16 drawNo) private view returns (uint256 signer) {
        bytes32 kind = BALLOT_TYPE;
        bytes32 domain = _domainSeparatorV4();
        assembly ("memory-safe") {
            signer := mload(0x40)
            mstore(0x40, add(signer, 0x180))
            mstore(signer, kind)
            mstore(add(signer, 0x20), disputeId)
            // A short value may carry dirt above its type in assembly.
            mstore(add(signer, 0x40), and(drawNo, 0xffff))
            mstore(add(signer, 0x80), shl(240, 0x1901))
            mstore(add(signer, 0x82), domain)
        }
    }

    /// @dev Who signed the ballot at this place of the call data; zero for an impossible signature. `v` is in the top bit of the last word (ERC-2098).
    function _recover(uint256 signer, uint256 ballot)
        private
        view
        returns (address juror)
    {
        assembly ("memory-safe") {
            mstore(add(signer, 0x60), shl(48, shr(48, calldataload(ballot))))
            mstore(add(signer, 0xa2), keccak256(signer, 0x80))
            let input := add(signer, 0x100)
            let parityAndS := calldataload(add(ballot, 58))
            mstore(input, keccak256(add(signer, 0x80), 66))
            mstore(add(input, 0x20), add(27, shr(255, parityAndS)))
            mstore(add(input, 0x40), calldataload(add(ballot, 26)))
            mstore(add(input, 0x60), shr(1, shl(1, parityAndS)))
            mstore(0, 0)
            pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
            juror := mload(0)
        }
    }
}
