// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {ICourtOpening, IArbitrable} from "../interfaces/ICourt.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskDraft} from "../libraries/TaskDraft.sol";
import {TaskHash} from "../libraries/TaskHash.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {TaskTurn} from "../libraries/TaskTurn.sol";
import {MarketSettings} from "./MarketSettings.sol";
import {MarketWords} from "./MarketWords.sol";

/// @title The open lane
/// @notice See {ITaskMarket}.
contract TaskMarket is MarketSettings, MarketWords, EIP712 {
    using SafeCast for uint256;
    using TaskTerms for Task;

    bytes32 private constant OPEN = bytes32(uint256(1));
    bytes32 private constant TICKET_TYPEHASH = keccak256("Ticket(bytes32 taskId,address solver,uint48 until)");
    uint256 private constant TIME_BITS = 48;
    uint256 private constant MICRO = 1e12;
    uint256 private constant SEED_MODULUS = 0x1FFFFFFFFFFFF0;
    uint256 private constant UPHELD = 1;

    /// @dev Accepted works below which {IStakeVault-settle} holds back.
    uint8 private constant NEWCOMER_WORKS = 20;

    /// @dev What a newcomer is held back: the checks he causes beyond the usual, 0.4 of a check.
    uint256 private constant NEWCOMER_CHECKS = 4_000;

    /// @inheritdoc ITaskMarket
    uint256 public constant MAX_INPUT = 4096;

    /// @inheritdoc ITaskMarket
    uint48 public constant COMMITMENT_LIFETIME = 6 hours;

    /// @inheritdoc ITaskMarket
    IStakeVault public immutable vault;

    /// @inheritdoc ITaskMarket
    IModelRegistry public immutable registry;

    /// @inheritdoc ITaskMarket
    ICourtOpening public immutable court;

    mapping(bytes32 taskId => bytes32 word) private _tasks;
    mapping(bytes32 taskId => bytes32 resultDigest) private _results;
    mapping(bytes32 taskId => uint48) private _held;

    /// @dev Key: solver (160 bits) and slot (16 bits). Value: commitment (208 bits) and time (48 bits).
    mapping(uint256 solverAndSlot => uint256) private _commitments;

    /// @param vault_ The vault; it must register this market as a module with the right to issue.
    /// @param registry_ The register of models.
    /// @param court_ Who rules on contested solutions.
    /// @param treasury_ Vault account for the treasury shares.
    /// @param settings_ First parameters of class 0.
    /// @param owner_ Who may change parameters: a timelock, outside of a sandbox.
    constructor(
        IStakeVault vault_,
        IModelRegistry registry_,
        ICourtOpening court_,
        address treasury_,
        Settings memory settings_,
        address owner_
    ) MarketSettings(treasury_, settings_, owner_) EIP712("Folkmoot TaskMarket", "1") {
        if (address(vault_) == address(0) || address(registry_) == address(0) || address(court_) == address(0)) {
            revert ZeroAddress();
        }
        (vault, registry, court) = (vault_, registry_, court_);
    }

    /// @inheritdoc ITaskMarket
    function submit(Order calldata order, bytes calldata input) external returns (bytes32 taskId) {
        if (input.length > MAX_INPUT) revert InputTooLarge(input.length, MAX_INPUT);
        return _submit(order, sha256(input), input.length.toUint64(), input, 0);
    }

    /// @inheritdoc ITaskMarket
    function submitBlob(Order calldata order, bytes32 inputDigest, uint64 inputSize)
        external
        returns (bytes32 taskId)
    {
        if (inputDigest == bytes32(0) || inputSize == 0) revert InputMissing();
        return _submit(order, inputDigest, inputSize, msg.data[:0], TaskTerms.BLOB);
    }

    /// @inheritdoc ITaskMarket
    function reserve(Task calldata task, Reservation calldata stale) external {
        _reserve(task, stale, msg.sender, Time.timestamp() + task.reserveSeconds());
    }

    /// @inheritdoc ITaskMarket
    function reserveWithTicket(Task calldata task, Reservation calldata stale, Ticket calldata ticket) external {
        uint48 maximum = Time.timestamp() + task.reserveSeconds();
        if (ticket.until <= block.timestamp || ticket.until > maximum) revert TicketOutOfBounds(ticket.until, maximum);
        bytes32 digest =
            _hashTypedDataV4(keccak256(abi.encode(TICKET_TYPEHASH, taskIdOf(task), ticket.solver, ticket.until)));
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, ticket.signature);
        if (failure != ECDSA.RecoverError.NoError || signer != ticket.solver) revert TicketForged(ticket.solver);
        _reserve(task, stale, ticket.solver, ticket.until);
    }

    /// @inheritdoc ITaskMarket
    function forfeit(Task calldata task, Reservation calldata stale) external {
        bytes32 taskId = taskIdOf(task);
        _forfeit(taskId, task, stale);
        _tasks[taskId] = OPEN;
    }

    /// @inheritdoc ITaskMarket
    function commit(bytes32 taskId, uint16 slot, bytes26 commitment) external {
        _commitments[_slotKey(msg.sender, slot)] = (uint256(uint208(commitment)) << TIME_BITS) | Time.timestamp();
        emit Committed(taskId, msg.sender, slot, commitment);
    }

    /// @inheritdoc ITaskMarket
    function reveal(
        Task calldata task,
        Reservation calldata reservation,
        uint16 slot,
        bytes32 salt,
        bytes32 resultDigest,
        uint64 resultSize
    ) external {
        bytes32 taskId = taskIdOf(task);
        if (block.timestamp > task.deadline()) revert DeadlinePassed(task.deadline());
        uint48 committedAt = _requireCommitted(slot, TaskHash.commitment(taskId, msg.sender, salt, resultDigest));
        uint80 toLock = task.lock();
        if (reservation.solver == address(0)) {
            if (_tasks[taskId] != OPEN) revert TaskNotOpen(taskId);
            _requireQuiet(taskId, task, task.submittedAt());
            _solve(taskId, task, resultDigest, resultSize);
            (uint80 free, uint80 total, uint8 accepted) = vault.lockWeighed(msg.sender, toLock);
            if (accepted < NEWCOMER_WORKS && task.checksBps() != 0) revert NewcomerMustReserve(msg.sender);
            // Whoever commits before its turn has not waited for it, however late it reveals.
            _requireTurn(taskId, task, msg.sender, free, total, committedAt);
        } else {
            _requireReserved(taskId, reservation);
            if (reservation.solver != msg.sender) revert NotReserved(taskId);
            // Newcomers are checked more often, and who solves is known only now: checkers get their notice again.
            _requireQuiet(taskId, task, reservation.since);
            _solve(taskId, task, resultDigest, resultSize);
            uint80 bond = task.bond();
            if (toLock > bond) vault.lock(msg.sender, toLock - bond);
        }
    }

    /// @inheritdoc ITaskMarket
    function claim(Task calldata task, Solution calldata solution) external {
        bytes32 taskId = taskIdOf(task);
        if (_tasks[taskId] != solvedWordOf(taskId, solution)) revert TaskNotSolved(taskId);
        uint48 claimableAt = solution.revealedAt + task.claimWindow();
        if (block.timestamp < claimableAt) revert ClaimWindowOpen(claimableAt);
        _pay(taskId, task, solution.solver, task.lock());
    }

    /// @inheritdoc ITaskMarket
    function contest(Task calldata task, Solution calldata solution, string calldata evidenceURI)
        external
        returns (uint256 disputeId)
    {
        bytes32 taskId = taskIdOf(task);
        bytes32 word = solvedWordOf(taskId, solution);
        if (_tasks[taskId] != word) revert TaskNotSolved(taskId);
        uint48 closedAt = solution.revealedAt + task.claimWindow();
        if (block.timestamp >= closedAt) revert ClaimWindowClosed(closedAt);
        uint80 atStake = task.lock();
        vault.passLock(solution.solver, atStake, address(court));
        IModelRegistry.VerificationClass class = task.verification();
        disputeId = court.open(
            ICourtOpening.Opening({
                claimant: msg.sender,
                defendant: solution.solver,
                bond: atStake / 2,
                atStake: atStake,
                bench: class == IModelRegistry.VerificationClass.Jury
                    ? ICourtOpening.Bench.People
                    : ICourtOpening.Bench.Compute,
                traceMustMatch: class == IModelRegistry.VerificationClass.Exact,
                subject: taskId,
                evidenceURI: evidenceURI
            })
        );
        _tasks[taskId] = TaskHash.frozen(word, disputeId);
        emit Contested(taskId, msg.sender, solution.solver, disputeId);
    }

    /// @inheritdoc IArbitrable
    /// @dev The plain form lacks the fields that this market needs; {ruleWith} is what its court calls.
    function rule(uint256, uint256) external view {
        revert NotCourt(msg.sender);
    }

    /// @notice Court only: ends a contestation. Upheld: the requester gets everything back; the solver's stake is the
    /// court's to take. Rejected: the solver is paid at once.
    /// @param fields `abi.encode(task, solution)`.
    function ruleWith(uint256 disputeId, uint256 ruling, bytes calldata fields) external {
        if (msg.sender != address(court)) revert NotCourt(msg.sender);
        (Task calldata task, Solution calldata solution) = _fields(fields);
        bytes32 taskId = taskIdOf(task);
        if (_tasks[taskId] != TaskHash.frozen(solvedWordOf(taskId, solution), disputeId)) revert TaskNotSolved(taskId);
        emit Ruling(msg.sender, disputeId, ruling);
        if (ruling == UPHELD) {
            if (task.flags() & TaskTerms.READABLE != 0) delete _results[taskId];
            emit Overturned(taskId, solution.solver, disputeId, _giveBack(taskId, task));
        } else {
            _pay(taskId, task, solution.solver, 0);
        }
    }

    /// @inheritdoc ITaskMarket
    function retract(Task calldata task) external {
        bytes32 taskId = _requireOpen(task);
        if (msg.sender != task.requester) revert NotRequester(msg.sender);
        if (block.timestamp < task.retractAt()) revert RetractTooEarly(task.retractAt());
        emit Retracted(taskId, task.requester, _giveBack(taskId, task));
    }

    /// @inheritdoc ITaskMarket
    function refund(Task calldata task, Reservation calldata stale) external {
        bytes32 taskId = taskIdOf(task);
        if (stale.solver != address(0)) _forfeit(taskId, task, stale);
        else if (_tasks[taskId] != OPEN) revert TaskNotOpen(taskId);
        if (block.timestamp <= task.deadline()) revert DeadlineNotPassed(task.deadline());
        emit Refunded(taskId, task.requester, _giveBack(taskId, task));
    }

    /// @inheritdoc ITaskMarket
    function payTreasury() external returns (uint80 amount) {
        address to = treasury;
        amount = vault.creditRetained(to);
        emit TreasuryPaid(to, amount);
    }

    /// @inheritdoc ITaskMarket
    function payAuthor(bytes32 model) external returns (uint80 amount) {
        address payee = registry.payeeOf(model);
        amount = vault.creditAccrued(model, payee);
        emit AuthorPaid(model, payee, amount);
    }

    /// @inheritdoc ITaskMarket
    function hold(bytes32 taskId, uint48 until) external {
        if (msg.sender != duty) revert NotDuty(msg.sender);
        _held[taskId] = until;
        emit Held(taskId, until);
    }

    /// @inheritdoc ITaskMarket
    function wordOf(bytes32 taskId) external view returns (bytes32) {
        return _tasks[taskId];
    }

    /// @inheritdoc ITaskMarket
    function resultOf(bytes32 taskId) external view returns (bytes32) {
        return _results[taskId];
    }

    /// @inheritdoc ITaskMarket
    function heldUntil(bytes32 taskId) external view returns (uint48) {
        return _held[taskId];
    }

    /// @inheritdoc ITaskMarket
    function commitmentOf(address solver, uint16 slot)
        external
        view
        returns (bytes26 commitment, uint48 committedAt)
    {
        return _unpack(_commitments[_slotKey(solver, slot)]);
    }

    /// @inheritdoc ITaskMarket
    function seedOf(Task calldata task) external view returns (uint256) {
        bytes32 hash = blockhash(task.submittedIn() + 1);
        return hash == bytes32(0) ? 0 : uint256(keccak256(abi.encode(taskIdOf(task), hash))) % SEED_MODULUS;
    }

    /// @inheritdoc ITaskMarket
    function turnOf(Task calldata task, address solver, uint80 free, uint80 total) public view returns (uint48) {
        return TaskTurn.opensAt(vault, taskIdOf(task), task, solver, free, total);
    }

    function _submit(
        Order calldata order,
        bytes32 inputDigest,
        uint64 inputSize,
        bytes calldata input,
        uint256 flags
    ) private returns (bytes32 taskId) {
        (Task memory task, uint80 escrow) = _draft(order, inputDigest, flags);
        taskId = TaskHash.idOfMemory(task);
        if (_tasks[taskId] != bytes32(0)) revert DuplicateTask(taskId);
        _tasks[taskId] = OPEN;
        emit TaskSubmitted(taskId, msg.sender, order.model, task, inputSize, input);
        vault.collect(msg.sender, escrow);
    }

    /// @dev Fixes everything the task will ever need.
    function _draft(Order calldata order, bytes32 inputDigest, uint256 flags)
        private
        view
        returns (Task memory task, uint80 escrow)
    {
        Settings memory s = _settings[order.class];
        if (s.lockFactor == 0) revert UnknownClass(order.class);
        if (order.fee < uint256(s.minFee) * MICRO) revert FeeTooLow(order.fee, uint80(uint256(s.minFee) * MICRO));
        if (order.lifetime < s.minLifetime || order.lifetime > s.maxLifetime) {
            revert LifetimeOutOfBounds(order.lifetime, s.minLifetime, s.maxLifetime);
        }
        IModelRegistry.Terms memory terms = registry.terms(order.model);
        if (!terms.active) revert ModelNotActive(order.model);

        if (order.readable) flags |= TaskTerms.READABLE;
        uint80 extra = terms.fee;
        if (order.assurance != 0) {
            Assurance memory assurance = _assurances[order.assurance];
            if (assurance.lockFactor == 0) revert UnknownClass(order.assurance);
            (s.checksBps, s.lockFactor) = (assurance.checksBps, assurance.lockFactor);
        }
        // What people judge nobody can check by running it again.
        if (terms.verification == IModelRegistry.VerificationClass.Jury) s.checksBps = 0;
        if (order.assurance != 0) {
            flags |= TaskTerms.CHECKS_PAID;
            extra += uint80(uint256(TaskTerms.share(order.fee, s.dutyBps)) * s.checksBps / TaskTerms.BPS);
        }
        if (extra > order.maxExtra) revert ExtraTooHigh(extra, order.maxExtra);
        escrow = order.fee + extra;
        // Everything derived from the fee later is at most this, so nothing can be cut there.
        (uint256(order.fee) * s.lockFactor).toUint80();

        task.requester = msg.sender;
        task.nonce = order.nonce;
        task.model = order.model;
        task.inputDigest = inputDigest;
        task.money = TaskDraft.packMoney(order.fee, terms, s);
        task.times = TaskDraft.packTimes(order.lifetime, order.class, terms, s, flags);
    }

    function _reserve(Task calldata task, Reservation calldata stale, address solver, uint48 until) private {
        bytes32 taskId = taskIdOf(task);
        if (stale.solver != address(0)) _forfeit(taskId, task, stale);
        else if (_tasks[taskId] != OPEN) revert TaskNotOpen(taskId);
        uint48 since = Time.timestamp();
        // A reservation starts the notice anew. With no time left for a reveal after it, the bond would be a trap: others
        // can put a ticket on chain.
        if (since + 2 * task.notice() > task.deadline()) revert DeadlinePassed(task.deadline());
        _tasks[taskId] = TaskHash.reserved(taskId, Reservation({solver: solver, since: since, until: until}));
        emit Reserved(taskId, solver, since, until);
        (uint80 free, uint80 total,) = vault.lockWeighed(solver, task.bond());
        // Only who could also lock the rest may keep others away.
        if (free < task.lock()) revert IStakeVault.InsufficientFreeStake(solver, free, task.lock());
        _requireTurn(taskId, task, solver, free, total, since);
    }

    /// @dev The caller writes the next word.
    function _forfeit(bytes32 taskId, Task calldata task, Reservation calldata stale) private {
        _requireReserved(taskId, stale);
        // A notice from when the reveal is free: a ticket may have come on chain in its last second, or a checker may have
        // held the reveal. After the deadline nobody can reveal, so there is nothing to wait for.
        uint48 until = _quietUntil(taskId, task, stale.since) + task.notice();
        if (until > task.deadline()) until = task.deadline();
        if (stale.until > until) until = stale.until;
        if (block.timestamp <= until) revert ReservationHolds(until);
        uint80 bond = task.bond();
        // A retired market takes no locks, so the holder could not reveal.
        bool retired = vault.moduleOf(address(this)).status == IStakeVault.ModuleStatus.Retired;
        emit Forfeited(taskId, stale.solver, retired ? 0 : bond);
        if (retired) vault.unlock(stale.solver, bond);
        if (retired || bond == 0) return;
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](2);
        postings[0] = IStakeVault.Posting({account: stale.solver, unlocked: 0, slashed: bond, credited: 0});
        postings[1] = IStakeVault.Posting({account: task.requester, unlocked: 0, slashed: 0, credited: bond});
        vault.book(postings);
    }

    function _solve(bytes32 taskId, Task calldata task, bytes32 resultDigest, uint64 resultSize) private {
        // The slot keeps the opened commitment. It names this task, which can never be open again, so it cannot be
        // used twice; and overwriting a used slot is what makes the next commitment cheap.
        if (resultDigest == bytes32(0)) revert ResultMissing();
        uint48 revealedAt = Time.timestamp();
        _tasks[taskId] = TaskHash.solved(taskId, msg.sender, revealedAt, resultDigest);
        if (task.flags() & TaskTerms.READABLE != 0) _results[taskId] = resultDigest;
        emit Revealed(taskId, msg.sender, resultDigest, resultSize, revealedAt);
    }

    /// @param toUnlock Zero when the court has the lock.
    function _pay(bytes32 taskId, Task calldata task, address solver, uint80 toUnlock) private {
        delete _tasks[taskId];
        uint80 fee = task.fee();
        uint80 retained = task.treasuryShare();
        uint80 reward = fee - retained;
        retained += task.checksPaid();
        uint80 modelFee = task.modelFee();
        (uint80 issued, uint80 held) = vault.settle(
            IStakeVault.Settlement({
                worker: solver,
                unlocked: toUnlock,
                reward: reward,
                heldBack: task.checksBps() == 0
                    ? 0
                    : uint80(uint256(task.dutyPay()) * NEWCOMER_CHECKS / TaskTerms.BPS),
                retained: retained,
                key: task.model,
                accrued: modelFee,
                issueCap: task.issueCap(),
                issueRate: task.issueRate()
            })
        );
        emit Claimed(taskId, solver, reward - held, issued, retained + held, modelFee);
    }

    function _giveBack(bytes32 taskId, Task calldata task) private returns (uint80 amount) {
        delete _tasks[taskId];
        amount = task.escrow();
        vault.credit(task.requester, amount);
    }

    function _requireOpen(Task calldata task) private view returns (bytes32 taskId) {
        taskId = taskIdOf(task);
        if (_tasks[taskId] != OPEN) revert TaskNotOpen(taskId);
    }

    function _requireReserved(bytes32 taskId, Reservation calldata reservation) private view {
        if (_tasks[taskId] != reservedWordOf(taskId, reservation)) revert NotReserved(taskId);
    }

    function _requireTurn(
        bytes32 taskId,
        Task calldata task,
        address solver,
        uint80 free,
        uint80 total,
        uint48 since
    ) private view {
        if (TaskTurn.isOpen(vault, taskId, task, solver, free, total, since)) return;
        revert NotYourTurn(solver, TaskTurn.opensAt(vault, taskId, task, solver, free, total));
    }

    /// @dev Checkers need a moment to announce themselves and, if they did, time to seal their own result.
    function _requireQuiet(bytes32 taskId, Task calldata task, uint48 since) private view {
        if (task.checksBps() == 0) return;
        uint48 from = _quietUntil(taskId, task, since);
        if (block.timestamp < from) revert RevealTooEarly(from);
    }

    function _quietUntil(bytes32 taskId, Task calldata task, uint48 since) private view returns (uint48 until) {
        until = _held[taskId];
        if (since + task.notice() > until) until = since + task.notice();
    }

    function _requireCommitted(uint16 slot, bytes26 expected) private view returns (uint48 committedAt) {
        bytes26 found;
        (found, committedAt) = _unpack(_commitments[_slotKey(msg.sender, slot)]);
        if (found != expected) revert CommitmentMismatch(expected, found);
        // In the same block a copied result could be committed and revealed ahead of its author.
        if (block.timestamp <= committedAt) revert RevealTooEarly(committedAt + 1);
        if (block.timestamp > committedAt + COMMITMENT_LIFETIME) revert CommitmentExpired(committedAt);
    }

    /// @dev Both structs are static, so `abi.encode` puts them next to each other.
    function _fields(bytes calldata fields) private pure returns (Task calldata task, Solution calldata solution) {
        if (fields.length != 288) revert TaskNotSolved(bytes32(0));
        assembly ("memory-safe") {
            task := fields.offset
            solution := add(fields.offset, 192)
        }
    }

    function _slotKey(address solver, uint16 slot) private pure returns (uint256) {
        return (uint256(uint160(solver)) << 16) | slot;
    }

    /// @dev Both casts cut a word into its fields; nothing is lost.
    function _unpack(uint256 word) private pure returns (bytes26 commitment, uint48 committedAt) {
        return (bytes26(uint208(word >> TIME_BITS)), uint48(word));
    }
}
