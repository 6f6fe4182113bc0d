// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Cases in every stage, moved on by random callers in random order, honest and not. A call that must work and
/// fails, or must fail and works, is counted in `broken`.
contract CourtHandler is CourtFixture {
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

    Entry[] private _entries;
    mapping(uint256 id => ICourtTypes.Past[]) private _history;
    mapping(uint256 draw => mapping(uint256 juror => Kept)) private _ballots;
    Entry private _none;
    uint256 private _openCases;

    uint256 public broken;
    uint256 public lastBroken;
    uint256 public given;
    mapping(bytes4 entry => uint256) public successes;
    address[3] public backers = [BACKER, CLAIMANT, STRANGER];

    constructor() {
        super.setUp();
    }

    function setUp() public override {}

    function bench() internal pure override returns (ICourtTypes.Settings memory s) {
        s = super.bench();
        // Real chance: the panels are not multiples of the jurors.
        (s.firstSeats, s.secondSeats, s.thirdSeats) = (5, 11, 23);
        (s.strikeDays, s.suspensionDays) = (1, 0);
    }

    function parts() external view returns (address, address) {
        return (address(vault), address(court));
    }

    function entries() external view returns (uint256) {
        return _entries.length;
    }

    /// @dev Locks of open cases, and deposits.
    function locksOwed() external returns (uint256 sum) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage e = _entries[i];
            if (e.stage != Stage.Over) sum += uint256(e.bond) + e.atStake;
        }
        for (uint256 i = 0; i < JURORS; ++i) {
            sum += court.jurorOf(juror(i)).deposit;
        }
    }

    /// @dev What the court's escrow is there for: fines and contributions that wait.
    function escrowOwed() external view returns (uint256 sum) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            uint256 id = _entries[i].id;
            sum += court.finesOf(id);
            for (uint8 round = 0; round < 3; ++round) {
                ICourtTypes.Appeal memory a = court.appealOf(id, round);
                if (a.stage == 2) sum += a.owed;
                if (a.stage > 1) continue;
                // Gathering or made: the contributions themselves, as long as they were not paid back.
                for (uint256 b = 0; b < 3; ++b) {
                    sum += court.contributionOf(id, round, backers[b]);
                }
            }
        }
    }

    function openCase(uint256 a, bool people, bool match_) external {
        // With many of them at once hardly any would come to its end.
        if (_openCases == 5) return;
        ICourtOpening.Opening memory o = opening();
        (o.atStake, o.bond) = (within80(a, 1, 20e18), within80(a >> 90, 0, 10e18));
        if (people) o.bench = ICourtOpening.Bench.People;
        o.traceMustMatch = match_;
        if (vault.freeStakeOf(CLAIMANT) < o.bond || vault.freeStakeOf(DEFENDANT) < o.atStake) return;
        Dispute memory d = open(o);
        Entry storage e = _entries.push();
        (e.id, e.case_, e.draw) = (d.id, d.case_, d.draw);
        (e.bond, e.atStake, e.people) = (o.bond, o.atStake, people);
        ++_openCases;
        ++successes[this.openCase.selector];
    }

    function beat_(uint256 who) external {
        for (uint256 i = 0; i < JURORS; ++i) {
            // Most of the time most of them are there.
            if ((who >> i) & 1 != 0 && who % 3 == 0) continue;
            address account = juror(i);
            vm.prank(account);
            try court.heartbeat() {
                ++successes[this.beat_.selector];
            } catch {}
        }
    }

    function leaveOrJoin(uint256 who, uint80 deposit) external {
        address account = juror(who % JURORS);
        if (court.jurorOf(account).leftAt == 0 && who % 3 == 0) {
            vm.prank(account);
            try court.resign() {
                ++successes[this.leaveOrJoin.selector];
            } catch {}
            return;
        }
        vm.prank(account);
        try court.join(deposit % 3e18) {
            ++successes[this.leaveOrJoin.selector];
        } catch {}
    }

    function returnDeposit_(uint256 who) external {
        address account = juror(who % JURORS);
        ICourtTypes.Juror memory before = court.jurorOf(account);
        bool due = before.deposit != 0 && before.leftAt != 0 && block.timestamp >= uint256(before.leftAt) + 3 days;
        try court.returnDeposit(account) {
            if (!due) _break(1);
            ++successes[this.returnDeposit_.selector];
        } catch {
            if (due) _break(2);
        }
    }

    function moveStake(uint256 who, uint80 amount, bool up) external {
        address account = juror(who % JURORS);
        vm.prank(account);
        if (up) try vault.stake(amount % 500e18) {} catch {}
        else try vault.requestUnstake(amount % 500e18) {} catch {}
        vm.prank(account);
        try vault.unstake() {} catch {}
    }

    function wait_(uint256 a) external {
        vm.warp(block.timestamp + a % 40 minutes);
        vm.roll(block.number + 1 + a % 5);
    }

    function waitLong(uint256 a) external {
        vm.warp(block.timestamp + a % 2 days);
        vm.roll(block.number + a % 400);
    }

    /// @dev Anybody fixes the seed or names a later block.
    function drawIt(uint256 which) external {
        (bool there, Entry storage e) = _pick(which, Stage.Sealing);
        if (!there || e.draw.seed != 0) return;
        uint256 seedBlock = uint40(e.draw.clock >> 96);
        if (block.number <= seedBlock) return;
        Dispute memory d = _load(e);
        if (random.numberOf(seedBlock) == 0) {
            uint256 expected = clock(presentFor(CLAIMANT, DEFENDANT), drawNo(d));
            try court.draw(d.id, d.case_, d.draw) {
                e.draw.clock = expected;
            } catch {
                _break(3);
            }
            return;
        }
        try court.draw(d.id, d.case_, d.draw) {
            seed(d);
            e.draw.seed = d.draw.seed;
            ++successes[this.drawIt.selector];
        } catch {
            _break(4);
        }
    }

    /// @dev A batch with some of the jurors, whether they have a ballot already or not.
    function sealSome(uint256 which, uint256 a) external {
        (bool there, Entry storage e) = _pickFresh(which);
        if (!there) return;
        Dispute memory d = _load(e);
        if (!_seedKnown(e, d)) return;
        (Vote[] memory chosen, uint256[] memory numbers) = _drawnSome(d, a);
        bool fresh;
        for (uint256 i = 0; i < chosen.length; ++i) {
            if (!_ballots[_slot(e)][chosen[i].key].there) fresh = true;
        }
        uint256 from = started(d);
        bool due = fresh && block.timestamp <= from + 1 hours;
        bool first = e.draw.list == 0 && block.timestamp <= from + 45 minutes;
        bytes memory packed = ballots(d, chosen);
        try court.commitBatch(d.id, d.case_, d.draw, d.list, packed) {
            if (!due) _break(5);
            e.draw.seed = d.draw.seed;
            bytes memory list;
            for (uint256 i = 0; i < chosen.length; ++i) {
                if (_ballots[_slot(e)][chosen[i].key].there) continue;
                _ballots[_slot(e)][chosen[i].key] = _kept(d, chosen[i], numbers[i], !first);
                list = bytes.concat(list, sealedRecord(d, chosen[i]));
            }
            if (first) (e.list, e.draw.list) = (list, keccak256(list));
            ++successes[this.sealSome.selector];
        } catch {
            if (due) _break(6);
        }
    }

    function sealOne(uint256 which, uint256 who, uint256 a) external {
        (bool there, Entry storage e) = _pickFresh(which);
        if (!there) return;
        Dispute memory d = _load(e);
        if (!_seedKnown(e, d)) return;
        Vote memory v = _vote(who % JURORS, a, e.people);
        address account = vm.addr(v.key);
        bool due = block.timestamp <= started(d) + 1 hours && seatsOf(d, account) != 0
            && !_ballots[_slot(e)][v.key].there;
        bytes26 sealed_ = commitment(d, v);
        vm.prank(account);
        try court.commit(d.id, d.case_, d.draw, d.list, sealed_) {
            if (!due) _break(7);
            e.draw.seed = d.draw.seed;
            _ballots[_slot(e)][v.key] = _kept(d, v, a, true);
            ++successes[this.sealOne.selector];
        } catch {
            if (due) _break(8);
        }
    }

    /// @dev Somebody opens some ballots in time.
    function openSome(uint256 which, uint256 a) external {
        (bool there, Entry storage e) = _pickFresh(which);
        if (!there || e.draw.seed == 0) return;
        Dispute memory d = _load(e);
        // Without this the half hour for opening would hardly ever be met.
        if (a % 4 != 0 && block.timestamp <= started(d) + 1 hours) vm.warp(started(d) + 1 hours + 1);
        bool due = block.timestamp > started(d) + 1 hours && block.timestamp <= started(d) + 90 minutes;
        (Vote[] memory inList, Vote[] memory apart) = _sealed(e);
        for (uint256 i = 0; i < inList.length; ++i) {
            if ((a >> i) & 1 == 0) continue;
            bytes memory placed =
                abi.encodePacked(uint8(i), inList[i].vote, inList[i].trace, inList[i].salt);
            try court.openList(d.id, d.case_, d.draw, d.list, placed) {
                if (!due) _break(9);
                ++successes[this.openSome.selector];
            } catch {
                if (due) _break(10);
            }
        }
        for (uint256 i = 0; i < apart.length; ++i) {
            if ((a >> (8 + i)) & 1 == 0) continue;
            (,, bool done) = court.directOf(d.id, drawNo(d), vm.addr(apart[i].key));
            Vote memory v = apart[i];
            try court.openDirect(d.id, d.case_, d.draw, vm.addr(v.key), v.vote, v.trace, v.salt) {
                if (!due || done) _break(11);
            } catch {
                if (due && !done) _break(12);
            }
        }
    }

    /// @dev Somebody counts: everything, or only what was opened in time. Nobody can stop it when it is due.
    function count(uint256 which, uint256 a) external {
        (bool there, Entry storage e) = _pick(which, Stage.Sealing);
        if (!there) return;
        Dispute memory d = _load(e);
        if (e.draw.seed == 0) {
            if (!_seedKnown(e, d)) return;
            court.draw(d.id, d.case_, ICourtTypes.Draw(d.draw.clock, 0, 0, d.draw.past));
            e.draw.seed = d.draw.seed;
        }
        if (a % 2 == 0 && block.timestamp <= started(d) + 90 minutes) vm.warp(started(d) + 90 minutes + 1);
        bool late = block.timestamp > started(d) + 90 minutes;
        bool due = block.timestamp > started(d) + 1 hours;
        (Vote[] memory inList, Vote[] memory apart) = _sealed(e);
        (bytes memory packed, bytes memory records) = _packed(d, inList, apart, late);
        try court.tally(d.id, d.case_, d.draw, packed) {
            if (!due) _break(13);
            ++successes[this.count.selector];
            _afterCount(e, records);
        } catch {
            if (due) _break(14);
        }
    }

    function appealIt(uint256 which, uint256 who, uint80 amount) external {
        (bool there, Entry storage e) = _pickAppealable(which);
        if (!there) return;
        Dispute memory d = _load(e);
        address backer = backers[who % 3];
        amount = within80(amount, 1, 12e18);
        uint8 round = uint8(d.draw.clock >> 8);
        uint256 until = court.stateOf(d.id).until;
        bool due = round < 2 && block.timestamp <= until && balance(backer) >= amount && court.appealBondOf(d.case_) != 0;
        bytes32 hash = past(d);
        vm.prank(backer);
        try court.fundAppeal(d.id, d.case_, round, hash, amount) {
            if (!due) _break(15);
            ++successes[this.appealIt.selector];
            if (uint256(court.stateOf(d.id).phase) == 1) {
                again(d, (uint256(round) + 1) << 8);
                (e.draw, e.list, e.stage) = (d.draw, "", Stage.Sealing);
            }
        } catch {
            if (due) _break(16);
        }
    }

    function report(uint256 which, uint256 a) external {
        (bool there, Entry storage e) = _pick(which, Stage.Ruled);
        if (!there) return;
        Dispute memory d = _load(e);
        uint256 draw = a % d.history.length;
        uint256 slot = uint256(keccak256(abi.encode(e.id, uint16(d.history[draw].clock))));
        address[] memory one = new address[](1);
        for (uint256 i = 0; i < JURORS; ++i) {
            if ((a >> (8 + i)) & 1 != 0) continue;
            one[0] = juror(i);
            try court.reportAbsent(d.id, d.case_, d.history, draw, one) {
                // Whoever sealed a ballot in that draw must never be fined for silence.
                if (_ballots[slot][keys[i]].there) _break(17);
                ++successes[this.report.selector];
            } catch {}
        }
    }

    function end(uint256 which, uint256 a) external {
        (bool there, Entry storage e) = _pick(which, Stage.Ruled);
        if (!there) return;
        Dispute memory d = _load(e);
        uint256 until = court.stateOf(d.id).until;
        if (a % 2 == 0 && block.timestamp <= until) vm.warp(until + 1);
        bool due = block.timestamp > until;
        if (a % 3 == 0) {
            try court.execute(d.id, d.case_, d.history, "wrong") {
                _break(18);
            } catch {}
        }
        try court.execute(d.id, d.case_, d.history, abi.encode(d.id)) {
            if (!due || module.ruledId() != d.id || module.ruling() != e.ruling) _break(19);
            e.stage = Stage.Over;
            --_openCases;
            ++successes[this.end.selector];
        } catch {
            if (due) _break(20);
        }
    }

    /// @dev Whoever is owed something from the appeals of a case is paid, and nobody else.
    function repay(uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage e = _entries[which % _entries.length];
        for (uint256 i = 0; i < 9; ++i) {
            _repay(e, uint8(i / 3), backers[i % 3]);
        }
    }

    function _repay(Entry storage e, uint8 round, address backer) private {
        uint8 stage = court.appealOf(e.id, round).stage;
        uint80 contribution = court.contributionOf(e.id, round, backer);
        bool over = e.stage == Stage.Over
            || (e.stage == Stage.Ruled && block.timestamp > court.stateOf(e.id).until);
        bool due = contribution != 0 && (stage == 2 || (stage == 0 && over));
        try court.repayAppeal(e.id, round, backer) returns (uint80 amount) {
            if (!due || amount < contribution) _break(21);
            ++successes[this.repay.selector];
        } catch {
            if (due) _break(22);
        }
    }

    function _afterCount(Entry storage e, bytes memory records) private {
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
        private
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

    function _join(Vote[] memory a, Vote[] memory b) private pure returns (Vote[] memory all) {
        all = new Vote[](a.length + b.length);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = i < a.length ? a[i] : b[i - a.length];
        }
    }

    /// @dev Which ballots are shown open: all of them in time, later those that were opened in time.
    function _shown(Dispute memory d, Vote[] memory all, uint256 inList, bool late)
        private
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

    function _open(Vote memory v, bytes32[] memory traces) private pure returns (bytes memory) {
        return abi.encodePacked(v.vote, uint8(position(traces, traces.length, v.trace)), v.salt);
    }

    function _closed(Dispute memory d, Vote memory v) private returns (bytes memory) {
        return abi.encodePacked(uint8(0xff), commitment(d, v));
    }

    function _marks(Dispute memory d, Vote[] memory all, bool[] memory shown_)
        private
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
    function _sealed(Entry storage e) private view returns (Vote[] memory inList, Vote[] memory apart) {
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

    function _drawnSome(Dispute memory d, uint256 a) private returns (Vote[] memory chosen, uint256[] memory numbers) {
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
    function _vote(uint256 i, uint256 a, bool people) private view returns (Vote memory v) {
        v.key = keys[i];
        v.vote = uint8(a % 20 == 0 ? 7 : a % 9 == 0 ? 0 : 1 + a % 2);
        uint256 kind = (a >> 16) % 8;
        v.trace = (people && kind < 4) || kind == 7 ? bytes32(0) : keccak256(abi.encode("trace", kind % 3));
        v.salt = bytes16(keccak256(abi.encode(a)));
    }

    function _kept(Dispute memory d, Vote memory v, uint256 number, bool apart) private returns (Kept memory) {
        return Kept({number: number, seats: seatsOf(d, vm.addr(v.key)), apart: apart, there: true});
    }

    /// @dev Seats as they were when the ballot was sealed.
    function _seatsKept(Dispute memory d, Vote memory v) private view returns (uint8) {
        return _ballots[uint256(keccak256(abi.encode(d.id, drawNo(d))))][v.key].seats;
    }

    function _slot(Entry storage e) private view returns (uint256) {
        return uint256(keccak256(abi.encode(e.id, uint16(e.draw.clock))));
    }

    function _seedKnown(Entry storage e, Dispute memory d) private returns (bool) {
        if (e.draw.seed != 0) return true;
        uint256 seedBlock = uint40(e.draw.clock >> 96);
        if (block.number <= seedBlock) vm.roll(seedBlock + 1);
        if (random.numberOf(seedBlock) == 0) return false;
        seed(d);
        return true;
    }

    function _load(Entry storage e) private view returns (Dispute memory d) {
        (d.id, d.case_, d.draw, d.list) = (e.id, e.case_, e.draw, e.list);
        d.history = _history[e.id];
    }

    /// @dev A case of this stage, from a random one on.
    function _pick(uint256 which, Stage stage) private view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == stage) return (true, e);
        }
        return (false, _none);
    }

    /// @dev A case that still takes ballots, or any that votes.
    function _pickFresh(uint256 which) private view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == Stage.Sealing && block.timestamp <= uint40(e.draw.clock >> 136) + 1 hours) return (true, e);
        }
        return _pick(which, Stage.Sealing);
    }

    /// @dev A case that can still be appealed, or any with a ruling.
    function _pickAppealable(uint256 which) private view returns (bool, Entry storage e) {
        uint256 length = _entries.length;
        e = _none;
        for (uint256 i = 0; i < length; ++i) {
            e = _entries[(which % length + i) % length];
            if (e.stage == Stage.Ruled && block.timestamp <= court.stateOf(e.id).until) return (true, e);
        }
        return _pick(which, Stage.Ruled);
    }

    function _break(uint256 what) private {
        ++broken;
        lastBroken = what;
    }
}
