// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IModelSupport} from "../../interfaces/IModelSupport.sol";
import {IStakeSource} from "../../interfaces/IStakeSource.sol";
import {ModelRegistry} from "../../models/ModelRegistry.sol";
import {TestBase} from "../TestBase.t.sol";
import {StakeStub} from "./StakeStub.t.sol";

interface VmLoad {
    function load(address target, bytes32 slot) external view returns (bytes32);
}

contract ModelRegistryTest is TestBase {
    /// @dev After three slots of support, the owner and the pending owner.
    uint256 private constant TERMS_SLOT = 5;

    address private constant ALICE = address(0xA1);
    address private constant BOB = address(0xB2);
    address private constant OWNER = address(0x07);
    bytes32 private constant DIGEST = keccak256("manifest");
    IModelRegistry.VerificationClass private constant EXACT = IModelRegistry.VerificationClass.Exact;

    ModelRegistry private registry;
    bytes32 private model;

    function setUp() public {
        vm.warp(1_800_000_000);
        registry = new ModelRegistry(60, new StakeStub(), OWNER);
        vm.prank(ALICE);
        model = registry.register(full());
    }

    function full() private pure returns (IModelRegistry.Registration memory) {
        return IModelRegistry.Registration({
            manifestDigest: DIGEST,
            fee: 3e18,
            payee: BOB,
            claimWindow: 600,
            runtime: "onnx",
            verification: IModelRegistry.VerificationClass.Tolerance,
            verificationParams: bytes32(uint256(1e-3 * 1e18)),
            hardwareClass: "gpu-8gb",
            version: 1,
            previous: 0
        });
    }

    function brief(bytes32 digest, uint80 fee, address payee, uint24 claimWindow, bytes32 runtime)
        private
        pure
        returns (IModelRegistry.Registration memory)
    {
        return IModelRegistry.Registration({
            manifestDigest: digest,
            fee: fee,
            payee: payee,
            claimWindow: claimWindow,
            runtime: runtime,
            verification: EXACT,
            verificationParams: 0,
            hardwareClass: 0,
            version: 1,
            previous: 0
        });
    }

    function next(bytes32 digest, uint32 version, bytes32 previous)
        private
        pure
        returns (IModelRegistry.Registration memory registration)
    {
        registration = brief(digest, 0, BOB, 60, "onnx");
        (registration.version, registration.previous) = (version, previous);
    }

    function test_RegistrationIsReadable() public view {
        eq(model, keccak256(abi.encode(ALICE, DIGEST)), "id");
        IModelRegistry.Terms memory terms = registry.terms(model);
        eq(terms.fee, 3e18, "fee");
        eq(terms.claimWindow, 600, "window");
        eq(uint256(terms.verification), uint256(IModelRegistry.VerificationClass.Tolerance), "class");
        ok(terms.active, "active");
        eq(terms.rate, 0, "not rated");
        eq(terms.floorPrice, 0, "no floor price");
        eq(terms.supportedUntil, 0, "not supported");
        IModelRegistry.Model memory record = registry.modelOf(model);
        eq(record.registrar, ALICE, "registrar");
        eq(record.registeredAt, 1_800_000_000, "time");
        eq(record.manifestDigest, DIGEST, "digest");
        eq(record.runtime, "onnx", "runtime");
        eq(record.verificationParams, bytes32(uint256(1e15)), "parameters");
        eq(record.hardwareClass, "gpu-8gb", "hardware");
        eq(record.version, 1, "version");
        eq(record.previous, bytes32(0), "previous");
        eq(registry.payeeOf(model), BOB, "payee");
    }

    function test_RegistrationIsAnnounced() public {
        bytes32 id = registry.modelId(BOB, DIGEST);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelRegistered(id, BOB, DIGEST, ALICE, 1, 60, EXACT, "cog", "params", "cpu", 1, 0);
        IModelRegistry.Registration memory registration = brief(DIGEST, 1, ALICE, 60, "cog");
        (registration.verificationParams, registration.hardwareClass) = ("params", "cpu");
        vm.prank(BOB);
        registry.register(registration);
    }

    function test_NobodyCanTakeTheIdOfSomebodyElse() public {
        vm.prank(BOB);
        ok(registry.register(brief(DIGEST, 0, BOB, 60, "onnx")) != model, "ids differ");
        eq(registry.modelOf(model).registrar, ALICE, "untouched");
    }

    function test_SecondRegistrationIsRefusedAlsoAfterRetirement() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelAlreadyRegistered.selector, model));
        registry.register(brief(DIGEST, 0, BOB, 60, "onnx"));
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelAlreadyRegistered.selector, model));
        registry.register(brief(DIGEST, 0, BOB, 60, "onnx"));
    }

    function test_BoundsAreEnforced() public {
        vm.expectRevert(IModelRegistry.ManifestDigestMissing.selector);
        registry.register(brief(0, 0, BOB, 60, "onnx"));
        vm.expectRevert(IModelRegistry.RuntimeMissing.selector);
        registry.register(brief(DIGEST, 0, BOB, 60, ""));
        vm.expectRevert(IModelRegistry.PayeeMissing.selector);
        registry.register(brief(DIGEST, 0, address(0), 60, "onnx"));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FeeTooHigh.selector, 10_000e18 + 1, 10_000e18));
        registry.register(brief(DIGEST, 10_000e18 + 1, BOB, 60, "onnx"));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ClaimWindowOutOfBounds.selector, 59, 60, 30 days));
        registry.register(brief(DIGEST, 0, BOB, 59, "onnx"));
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ClaimWindowOutOfBounds.selector, 30 days + 1, 60, 30 days)
        );
        registry.register(brief(DIGEST, 0, BOB, 30 days + 1, "onnx"));
    }

    function test_VersionsFollowEachOther() public {
        vm.startPrank(ALICE);
        bytes32 second = registry.register(next("second", 2, model));
        eq(registry.modelOf(second).version, 2, "version");
        eq(registry.modelOf(second).previous, model, "previous");
        registry.retire(second);
        eq(registry.modelOf(registry.register(next("third", 3, second))).version, 3, "also after a retired one");
    }

    function test_VersionsOutOfSequenceAreRefused() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionOutOfSequence.selector, 0, 1));
        registry.register(next("new", 0, 0));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionOutOfSequence.selector, 2, 1));
        registry.register(next("new", 2, 0));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionOutOfSequence.selector, 1, 2));
        registry.register(next("new", 1, model));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.VersionOutOfSequence.selector, 3, 2));
        registry.register(next("new", 3, model));
    }

    function test_NobodyPublishesAVersionOfSomebodyElsesModel() public {
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, BOB));
        registry.register(next("second", 2, model));
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, bytes32("none"), ALICE));
        registry.register(next("second", 1, "none"));
        // A model cannot be the version of itself: it does not exist yet.
        bytes32 own = registry.modelId(ALICE, "own");
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, own, ALICE));
        registry.register(next("own", 1, own));
    }

    function test_NumbersThatDoNotFitAreRefused() public {
        accepts(60, 4, "control");
        refuses(60, 5, "class 5 does not exist");
        refuses(60 + 2 ** 24, 4, "a window of more than 24 bits is not cut");
    }

    function accepts(uint256 claimWindow, uint256 class, string memory what) private {
        ok(raw(claimWindow, class), what);
    }

    function refuses(uint256 claimWindow, uint256 class, string memory what) private {
        ok(!raw(claimWindow, class), what);
    }

    function raw(uint256 claimWindow, uint256 class) private returns (bool success) {
        (success,) = address(registry).call(
            abi.encodePacked(
                registry.register.selector,
                abi.encode(keccak256("raw"), 0, BOB, claimWindow, bytes32("x"), class, 0, 0, 1, 0)
            )
        );
    }

    function test_ConstructorBounds() public {
        IStakeSource source = registry.stakeSource();
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidBounds.selector, 0));
        new ModelRegistry(0, source, OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidBounds.selector, 30 days + 1));
        new ModelRegistry(30 days + 1, source, OWNER);
        vm.expectRevert(IModelSupport.ZeroAddress.selector);
        new ModelRegistry(60, IStakeSource(address(0)), OWNER);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new ModelRegistry(60, source, address(0));
    }

    function test_RegistrarChangesTerms() public {
        vm.startPrank(ALICE);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelFeeChanged(model, 4e18);
        registry.setFee(model, 4e18);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelPayeeChanged(model, ALICE);
        registry.setPayee(model, ALICE);
        eq(registry.terms(model).fee, 4e18, "fee");
        eq(registry.terms(model).claimWindow, 600, "window untouched");
        eq(registry.payeeOf(model), ALICE, "payee");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FeeTooHigh.selector, 10_000e18 + 1, 10_000e18));
        registry.setFee(model, 10_000e18 + 1);
        vm.expectRevert(IModelRegistry.PayeeMissing.selector);
        registry.setPayee(model, address(0));
    }

    function test_RetirementIsFinalButThePayeeCanStillMove() public {
        vm.startPrank(ALICE);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelRetired(model);
        registry.retire(model);
        ok(!registry.terms(model).active, "inactive");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, model));
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, model));
        registry.setFee(model, 1);
        registry.setPayee(model, ALICE);
        eq(registry.payeeOf(model), ALICE, "payee");
    }

    function testFuzz_OnlyTheRegistrarChangesTerms(address caller, bytes32 other) public {
        vm.assume(caller != ALICE);
        vm.startPrank(caller);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, caller));
        registry.setFee(model, 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, caller));
        registry.setPayee(model, caller);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, caller));
        registry.retire(model);
        vm.assume(other != model && caller != address(0));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, other, caller));
        registry.retire(other);
    }

    function test_TheOwnerRatesModels() public {
        vm.startPrank(OWNER);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelEmissionChanged(model, 10_000, 10_000e18);
        registry.setEmission(model, 10_000, 10_000e18);
        IModelRegistry.Terms memory terms = registry.terms(model);
        eq(terms.rate, 10_000, "rate");
        eq(terms.floorPrice, 10_000e18, "floor price");
        eq(terms.fee, 3e18, "fee untouched");
        eq(terms.claimWindow, 600, "window untouched");
        eq(uint256(terms.verification), uint256(IModelRegistry.VerificationClass.Tolerance), "class untouched");
        ok(terms.active, "still active");
        registry.setEmission(model, 0, 0);
        eq(registry.terms(model).rate, 0, "unrated");
    }

    function test_EmissionHasBounds() public {
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.RateTooHigh.selector, 10_001, 10_000));
        registry.setEmission(model, 10_001, 1);
        vm.expectRevert(IModelRegistry.FloorPriceMissing.selector);
        registry.setEmission(model, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FloorPriceTooHigh.selector, 10_000e18 + 1, 10_000e18));
        registry.setEmission(model, 1, 10_000e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, bytes32("none")));
        registry.setEmission("none", 1, 1);
        registry.setEmission(model, 1, 1);
        vm.stopPrank();
        vm.prank(ALICE);
        registry.retire(model);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelNotActive.selector, model));
        registry.setEmission(model, 0, 0);
    }

    function testFuzz_OnlyTheOwnerRatesModels(address caller) public {
        vm.assume(caller != OWNER);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        registry.setEmission(model, 1, 1);
    }

    function test_TheOwnerHasNoPowerOverAModel() public {
        vm.startPrank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, OWNER));
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotRegistrar.selector, model, OWNER));
        registry.setPayee(model, OWNER);
    }

    function test_TermsAreOneWord() public {
        vm.prank(OWNER);
        registry.setEmission(model, 7, 8);
        // fee 80 | floor price 80 | window 24 | rate 16 | supported until 40 | class 8 | active 8, the first lowest.
        uint256 word = 3e18 | (8 << 80) | (600 << 160) | (7 << 184) | (2 << 240) | (1 << 248);
        bytes32 slot = keccak256(abi.encode(model, TERMS_SLOT));
        eq(VmLoad(address(vm)).load(address(registry), slot), bytes32(word), "word");
    }

    function test_UnknownModelHasNoTerms() public view {
        IModelRegistry.Terms memory terms = registry.terms(keccak256("nothing"));
        ok(!terms.active && terms.fee == 0 && terms.claimWindow == 0, "empty");
        eq(registry.payeeOf(keccak256("nothing")), address(0), "no payee");
    }
}
