// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev What is kept of cases and ballots so that any of them can be moved on, and how records of a count are packed.
abstract contract CourtBook is CourtFixture {
    enum Stage {
        Sealing,
        Ruled,
        Over
    }

    /// @dev A case as a node keeps it.
    struct Entry {
        uint256 id;
        ICourtTypes.Case case_;
        ICourtTypes.Draw draw;
        bytes list;
        Stage stage;
        uint8 ruling;
        uint80 bond;
        uint80 atStake;
        bool people;
    }

    /// @dev A ballot as a juror keeps it.
    struct Kept {
        uint256 number;
        uint8 seats;
        bool apart;
        bool there;
    }

    Entry[] internal _entries;
    mapping(uint256 id => ICourtTypes.Past[]) internal _history;
    mapping(uint256 draw => mapping(uint256 juror => Kept)) internal _ballots;
    Entry internal _none;
    uint256 internal _openCases;

    uint256 public broken;
    uint256 public lastBroken;

    function _afterCount(Entry storage e, bytes memory records) internal {
        _history[e.id].push(ICourtTypes.Past({clock: e.draw.clock, seed: e.draw.seed, records: records}));
        ICourtTypes.State memory state = court.stateOf(e.id);
        if (uint256(state.phase) == 1) {
            Dispute memory d = _load(e);
            again(d, uint256(drawNo(d)) + 1);
            (e.draw, e.list) = (d.draw, "");
        } else {
            (e.stage, e.ruling) = (Stage.Ruled, state.ruling);
        }
    }

    /// @dev Packed ballots, and the records that an own count makes of them.
    function _packed(Dispute memory d, Vote[] memory inList, Vote[] memory apart, bool late)
        internal
        returns (bytes memory packed, bytes memory records)
    {
        Vote[] memory all = _join(inList, apart);
        bool[] memory shown_ = _shown(d, all, inList.length, late);
        bytes32[] memory traces = tracesOf(all);
        uint8[] memory marks = _marks(d, all, shown_);
        packed = head(inList.length, traces);
        for (uint256 i = 0; i < all.length; ++i) {
            bytes memory who = abi.encodePacked(vm.addr(all[i].key), _seatsKept(d, all[i]));
            packed = bytes.concat(packed, who, shown_[i] ? _open(all[i], traces) : _closed(d, all[i]));
            records = bytes.concat(records, who, bytes1(marks[i]));
        }
    }

    function _join(Vote[] memory a, Vote[] memory b) internal pure returns (Vote[] memory all) {
        all = new Vote[](a.length + b.length);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = i < a.length ? a[i] : b[i - a.length];
        }
    }

    /// @dev Which ballots are shown open: all of them in time, later those that were opened in time.
    function _shown(Dispute memory d, Vote[] memory all, uint256 inList, bool late)
        internal
        returns (bool[] memory shown_)
    {
        shown_ = new bool[](all.length);
        uint256 bits = court.openedOf(d.id, drawNo(d));
        for (uint256 i = 0; i < all.length; ++i) {
            if (!late) shown_[i] = true;
            else if (i < inList) shown_[i] = (bits >> i) & 1 != 0;
            else (,, shown_[i]) = court.directOf(d.id, drawNo(d), vm.addr(all[i].key));
        }
    }

    function _open(Vote memory v, bytes32[] memory traces) internal pure returns (bytes memory) {
        return abi.encodePacked(v.vote, uint8(position(traces, traces.length, v.trace)), v.salt);
    }

    function _closed(Dispute memory d, Vote memory v) internal returns (bytes memory) {
        return abi.encodePacked(uint8(0xff), commitment(d, v));
    }

    function _marks(Dispute memory d, Vote[] memory all, bool[] memory shown_)
        internal
        view
        returns (uint8[] memory marks)
    {
        marks = new uint8[](all.length);
        bool compute = uint8(d.case_.money >> 8) == 0;
        bool match_ = compute && uint8(d.case_.money) != 0;
        for (uint256 i = 0; i < all.length; ++i) {
            bool counts = shown_[i] && all[i].vote <= 2 && (all[i].trace != 0 || !compute);
            marks[i] = counts ? all[i].vote : 3;
        }
        if (!match_) return marks;
        for (uint8 side = 1; side <= 2; ++side) {
            uint256 most;
            uint256[] memory sums = new uint256[](all.length);
            for (uint256 i = 0; i < all.length; ++i) {
                if (marks[i] != side) continue;
                for (uint256 j = 0; j < all.length; ++j) {
                    if (marks[j] == side && all[j].trace == all[i].trace) {
                        sums[i] += _seatsKept(d, all[j]);
                    }
                }
                if (sums[i] > most) most = sums[i];
            }
            for (uint256 i = 0; i < all.length; ++i) {
                if (marks[i] == side && sums[i] != most) marks[i] = 3;
            }
        }
    }

    /// @dev Ballots of the current draw: of the list, in its order, and apart from it, ascending.
    function _sealed(Entry storage e) internal view returns (Vote[] memory inList, Vote[] memory apart) {
        uint256 a;
        uint256 b;
        (inList, apart) = (new Vote[](JURORS), new Vote[](JURORS));
        for (uint256 i = 0; i < JURORS; ++i) {
            Kept memory kept = _ballots[_slot(e)][keys[i]];
            if (!kept.there) continue;
            Vote memory v = _vote(i, kept.number, e.people);
            if (kept.apart) apart[b++] = v;
            else inList[a++] = v;
        }
        assembly ("memory-safe") {
            mstore(inList, a)
            mstore(apart, b)
        }
    }

    function _drawnSome(Dispute memory d, uint256 a) internal returns (Vote[] memory chosen, uint256[] memory numbers) {
        bool people = uint8(d.case_.money >> 8) != 0;
        (chosen, numbers) = (new Vote[](JURORS), new uint256[](JURORS));
        uint256 length;
        for (uint256 i = 0; i < JURORS; ++i) {
            if ((a >> i) & 1 != 0 || seatsOf(d, juror(i)) == 0) continue;
            numbers[length] = uint256(keccak256(abi.encode(a, i)));
            chosen[length] = _vote(i, numbers[length], people);
            ++length;
        }
        assembly ("memory-safe") {
            mstore(chosen, length)
        }
    }

    /// @dev A vote from a number. Some are invalid, some have no trace.
    function _vote(uint256 i, uint256 a, bool people) internal view returns (Vote memory v) {
        v.key = keys[i];
        v.vote = uint8(a % 20 == 0 ? 7 : a % 9 == 0 ? 0 : 1 + a % 2);
        uint256 kind = (a >> 16) % 8;
        v.trace = (people && kind < 4) || kind == 7 ? bytes32(0) : keccak256(abi.encode("trace", kind % 3));
        v.salt = bytes16(keccak256(abi.encode(a)));
    }

    function _kept(Dispute memory d, Vote memory v, uint256 number, bool apart) internal returns (Kept memory) {
        return Kept({number: number, seats: seatsOf(d, vm.addr(v.key)), apart: apart, there: true});
    }

    /// @dev Seats as they were when the ballot was sealed.
    function _seatsKept(Dispute memory d, Vote memory v) internal view returns (uint8) {
        return _ballots[uint256(keccak256(abi.encode(d.id, drawNo(d))))][v.key].seats;
    }

    function _slot(Entry storage e) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(e.id, uint16(e.draw.clock))));
    }

    function _seedKnown(Entry storage e, Dispute memory d) internal returns (bool) {
        if (e.draw.seed != 0) return true;
        uint256 seedBlock = uint40(e.draw.clock >> 96);
        if (block.number <= seedBlock) vm.roll(seedBlock + 1);
        if (random.numberOf(seedBlock) == 0) return false;
        seed(d);
        return true;
    }

    function _load(Entry storage e) internal view returns (Dispute memory d) {
        (d.id, d.case_, d.draw, d.list) = (e.id, e.case_, e.draw, e.list);
        d.history = _history[e.id];
    }

    /// @dev A case of this stage, from a random one on.
    function _pick(uint256 which, Stage stage) internal view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == stage) return (true, e);
        }
        return (false, _none);
    }

    /// @dev A case that still takes ballots, or any that votes.
    function _pickFresh(uint256 which) internal view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == Stage.Sealing && block.timestamp <= uint40(e.draw.clock >> 136) + 1 hours) return (true, e);
        }
        return _pick(which, Stage.Sealing);
    }

    /// @dev A case that can still be appealed, or any with a ruling.
    function _pickAppealable(uint256 which) internal view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == Stage.Ruled && block.timestamp <= court.stateOf(e.id).until) return (true, e);
        }
        return _pick(which, Stage.Ruled);
    }

    function _break(uint256 what) internal {
        ++broken;
        lastBroken = what;
    }
}
