// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IReplicatedTasks} from "../../interfaces/IReplicatedTasks.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ReplicaFixture} from "./ReplicaFixture.t.sol";

/// @dev Every entry point of replicated tasks with random arguments by random callers. Nothing here may revert: a call
/// that must be refused and works, or the other way round, counts in `broken`.
contract ReplicaHandler is ReplicaFixture {
    struct Entry {
        IReplicatedTasks.Job job;
        bytes32 id;
        bool over;
        uint48 turnedAt;
        uint8 taken;
        uint8 opened;
        uint8 frozen;
    }

    struct Sitting {
        IReplicatedTasks.Stage stage;
        bytes32 digest;
        bool frozen;
    }

    struct Case {
        uint256 entry;
        uint256 disputeId;
        address solver;
    }

    uint256 public broken;
    mapping(bytes4 entry => uint256) public successes;
    mapping(uint256 entry => mapping(address solver => Sitting)) private _sittings;

    Entry[] private _entries;
    Case[] private _cases;
    uint64 private _nonces;

    constructor() {
        super.setUp();
        setIssue(0);
    }

    function setUp() public override {}

    function check() external view {
        conserved();
        uint256 escrow;
        uint256 locks;
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage entry = _entries[i];
            IReplicatedTasks.Progress memory p = replicas.progressOf(entry.id);
            eq(p.known ? 0 : 1, entry.over ? 1 : 0, "known until it is over");
            eq(p.taken + 256 * p.opened, entry.over ? 0 : entry.taken + 256 * entry.opened, "seats");
            if (entry.over) continue;
            escrow += (entry.job.task.money >> 176) + MODEL_FEE;
            for (uint256 s = 0; s < solvers.length; ++s) {
                Sitting storage sitting = _sittings[i][solvers[s]];
                bool holds = sitting.stage == IReplicatedTasks.Stage.Sealed
                    || (sitting.stage == IReplicatedTasks.Stage.Opened && !sitting.frozen);
                if (holds) locks += (entry.job.task.money >> 176) * 100;
            }
        }
        eq(vault.moduleOf(module).escrowed, escrow, "escrow = tasks that are not over");
        eq(vault.moduleOf(module).locked, locks, "locks = seats sealed or opened");
        eq(broken, 0, "calls that had to be refused, or had to work");
    }

    function submit(uint256 size, uint256 fee) external {
        if (_entries.length >= 60) return;
        ITaskMarket.Order memory o = replicated();
        (o.fee, o.nonce) = (within80(fee, 0.001e18, 4e18), ++_nonces);
        // Mostly few seats, so that all of them are taken now and then.
        uint256 seats = size % 2 == 0 ? 2 + size / 2 % 2 : within(size, 2, 7);
        (IReplicatedTasks.Job memory job, bytes32 id) = post(o, uint8(seats));
        _entries.push(Entry(job, id, false, 0, 0, 0, 0));
        ++successes[this.submit.selector];
    }

    function takeSeat(uint256 who, uint256 which, bool lies) external {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        Entry storage entry = _entries[index];
        address solver = who % 13 == 0 ? REQUESTER : solvers[who % 7];
        bytes32 digest = lies ? WRONG : RESULT;
        Sitting storage sitting = _sittings[index][solver];
        bool due = !entry.over && entry.taken < entry.job.seats && block.timestamp <= deadline(entry.job.task)
            && solver != REQUESTER && sitting.stage == IReplicatedTasks.Stage.None
            && vault.freeStakeOf(solver) >= (entry.job.task.money >> 176) * 100;
        bytes26 commitment = sealFor(entry.id, solver, digest);
        bool success = _call(solver, abi.encodeCall(replicas.take, (entry.job, commitment)));
        if (success != due) ++broken;
        if (!success) return;
        (sitting.stage, sitting.digest) = (IReplicatedTasks.Stage.Sealed, digest);
        if (++entry.taken == entry.job.seats) entry.turnedAt = uint48(block.timestamp);
        ++successes[this.takeSeat.selector];
    }

    function openSeat(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        Entry storage entry = _entries[index];
        address solver = solvers[who % 7];
        Sitting storage sitting = _sittings[index][solver];
        bool due = !entry.over && entry.taken == entry.job.seats && block.timestamp > entry.turnedAt
            && block.timestamp <= entry.turnedAt + WINDOW && sitting.stage == IReplicatedTasks.Stage.Sealed;
        bool success = _call(solver, abi.encodeCall(replicas.open, (entry.job, SALT, sitting.digest, 1)));
        if (success != due) ++broken;
        if (!success) return;
        sitting.stage = IReplicatedTasks.Stage.Opened;
        if (++entry.opened == entry.job.seats) entry.turnedAt = uint48(block.timestamp);
        ++successes[this.openSeat.selector];
    }

    /// @dev Many seats in one call, so that short sequences get far.
    function fill(uint256 which, uint8 lies) external {
        for (uint256 i = 0; i < 2 + lies % 6; ++i) this.takeSeat(i + 14, which, lies >> i & 1 == 1);
    }

    function openAll(uint256 which, uint8 skipped) external {
        nextBlock();
        for (uint256 i = 0; i < 7; ++i) if (skipped >> i & 1 == 0) this.openSeat(i, which);
    }

    function contestSeat(uint256 who, uint256 which, uint64 target) external {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        Entry storage entry = _entries[index];
        address claimant = parties[who % parties.length];
        address solver = solvers[target % 7];
        // The next one that is opened, if there is one.
        for (uint256 i = 0; i < 7; ++i) {
            if (_sittings[index][solver].stage == IReplicatedTasks.Stage.Opened) break;
            solver = solvers[(uint256(target) + i + 1) % 7];
        }
        Sitting storage sitting = _sittings[index][solver];
        bool due = !entry.over && sitting.stage == IReplicatedTasks.Stage.Opened && !sitting.frozen
            && block.timestamp < _claimableAt(entry)
            && vault.freeStakeOf(claimant) >= (entry.job.task.money >> 176) * 50;
        bool success =
            _call(claimant, abi.encodeCall(replicas.contest, (entry.job, solver, sitting.digest, "")));
        if (success != due) ++broken;
        if (!success) return;
        sitting.frozen = true;
        ++entry.frozen;
        _cases.push(Case(index, court.count(), solver));
        ++successes[this.contestSeat.selector];
    }

    function decide(uint256 which, uint256 ruling) external {
        if (_cases.length == 0) return;
        uint256 place = which % _cases.length;
        Case memory c = _cases[place];
        _cases[place] = _cases[_cases.length - 1];
        _cases.pop();
        Sitting storage sitting = _sittings[c.entry][c.solver];
        decideSeat(c.disputeId, ruling % 3, _entries[c.entry].job, c.solver, sitting.digest);
        sitting.frozen = false;
        sitting.stage = ruling % 3 == 1 ? IReplicatedTasks.Stage.Out : IReplicatedTasks.Stage.Confirmed;
        --_entries[c.entry].frozen;
        ++successes[this.decide.selector];
    }

    function finish(uint256 who, uint256 which) public {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        Entry storage entry = _entries[index];
        bool due = !entry.over && entry.taken == entry.job.seats && entry.frozen == 0
            && block.timestamp >= _claimableAt(entry);
        uint80 before = balance(REQUESTER);
        uint256 expected = _dueBack(index);
        address caller = parties[who % parties.length];
        bool success = _call(caller, abi.encodeCall(replicas.finish, (entry.job, _seatsOf(index))));
        if (success != due) ++broken;
        if (!success) return;
        if (balance(REQUESTER) - before != expected) ++broken;
        entry.over = true;
        ++successes[this.finish.selector];
    }

    function refund(uint256 who, uint256 which) public {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        Entry storage entry = _entries[index];
        bool due = !entry.over && entry.taken < entry.job.seats && block.timestamp > deadline(entry.job.task);
        address caller = parties[who % parties.length];
        bool success = _call(caller, abi.encodeCall(replicas.refund, (entry.job, _seatsOf(index))));
        if (success != due) ++broken;
        if (!success) return;
        entry.over = true;
        ++successes[this.refund.selector];
    }

    function retract(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        uint256 index = _pick(which);
        if (who % 4 == 0) {
            // One that nobody has had time to sit down at.
            this.submit(which, who);
            index = _entries.length - 1;
            skip(10 minutes);
        }
        Entry storage entry = _entries[index];
        address caller = who % 3 == 0 ? parties[who % parties.length] : REQUESTER;
        bool due = !entry.over && entry.taken == 0 && caller == REQUESTER
            && block.timestamp >= retractAt(entry.job.task);
        bool success = _call(caller, abi.encodeCall(replicas.retract, (entry.job)));
        if (success != due) ++broken;
        if (!success) return;
        entry.over = true;
        ++successes[this.retract.selector];
    }

    function pause(uint256 time) external {
        nextBlock();
        skip(time % 8 == 0 ? time % 2 hours : time % 12 minutes);
    }

    /// @dev Everything that can end, ends: afterwards nothing may be left.
    function finishAll() external {
        while (_cases.length != 0) this.decide(_cases.length, _cases.length);
        skip(3 hours);
        for (uint256 i = 0; i < _entries.length; ++i) {
            if (_entries[i].over) continue;
            if (_entries[i].taken == _entries[i].job.seats) replicas.finish(_entries[i].job, _seatsOf(i));
            else replicas.refund(_entries[i].job, _seatsOf(i));
            _entries[i].over = true;
        }
        nothingLeft();
        this.check();
    }

    /// @dev What the rule gives the requester, written a second time.
    function _dueBack(uint256 index) private view returns (uint256) {
        Entry storage entry = _entries[index];
        uint256 fee = entry.job.task.money >> 176;
        uint256 k = entry.job.seats;
        (uint256 right, uint256 wrong, uint256 missing) = (0, 0, 0);
        for (uint256 s = 0; s < 7; ++s) {
            Sitting storage sitting = _sittings[index][solvers[s]];
            if (sitting.stage == IReplicatedTasks.Stage.Sealed) ++missing;
            bool remains = sitting.stage == IReplicatedTasks.Stage.Opened
                || sitting.stage == IReplicatedTasks.Stage.Confirmed;
            if (remains) sitting.digest == RESULT ? ++right : ++wrong;
        }
        uint256 bonds = missing * (fee / 2);
        bool agreed = right == 0 || wrong == 0;
        if (agreed && 2 * (right + wrong) > k) return fee / k * (k - right - wrong) + bonds;
        uint256 remaining = right + wrong;
        return fee + MODEL_FEE + (remaining == 0 ? bonds : bonds % remaining);
    }

    function _seatsOf(uint256 index) private view returns (IReplicatedTasks.Seat[] memory seats) {
        Entry storage entry = _entries[index];
        seats = new IReplicatedTasks.Seat[](entry.taken);
        uint256 next = 0;
        for (uint256 s = 0; s < 7; ++s) {
            Sitting storage sitting = _sittings[index][solvers[s]];
            if (sitting.stage == IReplicatedTasks.Stage.None) continue;
            bytes32 value = sitting.digest;
            if (sitting.stage == IReplicatedTasks.Stage.Sealed) value = sealFor(entry.id, solvers[s], value);
            if (sitting.stage == IReplicatedTasks.Stage.Out) value = 0;
            seats[next++] = seat(solvers[s], sitting.stage, value);
        }
    }

    function _claimableAt(Entry storage entry) private view returns (uint256) {
        return uint256(entry.turnedAt) + (entry.opened == entry.job.seats ? WINDOW : 2 * WINDOW);
    }

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success,) = address(replicas).call(data);
    }

    /// @dev Mostly one of the last two, so that a task sees more than one call in a short sequence.
    function _pick(uint256 which) private view returns (uint256) {
        uint256 span = which % 5 < 2 || _entries.length < 3 ? _entries.length : 3;
        return _entries.length - 1 - (which / 5) % span;
    }
}
