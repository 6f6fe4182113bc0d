// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IModelSupport} from "../../interfaces/IModelSupport.sol";
import {ModelRegistry} from "../../models/ModelRegistry.sol";
import {TestBase} from "../TestBase.t.sol";
import {StakeStub} from "./StakeStub.t.sol";
import {SupportHandler} from "./SupportHandler.t.sol";

contract ModelSupportTest is TestBase {
    address private constant ALICE = address(0xA1);
    address private constant BOB = address(0xB2);
    address private constant AUTHOR = address(0xD4);
    address private constant OWNER = address(0x07);

    /// @dev A multiple of five days, so that a test knows where in a period it stands.
    uint256 private constant START = 4_167 * 5 days;

    StakeStub private stakes;
    ModelRegistry private registry;
    bytes32 private model;
    bytes32 private other;

    function setUp() public {
        vm.warp(START);
        stakes = new StakeStub();
        stakes.set(ALICE, 100e18);
        stakes.set(BOB, 900e18);
        registry = new ModelRegistry(60, stakes, OWNER);
        vm.startPrank(AUTHOR);
        (model, other) = (register("model"), register("other"));
        vm.stopPrank();
    }

    function register(bytes32 digest) private returns (bytes32) {
        return registry.register(
            IModelRegistry.Registration({
                manifestDigest: digest,
                fee: 0,
                payee: AUTHOR,
                claimWindow: 60,
                runtime: "onnx",
                verification: IModelRegistry.VerificationClass.Exact,
                verificationParams: 0,
                hardwareClass: 0,
                version: 1,
                previous: 0
            })
        );
    }

    function signal(address account, bytes32 id, uint80 weight) private {
        vm.prank(account);
        registry.signalSupport(id, weight);
    }

    function until(bytes32 id) private view returns (uint256) {
        return registry.terms(id).supportedUntil;
    }

    function test_ATenthOfAllStakeIsEnough() public {
        vm.expectEmit(address(registry));
        emit IModelSupport.SupportSignalled(model, ALICE, 100e18, uint40(START + 35 days));
        vm.expectEmit(address(registry));
        emit IModelSupport.SupportRefreshed(model, 100e18, uint40(START + 1 days));
        signal(ALICE, model, 100e18);
        eq(until(model), START + 1 days, "a day");
        eq(registry.supportersWeight(model), 100e18, "weight");
        eq(registry.signalledBy(ALICE), 100e18, "given away");
        IModelSupport.Support memory support = registry.supportOf(model);
        eq(support.weight, 100e18, "weight");
        eq(support.totalStake, 1_000e18, "all stake");
        eq(support.supportedUntil, START + 1 days, "until");
        IModelSupport.Signal memory own = registry.signalOf(model, ALICE);
        eq(own.weight, 100e18, "signal");
        eq(own.expiresAt, START + 35 days, "expiry");
        eq(until(other), 0, "the other model has nothing");
    }

    function test_OneUnitLessIsNotEnough() public {
        signal(ALICE, model, 100e18 - 1);
        eq(until(model), 0, "not supported");
        signal(BOB, model, 1);
        eq(until(model), START + 1 days, "together they are");
    }

    function test_NothingIsNotATenthOfNothing() public {
        stakes.set(ALICE, 0);
        stakes.set(BOB, 0);
        registry.refreshSupport(model);
        eq(until(model), 0, "not supported");
    }

    function test_SupportIsComparedAgainEveryDay() public {
        signal(ALICE, model, 100e18);
        vm.warp(START + 3 days);
        eq(until(model), START + 1 days, "it runs out by itself");
        vm.prank(BOB);
        registry.refreshSupport(model);
        eq(until(model), START + 4 days, "anyone renews it");
        stakes.set(BOB, 900e18 + 1);
        registry.refreshSupport(model);
        eq(until(model), 0, "other stake has grown");
    }

    function test_SignalsRunOutUntouched() public {
        vm.warp(START + 5 days - 1);
        signal(ALICE, model, 100e18);
        vm.warp(START + 5 days);
        signal(BOB, model, 900e18);
        vm.warp(START + 35 days - 1);
        eq(registry.supportersWeight(model), 1_000e18, "thirty days");
        vm.warp(START + 35 days);
        eq(registry.supportersWeight(model), 900e18, "one has run out");
        eq(registry.signalOf(model, ALICE).weight, 0, "the signal is over");
        eq(registry.signalOf(model, ALICE).expiresAt, 0, "and shows no end");
        eq(registry.signalledBy(ALICE), 0, "its stake is free for others");
        signal(ALICE, other, 100e18);
        vm.warp(START + 40 days);
        eq(registry.supportersWeight(model), 0, "both have run out");
        registry.refreshSupport(model);
        eq(until(model), 0, "not supported");
        eq(registry.supportersWeight(other), 100e18, "the later one counts");
    }

    function testFuzz_ASignalCountsThirtyToThirtyFiveDays(uint256 time, uint256 wait) public {
        time = within(time, START, START + 365 days);
        wait = within(wait, 0, 400 days);
        vm.warp(time);
        signal(ALICE, model, 70e18);
        vm.warp(time + wait);
        uint256 weight = registry.supportersWeight(model);
        if (wait <= 30 days) eq(weight, 70e18, "counts");
        if (wait >= 35 days) eq(weight, 0, "over");
        eq(registry.signalOf(model, ALICE).weight, weight, "the signal says the same");
        eq(registry.signalledBy(ALICE), weight, "the account too");
    }

    function test_RenewalAndChange() public {
        signal(ALICE, model, 40e18);
        vm.warp(START + 20 days);
        signal(ALICE, model, 100e18);
        eq(registry.supportersWeight(model), 100e18, "in place of the first");
        vm.warp(START + 36 days);
        eq(registry.supportersWeight(model), 100e18, "renewed");
        signal(ALICE, model, 10e18);
        eq(registry.supportersWeight(model), 10e18, "lowered");
        vm.warp(START + 200 days);
        signal(ALICE, model, 20e18);
        eq(registry.supportersWeight(model), 20e18, "after a long pause");
        eq(registry.signalledBy(ALICE), 20e18, "given away");
    }

    function test_StakeMayBeSplitButNotCountedTwice() public {
        signal(ALICE, model, 60e18);
        vm.expectRevert(
            abi.encodeWithSelector(IModelSupport.StakeNotAvailable.selector, ALICE, 40e18, 40e18 + 1)
        );
        signal(ALICE, other, 40e18 + 1);
        signal(ALICE, other, 40e18);
        eq(registry.signalledBy(ALICE), 100e18, "all of it");
        vm.expectRevert(
            abi.encodeWithSelector(IModelSupport.StakeNotAvailable.selector, ALICE, 60e18, 60e18 + 1)
        );
        signal(ALICE, model, 60e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.StakeNotAvailable.selector, AUTHOR, 0, 1));
        signal(AUTHOR, model, 1);
    }

    function test_WithdrawalCountsAtOnce() public {
        signal(ALICE, model, 100e18);
        vm.expectEmit(address(registry));
        emit IModelSupport.SupportWithdrawn(model, ALICE);
        vm.prank(ALICE);
        registry.withdrawSupport(model);
        eq(until(model), 0, "not supported");
        eq(registry.supportersWeight(model), 0, "weight");
        eq(registry.signalledBy(ALICE), 0, "free again");
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.NoSignal.selector, model, ALICE));
        registry.withdrawSupport(model);
    }

    function test_AnExpiredSignalCanBeWithdrawnAndTakesNothingAlong() public {
        signal(ALICE, model, 100e18);
        vm.warp(START + 36 days);
        signal(BOB, model, 200e18);
        vm.prank(ALICE);
        registry.withdrawSupport(model);
        eq(registry.supportersWeight(model), 200e18, "nothing was taken twice");
    }

    /// @dev The one way to count stake twice: signal, leave, give it to another account, signal there. It takes the
    /// exit delay of the vault, and anyone can end it.
    function test_MovedStakeCountsTwiceUntilItIsTrimmed() public {
        signal(BOB, model, 900e18);
        stakes.set(BOB, 0);
        address second = address(0xB3);
        stakes.set(second, 900e18);
        signal(second, model, 900e18);
        eq(registry.supportersWeight(model), 1_800e18, "twice");
        vm.expectEmit(address(registry));
        emit IModelSupport.SupportTrimmed(model, BOB, 0);
        vm.prank(AUTHOR);
        registry.trim(BOB, model);
        eq(registry.supportersWeight(model), 900e18, "once");
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.NoSignal.selector, model, BOB));
        registry.trim(BOB, model);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.NoSignal.selector, model, BOB));
        registry.withdrawSupport(model);
    }

    function test_TrimLowersOnlyByTheExcess() public {
        signal(ALICE, model, 60e18);
        signal(ALICE, other, 40e18);
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.SignalCovered.selector, model, ALICE));
        registry.trim(ALICE, model);
        stakes.set(ALICE, 70e18);
        registry.trim(ALICE, model);
        eq(registry.signalOf(model, ALICE).weight, 30e18, "lowered by 30");
        eq(registry.signalOf(model, ALICE).expiresAt, START + 35 days, "same end");
        eq(registry.signalOf(other, ALICE).weight, 40e18, "untouched");
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.SignalCovered.selector, other, ALICE));
        registry.trim(ALICE, other);
        stakes.set(ALICE, 5e18);
        registry.trim(ALICE, other);
        eq(registry.signalOf(other, ALICE).weight, 0, "65 above: this one goes altogether");
        registry.trim(ALICE, model);
        eq(registry.signalOf(model, ALICE).weight, 5e18, "the rest is covered");
        eq(registry.signalledBy(ALICE), 5e18, "given away");
    }

    function test_AnExpiredSignalCannotBeTrimmed() public {
        signal(ALICE, model, 100e18);
        stakes.set(ALICE, 0);
        vm.warp(START + 35 days);
        vm.expectRevert(abi.encodeWithSelector(IModelSupport.NoSignal.selector, model, ALICE));
        registry.trim(ALICE, model);
    }

    function test_OnlyActiveModelsAreSupported() public {
        vm.expectRevert(IModelSupport.ZeroWeight.selector);
        signal(ALICE, model, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, bytes32("none")));
        signal(ALICE, "none", 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, bytes32("none")));
        registry.refreshSupport("none");
        signal(ALICE, model, 100e18);
        signal(BOB, model, 900e18);
        vm.prank(AUTHOR);
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, model));
        signal(ALICE, model, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, model));
        registry.refreshSupport(model);
        vm.prank(ALICE);
        registry.withdrawSupport(model);
        eq(registry.signalledBy(ALICE), 0, "stake is free for other models");
        stakes.set(BOB, 1e18);
        registry.trim(BOB, model);
        eq(registry.supportersWeight(model), 1e18, "trimmed");
    }

    function test_SupportAndTermsShareAWordInPeace() public {
        vm.prank(OWNER);
        registry.setEmission(model, 1_000, 1e18);
        signal(ALICE, model, 100e18);
        vm.prank(AUTHOR);
        registry.setFee(model, 5e18);
        IModelRegistry.Terms memory terms = registry.terms(model);
        eq(terms.fee, 5e18, "fee");
        eq(terms.floorPrice, 1e18, "floor price");
        eq(terms.claimWindow, 60, "window");
        eq(terms.rate, 1_000, "rate");
        eq(terms.supportedUntil, START + 1 days, "support");
        ok(terms.active, "active");
    }

    /// @dev More than all tokens together must not stop anybody from signalling.
    function test_SumsHoldMoreThanAllStake() public {
        for (uint160 i = 1; i <= 20; ++i) {
            address account = address(0x1000 + i);
            stakes.set(account, type(uint80).max - stakes.totalStake());
            signal(account, model, stakes.stakeOf(account));
            stakes.set(account, 0);
        }
        eq(registry.supportersWeight(model), 20 * uint256(type(uint80).max - 1_000e18), "sum");
    }
}

