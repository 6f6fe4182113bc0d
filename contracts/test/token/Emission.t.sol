// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Emission} from "../../libraries/Emission.sol";
import {MootToken} from "../../token/MootToken.sol";
import {TestBase} from "../TestBase.t.sol";

contract EmissionTest is TestBase {
    uint80 private constant CAP = Emission.CAP;
    uint256 private constant YEAR = Emission.YEAR;
    uint256 private constant ONE = Emission.ONE;

    /// @dev More than any clock will show: 200 years.
    uint256 private constant LONG = 200 * 365 days;

    function test_TheCapIsThatOfTheToken() public {
        eq(CAP, new MootToken(new address[](0), new uint256[](0)).CAP(), "cap");
    }

    function test_WholeYearsHalveWhatIsLeft() public pure {
        eq(Emission.target(0), 0, "start");
        eq(Emission.target(YEAR), 500_000e18, "1 year");
        eq(Emission.target(2 * YEAR), 750_000e18, "2 years");
        eq(Emission.target(4 * YEAR), 937_500e18, "4 years");
        eq(Emission.target(7 * YEAR), 992_187.5e18, "7 years");
        for (uint256 n = 0; n <= 24; ++n) {
            eq(Emission.target(n * YEAR), CAP - (CAP >> n), "whole years are exact");
        }
    }

    function test_TheFirstSecondsAreNotLost() public pure {
        // CAP ln(2) / YEAR (1 - x/2), x = ln(2) / YEAR.
        closeTo(Emission.target(1), 21_979_552_668_138_406, 1e15);
        closeTo(Emission.target(2), 43_959_104_853_176_078, 1e15);
    }

    function test_TheTargetEndsAtTheCap() public pure {
        ok(Emission.target(50 * YEAR) < CAP, "fifty years leave something");
        eq(Emission.target(80 * YEAR), CAP, "less than one unit is left");
        eq(Emission.target(type(uint256).max), CAP, "any number is accepted");
    }

    function testFuzz_TheTargetNeverFalls(uint256 earlier, uint256 later) public pure {
        earlier = within(earlier, 0, LONG);
        later = within(later, earlier, earlier + YEAR / 12);
        ok(Emission.target(earlier) <= Emission.target(later), "monotone");
        ok(Emission.target(later) <= CAP, "bound");
    }

    function testFuzz_TheTargetRisesEverySecondForFiftyYears(uint256 elapsed) public pure {
        elapsed = within(elapsed, 0, 50 * YEAR - 1);
        ok(Emission.target(elapsed) < Emission.target(elapsed + 1), "strictly monotone");
    }

    function testFuzz_TheTargetIsMonotoneWhereYearsMeet(uint256 year, uint256 before) public pure {
        uint256 edge = within(year, 1, 50) * YEAR;
        before = within(before, 1, 100);
        ok(Emission.target(edge - before) < Emission.target(edge), "before");
        ok(Emission.target(edge) < Emission.target(edge + before), "after");
    }

    function testFuzz_AYearHalvesWhatIsLeft(uint256 elapsed) public pure {
        elapsed = within(elapsed, 0, LONG);
        uint256 left = CAP - Emission.target(elapsed);
        eq(CAP - Emission.target(elapsed + YEAR), left / 2, "half");
    }

    function test_NothingIssuedAtTheStart() public pure {
        eq(Emission.multiplier(0, 0), 100 * ONE, "nothing issued");
        eq(Emission.multiplier(1, 0), 0, "something issued");
        eq(Emission.reward(0, 0, 1e18), 100e18, "first reward");
        eq(Emission.reward(1, 0, 1e18), 0, "second reward in the same second");
    }

    function test_EdgesOfTheMultiplier() public pure {
        uint80 target = 500_000e18;
        eq(Emission.multiplier(target, target), ONE, "on target");
        eq(Emission.multiplier(target / 100 * 99, target), 2 * ONE, "1 % below");
        eq(Emission.multiplier(target / 100 * 101, target), ONE / 2, "1 % above");
        eq(Emission.multiplier(target / 100 * 119, target), ONE >> 19, "19 % above");
        eq(Emission.multiplier(600_000e18, target), 0, "exactly d = 1.2");
        eq(Emission.multiplier(600_000e18 - 1, target), ONE >> 20, "one unit below");
        eq(Emission.multiplier(CAP, target), 0, "far above");
        // d = 1 - log2(100) / 100 = 0.93356143810225275304...
        eq(Emission.multiplier(466_780_719_051_126_376_521_296, target), 100 * ONE, "last clamped unit");
        uint256 first = Emission.multiplier(466_780_719_051_126_376_521_297, target);
        ok(first < 100 * ONE && first > 99.999_999_999e9 * ONE / 1e9, "first unit that is not clamped");
    }

    function testFuzz_TheMultiplierIsZeroExactlyFromOnePointTwoOn(uint256 target, uint256 issued) public pure {
        uint80 t = within80(target, 1, CAP);
        uint80 edge = within80(uint256(t) * 6 / 5, 0, 1.2e24) + (t % 5 == 0 ? 0 : 1);
        eq(Emission.multiplier(edge, t), 0, "edge");
        eq(Emission.multiplier(within80(issued, edge, type(uint80).max), t), 0, "above");
        ok(Emission.multiplier(edge - 1, t) >= ONE >> 20, "below");
    }

    function testFuzz_TheMultiplierFallsWithWhatWasIssued(uint256 target, uint256 first, uint256 second)
        public
        pure
    {
        uint80 t = within80(target, 1, CAP);
        uint80 less = within80(first, 0, uint256(t) * 121 / 100);
        uint80 more = within80(second, less, uint256(less) + t / 50);
        uint256 high = Emission.multiplier(less, t);
        ok(high <= Emission.MAX_MULTIPLIER, "bound");
        ok(Emission.multiplier(more, t) <= high, "monotone in issued");
    }

    function testFuzz_TheMultiplierRisesWithTheTarget(uint256 issued, uint256 first, uint256 second) public pure {
        uint80 i = within80(issued, 1, CAP);
        uint80 low = within80(first, uint256(i) * 8 / 10, CAP);
        uint80 high = within80(second, low, CAP);
        ok(Emission.multiplier(i, low) <= Emission.multiplier(i, high), "monotone in target");
    }

    function testFuzz_OnePercentDoublesTheMultiplier(uint256 percent, uint256 target) public pure {
        uint80 one = within80(target, 1e10, 1e22);
        percent = within(percent, 95, 118);
        uint256 more = Emission.multiplier(one * uint80(percent + 1), one * 100);
        eq(Emission.multiplier(one * uint80(percent), one * 100), 2 * more, "double");
    }

    function test_RewardFollowsItsFormula() public pure {
        eq(Emission.reward(500_000e18, YEAR, 1e18), 0.5e18, "on target, half is left");
        eq(Emission.reward(495_000e18, YEAR, 1e18), 1.01e18, "1 % below");
        eq(Emission.reward(505_000e18, YEAR, 2e18), 0.495e18, "1 % above, base of two");
        eq(Emission.reward(750_000e18, 2 * YEAR, 1e18), 0.25e18, "a year later");
    }

    function test_NothingIsLeftAtTheCap() public pure {
        eq(Emission.reward(CAP, 100 * YEAR, 1e18), 0, "at the cap");
        eq(Emission.reward(CAP + 1, 100 * YEAR, 1e18), 0, "above the cap");
        eq(Emission.reward(type(uint80).max, type(uint256).max, type(uint80).max), 0, "largest numbers");
    }

    function testFuzz_TheRewardIsBounded(uint80 issued, uint256 elapsed, uint80 base) public pure {
        elapsed = within(elapsed, 0, LONG);
        uint256 reward = Emission.reward(issued, elapsed, base);
        if (issued >= CAP) return eq(reward, 0, "nothing is left");
        uint256 left = CAP - issued;
        ok(reward <= uint256(base) * 100 * left / CAP, "at most 100 times the base");
        uint256 modest = Emission.reward(issued, elapsed, within80(base, 0, CAP / 100));
        ok(modest <= left, "a modest base cannot pass the cap");
    }

    function testFuzz_TheRewardFallsWithWhatWasIssued(uint256 first, uint256 second, uint256 elapsed, uint80 base)
        public
        pure
    {
        elapsed = within(elapsed, 1, LONG);
        uint256 target = Emission.target(elapsed);
        uint80 less = within80(first, target * 9 / 10, target);
        uint80 more = within80(second, less, uint256(less) + target / 5);
        ok(Emission.reward(more, elapsed, base) <= Emission.reward(less, elapsed, base), "monotone");
    }

    function testFuzz_NoInputReverts(uint80 issued, uint256 elapsed, uint80 base, uint80 target) public pure {
        Emission.reward(issued, elapsed, base);
        ok(Emission.multiplier(issued, target) <= Emission.MAX_MULTIPLIER, "bound also above the cap");
    }

    /// @dev Within one part in `parts`.
    function closeTo(uint256 actual, uint256 expected, uint256 parts) private pure {
        uint256 difference = actual > expected ? actual - expected : expected - actual;
        if (difference * parts > expected) revert NotEqual("relative", actual, expected);
    }
}
