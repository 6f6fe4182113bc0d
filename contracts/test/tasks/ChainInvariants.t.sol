// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TestBase} from "../TestBase.t.sol";
import {ChainHandler} from "./ChainHandler.t.sol";

/// @dev What must hold for chains after any sequence of calls by anybody.
contract ChainInvariantsTest is TestBase {
    ChainHandler private handler;

    function setUp() public {
        handler = new ChainHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyChainHasItsOwnMoney() public view {
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
        for (uint256 i = 0; i < 600; ++i) _step(uint256(keccak256(abi.encode("reach", i))));
        handler.finish();
        bytes4[7] memory entries = [
            ChainHandler.open.selector,
            ChainHandler.endStep.selector,
            ChainHandler.advance.selector,
            ChainHandler.halt.selector,
            ChainHandler.retract.selector,
            ChainHandler.payIn.selector,
            ChainHandler.sweep.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            eq(handler.successes(entries[i]) >= 3 ? 0 : i + 1, 0, "an entry was hardly reached");
        }
    }

    function _step(uint256 r) private {
        uint256 a = r >> 8;
        uint256 b = uint256(keccak256(abi.encode(r)));
        uint256 kind = r % 16;
        if (kind <= 1) handler.open(a, b, b >> 64);
        else if (kind <= 6) handler.endStep(a, b, b >> 8);
        else if (kind <= 10) handler.advance(a, b);
        else if (kind == 11) handler.halt(a, b);
        else if (kind == 12) handler.retract(a, b);
        else if (kind == 13) handler.payIn(a, b);
        else if (kind == 14) handler.sweep(a);
        else handler.pause(a);
    }
}
