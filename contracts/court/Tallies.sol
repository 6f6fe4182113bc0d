// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrable} from "../interfaces/ICourt.sol";
import {ICourtBench} from "../interfaces/ICourtCase.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Seals} from "./Seals.sol";

/// @title Counting
/// @notice Most seats rule; a tie is for the defendant. With fewer seats than the quorum the panel is drawn again; if
/// that happened as often as allowed, whatever was opened decides, and the defendant wins if nothing was. So silence
/// does not help anybody: a panel without quorum never rules for those who stayed away, and every case ends.
///
/// In cases whose traces must match, a side is as strong as its largest group with one trace, and the others of that
/// side count as absent: copying a verdict without the work brings nothing, and neither does a made-up trace.
abstract contract Tallies is ICourtBench, Seals {
    using CaseTerms for uint256;

    /// @dev In place of a vote: the ballot was not opened, and its commitment follows.
    uint256 private constant UNOPENED = 0xff;

    /// @dev A tally at work. Assembly finds the words by their place, so their order matters.
    /// @param cursor 0x00: place in the call data.
    /// @param list 0x20: where the next sealed record goes, to be compared with the hash.
    /// @param record 0x40: where the next record of the draw goes.
    /// @param sealer 0x60: memory with what all commitments have in common.
    /// @param traces 0x80: place of the traces in the call data.
    /// @param traceCount 0xa0: how many there are.
    /// @param groups 0xc0: memory with the seats by trace and side, two words for each trace; zero if traces do not
    /// matter.
    /// @param names 0xe0: memory for the number of the trace of each ballot, a byte each.
    /// @param compute 0x100: whether a ballot without a trace counts as absent.
    /// @param seats 0x120: memory with the seats by mark, four words.
    struct Tally {
        uint256 cursor;
        uint256 list;
        uint256 record;
        uint256 sealer;
        uint256 traces;
        uint256 traceCount;
        uint256 groups;
        uint256 names;
        bool compute;
        uint256[4] seats;
        bool late;
        uint256 present;
        uint256 place;
        uint256 word;
        uint256 records;
        uint256 lists;
    }

    /// @inheritdoc ICourtBench
    function tally(uint256 disputeId, Case calldata case_, Draw calldata draw_, bytes calldata ballots) external {
        Tally memory t;
        (t.place, t.word) = _requireVoting(disputeId, case_, draw_);
        if (draw_.seed == 0) revert SeedUnknown(draw_.clock.seedBlock());
        t.late = _isLate(case_.terms, draw_.clock);
        uint256 inList = _prepare(t, case_.money, ballots);
        uint16 drawNo = draw_.clock.drawOf();
        t.sealer = _sealer(disputeId, drawNo);
        _countList(t, inList, draw_.list, t.late ? _opened[disputeId][drawNo] : type(uint256).max);
        if (CourtHash.directsOf(t.word) != 0) _countDirects(t, disputeId, drawNo);
        uint256 end;
        assembly ("memory-safe") {
            end := add(ballots.offset, ballots.length)
        }
        if (t.cursor != end) revert Malformed();
        unchecked {
            t.present = t.seats[0] + t.seats[CLAIMANT] + t.seats[DEFENDANT];
        }
        if (t.groups != 0) _weighTraces(t);
        _finish(disputeId, case_, draw_, t);
    }

    /// @dev Whether the time for opening is over.
    function _isLate(uint256 terms, uint256 clock) private view returns (bool) {
        uint256 sealing = clock.startedAt() + terms.commitSeconds();
        if (block.timestamp <= sealing) revert TooEarly(sealing + 1);
        return block.timestamp > sealing + terms.revealSeconds();
    }

    /// @dev Reads the head and takes memory: the records of the draw, the list, and what traces need.
    function _prepare(Tally memory t, uint256 money, bytes calldata ballots) private pure returns (uint256 inList) {
        if (ballots.length < 2) revert Malformed();
        uint256 count;
        uint256 start;
        uint256 free;
        assembly ("memory-safe") {
            let head := calldataload(ballots.offset)
            inList := byte(0, head)
            count := byte(1, head)
            start := add(ballots.offset, 2)
            free := mload(0x40)
        }
        (t.traces, t.traceCount, t.records, t.compute) = (start, count, free, money.isCompute());
        unchecked {
            // Three numbers of one byte each, and their multiples.
            uint256 all = inList + CourtHash.directsOf(t.word);
            t.cursor = start + 32 * count;
            t.record = free + 32;
            // Each piece has a word more, because records are written as whole words.
            t.lists = t.list = t.record + all * RECORD_BYTES + 32;
            free = t.lists + all * SEALED_BYTES + 32;
            if (t.compute && money.traceMustMatch()) {
                (t.names, t.groups) = (free, free + all);
                free = t.groups + (count + 1) * 64;
            }
        }
        _take(free, t.groups);
        _requireAscending(start, count);
    }

    /// @dev Takes memory up to `free` and clears what lies from `from` on, if that is not zero.
    function _take(uint256 free, uint256 from) private pure {
        assembly ("memory-safe") {
            if from { calldatacopy(from, calldatasize(), sub(free, from)) }
            mstore(0x40, and(add(free, 31), not(31)))
        }
    }

    /// @dev Zero is no trace, and one trace must not have two numbers, or a group could be split.
    function _requireAscending(uint256 traces, uint256 count) private pure {
        uint256 wrong;
        assembly ("memory-safe") {
            let previous := 0
            for { let end := add(traces, shl(5, count)) } lt(traces, end) { traces := add(traces, 32) } {
                let trace := calldataload(traces)
                wrong := or(wrong, iszero(gt(trace, previous)))
                previous := trace
            }
        }
        if (wrong != 0) revert Malformed();
    }

    /// @param opened Bit by bit, which ballots have to be opened.
    function _countList(Tally memory t, uint256 inList, bytes32 hash, uint256 opened) private pure {
        _count(t, inList, opened);
        uint256 start = t.lists;
        bytes32 found;
        assembly ("memory-safe") {
            found := keccak256(start, mul(inList, SEALED_BYTES))
        }
        // A ballot that was not opened correctly makes another list, so this is the check of all openings too.
        if (hash == 0 ? inList != 0 : found != hash) revert WrongList();
    }

    function _countDirects(Tally memory t, uint256 disputeId, uint16 drawNo) private {
        address previous;
        for (uint256 left = CourtHash.directsOf(t.word); left != 0; --left) {
            uint256 cursor = t.cursor;
            address juror;
            assembly ("memory-safe") {
                juror := shr(96, calldataload(cursor))
            }
            if (juror <= previous) revert NotAscending(juror);
            previous = juror;
            uint256 kept = _directs[disputeId][drawNo][juror];
            // A juror without a ballot must not stand in for one with a ballot.
            if (uint8(kept) != SEALED && uint8(kept) != OPENED) revert Incomplete();
            uint256 record = t.list;
            _count(t, 1, t.late && uint8(kept) != OPENED ? 0 : 1);
            uint256 shown;
            assembly ("memory-safe") {
                shown := or(shl(48, shr(48, mload(add(record, 21)))), shl(8, byte(20, mload(record))))
            }
            if ((kept ^ shown) >> 8 != 0) revert BadOpening(juror);
            delete _directs[disputeId][drawNo][juror];
        }
    }

    /// @dev Counts ballots: juror 20 | seats 1 | vote 1, then number of the trace 1 | salt 16, or the commitment. Writes
    /// their sealed records and the records of the draw. A machine that ran the model can say what came out; without
    /// that its ballot is as good as none.
    /// @param opened Bit by bit, which of them have to be opened.
    function _count(Tally memory t, uint256 count, uint256 opened) private pure {
        uint256 wrong;
        assembly ("memory-safe") {
            let cursor := mload(t)
            let next := mload(add(t, 0x20))
            let record := mload(add(t, 0x40))
            for {} count { count := sub(count, 1) } {
                let word := calldataload(cursor)
                let vote := byte(21, word)
                let mark := ABSENT
                mstore(next, word)
                switch eq(vote, UNOPENED)
                case 0 {
                    let sealer := mload(add(t, 0x60))
                    let name := byte(22, word)
                    wrong := or(wrong, or(iszero(and(opened, 1)), gt(name, mload(add(t, 0xa0)))))
                    mstore(add(sealer, 0xc0), 0)
                    if name {
                        mstore(add(sealer, 0xc0), calldataload(add(mload(add(t, 0x80)), shl(5, sub(name, 1)))))
                    }
                    mstore(add(sealer, 0x80), shr(96, word))
                    mstore(add(sealer, 0xa0), vote)
                    mstore(add(sealer, 0xe0), shl(128, shr(128, calldataload(add(cursor, 23)))))
                    mstore(add(next, 21), keccak256(sealer, 0x100))
                    cursor := add(cursor, 39)
                    if and(lt(vote, ABSENT), or(gt(name, 0), iszero(mload(add(t, 0x100))))) {
                        mark := vote
                        let groups := mload(add(t, 0xc0))
                        if and(gt(vote, 0), gt(groups, 0)) {
                            let group := add(groups, add(shl(6, name), shl(5, sub(vote, 1))))
                            mstore(group, add(mload(group), byte(20, word)))
                            mstore8(mload(add(t, 0xe0)), name)
                        }
                    }
                }
                default {
                    wrong := or(wrong, and(opened, 1))
                    mstore(add(next, 21), calldataload(add(cursor, 22)))
                    cursor := add(cursor, 48)
                }
                // The next byte for the number of a trace belongs to the next ballot.
                mstore(add(t, 0xe0), add(mload(add(t, 0xe0)), 1))
                let sum := add(mload(add(t, 0x120)), shl(5, mark))
                mstore(sum, add(mload(sum), byte(20, word)))
                mstore(record, or(shl(88, shr(88, word)), shl(80, mark)))
                record := add(record, RECORD_BYTES)
                next := add(next, SEALED_BYTES)
                opened := shr(1, opened)
            }
            mstore(t, cursor)
            mstore(add(t, 0x20), next)
            mstore(add(t, 0x40), record)
        }
        if (wrong != 0) revert Incomplete();
    }

    /// @dev Leaves of each side its largest group, or groups if there are several of that size.
    function _weighTraces(Tally memory t) private pure {
        for (uint256 side = CLAIMANT; side <= DEFENDANT;) {
            uint256 most;
            assembly ("memory-safe") {
                let group := add(mload(add(t, 0xc0)), shl(5, sub(side, 1)))
                for { let left := mload(add(t, 0xa0)) } left { left := sub(left, 1) } {
                    group := add(group, 64)
                    let seats := mload(group)
                    if gt(seats, most) { most := seats }
                }
            }
            if (most != t.seats[side]) _dropStrays(t, side, most);
            unchecked {
                ++side;
            }
        }
    }

    function _dropStrays(Tally memory t, uint256 side, uint256 most) private pure {
        uint256 end = t.record;
        uint256 name = t.groups - (end - t.records - 32) / RECORD_BYTES;
        for (uint256 record = t.records + 32; record < end; record += RECORD_BYTES) {
            uint256 mark;
            uint256 traceNo;
            assembly ("memory-safe") {
                mark := byte(21, mload(record))
                traceNo := byte(0, mload(name))
                name := add(name, 1)
            }
            if (mark != side || _groupOf(t, side, traceNo) == most) continue;
            uint256 seats;
            assembly ("memory-safe") {
                seats := byte(20, mload(record))
                mstore8(add(record, 21), ABSENT)
            }
            t.present -= seats;
        }
        t.seats[side] = most;
    }

    function _groupOf(Tally memory t, uint256 side, uint256 name) private pure returns (uint256 seats) {
        uint256 group = t.groups + name * 64 + (side - 1) * 32;
        assembly ("memory-safe") {
            seats := mload(group)
        }
    }

    function _finish(uint256 disputeId, Case calldata case_, Draw calldata draw_, Tally memory t) private {
        bytes memory records = _recordsOf(t);
        bytes32 past = CourtHash.chain(draw_.past, draw_.clock, draw_.seed, keccak256(records));
        uint16 drawNo = draw_.clock.drawOf();
        if (_needsAnother(case_.terms, draw_.clock, t)) {
            emit Tallied(disputeId, drawNo, 0, 0, records);
            _begin(disputeId, case_, drawNo + 1, past, t.place, t.word);
            return;
        }
        uint8 round = draw_.clock.round();
        uint8 ruling = t.seats[CLAIMANT] > t.seats[DEFENDANT] ? CLAIMANT : DEFENDANT;
        uint24 period = round + 1 < CaseTerms.ROUNDS ? case_.terms.appealSeconds() : 0;
        uint40 until = period == 0 ? 0 : _now() + period;
        _cases[t.place] = CourtHash.ruled(disputeId, case_, round, past) | CourtHash.status(Phase.Ruled, ruling)
            | (uint256(until) << 32) | (uint256(period) << 8) | (t.word & CourtHash.FINED);
        emit Tallied(disputeId, drawNo, ruling, until, records);
        if (period != 0) emit AppealPossible(disputeId, IArbitrable(case_.module));
    }

    /// @dev Whether there was no quorum and the panel may be drawn again.
    function _needsAnother(uint256 terms, uint256 clock, Tally memory t) private pure returns (bool) {
        return t.present * BPS < terms.seats(clock.round()) * terms.quorumBps() && clock.attempt() < terms.redraws();
    }

    function _recordsOf(Tally memory t) private pure returns (bytes memory records) {
        uint256 start = t.records;
        uint256 length = t.record - start - 32;
        assembly ("memory-safe") {
            records := start
            mstore(records, length)
        }
    }
}
