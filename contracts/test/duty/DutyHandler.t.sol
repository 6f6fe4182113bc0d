// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {DutyFixture} from "./DutyFixture.t.sol";

/// @dev Every entry point with random arguments by random callers, honest and not. A call that is refused is fine; a call
/// that had to be refused and was taken, or the other way round, is counted in `broken`.
contract DutyHandler is DutyFixture {
    enum Fate {
        None,
        Announced,
        Paid,
        Fined,
        Void
    }

    struct Entry {
        ITaskMarket.Task task;
        ITaskMarket.Solution solution;
        ITaskMarket.Reservation reservation;
        bytes32 id;
        uint256 dispute;
        bool solved;
        bool over;
    }

    struct Seal {
        Fate fate;
        uint80 pay;
        bytes32 result;
        uint256 sealedAt;
    }

    address[] public checkers;
    mapping(address checker => uint256) public fined;
    mapping(address checker => uint256) public deposited;
    mapping(bytes4 entry => uint256) public successes;
    uint256 public broken;
    uint256 public paidOut;
    uint256 public swept;
    uint256 public donated;
    uint256 public finesKept;

    Entry[] private _entries;
    mapping(bytes32 taskId => mapping(address checker => Seal)) private _seals;

    constructor() {
        super.setUp();
        checkers = [CHECKER, OTHER, STRANGER, SOLVER, address(0x5001), address(0x5002)];
        for (uint256 i = 4; i < 6; ++i) {
            vm.prank(SOLVER);
            vault.depositTo(checkers[i], 0, 1_000e18);
        }
        for (uint256 i = 0; i < checkers.length; ++i) if (checkers[i] != CHECKER) signOn(checkers[i]);
        for (uint256 i = 0; i < checkers.length; ++i) deposited[checkers[i]] = DEPOSIT;
        donated = FUND;
        vm.prank(OWNER);
        roster.setSettings(
            IDutyRoster.Settings({minDeposit: 10e18, reserve: 500e18, sealSeconds: SEAL, classes: 1})
        );
        nextBlock();
        setChecks(30_000);
        // A notice of ten seconds in two blocks would be missed by most calls here.
        nextBlock();
    }

    function setUp() public override {}

    function submitTask(uint256 seed, uint80 rawFee) external {
        setChecks(seed % 4 == 0 ? 1_000 : 30_000);
        support(seed % 3 != 0);
        (ITaskMarket.Task memory task, bytes32 id) =
            submitAs(seed % 5 == 0 ? OTHER : REQUESTER, 1e16 + rawFee % 5e18, uint8(seed % 7 < 5 ? 0 : seed % 7 - 4));
        Entry storage entry = _entries.push();
        (entry.task, entry.id) = (task, id);
        toDraw();
        _done(this.submitTask.selector);
        // Left to chance, hardly a checker would be there, or find its task within the notice.
        for (uint256 i = 0; i < checkers.length; ++i) {
            if ((seed >> (16 + 2 * i)) & 1 != 0) _announce(entry, checkers[i]);
            if ((seed >> (32 + 2 * i)) & 3 != 0) _call(checkers[i], address(roster), abi.encodeCall(roster.heartbeat, ()));
        }
    }

    /// @dev A task from its submission on, with each step missing in one of four cases.
    function story(uint256 seed) external {
        // Odd: the newest task; see {_pick}.
        uint256 newest = (seed >> 150) | 1;
        if (seed & 3 != 0) this.submitTask(seed >> 64, uint80(seed));
        if (seed >> 2 & 3 == 0) this.reserveTask(newest, seed >> 70);
        if (seed >> 4 & 3 != 0) this.sealDuty(newest, seed >> 80, false);
        if (seed >> 6 & 3 != 0) this.solveTask(newest, seed >> 8 & 3 != 0);
        if (seed >> 10 & 3 == 0) this.contestTask(newest);
        if (seed >> 12 & 3 != 0) this.openDuty(newest, seed >> 90, seed >> 14 & 3 == 0);
        if (seed >> 16 & 3 == 0) this.wait_((seed >> 100) % 2_000 * 5);
        if (seed >> 18 & 3 != 0) this.reportAbsent(newest, seed >> 110);
        if (seed >> 20 & 3 != 0) this.reportMissing(newest, seed >> 120);
        if (seed >> 22 & 3 != 0) this.endTask(newest, seed >> 130);
        if (seed >> 24 & 3 != 0) this.dismissDuty(newest, seed >> 140);
    }

    function reserveTask(uint256 which, uint256 who) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address solver = who % 2 == 0 ? NEWCOMER : SOLVER;
        if (!_call(solver, address(market), abi.encodeCall(market.reserve, (entry.task, entry.reservation)))) return;
        uint48 now_ = uint48(block.timestamp);
        entry.reservation = ITaskMarket.Reservation({solver: solver, since: now_, until: now_ + 300});
        if (_call(OTHER, address(roster), abi.encodeCall(roster.callUp, (entry.task, entry.reservation)))) {
            _done(IDutyRoster.callUp.selector);
        }
        toDraw();
        _done(this.reserveTask.selector);
        for (uint256 i = 0; i < checkers.length; ++i) _announce(entry, checkers[i]);
    }

    function announceDuty(uint256 which, uint256 who) external {
        if (_entries.length == 0) return;
        _announce(_pick(which), _checker(who));
    }

    function sealDuty(uint256 which, uint256 who, bool right) external {
        for (uint256 i = 0; i < checkers.length; ++i) {
            if ((who >> (8 + 2 * i)) & 3 != 0) _sealDuty(which, checkers[i], (who >> (20 + i)) & 3 != 0 || right);
        }
    }

    function _sealDuty(uint256 which, address checker, bool right) private {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        bytes32 result = right ? RESULT : WRONG;
        bytes26 commitment = market.commitmentFor(entry.id, checker, SALT, result);
        if (!_call(checker, address(roster), abi.encodeCall(roster.seal, (entry.id, commitment)))) return;
        Seal storage mine = _seals[entry.id][checker];
        if (mine.fate != Fate.Announced || mine.sealedAt != 0 || entry.solved) ++broken;
        (mine.result, mine.sealedAt) = (result, block.timestamp);
        _done(this.sealDuty.selector);
    }

    function solveTask(uint256 which, bool right) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        if (entry.solved || entry.over) return;
        address solver = entry.reservation.solver == address(0) ? SOLVER : entry.reservation.solver;
        bytes32 result = right ? RESULT : WRONG;
        bytes26 commitment = market.commitmentFor(entry.id, solver, SALT, result);
        vm.prank(solver);
        market.commit(entry.id, 0, commitment);
        nextBlock();
        if (which % 3 != 0) skip(100 + which % 150);
        bytes memory data = abi.encodeCall(market.reveal, (entry.task, entry.reservation, 0, SALT, result, 1));
        if (!_call(solver, address(market), data)) return;
        entry.solved = true;
        entry.solution = ITaskMarket.Solution({
            solver: solver,
            revealedAt: uint48(block.timestamp),
            resultDigest: result
        });
        _done(this.solveTask.selector);
    }

    function contestTask(uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        uint256 next = court.count() + 1;
        if (!_call(REQUESTER, address(market), abi.encodeCall(market.contest, (entry.task, entry.solution, "")))) return;
        entry.dispute = next;
        _done(this.contestTask.selector);
    }

    function openDuty(uint256 which, uint256 who, bool lie) external {
        for (uint256 i = 0; i < checkers.length; ++i) {
            if ((who >> (8 + 2 * i)) & 3 != 0) _openDuty(which, checkers[i], lie);
        }
    }

    function _openDuty(uint256 which, address checker, bool lie) private {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        Seal storage mine = _seals[entry.id][checker];
        bytes32 shown = lie ? entry.solution.resultDigest : mine.result;
        uint80 before = balance(checker);
        bytes memory data = abi.encodeCall(roster.open, (entry.task, entry.solution, entry.dispute, SALT, shown));
        if (!_call(checker, address(roster), data)) return;
        if (mine.fate != Fate.Announced || mine.sealedAt == 0 || shown != mine.result) ++broken;
        if (!entry.solved || entry.over || mine.sealedAt > entry.solution.revealedAt) ++broken;
        if (shown != entry.solution.resultDigest && entry.dispute == 0) ++broken;
        if (entry.solution.solver == checker || balance(checker) - before != mine.pay) ++broken;
        mine.fate = Fate.Paid;
        paidOut += mine.pay;
        _done(this.openDuty.selector);
    }

    function reportMissing(uint256 which, uint256 who) external {
        for (uint256 i = 0; i < checkers.length; ++i) {
            if ((who >> (8 + i)) & 1 == 0) _reportMissing(which, checkers[i]);
        }
    }

    function _reportMissing(uint256 which, address checker) private {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        Seal storage mine = _seals[entry.id][checker];
        uint80 before = balance(REQUESTER);
        bytes memory data = abi.encodeCall(roster.reportMiss, (entry.task, checker, entry.solution, entry.dispute));
        if (!_call(REQUESTER, address(roster), data)) return;
        if (mine.fate != Fate.Announced || entry.over) ++broken;
        if (mine.sealedAt != 0 && block.timestamp <= roster.openBy(entry.task, entry.solution)) ++broken;
        mine.fate = Fate.Fined;
        fined[checker] += mine.pay;
        finesKept += mine.pay - (balance(REQUESTER) - before);
        _done(this.reportMissing.selector);
    }

    function reportAbsent(uint256 which, uint256 who) external {
        for (uint256 i = 0; i < checkers.length; ++i) {
            if ((who >> (8 + i)) & 1 == 0) _reportAbsent(which, checkers[i]);
        }
    }

    function _reportAbsent(uint256 which, address checker) private {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        Seal storage mine = _seals[entry.id][checker];
        uint80 before = balance(REQUESTER);
        bytes memory data = abi.encodeCall(roster.reportAbsence, (entry.task, checker, entry.solution, entry.dispute));
        if (!_call(REQUESTER, address(roster), data)) return;
        if (mine.fate != Fate.None || !entry.solved || entry.over) ++broken;
        if (checker == entry.solution.solver || checker == entry.task.requester) ++broken;
        mine.fate = Fate.Fined;
        uint80 fine = terms.dutyPay(entry.task);
        fined[checker] += fine;
        finesKept += fine - (balance(REQUESTER) - before);
        _done(this.reportAbsent.selector);
    }

    function endTask(uint256 which, uint256 how) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        if (entry.over) return;
        if (how % 3 == 0) skip(how % 3_000);
        bool success;
        if (entry.dispute != 0) {
            court.decide(entry.dispute, how % 2, abi.encode(entry.task, entry.solution));
            success = true;
        } else if (entry.solved) {
            success = _call(REQUESTER, address(market), abi.encodeCall(market.claim, (entry.task, entry.solution)));
        } else {
            success = _call(REQUESTER, address(market), abi.encodeCall(market.retract, (entry.task)))
                || _call(REQUESTER, address(market), abi.encodeCall(market.refund, (entry.task, entry.reservation)));
        }
        if (!success) return;
        entry.over = true;
        _done(this.endTask.selector);
    }

    function dismissDuty(uint256 which, uint256 who) external {
        for (uint256 i = 0; i < checkers.length; ++i) {
            if (_entries.length != 0 && (who >> (8 + i)) & 1 == 0) _dismissDuty(_pick(which), checkers[i]);
        }
    }

    function _dismissDuty(Entry storage entry, address checker) private {
        Seal storage mine = _seals[entry.id][checker];
        bool success = _call(REQUESTER, address(roster), abi.encodeCall(roster.dismiss, (entry.task, checker)));
        if (success != (mine.fate == Fate.Announced && entry.over)) ++broken;
        if (!success) return;
        mine.fate = Fate.Void;
        _done(this.dismissDuty.selector);
    }

    function presence(uint256 who, uint256 what, uint80 amount) external {
        address checker = _checker(who);
        if (what % 32 < 24) {
            // Whoever has signed off is the one to be released.
            for (uint256 i = 0; i < checkers.length; ++i) {
                if (what % 32 >= 6 && roster.rosterOf(checkers[i]).offAt != 0) checker = checkers[i];
            }
        }
        if (what % 32 == 0) {
            if (_call(checker, address(roster), abi.encodeCall(roster.signOff, ()))) _done(IDutyRoster.signOff.selector);
        } else if (what % 32 < 6) {
            amount %= 50e18;
            if (_call(checker, address(roster), abi.encodeCall(roster.signOn, (amount)))) {
                deposited[checker] += amount;
                _done(IDutyRoster.signOn.selector);
            }
        } else if (what % 32 < 24) {
            if (what % 32 > 16) skip(2 hours);
            for (uint256 i = 0; i < _entries.length; ++i) _dismissDuty(_entries[i], checker);
            uint80 pending = roster.rosterOf(checker).pending;
            if (_call(OTHER, address(roster), abi.encodeCall(roster.release, (checker)))) {
                if (pending != 0) ++broken;
                (deposited[checker], fined[checker]) = (0, 0);
                _done(IDutyRoster.release.selector);
            }
        } else if (_call(checker, address(roster), abi.encodeCall(roster.heartbeat, ()))) {
            _done(IDutyRoster.heartbeat.selector);
        }
    }

    function money(uint256 what, uint80 amount) external {
        if (what % 3 == 0) {
            swept += roster.sweep();
        } else if (what % 3 == 1) {
            donated += market.payTreasury();
        } else if (_call(REQUESTER, address(vault), abi.encodeCall(vault.transfer, (address(roster), amount % 300e18)))) {
            donated += amount % 300e18;
        }
    }

    function wait_(uint256 time) external {
        uint256 length = time % 5 == 0 ? time % 3_000 : time % 60;
        vm.warp(block.timestamp + length);
        vm.roll(block.number + 1 + length / 12);
    }

    /// @dev Ends everything: each task in the way that is open to it, then each duty, then each presence.
    function finish() external {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage entry = _entries[i];
            if (entry.over) continue;
            skip(2 hours);
            if (entry.dispute != 0) court.decide(entry.dispute, 1, abi.encode(entry.task, entry.solution));
            else if (entry.solved) market.claim(entry.task, entry.solution);
            else market.refund(entry.task, entry.reservation);
            entry.over = true;
        }
        for (uint256 k = 0; k < checkers.length; ++k) {
            address checker = checkers[k];
            for (uint256 i = 0; i < _entries.length; ++i) {
                if (_seals[_entries[i].id][checker].fate != Fate.Announced) continue;
                roster.dismiss(_entries[i].task, checker);
                _seals[_entries[i].id][checker].fate = Fate.Void;
            }
            IDutyRoster.Checker memory state = roster.rosterOf(checker);
            if (state.deposit == 0) continue;
            if (state.offAt == 0) {
                vm.prank(checker);
                roster.signOff();
            }
            skip(2 hours);
            roster.release(checker);
            (deposited[checker], fined[checker]) = (0, 0);
        }
    }

    /// @dev Pay of duties that have not ended: of all, and of one checker; and their number.
    function pendingPay(address checker) external view returns (uint256 all, uint256 own, uint256 count) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            for (uint256 k = 0; k < checkers.length; ++k) {
                Seal storage seal_ = _seals[_entries[i].id][checkers[k]];
                if (seal_.fate != Fate.Announced) continue;
                all += seal_.pay;
                if (checkers[k] == checker) (own, count) = (own + seal_.pay, count + 1);
            }
        }
    }

    function parts() external view returns (address, address) {
        return (address(roster), address(vault));
    }

    function checkerCount() external view returns (uint256) {
        return checkers.length;
    }

    function _pick(uint256 which) private view returns (Entry storage) {
        // Mostly the newest, with which something can still happen.
        uint256 back = which % 4 == 0 ? which / 4 % _entries.length : 0;
        return _entries[_entries.length - 1 - back];
    }

    function _checker(uint256 who) private view returns (address) {
        return checkers[who % checkers.length];
    }

    function _announce(Entry storage entry, address checker) private {
        (bool drawn,) = roster.isDrawn(entry.task, entry.reservation, checker);
        if (!_call(checker, address(roster), abi.encodeCall(roster.announce, (entry.task, entry.reservation)))) return;
        if (!drawn || entry.solved || entry.over) ++broken;
        Seal storage mine = _seals[entry.id][checker];
        if (mine.fate != Fate.None) ++broken;
        mine.fate = Fate.Announced;
        mine.pay = uint80(uint256(terms.dutyPay(entry.task)) * roster.dutyOf(entry.id, checker).part / 255);
        _done(this.announceDuty.selector);
    }

    function _call(address sender, address target, bytes memory data) private returns (bool success) {
        vm.prank(sender);
        (success,) = target.call(data);
    }

    function _done(bytes4 entry) private {
        ++successes[entry];
    }
}
