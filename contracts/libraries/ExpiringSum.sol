// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title A sum whose parts drop out by themselves
/// @notice Time is counted in periods of the caller's choice. Every part belongs to the last period in which it counts.
/// Whoever touches the sum first takes out all parts of the periods that have passed, a period at once, so nobody has
/// to touch the parts.
/// @dev A part counts in at most {SPAN} periods, the one it is given in included. Hence whatever is still in the sum
/// ends less than {SPAN} periods after the last change, and that bounds every loop.
library ExpiringSum {
    /// @notice Most periods that a part can count in, the first and the last included.
    uint40 internal constant SPAN = 7;

    /// @notice A part of a sum.
    /// @param weight How much; zero for no part.
    /// @param last Last period in which it counts.
    struct Part {
        uint80 weight;
        uint40 last;
    }

    /// @param live Sum of the parts that end in `first` or later. Wider than a part, because stake that moves from one
    /// account to the next may count for both for a while.
    /// @param first Period of the last change: all that ended earlier has been taken out.
    /// @param ending Sum of the parts that end in a period; nothing before `first` is ever read.
    struct Sum {
        uint128 live;
        uint40 first;
        mapping(uint256 period => uint128) ending;
    }

    /// @notice The sum as of period `now_`.
    function total(Sum storage self, uint40 now_) internal view returns (uint128 live) {
        uint40 first;
        (live, first) = (self.live, self.first);
        if (live == 0 || now_ >= first + SPAN) return 0;
        for (uint40 period = first; period < now_; ++period) {
            live -= self.ending[period];
        }
    }

    /// @notice Puts `next` in the place of `previous`, either of which may be nothing.
    /// @param previous A part of this sum. If its time has passed it has dropped out already.
    /// @param next It ends within {SPAN} periods, this one included.
    /// @return live The new sum.
    function replace(Sum storage self, uint40 now_, Part memory previous, Part memory next)
        internal
        returns (uint128 live)
    {
        live = total(self, now_);
        _giveBack(self, now_);
        if (counts(previous, now_)) {
            live -= previous.weight;
            self.ending[previous.last] -= previous.weight;
        }
        if (next.weight != 0) {
            live += next.weight;
            self.ending[next.last] += next.weight;
        }
        (self.live, self.first) = (live, now_);
    }

    /// @notice Whether a part counts in period `now_`.
    function counts(Part memory part, uint40 now_) internal pure returns (bool) {
        return part.weight != 0 && part.last >= now_;
    }

    /// @dev Only to give storage back: periods before `now_` are not read again.
    function _giveBack(Sum storage self, uint40 now_) private {
        if (self.live == 0) return;
        uint40 period = self.first;
        uint40 end = now_ < period + SPAN ? now_ : period + SPAN;
        for (; period < end; ++period) {
            if (self.ending[period] != 0) delete self.ending[period];
        }
    }
}
