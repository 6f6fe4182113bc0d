// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IRuledWithFields} from "../interfaces/ICourt.sol";
import {IBatchMarket} from "../interfaces/IBatchMarket.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {BatchHash} from "../libraries/BatchHash.sol";
import {ItemTree} from "../libraries/ItemTree.sol";
import {TaskDraft} from "../libraries/TaskDraft.sol";
import {TaskHash} from "../libraries/TaskHash.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {MarketModule} from "./MarketModule.sol";

/// @title The open lane in bulk
/// @notice See {IBatchMarket}.
contract BatchMarket is IBatchMarket, MarketModule {
    using SafeCast for uint256;
    using TaskTerms for ITaskMarket.Task;
    using ItemTree for uint64;

    uint256 private constant TIME_BITS = 48;

    /// @dev A batch's word: open items in the lowest 64 bits, above them until when reveals are held back.
    uint256 private constant ITEM_BITS = 64;

    /// @dev Seven words of the batch, then index and solver.
    uint256 private constant FIELDS_BYTES = 288;

    /// @inheritdoc IBatchMarket
    // solhint-disable-next-line var-name-mixedcase
    uint48 public immutable COMMITMENT_LIFETIME;

    uint256 private immutable _maxInput;

    mapping(bytes32 batchId => uint256 word) private _batches;
    mapping(bytes32 runId => uint64 items) private _runs;
    mapping(bytes32 itemId => bytes32 word) private _frozen;

    /// @dev Key: solver (160 bits) and slot (16 bits). Value: commitment (208 bits) and time (48 bits).
    mapping(uint256 solverAndSlot => uint256) private _commitments;

    /// @param market_ Whose parameters, vault, register and court are used. The vault must register this contract as a
    /// module with the right to issue.
    constructor(ITaskMarket market_) MarketModule(market_) {
        COMMITMENT_LIFETIME = market_.COMMITMENT_LIFETIME();
        _maxInput = market_.MAX_INPUT();
    }

    /// @inheritdoc IBatchMarket
    function submitBatch(ITaskMarket.Order calldata order, bytes[] calldata inputs)
        external
        returns (bytes32 batchId)
    {
        bytes32[] memory digests = new bytes32[](inputs.length);
        uint256 largest = 0;
        for (uint256 i = 0; i < inputs.length; ++i) {
            digests[i] = sha256(inputs[i]);
            if (inputs[i].length > largest) largest = inputs[i].length;
        }
        if (largest > _maxInput) revert ITaskMarket.InputTooLarge(largest, _maxInput);
        Batch memory batch;
        (batchId, batch) = _submit(order, digests, 0);
        emit BatchSubmitted(
            batchId, msg.sender, order.model, batch, largest.toUint64(), inputs, new bytes32[](0)
        );
    }

    /// @inheritdoc IBatchMarket
    function submitBlobs(ITaskMarket.Order calldata order, bytes32[] calldata inputDigests, uint64 largestInput)
        external
        returns (bytes32 batchId)
    {
        if (largestInput == 0) revert ITaskMarket.InputMissing();
        for (uint256 i = 0; i < inputDigests.length; ++i) {
            if (inputDigests[i] == bytes32(0)) revert ITaskMarket.InputMissing();
        }
        Batch memory batch;
        (batchId, batch) = _submit(order, inputDigests, TaskTerms.BLOB);
        emit BatchSubmitted(batchId, msg.sender, order.model, batch, largestInput, new bytes[](0), inputDigests);
    }

    /// @inheritdoc IBatchMarket
    function commitRoot(bytes32 batchId, uint16 slot, bytes26 commitment, uint64 announced) external {
        _commitments[_slotKey(msg.sender, slot)] = (uint256(uint208(commitment)) << TIME_BITS) | Time.timestamp();
        emit RootCommitted(batchId, msg.sender, slot, commitment, announced);
    }

    /// @inheritdoc IBatchMarket
    function revealRun(Batch calldata batch, Results calldata results) external returns (bytes32 runId) {
        bytes32 batchId = BatchHash.idOf(batch);
        (Run memory run, uint64 taken) = _solve(batchId, batch.task, results);
        runId = BatchHash.run(batchId, run);
        _runs[runId] = taken;
        emit RunRevealed(
            batchId, msg.sender, runId, run, taken, results.items, results.largest, results.digests
        );
    }

    /// @inheritdoc IBatchMarket
    function claimRun(Batch calldata batch, Run calldata run) external {
        (bytes32 batchId, bytes32 runId, uint64 items) = _requireRun(batch, run);
        uint48 claimableAt = run.revealedAt + batch.task.claimWindow();
        if (block.timestamp < claimableAt) revert ITaskMarket.ClaimWindowOpen(claimableAt);
        delete _runs[runId];
        _pay(batchId, batch.task, run.solver, items, true);
    }

    /// @inheritdoc IBatchMarket
    function contestItem(
        Batch calldata batch,
        Run calldata run,
        Item calldata item,
        string calldata evidenceURI
    ) external returns (uint256 disputeId) {
        (bytes32 batchId, bytes32 runId, uint64 items) = _requireRun(batch, run);
        uint48 closedAt = run.revealedAt + batch.task.claimWindow();
        if (block.timestamp >= closedAt) revert ITaskMarket.ClaimWindowClosed(closedAt);
        uint64 bit = uint64(1) << item.index;
        if (items & bit == 0 || !ItemTree.holds(run.root, item.index, item.digest, item.proof)) {
            revert ItemNotInRun(runId, item.index);
        }
        // Its bit leaves the run before anybody else is called; from here on only the ruling can move its money.
        _runs[runId] = items ^ bit;
        disputeId = _freeze(batchId, batch.task, item.index, run.solver, evidenceURI);
        emit ItemContested(batchId, runId, msg.sender, item.index, item.digest, run.solver, disputeId);
    }

    /// @inheritdoc IRuledWithFields
    /// @dev Court only. Upheld: the requester gets the item's money back; the stake is the court's to take. Rejected:
    /// the solver is paid at once. `fields` are `abi.encode(batch, index, solver)`.
    function ruleWith(uint256 disputeId, uint256 ruling, bytes calldata fields) external onlyCourt {
        Batch calldata batch = _batchOf(fields);
        (uint8 index, address solver) = abi.decode(fields[FIELDS_BYTES - 64:], (uint8, address));
        bytes32 batchId = BatchHash.idOf(batch);
        bytes32 itemId = BatchHash.item(batchId, index);
        if (_frozen[itemId] != BatchHash.frozen(itemId, solver, disputeId)) revert ItemNotFrozen(batchId, index);
        delete _frozen[itemId];
        emit Ruling(msg.sender, disputeId, ruling);
        uint64 item = uint64(1) << index;
        if (ruling == UPHELD) {
            emit ItemOverturned(batchId, index, solver, disputeId, _giveBack(batch.task, item));
        } else {
            _pay(batchId, batch.task, solver, item, false);
        }
    }

    /// @inheritdoc IBatchMarket
    function retractBatch(Batch calldata batch) external {
        (bytes32 batchId, uint64 items) = _close(batch);
        if (msg.sender != batch.task.requester) revert ITaskMarket.NotRequester(msg.sender);
        if (block.timestamp < batch.task.retractAt()) revert ITaskMarket.RetractTooEarly(batch.task.retractAt());
        emit ItemsRetracted(batchId, items, _giveBack(batch.task, items));
    }

    /// @inheritdoc IBatchMarket
    function refundBatch(Batch calldata batch) external {
        (bytes32 batchId, uint64 items) = _close(batch);
        if (block.timestamp <= batch.task.deadline()) revert ITaskMarket.DeadlineNotPassed(batch.task.deadline());
        emit ItemsRefunded(batchId, items, _giveBack(batch.task, items));
    }

    /// @inheritdoc IBatchMarket
    function hold(bytes32 batchId, uint48 until) external {
        if (msg.sender != market.duty()) revert ITaskMarket.NotDuty(msg.sender);
        (uint64 items,) = _unpackBatch(_batches[batchId]);
        if (items == 0) revert NothingOpen(batchId);
        _batches[batchId] = (uint256(until) << ITEM_BITS) | items;
        emit BatchHeld(batchId, until);
    }

    /// @inheritdoc IBatchMarket
    function batchIdOf(Batch calldata batch) external view returns (bytes32) {
        return BatchHash.idOf(batch);
    }

    /// @inheritdoc IBatchMarket
    function openOf(bytes32 batchId) external view returns (uint64 items, uint48 heldUntil) {
        return _unpackBatch(_batches[batchId]);
    }

    /// @inheritdoc IBatchMarket
    function runIdOf(bytes32 batchId, Run calldata run) external pure returns (bytes32) {
        return BatchHash.run(batchId, run);
    }

    /// @inheritdoc IBatchMarket
    function unpaidOf(bytes32 runId) external view returns (uint64) {
        return _runs[runId];
    }

    /// @inheritdoc IBatchMarket
    function itemIdOf(bytes32 batchId, uint8 index) external pure returns (bytes32) {
        return BatchHash.item(batchId, index);
    }

    /// @inheritdoc IBatchMarket
    function frozenWordOf(bytes32 itemId) external view returns (bytes32) {
        return _frozen[itemId];
    }

    /// @inheritdoc IBatchMarket
    function commitmentOf(address solver, uint16 slot)
        external
        view
        returns (bytes26 commitment, uint48 committedAt)
    {
        return _unpack(_commitments[_slotKey(solver, slot)]);
    }

    /// @inheritdoc IBatchMarket
    function commitmentFor(bytes32 batchId, address solver, bytes32 salt, bytes32 root)
        external
        pure
        returns (bytes26)
    {
        return TaskHash.commitment(batchId, solver, salt, root);
    }

    /// @inheritdoc IBatchMarket
    function rootOf(uint64 items, bytes32[] calldata digests) external pure returns (bytes32) {
        return items.root(digests);
    }

    /// @inheritdoc IBatchMarket
    function turnOf(Batch calldata batch, address solver, uint80 free, uint80 total) external view returns (uint48) {
        return _turnOf(BatchHash.idOf(batch), batch.task, solver, free, total);
    }

    /// @inheritdoc IBatchMarket
    function seedOf(Batch calldata batch, uint8 index) external view returns (uint256) {
        return _seedOf(BatchHash.item(BatchHash.idOf(batch), index), batch.task);
    }

    /// @param digests Used up.
    function _submit(ITaskMarket.Order calldata order, bytes32[] memory digests, uint256 flags)
        private
        returns (bytes32 batchId, Batch memory batch)
    {
        uint256 items = digests.length;
        if (items == 0 || items > ItemTree.MAX_ITEMS) revert BatchSizeOutOfBounds(items, ItemTree.MAX_ITEMS);
        if (order.readable) revert NotReadable();
        if (order.assurance != 0) revert AssuranceNotOffered(order.assurance);
        uint64 all = ItemTree.full(items);
        batch.items = items.toUint8();
        batch.task = TaskDraft.draft(market, registry, order, all.root(digests), flags);
        batchId = BatchHash.idOfMemory(batch);
        // An ended batch has no word either, but none can end in the block of its submission.
        if (_batches[batchId] != 0) revert DuplicateBatch(batchId);
        _batches[batchId] = all;
        vault.collect(msg.sender, TaskDraft.fits(batch.task, items));
    }

    /// @dev The slot keeps the opened commitment. Its items are taken, so it cannot be used twice; and overwriting a
    /// used slot is what makes the next commitment cheap.
    function _solve(bytes32 batchId, ITaskMarket.Task calldata task, Results calldata results)
        private
        returns (Run memory run, uint64 taken)
    {
        if (block.timestamp > task.deadline()) revert ITaskMarket.DeadlinePassed(task.deadline());
        bytes32 root = results.items.root(results.digests);
        bytes26 commitment = TaskHash.commitment(batchId, msg.sender, results.salt, root);
        uint48 committedAt = _requireCommitted(results.slot, commitment);
        taken = _take(batchId, task, results.items);
        _answer(batchId, task, taken, committedAt);
        run = Run({solver: msg.sender, revealedAt: Time.timestamp(), root: root});
    }

    /// @dev Takes what is open of `committed` out of the batch.
    function _take(bytes32 batchId, ITaskMarket.Task calldata task, uint64 committed) private returns (uint64 taken) {
        uint256 word = _batches[batchId];
        (uint64 items, uint48 held) = _unpackBatch(word);
        taken = items & committed;
        if (taken == 0) revert NothingOpen(batchId);
        if (task.checksBps() != 0) {
            // Checkers need a moment to announce themselves and, if they did, time to seal their own results.
            uint48 from = task.submittedAt() + task.notice();
            if (held > from) from = held;
            if (block.timestamp < from) revert ITaskMarket.RevealTooEarly(from);
        }
        _batches[batchId] = taken == items ? 0 : word ^ taken;
    }

    /// @dev Locks what the solver answers with, and looks whether it was its turn.
    function _answer(bytes32 batchId, ITaskMarket.Task calldata task, uint64 taken, uint48 committedAt) private {
        (uint80 free, uint80 total, uint8 accepted) = vault.lockWeighed(msg.sender, task.lock() * taken.count());
        if (accepted < NEWCOMER_WORKS && task.checksBps() != 0) revert NewcomersTakeSingleTasks(msg.sender);
        // Whoever commits before its turn has not waited for it, however late it reveals.
        uint48 opensAt = _turnOf(batchId, task, msg.sender, free, total);
        if (committedAt < opensAt) revert ITaskMarket.NotYourTurn(msg.sender, opensAt);
    }

    function _freeze(
        bytes32 batchId,
        ITaskMarket.Task calldata task,
        uint8 index,
        address solver,
        string calldata evidenceURI
    ) private returns (uint256 disputeId) {
        bytes32 itemId = BatchHash.item(batchId, index);
        disputeId = _openCase(solver, task.lock(), task.verification(), itemId, evidenceURI);
        _frozen[itemId] = BatchHash.frozen(itemId, solver, disputeId);
    }

    /// @param locked Whether the stake is still locked here; the court settles it otherwise.
    function _pay(bytes32 batchId, ITaskMarket.Task calldata task, address solver, uint64 items, bool locked)
        private
    {
        uint80 pieces = items.count();
        IStakeVault.Settlement memory sum;
        sum.worker = solver;
        if (locked) sum.unlocked = task.lock() * pieces;
        sum.reward = (task.fee() - task.treasuryShare()) * pieces;
        // As for single tasks: where nothing is checked a newcomer causes no checks.
        if (task.checksBps() != 0) {
            sum.heldBack = uint80(uint256(task.dutyPay()) * NEWCOMER_CHECKS / TaskTerms.BPS) * pieces;
        }
        sum.retained = task.treasuryShare() * pieces;
        sum.key = task.model;
        sum.accrued = task.modelFee() * pieces;
        sum.issueCap = task.issueCap();
        sum.issueRate = task.issueRate();
        (uint80 issued, uint80 held) = vault.settle(sum);
        if (issued != 0) issued += _issueRest(solver, sum.issueCap, sum.issueRate, pieces - 1);
        emit ItemsPaid(batchId, solver, items, sum.reward - held, issued, sum.retained + held, sum.accrued);
    }

    /// @dev What is issued falls with what was issued before, so each piece has to be asked for on its own: one
    /// settlement at 64 times the rate could issue twice as much on the first days of the curve.
    function _issueRest(address solver, uint80 cap, uint16 rate, uint256 pieces) private returns (uint80 issued) {
        IStakeVault.Settlement memory piece;
        (piece.worker, piece.issueCap, piece.issueRate) = (solver, cap, rate);
        for (uint256 i = 0; i < pieces; ++i) {
            (uint80 more,) = vault.settle(piece);
            issued += more;
        }
    }

    function _giveBack(ITaskMarket.Task calldata task, uint64 items) private returns (uint80 amount) {
        amount = task.escrow() * items.count();
        vault.credit(task.requester, amount);
    }

    /// @dev Takes all open items out of the batch.
    function _close(Batch calldata batch) private returns (bytes32 batchId, uint64 items) {
        batchId = BatchHash.idOf(batch);
        (items,) = _unpackBatch(_batches[batchId]);
        if (items == 0) revert NothingOpen(batchId);
        delete _batches[batchId];
    }

    function _requireRun(Batch calldata batch, Run calldata run)
        private
        view
        returns (bytes32 batchId, bytes32 runId, uint64 items)
    {
        batchId = BatchHash.idOf(batch);
        runId = BatchHash.run(batchId, run);
        items = _runs[runId];
        if (items == 0) revert RunNotFound(runId);
    }

    function _requireCommitted(uint16 slot, bytes26 expected) private view returns (uint48 committedAt) {
        bytes26 found;
        (found, committedAt) = _unpack(_commitments[_slotKey(msg.sender, slot)]);
        if (found != expected) revert ITaskMarket.CommitmentMismatch(expected, found);
        // In the same second a copied result could be committed and revealed ahead of its author.
        if (block.timestamp <= committedAt) revert ITaskMarket.RevealTooEarly(committedAt + 1);
        if (block.timestamp > committedAt + COMMITMENT_LIFETIME) revert ITaskMarket.CommitmentExpired(committedAt);
    }

    /// @dev A batch is static, so it lies in `abi.encode` as it does in calldata.
    function _batchOf(bytes calldata fields) private pure returns (Batch calldata batch) {
        if (fields.length != FIELDS_BYTES) revert ItemNotFrozen(bytes32(0), 0);
        assembly ("memory-safe") {
            batch := fields.offset
        }
    }

    function _slotKey(address solver, uint16 slot) private pure returns (uint256) {
        return (uint256(uint160(solver)) << 16) | slot;
    }

    /// @dev Both casts cut a word into its fields; nothing is lost.
    function _unpack(uint256 word) private pure returns (bytes26 commitment, uint48 committedAt) {
        return (bytes26(uint208(word >> TIME_BITS)), uint48(word));
    }

    /// @dev As above.
    function _unpackBatch(uint256 word) private pure returns (uint64 items, uint48 held) {
        return (uint64(word), uint48(word >> ITEM_BITS));
    }
}
