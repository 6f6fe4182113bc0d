// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";

/// @title What is packed into the two words of a task
/// @notice As words of their own these twenty fields would cost each task about 9,000 gas: they travel in an event and
/// in the call data of every step.
///
///     money: fee 80 | modelFee 80 | lockFactor 16 | treasuryBps 16 | issueRate 16 | checksBps 16 | dutyBps 16 | bondBps 16
///     times: submittedAt 40 | submittedIn 40 | retractAt 40 | deadline 40 | claimWindow 24 | reserveSeconds 24 |
///            notice 16 | spread 16 | class 8 | flags 8
///
/// The first field is the highest. Flags: 1 readable, 2 the requester has paid the checks, 4 the input is not on chain,
/// 8 to 32 the verification class of the model.
library TaskTerms {
    uint256 internal constant BPS = 10_000;
    uint8 internal constant READABLE = 1;
    uint8 internal constant CHECKS_PAID = 2;
    uint8 internal constant BLOB = 4;
    uint256 private constant CLASS_SHIFT = 3;

    /// @notice Paid for the solution, treasury share included.
    function fee(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return uint80(task.money >> 176);
    }

    /// @notice Paid to the author of the model.
    function modelFee(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return uint80(task.money >> 96);
    }

    /// @notice Stake the solver answers with until the claim. The submission has made sure that it fits.
    function lock(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return uint80(uint256(fee(task)) * uint16(task.money >> 80));
    }

    /// @notice Share of the fee for the treasury.
    function treasuryShare(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return share(fee(task), uint16(task.money >> 64));
    }

    /// @notice Emission in 1/1,000 of the base reward.
    function issueRate(ITaskMarket.Task calldata task) internal pure returns (uint16) {
        return uint16(task.money >> 48);
    }

    /// @notice Most that the solver can get by emission: the fee, where others can take the task and have their turn. What
    /// the treasury takes, where the requester may keep the input to itself or where the fastest wins: nobody competes
    /// for such a task if its requester does not want it, and it must not pay to work for oneself.
    function issueCap(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return spread(task) == 0 || flags(task) & BLOB != 0 ? treasuryShare(task) : fee(task);
    }

    /// @notice Expected checks in 1/10,000.
    function checksBps(ITaskMarket.Task calldata task) internal pure returns (uint16) {
        return uint16(task.money >> 32);
    }

    /// @notice Pay of one check, and the fine for missing one.
    function dutyPay(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return share(fee(task), uint16(task.money >> 16));
    }

    /// @notice Bond of a reservation.
    function bond(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return share(fee(task), uint16(task.money));
    }

    /// @notice What the requester paid for checks: their expected number times the pay of one.
    function checksPaid(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        if (flags(task) & CHECKS_PAID == 0) return 0;
        return uint80(uint256(dutyPay(task)) * checksBps(task) / BPS);
    }

    /// @notice What the requester paid in all, and gets back in every dead end.
    function escrow(ITaskMarket.Task calldata task) internal pure returns (uint80) {
        return fee(task) + modelFee(task) + checksPaid(task);
    }

    /// @notice Time of submission, seconds.
    function submittedAt(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint40(task.times >> 216);
    }

    /// @notice Block of submission.
    function submittedIn(ITaskMarket.Task calldata task) internal pure returns (uint256) {
        return uint40(task.times >> 176);
    }

    /// @notice From when on the requester may take an unsolved task back.
    function retractAt(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint40(task.times >> 136);
    }

    /// @notice Last moment for a reveal.
    function deadline(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint40(task.times >> 96);
    }

    /// @notice Seconds between reveal and claim.
    function claimWindow(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint24(task.times >> 72);
    }

    /// @notice Seconds a reservation lasts.
    function reserveSeconds(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint24(task.times >> 48);
    }

    /// @notice Seconds for checkers to announce themselves.
    function notice(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint16(task.times >> 32);
    }

    /// @notice T of the turn, seconds.
    function spread(ITaskMarket.Task calldata task) internal pure returns (uint48) {
        return uint16(task.times >> 16);
    }

    /// @notice Options; see the title.
    function flags(ITaskMarket.Task calldata task) internal pure returns (uint8) {
        return uint8(task.times);
    }

    /// @notice How the result can be checked, as it was at the submission.
    function verification(ITaskMarket.Task calldata task) internal pure returns (IModelRegistry.VerificationClass) {
        return IModelRegistry.VerificationClass(flags(task) >> CLASS_SHIFT);
    }

    /// @notice The flags of a verification class.
    function flagsOf(IModelRegistry.VerificationClass class) internal pure returns (uint256) {
        return uint256(class) << CLASS_SHIFT;
    }

    /// @notice `amount * bps / 10,000`, rounded down.
    function share(uint80 amount, uint16 bps) internal pure returns (uint80) {
        return uint80(uint256(amount) * bps / BPS);
    }
}
