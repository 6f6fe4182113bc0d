// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {ModelRegistry} from "../../models/ModelRegistry.sol";
import {TestBase} from "../TestBase.t.sol";

contract ModelRegistryTest is TestBase {
    address private constant ALICE = address(0xA1);
    address private constant BOB = address(0xB2);
    bytes32 private constant DIGEST = keccak256("manifest");
    IModelRegistry.VerificationClass private constant EXACT = IModelRegistry.VerificationClass.Exact;

    ModelRegistry private registry;
    bytes32 private model;

    function setUp() public {
        vm.warp(1_800_000_000);
        registry = new ModelRegistry(60);
        vm.prank(ALICE);
        model = registry.register(DIGEST, 3e18, BOB, 600, "onnx", IModelRegistry.VerificationClass.Tolerance);
    }

    function test_RegistrationIsReadable() public view {
        eq(model, keccak256(abi.encode(ALICE, DIGEST)), "id");
        IModelRegistry.Terms memory terms = registry.terms(model);
        eq(terms.fee, 3e18, "fee");
        eq(terms.claimWindow, 600, "window");
        eq(uint256(terms.verification), uint256(IModelRegistry.VerificationClass.Tolerance), "class");
        ok(terms.active, "active");
        IModelRegistry.Model memory record = registry.modelOf(model);
        eq(record.registrar, ALICE, "registrar");
        eq(record.registeredAt, 1_800_000_000, "time");
        eq(record.manifestDigest, DIGEST, "digest");
        eq(record.runtime, "onnx", "runtime");
        eq(registry.payeeOf(model), BOB, "payee");
    }

    function test_RegistrationIsAnnounced() public {
        bytes32 id = registry.modelId(BOB, DIGEST);
        vm.expectEmit(address(registry));
        emit IModelRegistry.ModelRegistered(id, BOB, DIGEST, ALICE, 1, 60, EXACT, "cog");
        vm.prank(BOB);
        registry.register(DIGEST, 1, ALICE, 60, "cog", EXACT);
    }

    function test_NobodyCanTakeTheIdOfSomebodyElse() public {
        vm.prank(BOB);
        ok(registry.register(DIGEST, 0, BOB, 60, "onnx", EXACT) != model, "ids differ");
        eq(registry.modelOf(model).registrar, ALICE, "untouched");
    }

    function test_SecondRegistrationIsRefusedAlsoAfterRetirement() public {
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelAlreadyRegistered.selector, model));
        registry.register(DIGEST, 0, BOB, 60, "onnx", EXACT);
        registry.retire(model);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelAlreadyRegistered.selector, model));
        registry.register(DIGEST, 0, BOB, 60, "onnx", EXACT);
    }

    function test_BoundsAreEnforced() public {
        vm.expectRevert(IModelRegistry.ManifestDigestMissing.selector);
        registry.register(0, 0, BOB, 60, "onnx", EXACT);
        vm.expectRevert(IModelRegistry.RuntimeMissing.selector);
        registry.register(DIGEST, 0, BOB, 60, "", EXACT);
        vm.expectRevert(IModelRegistry.PayeeMissing.selector);
        registry.register(DIGEST, 0, address(0), 60, "onnx", EXACT);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FeeTooHigh.selector, 10_000e18 + 1, 10_000e18));
        registry.register(DIGEST, 10_000e18 + 1, BOB, 60, "onnx", EXACT);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ClaimWindowOutOfBounds.selector, 59, 60, 30 days));
        registry.register(DIGEST, 0, BOB, 59, "onnx", EXACT);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ClaimWindowOutOfBounds.selector, 30 days + 1, 60, 30 days)
        );
        registry.register(DIGEST, 0, BOB, 30 days + 1, "onnx", EXACT);
    }

    function test_UnknownVerificationClassIsRefused() public {
        bytes memory call = abi.encodeWithSelector(registry.register.selector, DIGEST, 0, BOB, 60, bytes32("x"), 5);
        (bool success,) = address(registry).call(call);
        ok(!success, "class 5 does not exist");
    }

    function test_ConstructorBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidBounds.selector, 0));
        new ModelRegistry(0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.InvalidBounds.selector, 30 days + 1));
        new ModelRegistry(30 days + 1);
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

    function test_UnknownModelHasNoTerms() public view {
        IModelRegistry.Terms memory terms = registry.terms(keccak256("nothing"));
        ok(!terms.active && terms.fee == 0 && terms.claimWindow == 0, "empty");
        eq(registry.payeeOf(keccak256("nothing")), address(0), "no payee");
    }
}
