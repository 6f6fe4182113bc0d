// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {VaultHandler} from "./VaultHandler.t.sol";

/// @dev Every entry of the market, on top of those of the vault; see there.
contract Handler is VaultHandler {
    enum Status {
        Open,
        Reserved,
        Solved,
        Frozen,
        Over
    }

    struct Entry {
        ITaskMarket.Task task;
        ITaskMarket.Reservation held;
        ITaskMarket.Solution solution;
        bytes32 id;
        Status status;
        address claimant;
        uint256 disputeId;
        address committedBy;
    }

    uint256 public retained;
    uint256 public accrued;

    Entry[] private _entries;

    /// @dev Of several commitments to a task each can be opened.
    mapping(bytes32 taskId => mapping(address solver => uint256)) private _committedAt;

    function parts() external view returns (IStakeVault, address, address, bytes32) {
        return (vault, address(market), address(court), model);
    }

    /// @dev What the market owes and has locked, and what the court has locked, from the list of tasks alone.
    function owed() external view returns (uint256 fees, uint256 locks, uint256 courtLocks) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage entry = _entries[i];
            if (entry.status == Status.Over) continue;
            fees += _escrow(entry.task);
            if (entry.status == Status.Reserved) locks += _bond(entry.task);
            if (entry.status == Status.Solved) locks += _lock(entry.task);
            if (entry.status == Status.Frozen) courtLocks += uint256(_lock(entry.task)) + _lock(entry.task) / 2;
        }
    }

    /// @dev What market and court have locked of an account, from the list of tasks alone.
    function lockOf(address account) external view returns (uint256 locks) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage entry = _entries[i];
            if (entry.status == Status.Reserved && entry.held.solver == account) locks += _bond(entry.task);
            if (entry.status != Status.Solved && entry.status != Status.Frozen) continue;
            if (entry.solution.solver == account) locks += _lock(entry.task);
            if (entry.status == Status.Frozen && entry.claimant == account) locks += _lock(entry.task) / 2;
        }
    }

    function submitTask(uint256 who, uint80 fee, uint32 lifetime, uint8 options) external {
        address actor = _actor(who);
        ITaskMarket.Order memory o = order();
        (o.nonce, o.fee) = (uint64(_entries.length), 0.2e18 + (fee % 20e18));
        (o.lifetime, o.assurance) = (10 minutes + (lifetime % 1 days), options % 3);
        o.readable = options % 2 == 0;
        bool blob = options % 5 == 0;
        ITaskMarket.Task memory task = draft(actor, o, blob ? BLOB : sha256(INPUT));
        if (blob) task.times |= 4;
        bytes memory data =
            blob ? abi.encodeCall(market.submitBlob, (o, BLOB, 5)) : abi.encodeCall(market.submit, (o, INPUT));
        bool due = balance(actor) >= _escrow(task);
        bool success = _call(actor, address(market), data);
        if (success != due) ++broken;
        if (success) {
            Entry storage entry = _entries.push();
            (entry.task, entry.id) = (task, market.taskIdOf(task));
            if (market.wordOf(entry.id) != bytes32(uint256(1))) ++broken;
        }
        _note(success, this.submitTask.selector);
    }

    function reserveTask(uint256 who, uint256 which, bool ticket, uint16 seconds_) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = ticket ? actors[FUNDED - 1] : _actor(who);
        bool open = entry.status == Status.Open || (entry.status == Status.Reserved && _forfeitable(entry));
        bool due = open && block.timestamp + 2 * uint16(entry.task.times >> 32) <= deadline(entry.task)
            && vault.freeStakeOf(actor) >= _lock(entry.task) && block.timestamp >= turn(entry.task, actor)
            && block.timestamp >= vault.suspendedUntilOf(actor);
        ITaskMarket.Reservation memory stale = entry.status == Status.Reserved ? entry.held : none();
        // Forfeiting its own bond may cost the caller the stake it needs.
        bool own = stale.solver == actor;
        uint48 until = uint48(block.timestamp) + (ticket ? 1 + seconds_ % 90 : 90);
        bytes memory data = ticket
            ? abi.encodeCall(market.reserveWithTicket, (entry.task, stale, _sign(entry.id, actor, until)))
            : abi.encodeCall(market.reserve, (entry.task, stale));
        bool success = _call(actor, address(market), data);
        if (own ? success && !due : success != due) ++broken;
        if (success) {
            entry.status = Status.Reserved;
            entry.held = ITaskMarket.Reservation(actor, uint48(block.timestamp), until);
            if (market.wordOf(entry.id) != market.reservedWordOf(entry.id, entry.held)) ++broken;
        }
        _note(success, ticket ? this.reserveWithTicket.selector : this.reserveTask.selector);
    }

    /// @dev Counted apart.
    function reserveWithTicket(uint256 which, uint16 seconds_) external {
        this.reserveTask(0, which, true, seconds_);
    }

    function forfeitTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Reserved);
        if (who % 2 == 0 && entry.status == Status.Reserved) skip(1 + who % 120);
        bool due = entry.status == Status.Reserved && _forfeitable(entry);
        bool success = _call(_any(who), address(market), abi.encodeCall(market.forfeit, (entry.task, entry.held)));
        if (success != due) ++broken;
        if (success) entry.status = Status.Open;
        _note(success, this.forfeitTask.selector);
    }

    function commitTo(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = entry.status == Status.Reserved && who % 8 != 0 ? entry.held.solver : _actor(who);
        entry.committedBy = actor;
        _committedAt[entry.id][actor] = block.timestamp;
        commit(entry.id, actor, _slot(entry));
        _note(true, this.commitTo.selector);
    }

    function revealTo(uint256 who, uint256 which, bool asCommitter) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = asCommitter && entry.committedBy != address(0) ? entry.committedBy : _actor(who);
        ITaskMarket.Reservation memory held = entry.status == Status.Reserved ? entry.held : none();
        bytes memory data = abi.encodeCall(market.reveal, (entry.task, held, _slot(entry), SALT, RESULT, 1));
        bool newcomer = vault.accountOf(actor).accepted < 20 && uint16(entry.task.money >> 32) != 0;
        bool success = _call(actor, address(market), data);
        if (success) {
            if (entry.status != Status.Open && (entry.status != Status.Reserved || held.solver != actor)) ++broken;
            if (block.timestamp > deadline(entry.task)) ++broken;
            uint256 committedAt = _committedAt[entry.id][actor];
            if (committedAt == 0 || block.timestamp <= committedAt) ++broken;
            if (block.timestamp > committedAt + 6 hours) ++broken;
            // Nobody checks a task without checks, so nothing waits for a hold of it.
            bool held_ = uint16(entry.task.money >> 32) != 0 && block.timestamp < market.heldUntil(entry.id);
            if (held_) ++broken;
            if (entry.status == Status.Open && newcomer) ++broken;
            entry.status = Status.Solved;
            entry.solution = ITaskMarket.Solution(actor, uint48(block.timestamp), RESULT);
        }
        _note(success, this.revealTo.selector);
    }

    /// @dev An honest solver: without it, hardly any random sequence would get as far as a claim.
    function solveTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        if (entry.status == Status.Open && block.timestamp <= deadline(entry.task)) {
            awaitTurn(entry.task, _actor(who));
            this.reserveTask(who, which, false, 0);
        }
        this.commitTo(who | 8, which);
        nextBlock();
        this.revealTo(who, which, true);
        _note(true, this.solveTask.selector);
    }

    function claimTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Solved);
        if (who % 2 == 0) vm.warp(block.timestamp + WINDOW / 2);
        bool due = entry.status == Status.Solved && block.timestamp >= _closedAt(entry);
        bytes memory data = abi.encodeCall(market.claim, (entry.task, entry.solution));
        Payment memory p = _payment(entry);
        bool success = _call(_any(who), address(market), data);
        // Both directions: it pays when it must, and never otherwise.
        if (success != due) ++broken;
        if (success) _paid(entry, p);
        _note(success, this.claimTask.selector);
    }

    function contestTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Solved);
        address actor = _actor(who);
        bool due = entry.status == Status.Solved && block.timestamp < _closedAt(entry)
            && vault.freeStakeOf(actor) >= _lock(entry.task) / 2 && block.timestamp >= vault.suspendedUntilOf(actor);
        bytes memory data = abi.encodeCall(market.contest, (entry.task, entry.solution, "evidence"));
        bool success = _call(actor, address(market), data);
        if (success != due) ++broken;
        if (success) (entry.status, entry.claimant, entry.disputeId) = (Status.Frozen, actor, court.count());
        _note(success, this.contestTask.selector);
    }

    function decideTask(uint256 which, uint256 ruling) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Frozen);
        if (entry.status != Status.Frozen) return;
        ruling = ruling % 3;
        Payment memory p = _payment(entry);
        bytes memory data =
            abi.encodeCall(court.decide, (entry.disputeId, ruling, abi.encode(entry.task, entry.solution)));
        bool success = _call(OWNER, address(court), data);
        if (!success) ++broken;
        if (ruling == 1) entry.status = Status.Over;
        else _paid(entry, p);
        _note(success, this.decideTask.selector);
    }

    function retractTask(uint256 who, uint256 which, bool asRequester) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Open);
        address actor = asRequester ? entry.task.requester : _any(who);
        if (who % 2 == 0) skip(10 minutes);
        bool due = entry.status == Status.Open && actor == entry.task.requester
            && block.timestamp >= retractAt(entry.task);
        bool success = _call(actor, address(market), abi.encodeCall(market.retract, (entry.task)));
        if (success != due) ++broken;
        if (success) entry.status = Status.Over;
        _note(success, this.retractTask.selector);
    }

    function refundTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _find(which, Status.Open);
        if (who % 4 == 0) skip(1 days);
        bool reserved = entry.status == Status.Reserved;
        bool due = block.timestamp > deadline(entry.task)
            && (entry.status == Status.Open || (reserved && _forfeitable(entry)));
        bytes memory data = abi.encodeCall(market.refund, (entry.task, reserved ? entry.held : none()));
        bool success = _call(_any(who), address(market), data);
        if (success != due) ++broken;
        if (success) entry.status = Status.Over;
        _note(success, this.refundTask.selector);
    }

    function holdTask(uint256 which, uint16 seconds_) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        if (_call(_actor(which), address(market), abi.encodeCall(market.hold, (entry.id, 1)))) ++broken;
        uint48 until = uint48(block.timestamp) + seconds_ % 300;
        bool success = _call(DUTY, address(market), abi.encodeCall(market.hold, (entry.id, until)));
        _note(success, this.holdTask.selector);
    }

    function alteredCalls(uint256 who, uint256 which, uint256 bit, address solver) external {
        if (_entries.length == 0) return;
        Entry memory entry = _pick(which);
        address actor = _any(who);
        ITaskMarket.Solution memory other = entry.solution;
        other.solver = solver;
        bytes memory data = abi.encodeCall(market.claim, (entry.task, other));
        if (solver != entry.solution.solver && _call(actor, address(market), data)) ++broken;
        if (bit % 2 == 0) entry.task.money ^= 1 << ((bit >> 1) % 256);
        else entry.task.times ^= 1 << ((bit >> 1) % 256);
        if (_call(actor, address(market), abi.encodeCall(market.claim, (entry.task, entry.solution)))) ++broken;
        if (_call(actor, address(market), abi.encodeCall(market.contest, (entry.task, entry.solution, "")))) ++broken;
        if (_call(actor, address(market), abi.encodeCall(market.reserve, (entry.task, none())))) ++broken;
        if (_call(actor, address(market), abi.encodeCall(market.refund, (entry.task, none())))) ++broken;
        if (_call(actor, address(market), abi.encodeCall(market.forfeit, (entry.task, entry.held)))) ++broken;
        if (_call(entry.task.requester, address(market), abi.encodeCall(market.retract, (entry.task)))) ++broken;
        _note(true, this.alteredCalls.selector);
    }

    function payTreasury(uint256 who) external {
        uint80 before = balance(market.treasury());
        bool success = _call(_any(who), address(market), abi.encodeCall(market.payTreasury, ()));
        if (!success || balance(market.treasury()) - before != retained) ++broken;
        retained = 0;
        _note(success, this.payTreasury.selector);
    }

    function payAuthor(uint256 who) external {
        uint80 before = balance(PAYEE);
        bool success = _call(_any(who), address(market), abi.encodeCall(market.payAuthor, (model)));
        if (!success || balance(PAYEE) - before != accrued) ++broken;
        accrued = 0;
        _note(success, this.payAuthor.selector);
    }

    function changeModel(uint80 fee, uint16 rate_, bool refresh) external {
        vm.prank(AUTHOR);
        registry.setFee(model, fee % 5e18);
        vm.prank(OWNER);
        registry.setEmission(model, rate_ % 10_001, 1 + fee % 2e18);
        if (refresh) registry.refreshSupport(model);
        _note(true, this.changeModel.selector);
    }

    function changeSettings(uint256 who, uint16 a, uint16 b, uint16 c) external {
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor, s.bondBps, s.dutyBps) = (a % 2_001, 4 + b % 30, c % 10_001, a % 10_001);
        (s.spread, s.checksBps) = (c % 7, b % 5 == 0 ? 0 : b % 2_000);
        vm.startPrank(OWNER);
        market.setSettings(0, s);
        market.setAssurance(1, ITaskMarket.Assurance(1 + a % 10_000, 4 + c % 30));
        market.setTreasury(_any(who));
        vm.stopPrank();
        _note(true, this.changeSettings.selector);
    }

    struct Payment {
        uint256 issued;
        uint256 retained;
    }

    /// @dev What a payment now would issue and retain.
    function _payment(Entry storage entry) private view returns (Payment memory p) {
        ITaskMarket.Task memory task = entry.task;
        uint256 fee = task.money >> 176;
        uint256 share = fee * uint16(task.money >> 64) / 10_000;
        bool competition = uint16(task.times >> 16) != 0 && task.times & 4 == 0;
        p.issued = _expected(issueRate(task), competition ? fee : share);
        p.retained = share + _checks(task);
        bool newcomer = vault.accountOf(entry.solution.solver).accepted < 20;
        if (newcomer && uint16(task.money >> 32) != 0) p.retained += fee * uint16(task.money >> 16) / 10_000 * 4 / 10;
    }

    function _paid(Entry storage entry, Payment memory p) private {
        entry.status = Status.Over;
        issued += p.issued;
        retained += p.retained;
        accrued += uint80(entry.task.money >> 96);
    }

    /// @dev After the reservation, and after a notice from when the reveal was free, but not beyond the deadline.
    function _forfeitable(Entry storage entry) private view returns (bool) {
        uint256 notice = uint16(entry.task.times >> 32);
        uint256 free = uint256(entry.held.since) + notice;
        if (market.heldUntil(entry.id) > free) free = market.heldUntil(entry.id);
        uint256 until = free + notice;
        if (until > deadline(entry.task)) until = deadline(entry.task);
        return block.timestamp > until && block.timestamp > entry.held.until;
    }

    function _closedAt(Entry storage entry) private view returns (uint256) {
        return uint256(entry.solution.revealedAt) + uint24(entry.task.times >> 72);
    }

    function _lock(ITaskMarket.Task memory task) private pure returns (uint80) {
        return uint80((task.money >> 176) * uint16(task.money >> 80));
    }

    function _bond(ITaskMarket.Task memory task) private pure returns (uint80) {
        return uint80((task.money >> 176) * uint16(task.money) / 10_000);
    }

    function _checks(ITaskMarket.Task memory task) private pure returns (uint256) {
        if (task.times & 2 == 0) return 0;
        return (task.money >> 176) * uint16(task.money >> 16) / 10_000 * uint16(task.money >> 32) / 10_000;
    }

    function _escrow(ITaskMarket.Task memory task) private pure returns (uint256) {
        return (task.money >> 176) + uint80(task.money >> 96) + _checks(task);
    }

    function _sign(bytes32 id, address solver, uint48 until) private returns (ITaskMarket.Ticket memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Folkmoot TaskMarket"),
                keccak256("1"),
                block.chainid,
                address(market)
            )
        );
        bytes32 content =
            keccak256(abi.encode(keccak256("Ticket(bytes32 taskId,address solver,uint48 until)"), id, solver, until));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(SIGNING_KEY, keccak256(abi.encodePacked("\x19\x01", domain, content)));
        return ITaskMarket.Ticket(solver, until, abi.encodePacked(r, s, v));
    }

    /// @dev Mostly among the last four, so that a task sees more than one call in a short sequence.
    function _pick(uint256 which) private view returns (Entry storage) {
        uint256 length = _entries.length;
        uint256 span = which % 5 == 0 || length < 4 ? length : 4;
        return _entries[length - 1 - ((which / 5) % span)];
    }

    /// @dev One that is in the right state, if there is one near; sometimes any.
    function _find(uint256 which, Status status) private view returns (Entry storage) {
        if (which % 4 != 0) {
            uint256 length = _entries.length;
            for (uint256 i = 1; i <= 20 && i <= length; ++i) {
                if (_entries[length - i].status == status) return _entries[length - i];
            }
        }
        return _pick(which);
    }

    /// @dev One slot per task in most cases; sometimes shared, so that commitments overwrite each other.
    function _slot(Entry storage entry) private view returns (uint16) {
        return uint16(uint256(entry.id) % 64);
    }
}
