// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskHash} from "../libraries/TaskHash.sol";

/// @title The open lane
/// @notice See {ITaskMarket}. The owner sets parameters for tasks to come and names the treasury; no role can move,
/// hold back or redirect the money of a submitted task.
contract TaskMarket is ITaskMarket, Ownable2Step {
    using SafeCast for uint256;

    /// @dev One word: everything a submission reads, and the counter it writes. A struct, because loose variables would
    /// share a word with the pending owner.
    struct Book {
        uint64 taskCount;
        uint64 minFee;
        uint32 retractDelay;
        uint32 minLifetime;
        uint32 maxLifetime;
        uint16 treasuryBps;
        uint16 lockFactor;
    }

    bytes32 private constant OPEN = bytes32(uint256(1));
    uint256 private constant BLOCK_BITS = 48;
    uint256 private constant BPS = 10_000;

    /// @inheritdoc ITaskMarket
    uint256 public constant MAX_INPUT = 4096;

    /// @notice Largest share of the treasury, in 1/10,000.
    uint16 public constant MAX_TREASURY_BPS = 2_000;

    /// @notice Largest multiple of the fee to be locked.
    uint16 public constant MAX_LOCK_FACTOR = 100;

    /// @notice Shortest time before a retraction, seconds; a sandbox uses it.
    uint32 public constant MIN_RETRACT_DELAY = 10 seconds;

    /// @notice Longest time before a retraction, seconds.
    uint32 public constant MAX_RETRACT_DELAY = 7 days;

    /// @notice Longest lifetime of a task, seconds.
    uint32 public constant MAX_LIFETIME = 30 days;

    /// @notice Largest value of the smallest fee, so that the market cannot be closed by it.
    uint64 public constant MAX_MIN_FEE = 1e18;

    /// @inheritdoc ITaskMarket
    IStakeVault public immutable vault;

    /// @inheritdoc ITaskMarket
    IModelRegistry public immutable registry;

    Book private _book;

    /// @inheritdoc ITaskMarket
    address public treasury;

    mapping(bytes32 taskId => bytes32 word) private _tasks;

    /// @dev Key: solver (160 bits) and slot (16 bits). Value: commitment (208 bits) and block number (48 bits).
    mapping(uint256 solverAndSlot => uint256) private _commitments;

    /// @param vault_ The vault; it must register this market as a module.
    /// @param registry_ The register of models.
    /// @param treasury_ Vault account for the treasury shares.
    /// @param settings_ First parameters.
    /// @param owner_ Who may change parameters: a timelock, outside of a sandbox.
    constructor(
        IStakeVault vault_,
        IModelRegistry registry_,
        address treasury_,
        Settings memory settings_,
        address owner_
    ) Ownable(owner_) {
        if (address(vault_) == address(0) || address(registry_) == address(0)) revert ZeroAddress();
        vault = vault_;
        registry = registry_;
        _setSettings(settings_);
        _setTreasury(treasury_);
    }

    /// @inheritdoc ITaskMarket
    function submit(bytes32 model, uint80 fee, uint80 maxModelFee, uint32 lifetime, bytes calldata input)
        external
        returns (bytes32 taskId)
    {
        if (input.length > MAX_INPUT) revert InputTooLarge(input.length, MAX_INPUT);
        Task memory task = _draft(model, fee, maxModelFee, lifetime, sha256(input));
        taskId = _open(task);
        emit TaskSubmitted(taskId, msg.sender, model, task, input.length.toUint64(), input);
    }

    /// @inheritdoc ITaskMarket
    function submitBlob(
        bytes32 model,
        uint80 fee,
        uint80 maxModelFee,
        uint32 lifetime,
        bytes32 inputDigest,
        uint64 inputSize
    ) external returns (bytes32 taskId) {
        if (inputDigest == bytes32(0) || inputSize == 0) revert InputMissing();
        Task memory task = _draft(model, fee, maxModelFee, lifetime, inputDigest);
        taskId = _open(task);
        emit TaskSubmitted(taskId, msg.sender, model, task, inputSize, "");
    }

    /// @inheritdoc ITaskMarket
    function commit(bytes32 taskId, uint16 slot, bytes26 commitment) external {
        _commitments[_slotKey(msg.sender, slot)] =
            (uint256(uint208(commitment)) << BLOCK_BITS) | Time.blockNumber();
        emit Committed(taskId, msg.sender, slot, commitment);
    }

    /// @inheritdoc ITaskMarket
    function reveal(Task calldata task, uint16 slot, bytes32 salt, bytes32 resultDigest, uint64 resultSize) external {
        bytes32 taskId = _requireOpen(task);
        if (block.timestamp > task.deadline) revert DeadlinePassed(task.deadline);
        _requireCommitted(slot, TaskHash.commitment(taskId, msg.sender, salt, resultDigest));
        // The slot keeps the opened commitment. It names this task, which can never be open again, so it cannot be
        // used twice; and overwriting a used slot is what makes the next commitment cheap.
        uint48 revealedAt = Time.timestamp();
        _tasks[taskId] = TaskHash.solved(taskId, msg.sender, task.lock, revealedAt, resultDigest);
        emit Revealed(taskId, msg.sender, resultDigest, resultSize, revealedAt);
        vault.lock(msg.sender, task.lock);
    }

    /// @inheritdoc ITaskMarket
    function claim(Task calldata task, Solution calldata solution) external {
        bytes32 taskId = taskIdOf(task);
        if (_tasks[taskId] != solvedWordOf(taskId, task.lock, solution)) revert TaskNotSolved(taskId);
        uint48 claimableAt = solution.revealedAt + task.claimWindow;
        if (block.timestamp < claimableAt) revert ClaimWindowOpen(claimableAt);
        delete _tasks[taskId];

        uint80 treasuryShare = ((uint256(task.fee) * task.treasuryBps) / BPS).toUint80();
        uint80 reward = task.fee - treasuryShare;
        uint80 modelFee = task.modelFee;
        address payee = modelFee == 0 ? address(0) : registry.payeeOf(task.model);
        emit Claimed(taskId, solution.solver, reward, treasuryShare, modelFee, payee);
        vault.settle(
            IStakeVault.Settlement({
                worker: solution.solver,
                unlocked: task.lock,
                reward: reward,
                payee: payee,
                payeeShare: modelFee,
                retained: treasuryShare
            })
        );
    }

    /// @inheritdoc ITaskMarket
    function retract(Task calldata task) external {
        bytes32 taskId = _requireOpen(task);
        if (msg.sender != task.requester) revert NotRequester(msg.sender);
        if (block.timestamp < task.retractAt) revert RetractTooEarly(task.retractAt);
        emit Retracted(taskId, task.requester, _giveBack(taskId, task));
    }

    /// @inheritdoc ITaskMarket
    function refund(Task calldata task) external {
        bytes32 taskId = _requireOpen(task);
        if (block.timestamp <= task.deadline) revert DeadlineNotPassed(task.deadline);
        emit Refunded(taskId, task.requester, _giveBack(taskId, task));
    }

    /// @inheritdoc ITaskMarket
    function payTreasury() external returns (uint80 amount) {
        address to = treasury;
        amount = vault.creditRetained(to);
        emit TreasuryPaid(to, amount);
    }

    /// @inheritdoc ITaskMarket
    function setSettings(Settings calldata settings_) external onlyOwner {
        _setSettings(settings_);
    }

    /// @inheritdoc ITaskMarket
    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    /// @inheritdoc ITaskMarket
    function settings() external view returns (Settings memory) {
        return Settings({
            treasuryBps: _book.treasuryBps,
            lockFactor: _book.lockFactor,
            retractDelay: _book.retractDelay,
            minLifetime: _book.minLifetime,
            maxLifetime: _book.maxLifetime,
            minFee: _book.minFee
        });
    }

    /// @inheritdoc ITaskMarket
    function taskCount() external view returns (uint64) {
        return _book.taskCount;
    }

    /// @inheritdoc ITaskMarket
    function wordOf(bytes32 taskId) external view returns (bytes32) {
        return _tasks[taskId];
    }

    /// @inheritdoc ITaskMarket
    function commitmentOf(address solver, uint16 slot)
        external
        view
        returns (bytes26 commitment, uint48 blockNumber)
    {
        return _unpack(_commitments[_slotKey(solver, slot)]);
    }

    /// @inheritdoc ITaskMarket
    function commitmentFor(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        external
        pure
        returns (bytes26)
    {
        return TaskHash.commitment(taskId, solver, salt, resultDigest);
    }

    /// @inheritdoc ITaskMarket
    function taskIdOf(Task calldata task) public view returns (bytes32) {
        return TaskHash.idOf(task);
    }

    /// @inheritdoc ITaskMarket
    function solvedWordOf(bytes32 taskId, uint80 lock, Solution calldata solution) public pure returns (bytes32) {
        return TaskHash.solved(taskId, solution.solver, lock, solution.revealedAt, solution.resultDigest);
    }

    /// @dev Fixes everything the task will ever need.
    function _draft(bytes32 model, uint80 fee, uint80 maxModelFee, uint32 lifetime, bytes32 inputDigest)
        private
        view
        returns (Task memory task)
    {
        Book memory book = _book;
        if (fee < book.minFee) revert FeeTooLow(fee, book.minFee);
        if (lifetime < book.minLifetime || lifetime > book.maxLifetime) {
            revert LifetimeOutOfBounds(lifetime, book.minLifetime, book.maxLifetime);
        }
        IModelRegistry.Terms memory terms = registry.terms(model);
        if (!terms.active) revert ModelNotActive(model);
        if (terms.fee > maxModelFee) revert ModelFeeTooHigh(terms.fee, maxModelFee);

        uint48 submittedAt = Time.timestamp();
        task = Task({
            requester: msg.sender,
            nonce: book.taskCount,
            fee: fee,
            modelFee: terms.fee,
            lock: (uint256(fee) * book.lockFactor).toUint80(),
            model: model,
            inputDigest: inputDigest,
            submittedAt: submittedAt,
            retractAt: submittedAt + book.retractDelay,
            deadline: submittedAt + lifetime,
            claimWindow: terms.claimWindow,
            treasuryBps: book.treasuryBps
        });
    }

    /// @dev Gives the task its word and takes the money.
    function _open(Task memory task) private returns (bytes32 taskId) {
        taskId = TaskHash.idOfMemory(task);
        _book.taskCount = task.nonce + 1;
        _tasks[taskId] = OPEN;
        vault.collect(msg.sender, task.fee + task.modelFee);
    }

    function _requireOpen(Task calldata task) private view returns (bytes32 taskId) {
        taskId = taskIdOf(task);
        if (_tasks[taskId] != OPEN) revert TaskNotOpen(taskId);
    }

    function _requireCommitted(uint16 slot, bytes26 expected) private view {
        (bytes26 found, uint48 committedIn) = _unpack(_commitments[_slotKey(msg.sender, slot)]);
        if (found != expected) revert CommitmentMismatch(expected, found);
        // In the same block a copied result could be committed and revealed ahead of its author.
        if (block.number <= committedIn) revert RevealTooEarly(committedIn);
    }

    function _giveBack(bytes32 taskId, Task calldata task) private returns (uint80 amount) {
        delete _tasks[taskId];
        amount = task.fee + task.modelFee;
        vault.credit(task.requester, amount);
    }

    function _setSettings(Settings memory s) private {
        _within("treasuryBps", s.treasuryBps, 0, MAX_TREASURY_BPS);
        _within("lockFactor", s.lockFactor, 1, MAX_LOCK_FACTOR);
        _within("retractDelay", s.retractDelay, MIN_RETRACT_DELAY, MAX_RETRACT_DELAY);
        // A task can be retracted before its deadline at the latest when it lives as short as allowed.
        _within("minLifetime", s.minLifetime, s.retractDelay, MAX_LIFETIME);
        _within("maxLifetime", s.maxLifetime, s.minLifetime, MAX_LIFETIME);
        _within("minFee", s.minFee, 1, MAX_MIN_FEE);
        _book.treasuryBps = s.treasuryBps;
        _book.lockFactor = s.lockFactor;
        _book.retractDelay = s.retractDelay;
        _book.minLifetime = s.minLifetime;
        _book.maxLifetime = s.maxLifetime;
        _book.minFee = s.minFee;
        emit SettingsChanged(s);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert ZeroAddress();
        treasury = treasury_;
        emit TreasuryChanged(treasury_);
    }

    function _within(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum) private pure {
        if (value < minimum || value > maximum) revert SettingOutOfBounds(parameter, value, minimum, maximum);
    }

    function _slotKey(address solver, uint16 slot) private pure returns (uint256) {
        return (uint256(uint160(solver)) << 16) | slot;
    }

    /// @dev Both casts cut a word into its fields; nothing is lost.
    function _unpack(uint256 word) private pure returns (bytes26 commitment, uint48 blockNumber) {
        return (bytes26(uint208(word >> BLOCK_BITS)), uint48(word));
    }
}
