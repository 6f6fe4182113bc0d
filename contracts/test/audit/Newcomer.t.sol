// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev A limit that stands: works of the smallest fee count like any other, and anybody may post them to a friend.
contract NewcomerTest is Fixture {
    function test_TwentyWorksOfTheSmallestFeeCostNextToNothing() public {
        address fresh = address(0xF4E5);
        vm.prank(THIEF);
        vault.depositTo(fresh, 0, 100e18);
        vm.prank(AUTHOR);
        registry.setFee(model, 0);
        ITaskMarket.Order memory o = order();
        o.fee = 0.001e18;
        uint80 before = balance(REQUESTER) + balance(fresh);
        for (uint256 i = 0; i < 20; ++i) {
            (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
            claim(task, solve(task, fresh));
        }
        eq(vault.accountOf(fresh).accepted, 20, "no newcomer any more");
        eq(before - balance(REQUESTER) - balance(fresh), 20 * 0.00034e18, "for two thirds of a hundredth of a token");
    }
}
