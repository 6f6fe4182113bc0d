// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Whose turn it is
/// @notice A task opens to each solver after T x u x S / w seconds: u pseudo-random per task and solver, S the stake of
/// all accounts, w the solver's free stake. Splitting one's stake over many accounts changes nothing, and u/w without a
/// logarithm is close enough to the exact exponential draw (50 against 51 seconds until the first, with 100 solvers).
library Turn {
    uint256 private constant U_BITS = 64;

    /// @notice Seconds from the submission until the task opens to `solver`.
    /// @param seed Bound to the task and to a block that nobody knew at submission. Zero while the block is not there
    /// and once the chain has forgotten it: then u is 1, so that nobody gains by being early or late.
    /// @param spread T, seconds; below 2^16.
    /// @param free Free stake of the solver; below 2^80.
    /// @param total Stake of all accounts; below 2^80.
    /// @param cap Longest wait, seconds: after it the task is open to everybody, whatever their stake.
    function wait(bytes32 seed, address solver, uint256 spread, uint256 free, uint256 total, uint256 cap)
        internal
        pure
        returns (uint256 seconds_)
    {
        if (spread == 0) return 0;
        if (free == 0) return cap;
        uint256 u = seed == bytes32(0) ? 1 << U_BITS : uint64(uint256(keccak256(abi.encode(seed, solver))));
        // At most 2^(16 + 64 + 80), so nothing wraps; u / 2^64 lies in [0, 1].
        seconds_ = (spread * u * total / free) >> U_BITS;
        if (seconds_ > cap) seconds_ = cap;
    }
}
