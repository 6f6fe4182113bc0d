// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchMarket} from "../../tasks/BatchMarket.sol";
import {ItemProof} from "./ItemProof.t.sol";
import {ModuleFixture} from "./ModuleFixture.t.sol";

/// @dev The moves of a batch's life.
abstract contract BatchFixture is ModuleFixture {
    uint80 internal constant EACH = FEE + MODEL_FEE;

    uint256 internal constant BLOB_FLAG = 4;

    BatchMarket internal batches;

    function deploy() internal override returns (address) {
        batches = new BatchMarket(market);
        return address(batches);
    }

    /// @dev Not SHA-256: calls of the precompile would use up a prank.
    function inputDigest(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("input", index));
    }

    function resultDigest(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode("result", index));
    }

    function all(uint256 items) internal pure returns (uint64) {
        return items == 64 ? type(uint64).max : uint64((1 << items) - 1);
    }

    function count(uint64 mask) internal pure returns (uint256 items) {
        for (uint256 i = 0; i < 64; ++i) items += mask >> i & 1;
    }

    /// @dev Digests of the results that a mask names, lowest item first.
    function digestsOf(uint64 mask) internal pure returns (bytes32[] memory digests) {
        digests = new bytes32[](count(mask));
        uint256 next = 0;
        for (uint256 i = 0; i < 64; ++i) if (mask >> i & 1 == 1) digests[next++] = resultDigest(i);
    }

    function post(uint256 items) internal returns (IBatchMarket.Batch memory batch, bytes32 id) {
        return post(plain(), items);
    }

    function post(ITaskMarket.Order memory o, uint256 items)
        internal
        returns (IBatchMarket.Batch memory batch, bytes32 id)
    {
        bytes32[] memory digests = new bytes32[](items);
        for (uint256 i = 0; i < items; ++i) digests[i] = inputDigest(i);
        batch.task = draft(REQUESTER, o, ItemProof.root(all(items), digests));
        batch.task.times |= BLOB_FLAG;
        batch.items = uint8(items);
        vm.prank(REQUESTER);
        id = batches.submitBlobs(o, digests, 100);
        eq(id, batches.batchIdOf(batch), "id is the hash of the fields");
    }

    /// @dev A batch whose inputs everybody can see, in a class with turns; all turns have come.
    function postInputs(uint80 fee, uint256 items) internal returns (IBatchMarket.Batch memory batch) {
        ITaskMarket.Order memory o = order();
        (o.class, o.fee) = (TURNS, fee);
        bytes[] memory inputs = new bytes[](items);
        bytes32[] memory digests = new bytes32[](items);
        for (uint256 i = 0; i < items; ++i) {
            inputs[i] = abi.encode("input", i);
            digests[i] = sha256(inputs[i]);
        }
        batch = IBatchMarket.Batch(draft(REQUESTER, o, ItemProof.root(all(items), digests)), uint8(items));
        vm.prank(REQUESTER);
        bytes32 id = batches.submitBatch(o, inputs);
        eq(id, batches.batchIdOf(batch), "id is the hash of the fields");
        nextBlock();
        nextBlock();
    }

    function commitTo(bytes32 id, uint64 mask, address solver, uint16 slot) internal {
        bytes32 root = ItemProof.root(mask, digestsOf(mask));
        bytes26 commitment = batches.commitmentFor(id, solver, SALT, root);
        vm.prank(solver);
        batches.commitRoot(id, slot, commitment, mask);
    }

    function results(uint64 mask, uint16 slot) internal pure returns (IBatchMarket.Results memory) {
        return IBatchMarket.Results({items: mask, slot: slot, largest: 9, salt: SALT, digests: digestsOf(mask)});
    }

    function open(IBatchMarket.Batch memory batch, uint64 mask, address solver, uint16 slot)
        internal
        returns (IBatchMarket.Run memory run)
    {
        vm.prank(solver);
        bytes32 runId = batches.revealRun(batch, results(mask, slot));
        run = IBatchMarket.Run({
            solver: solver,
            revealedAt: uint48(block.timestamp),
            root: ItemProof.root(mask, digestsOf(mask))
        });
        eq(runId, batches.runIdOf(batches.batchIdOf(batch), run), "run id is the hash of its fields");
    }

    /// @dev Commitment and reveal, one block apart.
    function run_(IBatchMarket.Batch memory batch, uint64 mask, address solver)
        internal
        returns (IBatchMarket.Run memory)
    {
        commitTo(batches.batchIdOf(batch), mask, solver, 0);
        nextBlock();
        return open(batch, mask, solver, 0);
    }

    function itemOf(uint64 mask, uint8 index) internal pure returns (IBatchMarket.Item memory) {
        return IBatchMarket.Item({
            index: index,
            digest: resultDigest(index),
            proof: ItemProof.proof(mask, digestsOf(mask), index)
        });
    }

    function contest(
        IBatchMarket.Batch memory batch,
        IBatchMarket.Run memory run,
        uint64 mask,
        uint8 index,
        address claimant
    ) internal returns (uint256) {
        vm.prank(claimant);
        return batches.contestItem(batch, run, itemOf(mask, index), "ipfs://evidence");
    }

    function decideItem(uint256 disputeId, uint256 ruling, IBatchMarket.Batch memory batch, uint8 index, address solver)
        internal
    {
        court.decide(disputeId, ruling, abi.encode(batch, index, solver));
    }

    function pastWindow(IBatchMarket.Run memory run) internal {
        vm.warp(uint256(run.revealedAt) + WINDOW);
    }

    function unpaid(IBatchMarket.Batch memory batch, IBatchMarket.Run memory run) internal view returns (uint64) {
        return batches.unpaidOf(batches.runIdOf(batches.batchIdOf(batch), run));
    }

    function openItems(IBatchMarket.Batch memory batch) internal view returns (uint64 items) {
        (items,) = batches.openOf(batches.batchIdOf(batch));
    }
}
