// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Emission} from "../../libraries/Emission.sol";

/// @dev Makes the library callable for emission.test.ts, many points at a time.
contract EmissionHarness {
    struct Point {
        uint80 issued;
        uint256 elapsed;
        uint80 base;
    }

    struct Answer {
        uint256 target;
        uint256 multiplier;
        uint256 reward;
    }

    function answers(Point[] calldata points) external pure returns (Answer[] memory results) {
        results = new Answer[](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            Point calldata p = points[i];
            uint80 target = Emission.target(p.elapsed);
            results[i] = Answer({
                target: target,
                multiplier: Emission.multiplier(p.issued, target),
                reward: Emission.reward(p.issued, p.elapsed, p.base)
            });
        }
    }

    function multipliers(uint80[] calldata issued, uint80 target) external pure returns (uint256[] memory results) {
        results = new uint256[](issued.length);
        for (uint256 i = 0; i < issued.length; ++i) {
            results[i] = Emission.multiplier(issued[i], target);
        }
    }

    /// @dev Gas of {Emission.reward} itself: the difference of two readings, less what the readings cost.
    function gasOfReward(uint80 issued, uint256 elapsed, uint80 base) external view returns (uint256 used) {
        uint256 start = gasleft();
        uint256 overhead = start - gasleft();
        start = gasleft();
        uint256 result = Emission.reward(issued, elapsed, base);
        used = start - gasleft() - overhead;
        require(result != type(uint256).max, "keeps the call from being optimised away");
    }
}