/// @dev What must hold after any sequence of calls, in any rhythm.
contract ModelSupportInvariants is TestBase {
    SupportHandler private handler;
    ModelRegistry private registry;

    function setUp() public {
        handler = new SupportHandler();
        registry = handler.registry();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_SumsAreThoseOfTheLiveSignals() public view {
        for (uint256 i = 0; i < handler.modelCount(); ++i) {
            bytes32 model = handler.models(i);
            eq(registry.supportersWeight(model), handler.supporting(model), "sum of a model");
            for (uint256 k = 0; k < handler.accountCount(); ++k) {
                address account = handler.accounts(k);
                eq(registry.signalOf(model, account).weight, handler.weightOf(model, account), "signal");
            }
        }
        for (uint256 k = 0; k < handler.accountCount(); ++k) {
            eq(registry.signalledBy(handler.accounts(k)), handler.committed(handler.accounts(k)), "sum of an account");
        }
    }

    function invariant_NobodySignalsMoreThanItsStake() public view {
        for (uint256 k = 0; k < handler.accountCount(); ++k) {
            address account = handler.accounts(k);
            if (!handler.shrunk(account)) {
                ok(registry.signalledBy(account) <= handler.stakes().stakeOf(account), "covered unless stake fell");
            }
        }
    }

    function invariant_NoCallIsTakenOrRefusedWrongly() public view {
        eq(handler.broken(), 0, "broken rules");
    }

    /// @dev One long seeded walk, which shows that the invariants above are about calls that do happen.
    function test_ALongWalkReachesEveryEntry() public {
        for (uint256 i = 0; i < 600; ++i) {
            uint256 r = uint256(keccak256(abi.encode("walk", i)));
            (uint256 kind, uint256 a, uint256 b) = (r % 20, (r >> 8) & type(uint64).max, (r >> 72) & type(uint64).max);
            if (kind < 8) handler.signal(a, b, uint80(r >> 160));
            else if (kind < 10) handler.withdraw(a, b);
            else if (kind < 14) handler.trim(a, b);
            else if (kind == 14) handler.refresh(a);
            else if (kind < 19) handler.setStake(a, uint80(b));
            else handler.wait(a);
            if (i % 10 == 0) invariant_SumsAreThoseOfTheLiveSignals();
        }
        invariant_NobodySignalsMoreThanItsStake();
        invariant_NoCallIsTakenOrRefusedWrongly();
        bytes4[6] memory entries = [
            handler.signal.selector,
            handler.withdraw.selector,
            handler.trim.selector,
            handler.refresh.selector,
            handler.setStake.selector,
            handler.wait.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 10, "hardly reached");
        }
    }
}
