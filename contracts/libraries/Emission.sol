// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The emission curve
/// @notice What one piece of work issues, as a function of what was issued before and of the time since the start.
/// @dev The shape is that of Arbius' engine (V2_EngineV6, `targetTs`, `diffMul`, `reward`): a target curve with a
/// half-life and a difficulty that pulls what was issued towards it. Here the cap is 1,000,000 tokens and the half-life
/// one year.
///
/// Exponentials come from `h coth h`, which is even in `h` and which e^(2h) and e^(-2h) share:
///
///     e^(2h)  = (g + h) / (g - h)        g = h coth h = sum over k of 2^(2k) B(2k) h^(2k) / (2k)!
///     e^(-2h) = (g - h) / (g + h)        B: the Bernoulli numbers (Abramowitz and Stegun, section 4.5)
///
/// With h in [0, ln(2)/2) each term is 82 times smaller than the one before, so ten of them leave a relative error of
/// 1e-19 at most. The difference 1 - e^(-2h) loses nothing for small `h`, because `g` is the same above and below the line.
/// The number of terms is even and the signs alternate, so `g` comes out too large, never too small: every power is a
/// hair too flat within its octave, which keeps both functions monotone across octaves and below their bounds.
library Emission {
    /// @notice Most tokens that will ever exist, in the smallest unit.
    uint80 internal constant CAP = 1_000_000e18;

    /// @notice Half-life of the curve, seconds.
    uint256 internal constant YEAR = 365 days;

    /// @notice A multiplier of one. Multipliers have 80 binary places: the smallest that is not zero, 2^-20, is then
    /// still known to 60 bits, which 18 decimal places could not do.
    uint256 internal constant ONE = 1 << 80;

    /// @notice Largest multiplier: 100.
    uint256 internal constant MAX_MULTIPLIER = 100 * ONE;

    /// @dev All constants below have 128 binary places. ln(2) / 2.
    uint256 private constant HALF_LN2 = 0x58b90bfbe8e7bcd5e4f1d9cc01f97b57;

    /// @dev 20 + log2(100): the exponent, counted from -20, from which on the multiplier is clamped.
    uint256 private constant CLAMP = 0x1aa4d3c25e68dc57f2495fb7fa6d7eda66;

    /// @dev 2^(2k) |B(2k)| / (2k)! for k = 1 to 9. The compiler does the divisions.
    uint256 private constant C1 = uint256(1 << 128) / 3;
    uint256 private constant C2 = uint256(1 << 128) / 45;
    uint256 private constant C3 = uint256(2 << 128) / 945;
    uint256 private constant C4 = uint256(1 << 128) / 4725;
    uint256 private constant C5 = uint256(2 << 128) / 93_555;
    uint256 private constant C6 = uint256(1382 << 128) / 638_512_875;
    uint256 private constant C7 = uint256(4 << 128) / 18_243_225;
    uint256 private constant C8 = uint256(3617 << 128) / 162_820_783_125;
    uint256 private constant C9 = uint256(87_734 << 128) / 38_979_295_480_125;

    /// @notice Tokens that should have been issued by now: CAP (1 - 2^(-elapsed / YEAR)).
    /// @param elapsed Seconds since the start; any number.
    /// @return In the smallest unit, at most {CAP}; relative error below 1e-16 from one second on, exact at whole years
    /// up to the 24th.
    function target(uint256 elapsed) internal pure returns (uint80) {
        // No overflow: the remainder is below 2^25 and the constants below 2^128; g < 2^129, so CAP (g - h) < 2^209;
        // g >= h coth h at 0, that is 2^128, and h < 2^127. A shift by more than 255 leaves zero, as it should.
        // The cast loses nothing: CAP minus something that is at most CAP.
        unchecked {
            uint256 h = (elapsed % YEAR) * HALF_LN2 / YEAR;
            uint256 g = _hCothH(h);
            return uint80(CAP - ((CAP * (g - h) / (g + h)) >> (elapsed / YEAR)));
        }
    }

    /// @notice How far the reward is raised or lowered: 2^(-100 (d - 1)) with d = issued / target, at most 100, and
    /// zero from d = 1.2 on. With a target of zero it is 100 while nothing was issued, and zero afterwards.
    /// @param issued What was issued, smallest unit.
    /// @param target_ What should have been issued, smallest unit.
    /// @return In units of {ONE}; relative error below 2e-18 for the given numbers.
    function multiplier(uint80 issued, uint80 target_) internal pure returns (uint256) {
        if (target_ == 0) return issued == 0 ? MAX_MULTIPLIER : 0;
        // No overflow: 20 (6 target - 5 issued) < 2^87, shifted by 128 below 2^215. Below the clamp the exponent is
        // less than 27, so the last product is below 2^(60 + 26 + 130).
        unchecked {
            uint256 sixFold = 6 * uint256(target_);
            uint256 fiveFold = 5 * uint256(issued);
            if (fiveFold >= sixFold) return 0;
            // The exponent counted from -20, where the multiplier ends: 20 - 100 (d - 1), so that it has no sign.
            uint256 exponent = ((20 * (sixFold - fiveFold)) << 128) / target_;
            if (exponent >= CLAMP) return MAX_MULTIPLIER;
            uint256 h = ((exponent & type(uint128).max) * HALF_LN2) >> 128;
            uint256 g = _hCothH(h);
            // ONE x 2^-20 = 2^60.
            return ((g + h) << (60 + (exponent >> 128))) / (g - h);
        }
    }

    /// @notice What one piece of work issues: base x (CAP - issued) / CAP x multiplier.
    /// @dev Never more than what is left to issue as long as `base` is at most CAP / 100. With a larger one the caller
    /// has to look.
    /// @param issued What was issued before, smallest unit; from {CAP} on the reward is zero.
    /// @param elapsed Seconds since the start.
    /// @param base Reward before curve and multiplier, smallest unit.
    /// @return In the smallest unit, rounded down; the relative error before rounding is below 1e-14.
    function reward(uint80 issued, uint256 elapsed, uint80 base) internal pure returns (uint256) {
        if (issued >= CAP) return 0;
        uint256 factor = multiplier(issued, target(elapsed));
        // No overflow: two factors below 2^80 and one below 2^87.
        unchecked {
            return (uint256(base) * (CAP - issued) * factor) / (CAP * ONE);
        }
    }

    /// @dev h coth h for h < 2^127 (a half), all with 128 binary places. No overflow: every bracket lies between zero
    /// and its first constant, and so every product is below 2^256.
    function _hCothH(uint256 h) private pure returns (uint256 g) {
        unchecked {
            uint256 z = (h * h) >> 128;
            g = C8 - ((C9 * z) >> 128);
            g = C7 - ((g * z) >> 128);
            g = C6 - ((g * z) >> 128);
            g = C5 - ((g * z) >> 128);
            g = C4 - ((g * z) >> 128);
            g = C3 - ((g * z) >> 128);
            g = C2 - ((g * z) >> 128);
            g = C1 - ((g * z) >> 128);
            g = (1 << 128) + ((g * z) >> 128);
        }
    }
}
