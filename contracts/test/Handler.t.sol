// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev Every entry point with random arguments by random callers, honest and not. Nothing here may revert: a call
/// that the contracts refuse is fine, a call that they must refuse and take is counted in `broken`.
contract Handler is Fixture {
    enum Status {
        Open,
        Solved,
        Over
    }

    struct Entry {
        ITaskMarket.Task task;
        ITaskMarket.Solution solution;
        bytes32 id;
        Status status;
        address committedBy;
        uint256 committedIn;
    }

    address public constant ROGUE = address(0xBAD);

    address[] public actors;
    mapping(address actor => uint256) public expectedLock;
    mapping(address actor => uint256) public rogueLock;
    uint256 public donated;
    uint256 public rogueEscrow;
    uint256 public treasuryDue;
    uint256 public broken;
    mapping(bytes4 entry => uint256) public successes;

    Entry[] private _entries;

    constructor() {
        super.setUp();
        actors = [REQUESTER, SOLVER, THIEF, AUTHOR, PAYEE, TREASURY, ROGUE];
        // A second module that does whatever its rights allow, and tries what they do not.
        vm.prank(OWNER);
        vault.addModule(ROGUE);
        vm.warp(block.timestamp + vault.moduleDelay());
        vault.activateModule(ROGUE);
    }

    function setUp() public override {}

    function parts() external view returns (address, address, address) {
        return (address(token), address(vault), address(market));
    }

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    /// @dev Fees and locks that the market owes, from the list of tasks alone.
    function owed() external view returns (uint256 fees, uint256 locks) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage entry = _entries[i];
            if (entry.status != Status.Over) fees += uint256(entry.task.fee) + entry.task.modelFee;
            if (entry.status == Status.Solved) locks += entry.task.lock;
        }
    }

    function deposit(uint256 who, uint256 target, uint80 a, uint80 b) external {
        _note(_call(_actor(who), address(vault), abi.encodeCall(vault.depositTo, (_actor(target), a % 1_000e18, b % 1_000e18))), this.deposit.selector);
    }

    function withdraw(uint256 who, uint80 amount) external {
        _note(_call(_actor(who), address(vault), abi.encodeCall(vault.withdraw, (amount % 500e18))), this.withdraw.selector);
    }

    function stake(uint256 who, uint80 amount) external {
        _note(_call(_actor(who), address(vault), abi.encodeCall(vault.stake, (amount % 500e18))), this.stake.selector);
    }

    function requestUnstake(uint256 who, uint80 amount) external {
        _note(_call(_actor(who), address(vault), abi.encodeCall(vault.requestUnstake, (amount % 3_000e18))), this.requestUnstake.selector);
    }

    function cancelUnstake(uint256 who) external {
        _note(_call(_actor(who), address(vault), abi.encodeCall(vault.cancelUnstake, ())), this.cancelUnstake.selector);
    }

    function unstake(uint256 who) external {
        address actor = _actor(who);
        IStakeVault.Exit memory pending = vault.exitOf(actor);
        // Without this nearly every attempt would come before the three days are over.
        if (who % 3 == 0 && pending.readyAt > block.timestamp) vm.warp(pending.readyAt);
        bool success = _call(actor, address(vault), abi.encodeCall(vault.unstake, ()));
        if (success && (pending.readyAt == 0 || block.timestamp < pending.readyAt)) ++broken;
        _note(success, this.unstake.selector);
    }

    function submitTask(uint256 who, uint80 rawFee, uint32 rawLifetime, bool blob) external {
        address actor = _actor(who);
        uint80 fee = 1e18 + (rawFee % 60e18);
        uint32 lifetime = 10 minutes + (rawLifetime % 1 days);
        bytes32 digest = blob ? keccak256("blob") : sha256(INPUT);
        ITaskMarket.Task memory task = nextTask(actor, fee, lifetime, digest);
        bytes memory data = blob
            ? abi.encodeCall(market.submitBlob, (model, fee, task.modelFee, lifetime, digest, 5))
            : abi.encodeCall(market.submit, (model, fee, task.modelFee, lifetime, INPUT));
        bool success = _call(actor, address(market), data);
        if (success) {
            Entry storage entry = _entries.push();
            entry.task = task;
            entry.id = market.taskIdOf(task);
            if (market.wordOf(entry.id) != bytes32(uint256(1))) ++broken;
        }
        _note(success, this.submitTask.selector);
    }

    function commitTo(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = _actor(who);
        (entry.committedBy, entry.committedIn) = (actor, block.number);
        commit(entry.id, actor, _slot(which));
        ++successes[this.commitTo.selector];
    }

    /// @dev An honest solver: without it, hardly any random sequence would get as far as a claim.
    function solveTask(uint256 who, uint256 which) external {
        this.commitTo(who, which);
        vm.roll(block.number + 1);
        this.revealTo(who, which, true);
    }

    function revealTo(uint256 who, uint256 which, bool asCommitter) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = asCommitter && entry.committedBy != address(0) ? entry.committedBy : _actor(who);
        bool success = _call(
            actor, address(market), abi.encodeCall(market.reveal, (entry.task, _slot(which), SALT, RESULT, 1))
        );
        if (success) {
            if (entry.status != Status.Open || block.timestamp > entry.task.deadline) ++broken;
            if (actor == entry.committedBy && block.number <= entry.committedIn) ++broken;
            entry.status = Status.Solved;
            entry.solution = ITaskMarket.Solution(actor, uint48(block.timestamp), RESULT);
            expectedLock[actor] += entry.task.lock;
        }
        _note(success, this.revealTo.selector);
    }

    function claimTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        if (who % 2 == 0) vm.warp(block.timestamp + WINDOW / 2);
        bool success = _call(_actor(who), address(market), abi.encodeCall(market.claim, (entry.task, entry.solution)));
        bool due = entry.status == Status.Solved
            && block.timestamp >= uint256(entry.solution.revealedAt) + entry.task.claimWindow;
        // Both directions: it pays when it must, and never otherwise.
        if (success != due) ++broken;
        if (success) {
            entry.status = Status.Over;
            expectedLock[entry.solution.solver] -= entry.task.lock;
            treasuryDue += uint256(entry.task.fee) * entry.task.treasuryBps / 10_000;
        }
        _note(success, this.claimTask.selector);
    }

    function retractTask(uint256 who, uint256 which, bool asRequester) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        address actor = asRequester ? entry.task.requester : _actor(who);
        bool success = _call(actor, address(market), abi.encodeCall(market.retract, (entry.task)));
        bool due = entry.status == Status.Open && actor == entry.task.requester
            && block.timestamp >= entry.task.retractAt;
        if (success != due) ++broken;
        if (success) entry.status = Status.Over;
        _note(success, this.retractTask.selector);
    }

    function payTreasury(uint256 who) external {
        uint80 before = balance(TREASURY);
        bool success = _call(_actor(who), address(market), abi.encodeCall(market.payTreasury, ()));
        if (!success || balance(TREASURY) - before != treasuryDue) ++broken;
        treasuryDue = 0;
        _note(success, this.payTreasury.selector);
    }

    function refundTask(uint256 who, uint256 which) external {
        if (_entries.length == 0) return;
        Entry storage entry = _pick(which);
        bool success = _call(_actor(who), address(market), abi.encodeCall(market.refund, (entry.task)));
        if (success != (entry.status == Status.Open && block.timestamp > entry.task.deadline)) ++broken;
        if (success) entry.status = Status.Over;
        _note(success, this.refundTask.selector);
    }

    function alteredClaim(uint256 who, uint256 which, uint80 fee, address solver) external {
        if (_entries.length == 0) return;
        Entry memory entry = _pick(which);
        if (fee == entry.task.fee && solver == entry.solution.solver) return;
        (entry.task.fee, entry.solution.solver) = (fee, solver);
        if (_call(_actor(who), address(market), abi.encodeCall(market.claim, (entry.task, entry.solution)))) ++broken;
        if (_call(entry.task.requester, address(market), abi.encodeCall(market.refund, (entry.task)))) {
            if (fee != _pick(which).task.fee) ++broken;
            else _pick(which).status = Status.Over;
        }
    }

    function strangerActsAsModule(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        if (actor == ROGUE) return;
        if (_call(actor, address(vault), abi.encodeCall(vault.collect, (REQUESTER, amount)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.credit, (actor, amount)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.unlock, (actor, amount)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.creditRetained, (actor)))) ++broken;
    }

    function rogueCollects(uint256 from, uint80 amount) external {
        amount = 1 + (amount % 10e18);
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.collect, (_actor(from), amount)));
        if (success) rogueEscrow += amount;
        _note(success, this.rogueCollects.selector);
    }

    function rogueCredits(uint256 to, uint80 amount) external {
        amount = amount % 20e18;
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.credit, (_actor(to), amount)));
        if (success != (amount <= rogueEscrow)) ++broken;
        if (success) rogueEscrow -= amount;
        _note(success, this.rogueCredits.selector);
    }

    function rogueSettles(uint256 to, uint80 amount, uint80 retained) external {
        (amount, retained) = (amount % 10e18, retained % 10e18);
        IStakeVault.Settlement memory s =
            IStakeVault.Settlement(_actor(to), 0, amount, _actor(to), amount, retained);
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.settle, (s)));
        uint256 total = uint256(amount) * 2 + retained;
        if (success != (total <= rogueEscrow)) ++broken;
        if (!success) return;
        rogueEscrow -= total;
        if (!_call(ROGUE, address(vault), abi.encodeCall(vault.creditRetained, (ROGUE)))) ++broken;
        ++successes[this.rogueSettles.selector];
    }

    function rogueLocks(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        amount = amount % 300e18;
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.lock, (actor, amount)));
        if (success) rogueLock[actor] += amount;
        _note(success, this.rogueLocks.selector);
    }

    function rogueUnlocks(uint256 who) external {
        address actor = _actor(who);
        uint80 own = vault.moduleOf(ROGUE).locked;
        if (_call(ROGUE, address(vault), abi.encodeCall(vault.unlock, (actor, own + 1)))) ++broken;
        uint80 amount = uint80(rogueLock[actor]);
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.unlock, (actor, amount)));
        if (!success) ++broken;
        rogueLock[actor] = 0;
        _note(success, this.rogueUnlocks.selector);
    }

    function changeModelFee(uint80 fee) external {
        _note(_call(AUTHOR, address(registry), abi.encodeCall(registry.setFee, (model, fee % 5e18))), this.changeModelFee.selector);
    }

    function changeSettings(uint16 bps, uint16 factor) external {
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor) = (bps % 2001, 1 + (factor % 30));
        _note(_call(OWNER, address(market), abi.encodeCall(market.setSettings, (s))), this.changeSettings.selector);
    }

    function donate(uint256 who, uint80 amount) external {
        amount = amount % 1e18;
        bool success = _call(_actor(who), address(token), abi.encodeCall(token.transfer, (address(vault), amount)));
        if (success) donated += amount;
        _note(success, this.donate.selector);
    }

    function wait_(uint256 time) external {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + (time % 3 == 0 ? time % 4 days : time % 15 minutes));
    }

    function _call(address caller, address target, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success,) = target.call(data);
    }

    function _note(bool success, bytes4 entry) private {
        if (success) ++successes[entry];
    }

    function _actor(uint256 who) private view returns (address) {
        return actors[who % actors.length];
    }

    /// @dev Mostly among the last four, so that a task sees more than one call in a short sequence.
    function _pick(uint256 which) private view returns (Entry storage) {
        uint256 length = _entries.length;
        uint256 span = which % 5 == 0 || length < 4 ? length : 4;
        return _entries[length - 1 - ((which / 5) % span)];
    }

    /// @dev One slot per task in most cases; sometimes shared, so that commitments overwrite each other.
    function _slot(uint256 which) private view returns (uint16) {
        return uint16(uint256(_pick(which).id) % 64);
    }
}
