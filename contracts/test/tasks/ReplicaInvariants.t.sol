// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TestBase} from "../TestBase.t.sol";
import {ReplicaHandler} from "./ReplicaHandler.t.sol";

/// @dev What must hold for replicated tasks after any sequence of calls by anybody.
contract ReplicaInvariantsTest is TestBase {
    ReplicaHandler private handler;

    function setUp() public {
        handler = new ReplicaHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_moneyAndLocksAreThoseOfTasksThatAreNotOver() public view {
        handler.check();
    }

    /// @dev The same over sequences drawn from one seed, and all of them end at nothing.
    function testFuzz_EverySequenceCanBeFinished(uint256 seed) public {
        for (uint256 i = 0; i < 60; ++i) _step(uint256(keccak256(abi.encode(seed, i))));
        handler.check();
        handler.finishAll();
    }

    /// @dev The checks above would hold in a system where every call fails: each entry must have worked.
    function test_TheHandlerReachesEveryEntryPoint() public {
        for (uint256 i = 0; i < 1000; ++i) _step(uint256(keccak256(abi.encode("reach", i))));
        handler.finishAll();
        bytes4[8] memory entries = [
            ReplicaHandler.submit.selector,
            ReplicaHandler.takeSeat.selector,
            ReplicaHandler.openSeat.selector,
            ReplicaHandler.contestSeat.selector,
            ReplicaHandler.decide.selector,
            ReplicaHandler.finish.selector,
            ReplicaHandler.refund.selector,
            ReplicaHandler.retract.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            eq(handler.successes(entries[i]) >= 3 ? 0 : i + 1, 0, "an entry was hardly reached");
        }
    }

    function _step(uint256 r) private {
        uint256 a = r >> 8;
        uint256 b = uint256(keccak256(abi.encode(r)));
        uint256 kind = r % 32;
        if (kind <= 1) handler.submit(a, b);
        else if (kind <= 6) handler.takeSeat(a, b, b % 7 == 0);
        else if (kind <= 9) handler.fill(b, uint8(b >> 8 & b >> 16));
        else if (kind <= 14) handler.openSeat(a, b);
        else if (kind <= 18) handler.openAll(b, uint8(b >> 8 & b >> 16));
        else if (kind <= 22) handler.contestSeat(a, b, uint64(a >> 64) >> 1);
        else if (kind <= 24) handler.decide(a, b);
        else if (kind <= 27) handler.finish(a, b);
        else if (kind <= 29) handler.refund(a, b);
        else if (kind == 30) handler.retract(a, b);
        else handler.pause(a);
    }
}
