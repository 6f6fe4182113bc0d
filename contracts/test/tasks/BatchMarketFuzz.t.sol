// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchFixture} from "./BatchFixture.t.sol";

contract BatchMarketFuzzTest is BatchFixture {
    IBatchMarket.Batch private _batch;
    uint64 private _contested;
    uint64 private _upheld;

    /// @dev Any three solvers, any masks, any contests, any rulings: all ends at zero.
    function testFuzz_EveryUnitFindsItsOwner(
        uint8 size,
        uint64[3] memory masks,
        uint64 contested,
        uint64 upheld,
        uint256 rawFee
    ) public {
        ITaskMarket.Order memory o = plain();
        o.fee = within80(rawFee, 0.001e18, 2e18);
        (_contested, _upheld) = (contested, upheld);
        bytes32 id;
        (_batch, id) = post(o, within(size, 1, 64));
        address[3] memory solvers = [SOLVER, RIVAL, THIRD];
        for (uint256 i = 0; i < 3; ++i) {
            masks[i] &= openItems(_batch);
            if (masks[i] != 0) commitTo(id, masks[i], solvers[i], 0);
        }
        nextBlock();
        for (uint256 i = 0; i < 3; ++i) _finish(masks[i], solvers[i]);
        vm.warp(deadline(_batch.task) + 1);
        if (openItems(_batch) != 0) batches.refundBatch(_batch);
        nothingLeft();
        conserved();
    }

    function _finish(uint64 mask, address solver) private {
        uint64 taken = mask & openItems(_batch);
        if (taken == 0) return;
        uint64 before = openItems(_batch);
        IBatchMarket.Run memory run = open(_batch, mask, solver, 0);
        eq(openItems(_batch), before ^ taken, "open");
        uint64 contested = taken & _contested;
        uint256 dispute = court.count();
        for (uint8 i = 0; i < 64; ++i) if (contested >> i & 1 == 1) contest(_batch, run, mask, i, THIEF);
        eq(unpaid(_batch, run), taken ^ contested, "left in the run");
        uint256 now_ = block.timestamp;
        pastWindow(run);
        if (taken != contested) batches.claimRun(_batch, run);
        for (uint8 i = 0; i < 64; ++i) {
            if (contested >> i & 1 == 1) decideItem(++dispute, _upheld >> i & 1, _batch, i, solver);
        }
        // The others revealed in the same second.
        vm.warp(now_);
    }
}
