// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchFixture} from "./BatchFixture.t.sol";

/// @dev Every entry point of the batch market with random arguments by random callers. Nothing here may revert: a call
/// that the contract refuses is fine, one that it must refuse and takes, or the other way round, counts in `broken`.
contract BatchHandler is BatchFixture {
    struct Entry {
        IBatchMarket.Batch batch;
        bytes32 id;
        uint64 open;
    }

    struct RunEntry {
        uint256 entry;
        IBatchMarket.Run run;
        uint64 committed;
        uint64 unpaid;
    }

    struct Case {
        uint256 entry;
        uint256 disputeId;
        uint8 index;
        address solver;
    }

    uint256 public broken;
    uint256 public retained;
    uint256 public accrued;
    mapping(bytes4 entry => uint256) public successes;
    mapping(address solver => uint256) public locks;

    Entry[] private _entries;
    RunEntry[] private _runs;
    Case[] private _cases;
    uint64 private _nonces;

    /// @dev Runs of a suite deploy this once and call it often.
    constructor() {
        super.setUp();
    }

    function setUp() public override {}

    /// @dev What the module owes and has locked, from the lists alone.
    function owed() external view returns (uint256 escrow, uint256 locked_) {
        for (uint256 i = 0; i < _entries.length; ++i) escrow += count(_entries[i].open) * _each(i);
        for (uint256 i = 0; i < _runs.length; ++i) {
            uint256 items = count(_runs[i].unpaid);
            escrow += items * _each(_runs[i].entry);
            locked_ += items * _lock(_runs[i].entry);
        }
        for (uint256 i = 0; i < _cases.length; ++i) escrow += _each(_cases[i].entry);
    }

    function check() external view {
        conserved();
        (uint256 escrow, uint256 locked_) = this.owed();
        eq(vault.moduleOf(module).escrowed, escrow, "escrow = open, unpaid and contested items");
        eq(vault.moduleOf(module).locked, locked_, "locks = unpaid items");
        eq(vault.moduleOf(module).retained, retained, "retained");
        eq(vault.accruedOf(module, model), accrued, "put aside for the author");
        for (uint256 i = 0; i < _entries.length; ++i) eq(openItems(_entries[i].batch), _entries[i].open, "open");
        for (uint256 i = 0; i < _runs.length; ++i) {
            eq(unpaid(_entries[_runs[i].entry].batch, _runs[i].run), _runs[i].unpaid, "unpaid");
        }
        eq(broken, 0, "calls that had to be refused, or had to work");
    }

    function submit(uint256 size, uint256 fee) external {
        if (_entries.length >= 24) return;
        ITaskMarket.Order memory o = plain();
        (o.fee, o.nonce) = (within80(fee, 0.001e18, 3e18), ++_nonces);
        o.lifetime = 1 hours;
        (IBatchMarket.Batch memory batch, bytes32 id) = post(o, within(size, 1, 12));
        _entries.push(Entry(batch, id, all(batch.items)));
        ++successes[this.submit.selector];
    }

    function solve(uint256 who, uint256 which, uint64 mask, bool late) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address solver = _solver(who);
        mask &= 0x3FFF;
        if (mask == 0) mask = 1;
        commitTo(entry.id, mask, solver, uint16(who % 3));
        if (!late) nextBlock();
        IBatchMarket.Batch memory batch = entry.batch;
        uint256 needed = count(mask & entry.open) * _lockOf(batch);
        bool due = !late && mask & entry.open != 0 && block.timestamp <= deadline(batch.task)
            && vault.freeStakeOf(solver) >= needed;
        IBatchMarket.Results memory r = results(mask, uint16(who % 3));
        bool success = _call(solver, abi.encodeCall(batches.revealRun, (batch, r)));
        if (success != due) ++broken;
        if (!success) return;
        IBatchMarket.Run memory run =
            IBatchMarket.Run(solver, uint48(block.timestamp), batches.rootOf(mask, r.digests));
        _runs.push(RunEntry(_indexOf(which), run, mask, mask & entry.open));
        entry.open &= ~mask;
        ++successes[this.solve.selector];
    }

    function claim(uint256 who, uint256 which) external {
        if (_runs.length == 0) return;
        RunEntry storage r = _runs[which % _runs.length];
        IBatchMarket.Batch memory batch = _entries[r.entry].batch;
        bool due = r.unpaid != 0 && block.timestamp >= r.run.revealedAt + WINDOW;
        bool success = _call(_party(who), abi.encodeCall(batches.claimRun, (batch, r.run)));
        if (success != due) ++broken;
        if (!success) return;
        _paid(r.entry, count(r.unpaid));
        r.unpaid = 0;
        ++successes[this.claim.selector];
    }

    function contestOne(uint256 who, uint256 which, uint8 index) external {
        if (_runs.length == 0) return;
        RunEntry storage r = _runs[which % _runs.length];
        index %= 16;
        while (r.unpaid != 0 && r.unpaid >> index & 1 == 0) index = (index + 1) % 16;
        if (r.committed >> index & 1 == 0) return;
        address claimant = _party(who);
        bool due = r.unpaid >> index & 1 == 1 && block.timestamp < r.run.revealedAt + WINDOW
            && vault.freeStakeOf(claimant) >= _lock(r.entry) / 2;
        bool success = _call(
            claimant,
            abi.encodeCall(
                batches.contestItem, (_entries[r.entry].batch, r.run, itemOf(r.committed, index), "")
            )
        );
        if (success != due) ++broken;
        if (!success) return;
        r.unpaid ^= uint64(1) << index;
        _cases.push(Case(r.entry, court.count(), index, r.run.solver));
        ++successes[this.contestOne.selector];
    }

    function decide(uint256 which, uint256 ruling) external {
        if (_cases.length == 0) return;
        uint256 place = which % _cases.length;
        Case memory c = _cases[place];
        _cases[place] = _cases[_cases.length - 1];
        _cases.pop();
        decideItem(c.disputeId, ruling % 3, _entries[c.entry].batch, c.index, c.solver);
        if (ruling % 3 != 1) _paid(c.entry, 1);
        ++successes[this.decide.selector];
    }

    function giveBack(uint256 who, uint256 which, bool retract) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address caller = _party(who);
        ITaskMarket.Task memory task = entry.batch.task;
        bool due = entry.open != 0
            && (retract
                    ? caller == REQUESTER && block.timestamp >= retractAt(task)
                    : block.timestamp > deadline(task));
        bytes memory data = retract
            ? abi.encodeCall(batches.retractBatch, (entry.batch))
            : abi.encodeCall(batches.refundBatch, (entry.batch));
        uint80 before = balance(REQUESTER);
        bool success = _call(caller, data);
        if (success != due) ++broken;
        if (!success) return;
        if (balance(REQUESTER) - before != count(entry.open) * _each(_indexOf(which))) ++broken;
        entry.open = 0;
        ++successes[this.giveBack.selector];
    }

    /// @dev What must never work, whatever the state.
    function attack(uint256 who, uint256 which, uint256 word, uint8 bit) external {
        if (_runs.length == 0) return;
        RunEntry storage r = _runs[which % _runs.length];
        IBatchMarket.Batch memory batch = _entries[r.entry].batch;
        IBatchMarket.Run memory run = r.run;
        address caller = _party(who);
        if (word % 3 == 0) batch.task.money ^= uint256(1) << bit;
        else if (word % 3 == 1) batch.task.times ^= uint256(1) << bit;
        else run.root ^= bytes32(uint256(1) << bit);
        if (_call(caller, abi.encodeCall(batches.claimRun, (batch, run)))) ++broken;
        if (word % 3 != 2 && _call(caller, abi.encodeCall(batches.refundBatch, (batch)))) ++broken;
        bytes memory fields = abi.encode(batch, bit, caller);
        if (_call(caller, abi.encodeCall(batches.ruleWith, (1 + word % 8, 1, fields)))) ++broken;
        if (_call(caller, abi.encodeCall(batches.hold, (_entries[r.entry].id, type(uint48).max)))) ++broken;
    }

    function payOut() external {
        (uint80 treasury, uint80 payee) = (balance(TREASURY), balance(PAYEE));
        batches.payTreasury();
        batches.payAuthor(model);
        if (balance(TREASURY) - treasury != retained || balance(PAYEE) - payee != accrued) ++broken;
        ++successes[this.payOut.selector];
        (retained, accrued) = (0, 0);
    }

    function pause(uint256 time) external {
        nextBlock();
        skip(time % 3 == 0 ? time % 2 hours : time % 15 minutes);
    }

    /// @dev Everything that can end, ends: afterwards nothing may be left.
    function finish() external {
        while (_cases.length != 0) this.decide(_cases.length, _cases.length);
        skip(2 hours);
        for (uint256 i = 0; i < _runs.length; ++i) this.claim(i, i);
        for (uint256 i = 0; i < _entries.length; ++i) {
            if (_entries[i].open == 0) continue;
            batches.refundBatch(_entries[i].batch);
            _entries[i].open = 0;
        }
        nothingLeft();
        this.check();
    }

    function _paid(uint256 entry, uint256 items) private {
        ITaskMarket.Task memory task = _entries[entry].batch.task;
        retained += (task.money >> 176) / 10 * items;
        accrued += uint256(uint80(task.money >> 96)) * items;
    }

    /// @dev The sum a requester pays for one item.
    function _each(uint256 entry) private view returns (uint256) {
        ITaskMarket.Task memory task = _entries[entry].batch.task;
        return (task.money >> 176) + uint80(task.money >> 96);
    }

    function _lock(uint256 entry) private view returns (uint256) {
        return _lockOf(_entries[entry].batch);
    }

    function _lockOf(IBatchMarket.Batch memory batch) private pure returns (uint256) {
        return (batch.task.money >> 176) * 20;
    }

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success,) = address(batches).call(data);
    }

    /// @dev Mostly one of the last three, so that a batch sees more than one call in a short sequence.
    function _indexOf(uint256 which) private view returns (uint256) {
        uint256 span = which % 5 == 0 || _entries.length < 3 ? _entries.length : 3;
        return _entries.length - 1 - (which / 5) % span;
    }

    function _pick(uint256 which) private view returns (Entry storage) {
        return _entries[_indexOf(which)];
    }

    function _solver(uint256 who) private pure returns (address) {
        return [SOLVER, RIVAL, THIRD][who % 3];
    }

    function _party(uint256 who) private view returns (address) {
        return parties[who % parties.length];
    }
}
