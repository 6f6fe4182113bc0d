// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Turn} from "../../libraries/Turn.sol";
import {TestBase} from "../TestBase.t.sol";

/// @dev Whose turn it is, as a distribution. The seeds are fixed, so the counts are too.
contract TurnTest is TestBase {
    uint256 private constant FAR = 1e18;

    function testFuzz_Formula(bytes32 seed, address solver, uint256 a, uint256 b, uint256 c, uint256 d) public pure {
        uint256 spread = within(a, 1, 600);
        uint256 total = within(b, 1, type(uint80).max);
        uint256 free = within(c, 1, total);
        uint256 cap = within(d, 0, 15 days);
        uint256 wait = Turn.wait(seed, solver, spread, free, total, cap);
        uint256 longest = spread * total / free;
        ok(wait <= cap, "never longer than the cap");
        ok(wait <= longest, "never longer than T S / w");
        if (seed == bytes32(0)) return;
        uint256 u = uint256(keccak256(abi.encode(seed, solver))) % 2 ** 64;
        uint256 expected = spread * u * total / free / 2 ** 64;
        eq(wait, expected < cap ? expected : cap, "T u S / w");
    }

    function testFuzz_WithoutASeedEverybodyWaitsInFull(address solver, bytes32 seed, uint256 b, uint256 c) public pure {
        uint256 total = within(b, 1, type(uint80).max);
        uint256 free = within(c, 1, total);
        uint256 full = Turn.wait(0, solver, 5, free, total, type(uint256).max);
        eq(full, 5 * total / free, "T S / w");
        ok(Turn.wait(seed, solver, 5, free, total, type(uint256).max) <= full, "never less than the turn");
    }

    function test_Edges() public pure {
        eq(Turn.wait("seed", address(1), 0, 0, 100, 50), 0, "without a spread it is a race");
        eq(Turn.wait("seed", address(1), 5, 0, 100, 50), 50, "without stake the cap");
        eq(Turn.wait(0, address(1), 5, 0, 100, 50), 50, "without stake and seed the cap");
        eq(Turn.wait(0, address(1), 0, 1, 100, 50), 0, "a race needs no seed");
        uint256 largest = type(uint80).max;
        eq(Turn.wait(0, address(1), 65_535, 1, largest, FAR * FAR), 65_535 * largest, "nothing wraps");
    }

    function test_ExpectationIsHalfOfTheFullWait() public pure {
        uint256 sum;
        for (uint256 i = 0; i < 4_000; ++i) {
            sum += Turn.wait(_seed(i), address(0xA), 600, 1, 100, FAR);
        }
        // 30,000 seconds; the standard error is 600 x 100 / sqrt(12 x 4,000) = 274.
        uint256 mean = sum / 4_000;
        ok(mean > 29_200 && mean < 30_800, "mean");
    }

    function test_WhoHasMoreStakeComesFirstInProportion() public pure {
        uint256 first;
        for (uint256 i = 0; i < 4_000; ++i) {
            uint256 small = Turn.wait(_seed(i), address(0xA), 600, 10, 100, FAR);
            uint256 large = Turn.wait(_seed(i), address(0xB), 600, 30, 100, FAR);
            if (large < small) ++first;
        }
        // P(large < small) = 1 - 10 / (2 x 30) = 5 / 6 for two uniform draws.
        ok(first > 3_233 && first < 3_433, "five of six");
    }

    /// @dev Ten parties of equal stake; one of them splits its stake over five accounts.
    function test_SplittingStakeGainsNothing() public pure {
        (uint256 whole, uint256 split) = (_wins(1), _wins(5));
        ok(whole > 340 && whole < 460, "a tenth of 4,000");
        ok(split <= whole + 60, "no more when split");
        ok(split + 80 >= whole, "and hardly less");
    }

    /// @dev Draws of two accounts, or of one account in two tasks, have nothing to do with each other.
    function test_DrawsAreIndependent() public pure {
        uint256 both;
        uint256 again;
        for (uint256 i = 0; i < 4_000; ++i) {
            bool a = _early(i, address(0xA));
            if (a && _early(i, address(0xB))) ++both;
            if (a && _early(i + 4_000, address(0xA))) ++again;
        }
        ok(both > 900 && both < 1_100, "two accounts: a quarter");
        ok(again > 900 && again < 1_100, "two tasks: a quarter");
    }

    function _early(uint256 i, address solver) private pure returns (bool) {
        return Turn.wait(_seed(i), solver, 600, 1, 100, FAR) < 30_000;
    }

    function _wins(uint256 accounts) private pure returns (uint256 wins) {
        for (uint256 i = 0; i < 4_000; ++i) {
            uint256 own = FAR;
            for (uint256 k = 0; k < accounts; ++k) {
                uint256 wait = Turn.wait(_seed(i), address(uint160(0x5000 + k)), 600, 100 / accounts, 1_000, FAR);
                if (wait < own) own = wait;
            }
            bool won = true;
            for (uint256 k = 1; k < 10 && won; ++k) {
                won = own <= Turn.wait(_seed(i), address(uint160(k)), 600, 100, 1_000, FAR);
            }
            if (won) ++wins;
        }
    }

    function _seed(uint256 i) private pure returns (bytes32) {
        return keccak256(abi.encode("turn", i));
    }
}
