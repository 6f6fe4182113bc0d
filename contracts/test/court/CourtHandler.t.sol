// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtBook} from "./CourtBook.t.sol";

/// @dev Cases in every stage, moved on by random callers in random order, honest and not. A call that must work and
/// fails, or must fail and works, is counted in `broken`.
contract CourtHandler is CourtBook {
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
}
