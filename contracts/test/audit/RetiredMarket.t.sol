// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev A retired market takes no locks, so whoever holds a reservation cannot reveal any more. That is not its fault.
contract RetiredMarketTest is Fixture {
    function test_ARetiredMarketTakesNoBonds() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        awaitTurn(task, SOLVER);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        commit(id, SOLVER, 0);
        vm.prank(OWNER);
        vault.retireModule(address(market));
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert();
        market.reveal(task, held, 0, SALT, RESULT, 1);
        vm.warp(uint256(deadline(task)) + 100);
        uint80 paid = balance(REQUESTER);
        market.refund(task, held);
        eq(stakeOf(SOLVER), START, "the bond is the holder's");
        eq(locked(SOLVER), 0, "and free");
        eq(balance(REQUESTER), paid + FEE + MODEL_FEE, "the requester has its money, no more");
    }
}
