// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TestBase} from "../TestBase.t.sol";
import {BatchHandler} from "./BatchHandler.t.sol";

/// @dev What must hold for batches after any sequence of calls by anybody.
contract BatchInvariantsTest is TestBase {
    BatchHandler private handler;

    function setUp() public {
        handler = new BatchHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyItemHasOnePlaceAndItsMoneyToo() public view {
        handler.check();
    }

    /// @dev The same over sequences drawn from one seed, and all of them end at nothing.
    function testFuzz_EverySequenceCanBeFinished(uint256 seed) public {
        for (uint256 i = 0; i < 40; ++i) _step(uint256(keccak256(abi.encode(seed, i))));
        handler.check();
        handler.finish();
    }

    /// @dev The checks above would hold in a system where every call fails: each entry must have worked.
    function test_TheHandlerReachesEveryEntryPoint() public {
        for (uint256 i = 0; i < 300; ++i) _step(uint256(keccak256(abi.encode("reach", i))));
        handler.finish();
        bytes4[6] memory entries = [
            BatchHandler.submit.selector,
            BatchHandler.solve.selector,
            BatchHandler.claim.selector,
            BatchHandler.contestOne.selector,
            BatchHandler.decide.selector,
            BatchHandler.giveBack.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 3, "an entry was hardly reached");
        }
    }

    function _step(uint256 r) private {
        uint256 a = r >> 8;
        uint256 b = uint256(keccak256(abi.encode(r)));
        uint256 kind = r % 16;
        if (kind <= 2) handler.submit(a, b);
        else if (kind <= 6) handler.solve(a, b, uint64(a >> 64), b % 11 == 0);
        else if (kind <= 8) handler.claim(a, b);
        else if (kind <= 10) handler.contestOne(a, b, uint8(a >> 32));
        else if (kind == 11) handler.decide(a, b);
        else if (kind == 12) handler.giveBack(a, b, a % 2 == 0);
        else if (kind == 13) handler.attack(a, b, a >> 8, uint8(b >> 32));
        else if (kind == 14) b % 3 == 0 ? handler.payOut() : handler.pause(a);
        else handler.pause(b);
    }
}
