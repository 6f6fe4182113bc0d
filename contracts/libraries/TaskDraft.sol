// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskTerms} from "./TaskTerms.sol";

/// @title What an order becomes
/// @notice For modules that sell work under the parameters of the market: one set of parameters, one owner.
library TaskDraft {
    using SafeCast for uint256;

    uint256 private constant MICRO = 1e12;

    /// @notice Fixes everything a task will ever need, by the market's parameters and the model's terms of this moment.
    /// @dev The caller makes sure that lock and escrow of all its pieces fit into 80 bits.
    /// @param inputDigest SHA-256 of the input, or the root of several.
    /// @param flags {TaskTerms-BLOB} when the input is not on chain; the order adds the others.
    function draft(
        ITaskMarket market,
        IModelRegistry registry,
        ITaskMarket.Order memory order,
        bytes32 inputDigest,
        uint256 flags
    ) internal view returns (ITaskMarket.Task memory task) {
        ITaskMarket.Settings memory s = market.settingsOf(order.class);
        if (s.lockFactor == 0) revert ITaskMarket.UnknownClass(order.class);
        uint80 minFee = uint80(s.minFee * MICRO);
        if (order.fee < minFee) revert ITaskMarket.FeeTooLow(order.fee, minFee);
        if (order.lifetime < s.minLifetime || order.lifetime > s.maxLifetime) {
            revert ITaskMarket.LifetimeOutOfBounds(order.lifetime, s.minLifetime, s.maxLifetime);
        }
        IModelRegistry.Terms memory terms = registry.terms(order.model);
        if (!terms.active) revert ITaskMarket.ModelNotActive(order.model);

        if (order.readable) flags |= TaskTerms.READABLE;
        uint256 extra = terms.fee;
        if (order.assurance != 0) {
            ITaskMarket.Assurance memory assurance = market.assuranceOf(order.assurance);
            if (assurance.lockFactor == 0) revert ITaskMarket.UnknownClass(order.assurance);
            (s.checksBps, s.lockFactor) = (assurance.checksBps, assurance.lockFactor);
        }
        // What people judge nobody can check by running it again.
        if (terms.verification == IModelRegistry.VerificationClass.Jury) s.checksBps = 0;
        if (order.assurance != 0) {
            flags |= TaskTerms.CHECKS_PAID;
            extra += uint256(TaskTerms.share(order.fee, s.dutyBps)) * s.checksBps / TaskTerms.BPS;
        }
        if (extra > order.maxExtra) revert ITaskMarket.ExtraTooHigh(extra.toUint80(), order.maxExtra);
        task.requester = msg.sender;
        task.nonce = order.nonce;
        task.model = order.model;
        task.inputDigest = inputDigest;
        task.money = packMoney(order.fee, terms, s);
        task.times = packTimes(order.lifetime, order.class, terms, s, flags);
    }

    /// @notice What so many pieces of a draft cost their requester. Refuses those whose lock or escrow would not fit
    /// into 80 bits; every other amount that is derived from a piece is smaller than one of the two.
    function fits(ITaskMarket.Task memory task, uint256 pieces) internal pure returns (uint80 escrow) {
        uint256 fee = task.money >> 176;
        uint256 lockFactor = uint16(task.money >> 80);
        (fee * lockFactor * pieces).toUint80();
        uint256 all = fee + uint80(task.money >> 96);
        if (uint8(task.times) & TaskTerms.CHECKS_PAID != 0) {
            uint256 dutyPay = fee * uint16(task.money >> 16) / TaskTerms.BPS;
            all += dutyPay * uint16(task.money >> 32) / TaskTerms.BPS;
        }
        return (all * pieces).toUint80();
    }

    /// @notice The word of amounts; the layout is {TaskTerms}.
    /// @dev Emission only from the floor price up, and only while the model is supported: otherwise tasks that nobody else
    /// takes could be posted to oneself for the mint.
    function packMoney(uint80 fee, IModelRegistry.Terms memory terms, ITaskMarket.Settings memory s)
        internal
        view
        returns (uint256)
    {
        uint256 rate = fee >= terms.floorPrice && block.timestamp <= terms.supportedUntil ? terms.rate : 0;
        return (uint256(fee) << 176) | (uint256(terms.fee) << 96) | (uint256(s.lockFactor) << 80)
            | (uint256(s.treasuryBps) << 64) | (rate << 48) | (uint256(s.checksBps) << 32)
            | (uint256(s.dutyBps) << 16) | s.bondBps;
    }

    /// @notice The word of times; the layout is {TaskTerms}.
    /// @param flags Those of the order; the verification class is added.
    function packTimes(
        uint32 lifetime,
        uint8 class,
        IModelRegistry.Terms memory terms,
        ITaskMarket.Settings memory s,
        uint256 flags
    ) internal view returns (uint256) {
        uint256 now_ = block.timestamp.toUint40();
        uint256 window = terms.claimWindow > s.claimWindow ? terms.claimWindow : s.claimWindow;
        return (now_ << 216) | (uint256(block.number.toUint40()) << 176) | ((now_ + s.retractDelay) << 136)
            | ((now_ + lifetime) << 96) | (window << 72) | (uint256(s.reserveSeconds) << 48)
            | (uint256(s.notice) << 32) | (uint256(s.spread) << 16) | (uint256(class) << 8)
            | TaskTerms.flagsOf(terms.verification) | flags;
    }
}
