// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IRuledWithFields} from "../interfaces/ICourt.sol";
import {IReplicatedTasks} from "../interfaces/IReplicatedTasks.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {ReplicaHash} from "../libraries/ReplicaHash.sol";
import {TaskDraft} from "../libraries/TaskDraft.sol";
import {TaskHash} from "../libraries/TaskHash.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {MarketModule} from "./MarketModule.sol";

/// @title Replicated tasks
/// @notice See {IReplicatedTasks}.
contract ReplicatedTasks is IReplicatedTasks, MarketModule {
    using SafeCast for uint256;
    using TaskTerms for ITaskMarket.Task;

    /// @inheritdoc IReplicatedTasks
    uint8 public constant MIN_SEATS = 2;

    /// @inheritdoc IReplicatedTasks
    uint8 public constant MAX_SEATS = 7;

    /// @dev Assurance class whose lock every seat carries.
    uint8 private constant CRITICAL = 2;

    /// @dev Where {TaskTerms} keeps lock factor and expected checks.
    uint256 private constant LOCK_FACTOR_AT = 80;
    uint256 private constant CHECKS_AT = 32;
    uint256 private constant FIELD = type(uint16).max;
    uint256 private constant REPLACED = (FIELD << LOCK_FACTOR_AT) | (FIELD << CHECKS_AT);

    /// @dev Seven words of the job, then solver and digest.
    uint256 private constant FIELDS_BYTES = 288;

    uint256 private immutable _maxInput;

    mapping(bytes32 taskId => Progress) private _progress;
    mapping(bytes32 seatId => bytes32 word) private _seats;
    mapping(bytes32 taskId => bytes32 resultDigest) private _results;

    /// @dev What the seats of a task come to.
    /// @param remaining Opened or confirmed.
    /// @param missing Not opened.
    /// @param agreed Whether all that remain have the same digest.
    /// @param digest That of the first of them.
    struct Tally {
        uint80 remaining;
        uint80 missing;
        bool agreed;
        bytes32 digest;
    }

    /// @param market_ Whose parameters, vault, register and court are used. The vault must register this contract as a
    /// module with the right to issue.
    constructor(ITaskMarket market_) MarketModule(market_) {
        _maxInput = market_.MAX_INPUT();
    }

    /// @inheritdoc IReplicatedTasks
    function submit(ITaskMarket.Order calldata order, uint8 seats, bytes calldata input)
        external
        returns (bytes32 taskId)
    {
        if (input.length > _maxInput) revert ITaskMarket.InputTooLarge(input.length, _maxInput);
        Job memory job = _draft(order, seats, sha256(input), 0);
        taskId = _submit(job);
        emit JobSubmitted(taskId, msg.sender, order.model, job, input.length.toUint64(), input);
    }

    /// @inheritdoc IReplicatedTasks
    function submitBlob(ITaskMarket.Order calldata order, uint8 seats, bytes32 inputDigest, uint64 inputSize)
        external
        returns (bytes32 taskId)
    {
        if (inputDigest == bytes32(0) || inputSize == 0) revert ITaskMarket.InputMissing();
        Job memory job = _draft(order, seats, inputDigest, TaskTerms.BLOB);
        taskId = _submit(job);
        emit JobSubmitted(taskId, msg.sender, order.model, job, inputSize, "");
    }

    /// @inheritdoc IReplicatedTasks
    function take(Job calldata job, bytes26 commitment) external {
        (bytes32 taskId, Progress memory progress) = _known(job);
        if (progress.taken == job.seats) revert AllSeatsTaken(taskId);
        if (block.timestamp > job.task.deadline()) revert ITaskMarket.DeadlinePassed(job.task.deadline());
        if (msg.sender == job.task.requester) revert RequesterCannotSit(msg.sender);
        bytes32 seatId = ReplicaHash.seat(taskId, msg.sender);
        if (_seats[seatId] != bytes32(0)) revert AlreadySeated(msg.sender);
        _seats[seatId] = ReplicaHash.word(seatId, Stage.Sealed, commitment);
        progress.taken += 1;
        if (progress.taken == job.seats) progress.turnedAt = Time.timestamp();
        _progress[taskId] = progress;
        emit SeatTaken(taskId, msg.sender, commitment, progress.taken);
        (uint80 free, uint80 total,) = vault.lockWeighed(msg.sender, job.task.lock());
        uint48 opensAt = _turnOf(taskId, job.task, msg.sender, free, total);
        if (block.timestamp < opensAt) revert ITaskMarket.NotYourTurn(msg.sender, opensAt);
    }

    /// @inheritdoc IReplicatedTasks
    function open(Job calldata job, bytes32 salt, bytes32 resultDigest, uint64 resultSize) external {
        if (resultDigest == bytes32(0)) revert ITaskMarket.ResultMissing();
        (bytes32 taskId, Progress memory progress) = _known(job);
        if (progress.taken != job.seats) revert SeatsEmpty(taskId, progress.taken);
        // Were the last seat taken and the first one opened in one second, the order of the two could be turned round.
        if (block.timestamp <= progress.turnedAt) revert ITaskMarket.RevealTooEarly(progress.turnedAt + 1);
        uint48 until = progress.turnedAt + job.task.claimWindow();
        if (block.timestamp > until) revert OpeningOver(until);
        _change(
            taskId,
            Seat(msg.sender, Stage.Sealed, TaskHash.commitment(taskId, msg.sender, salt, resultDigest)),
            Stage.Opened,
            resultDigest
        );
        progress.opened += 1;
        if (progress.opened == job.seats) progress.turnedAt = Time.timestamp();
        _progress[taskId] = progress;
        emit SeatOpened(taskId, msg.sender, resultDigest, resultSize, progress.opened);
    }

    /// @inheritdoc IReplicatedTasks
    function contest(Job calldata job, address solver, bytes32 resultDigest, string calldata evidenceURI)
        external
        returns (uint256 disputeId)
    {
        (bytes32 taskId, Progress memory progress) = _known(job);
        uint48 closedAt = _claimableAt(job, progress);
        if (block.timestamp >= closedAt) revert ITaskMarket.ClaimWindowClosed(closedAt);
        bytes32 seatId = _require(taskId, Seat(solver, Stage.Opened, resultDigest));
        // Counted as frozen before anybody else is called.
        progress.frozen += 1;
        _progress[taskId] = progress;
        disputeId = _openCase(solver, job.task.lock(), job.task.verification(), seatId, evidenceURI);
        _seats[seatId] = ReplicaHash.frozen(seatId, resultDigest, disputeId);
        emit SeatContested(taskId, msg.sender, solver, resultDigest, disputeId);
    }

    /// @inheritdoc IRuledWithFields
    /// @dev Court only. Upheld: the seat is out. Rejected: it is confirmed. Either way its lock is the court's to
    /// settle, and nobody is paid before {finish}. `fields` are `abi.encode(job, solver, resultDigest)`.
    function ruleWith(uint256 disputeId, uint256 ruling, bytes calldata fields) external onlyCourt {
        if (fields.length != FIELDS_BYTES) revert SeatNotFrozen(bytes32(0), address(0));
        (Job memory job, address solver, bytes32 resultDigest) = abi.decode(fields, (Job, address, bytes32));
        bytes32 taskId = ReplicaHash.idOf(job);
        bytes32 seatId = ReplicaHash.seat(taskId, solver);
        if (_seats[seatId] != ReplicaHash.frozen(seatId, resultDigest, disputeId)) revert SeatNotFrozen(taskId, solver);
        Stage stage = ruling == UPHELD ? Stage.Out : Stage.Confirmed;
        _seats[seatId] = ReplicaHash.word(seatId, stage, ruling == UPHELD ? bytes32(0) : resultDigest);
        _progress[taskId].frozen -= 1;
        emit Ruling(msg.sender, disputeId, ruling);
        emit SeatRuled(taskId, solver, disputeId, stage);
    }

    /// @inheritdoc IReplicatedTasks
    function finish(Job calldata job, Seat[] calldata seats) external {
        (bytes32 taskId, Progress memory progress) = _known(job);
        if (progress.taken != job.seats) revert SeatsEmpty(taskId, progress.taken);
        if (progress.frozen != 0) revert SeatsFrozen(taskId, progress.frozen);
        uint48 claimableAt = _claimableAt(job, progress);
        if (block.timestamp < claimableAt) revert ITaskMarket.ClaimWindowOpen(claimableAt);
        Tally memory tally = _clear(taskId, job.seats, seats);
        if (tally.agreed && tally.remaining > job.seats / 2) _payAll(taskId, job, seats, tally);
        else _fail(taskId, job.task, seats, tally);
    }

    /// @inheritdoc IReplicatedTasks
    function refund(Job calldata job, Seat[] calldata seats) external {
        (bytes32 taskId, Progress memory progress) = _known(job);
        if (progress.taken == job.seats) revert AllSeatsTaken(taskId);
        if (block.timestamp <= job.task.deadline()) revert ITaskMarket.DeadlineNotPassed(job.task.deadline());
        _clear(taskId, progress.taken, seats);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](seats.length + 1);
        for (uint256 i = 0; i < seats.length; ++i) {
            (postings[i].account, postings[i].unlocked) = (seats[i].solver, job.task.lock());
        }
        _giveBack(taskId, job.task, postings, job.task.escrow());
    }

    /// @inheritdoc IReplicatedTasks
    function retract(Job calldata job) external {
        (bytes32 taskId, Progress memory progress) = _known(job);
        if (msg.sender != job.task.requester) revert ITaskMarket.NotRequester(msg.sender);
        if (block.timestamp < job.task.retractAt()) revert ITaskMarket.RetractTooEarly(job.task.retractAt());
        if (progress.taken != 0) revert SeatsTaken(taskId, progress.taken);
        delete _progress[taskId];
        _giveBack(taskId, job.task, new IStakeVault.Posting[](1), job.task.escrow());
    }

    /// @inheritdoc IReplicatedTasks
    function taskIdOf(Job calldata job) external view returns (bytes32) {
        return ReplicaHash.idOf(job);
    }

    /// @inheritdoc IReplicatedTasks
    function progressOf(bytes32 taskId) external view returns (Progress memory) {
        return _progress[taskId];
    }

    /// @inheritdoc IReplicatedTasks
    function seatWordOf(bytes32 taskId, address solver) external view returns (bytes32) {
        return _seats[ReplicaHash.seat(taskId, solver)];
    }

    /// @inheritdoc IReplicatedTasks
    function wordFor(bytes32 taskId, Seat calldata seat) external pure returns (bytes32) {
        return ReplicaHash.word(ReplicaHash.seat(taskId, seat.solver), seat.stage, seat.value);
    }

    /// @inheritdoc IReplicatedTasks
    function seatIdOf(bytes32 taskId, address solver) external pure returns (bytes32) {
        return ReplicaHash.seat(taskId, solver);
    }

    /// @inheritdoc IReplicatedTasks
    function resultOf(bytes32 taskId) external view returns (bytes32) {
        return _results[taskId];
    }

    /// @inheritdoc IReplicatedTasks
    function turnOf(Job calldata job, address solver, uint80 free, uint80 total) external view returns (uint48) {
        return _turnOf(ReplicaHash.idOf(job), job.task, solver, free, total);
    }

    /// @inheritdoc IReplicatedTasks
    function seedOf(Job calldata job) external view returns (uint256) {
        return _seedOf(ReplicaHash.idOf(job), job.task);
    }

    /// @dev The order's own terms, but each seat carries the lock of the class "critical", and no checks are expected.
    function _draft(ITaskMarket.Order calldata order, uint8 seats, bytes32 inputDigest, uint256 flags)
        private
        view
        returns (Job memory job)
    {
        if (seats < MIN_SEATS || seats > MAX_SEATS) revert SeatsOutOfBounds(seats, MIN_SEATS, MAX_SEATS);
        if (order.assurance != 0) revert AssuranceNotOffered(order.assurance);
        uint256 lockFactor = market.assuranceOf(CRITICAL).lockFactor;
        if (lockFactor == 0) revert ITaskMarket.UnknownClass(CRITICAL);
        job.seats = seats;
        job.task = TaskDraft.draft(market, registry, order, inputDigest, flags);
        job.task.money = (job.task.money & ~REPLACED) | (lockFactor << LOCK_FACTOR_AT);
    }

    function _submit(Job memory job) private returns (bytes32 taskId) {
        taskId = ReplicaHash.idOf(job);
        // An ended task has no word either, but none can end in the block of its submission.
        if (_progress[taskId].known) revert DuplicateJob(taskId);
        _progress[taskId].known = true;
        vault.collect(msg.sender, TaskDraft.fits(job.task, 1));
    }

    /// @dev Takes all seats of a task and its own word out of storage, and counts.
    function _clear(bytes32 taskId, uint256 taken, Seat[] calldata seats) private returns (Tally memory tally) {
        if (seats.length != taken) revert SeatsIncomplete(taskId);
        delete _progress[taskId];
        tally.agreed = true;
        address previous;
        for (uint256 i = 0; i < seats.length; ++i) {
            Seat calldata seat = seats[i];
            // As many as are taken, no two the same, and each of them there: these are all.
            if (seat.solver <= previous) revert SeatsIncomplete(taskId);
            previous = seat.solver;
            delete _seats[_require(taskId, seat)];
            if (seat.stage == Stage.Sealed) tally.missing += 1;
            if (!_remains(seat)) continue;
            if (tally.remaining == 0) tally.digest = seat.value;
            else if (seat.value != tally.digest) tally.agreed = false;
            tally.remaining += 1;
        }
    }

    /// @dev Parts of seats that are not paid go back to the requester, with the bonds of those that were not opened.
    function _payAll(bytes32 taskId, Job calldata job, Seat[] calldata seats, Tally memory tally) private {
        uint80 part = job.task.fee() / job.seats;
        uint80 back = part * (job.seats - tally.remaining) + job.task.bond() * tally.missing;
        if (job.task.flags() & TaskTerms.READABLE != 0) _results[taskId] = tally.digest;
        emit JobAgreed(taskId, tally.digest, uint256(tally.remaining).toUint8(), back);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](tally.missing + 1);
        _postMissing(taskId, job.task, seats, postings);
        (postings[tally.missing].account, postings[tally.missing].credited) = (job.task.requester, back);
        vault.book(postings);
        // What does not divide goes to the first seat, and so does the fee of the model.
        uint80 dust = job.task.fee() % job.seats;
        uint80 modelFee = job.task.modelFee();
        for (uint256 i = 0; i < seats.length; ++i) {
            if (!_remains(seats[i])) continue;
            _pay(taskId, job.task, seats[i], part + dust, modelFee);
            (dust, modelFee) = (0, 0);
        }
    }

    function _pay(bytes32 taskId, ITaskMarket.Task calldata task, Seat calldata seat, uint80 part, uint80 modelFee)
        private
    {
        IStakeVault.Settlement memory s;
        s.worker = seat.solver;
        // The court has settled the lock of a seat that it has confirmed.
        if (seat.stage == Stage.Opened) s.unlocked = task.lock();
        s.retained = TaskTerms.share(part, uint16(task.money >> 64));
        s.reward = part - s.retained;
        (s.key, s.accrued) = (task.model, modelFee);
        // All parts together issue no more than a single solver could get.
        s.issueCap = task.issueCap() == task.fee() ? part : s.retained;
        s.issueRate = task.issueRate();
        (uint80 issued,) = vault.settle(s);
        emit SeatPaid(taskId, seat.solver, s.reward, issued, s.retained, modelFee);
    }

    /// @dev The requester has everything back. Bonds of seats that were not opened go to those that were: their work
    /// was in vain, and a requester must not get it for nothing by leaving a seat of his own empty-handed.
    function _fail(bytes32 taskId, ITaskMarket.Task calldata task, Seat[] calldata seats, Tally memory tally) private {
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](tally.missing + tally.remaining + 1);
        _postMissing(taskId, task, seats, postings);
        uint80 bonds = task.bond() * tally.missing;
        uint80 each = tally.remaining == 0 ? 0 : bonds / tally.remaining;
        uint256 next = tally.missing;
        for (uint256 i = 0; i < seats.length; ++i) {
            if (!_remains(seats[i])) continue;
            postings[next++] = IStakeVault.Posting({
                account: seats[i].solver,
                unlocked: seats[i].stage == Stage.Opened ? task.lock() : 0,
                slashed: 0,
                credited: each
            });
        }
        _giveBack(taskId, task, postings, task.escrow() + bonds - each * tally.remaining);
    }

    /// @dev Slashes come first: they fund what follows.
    function _postMissing(
        bytes32 taskId,
        ITaskMarket.Task calldata task,
        Seat[] calldata seats,
        IStakeVault.Posting[] memory postings
    ) private {
        uint80 bond = task.bond();
        uint256 next = 0;
        for (uint256 i = 0; i < seats.length; ++i) {
            if (seats[i].stage != Stage.Sealed) continue;
            postings[next++] = IStakeVault.Posting({
                account: seats[i].solver,
                unlocked: task.lock() - bond,
                slashed: bond,
                credited: 0
            });
            emit SeatMissed(taskId, seats[i].solver, bond);
        }
    }

    /// @param postings The last one is still to be filled, with the requester's.
    function _giveBack(
        bytes32 taskId,
        ITaskMarket.Task calldata task,
        IStakeVault.Posting[] memory postings,
        uint80 amount
    ) private {
        IStakeVault.Posting memory last = postings[postings.length - 1];
        (last.account, last.credited) = (task.requester, amount);
        vault.book(postings);
        emit JobFailed(taskId, task.requester, amount);
    }

    function _change(bytes32 taskId, Seat memory seat, Stage stage, bytes32 value) private {
        bytes32 seatId = _require(taskId, seat);
        _seats[seatId] = ReplicaHash.word(seatId, stage, value);
    }

    function _require(bytes32 taskId, Seat memory seat) private view returns (bytes32 seatId) {
        seatId = ReplicaHash.seat(taskId, seat.solver);
        if (_seats[seatId] != ReplicaHash.word(seatId, seat.stage, seat.value)) {
            revert SeatNotFound(taskId, seat.solver);
        }
    }

    function _known(Job calldata job) private view returns (bytes32 taskId, Progress memory progress) {
        taskId = ReplicaHash.idOf(job);
        progress = _progress[taskId];
        if (!progress.known) revert JobNotFound(taskId);
    }

    /// @dev A claim window after the last opening, or after the last moment for one.
    function _claimableAt(Job calldata job, Progress memory progress) private pure returns (uint48) {
        uint48 window = job.task.claimWindow();
        return progress.turnedAt + (progress.opened == job.seats ? window : 2 * window);
    }

    function _remains(Seat calldata seat) private pure returns (bool) {
        return seat.stage == Stage.Opened || seat.stage == Stage.Confirmed;
    }
}
