// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../../interfaces/IBatchMarket.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {BatchFixture} from "./BatchFixture.t.sol";

contract BatchMarketEmissionTest is BatchFixture {
    /// @dev As if each item had been claimed alone, one after the other.
    function test_EmissionFallsFromItemToItem() public {
        IBatchMarket.Batch memory batch = postInputs(FEE, 25);
        IBatchMarket.Run memory run = run_(batch, all(25), SOLVER);
        pastWindow(run);
        uint80 first = nextIssue(FEE);
        ok(first > 0 && first < FEE, "neither nothing nor capped");
        uint256 alone = _issueOneByOne(25);
        uint80 before = balance(SOLVER);
        batches.claimRun(batch, run);
        uint256 issued = balance(SOLVER) - before - 25 * 9e18;
        eq(issued, alone, "the sum of single works");
        ok(issued < 25 * uint256(first), "less than 25 times the first");
        conserved();
    }

    /// @dev What 25 single settlements would issue, from the public curve alone. The state is put back.
    function _issueOneByOne(uint256 pieces) private returns (uint256 sum) {
        uint256 snapshot = state.snapshotState();
        for (uint256 i = 0; i < pieces; ++i) {
            uint80 part = nextIssue(FEE);
            sum += part;
            IStakeVault.Settlement memory s;
            (s.worker, s.issueCap, s.issueRate) = (THIRD, FEE, RATE);
            vm.prank(address(market));
            vault.settle(s);
        }
        state.revertToState(snapshot);
    }

    function test_EmissionOfEachItemIsCappedByItsFee() public {
        IBatchMarket.Batch memory batch = postInputs(1e18, 6);
        IBatchMarket.Run memory run = run_(batch, all(6), SOLVER);
        pastWindow(run);
        ok(nextIssue(FEE) > 1e18, "the cap matters");
        batches.claimRun(batch, run);
        eq(balance(SOLVER), START + 6 * 0.9e18 + 6e18, "as much as the fees, not more");
        conserved();
    }

    /// @dev Nobody competes for inputs that the requester keeps to itself, nor where the fastest wins.
    function test_HiddenInputsMintNoMoreThanTheTreasuryTakes() public {
        ITaskMarket.Order memory o = order();
        o.class = TURNS;
        (IBatchMarket.Batch memory batch,) = post(o, 6);
        nextBlock();
        nextBlock();
        IBatchMarket.Run memory run = run_(batch, all(6), SOLVER);
        pastWindow(run);
        batches.claimRun(batch, run);
        eq(balance(SOLVER), START + 6 * 9e18 + 6e18, "a tenth of the fees");
        conserved();
    }
}
