// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title Register of models
/// @notice See {IModelRegistry}. Nobody owns it: there is no role and no parameter that could be changed later.
contract ModelRegistry is IModelRegistry {
    /// @inheritdoc IModelRegistry
    uint80 public constant MAX_FEE = 10_000e18;

    /// @inheritdoc IModelRegistry
    uint32 public constant MAX_CLAIM_WINDOW = 30 days;

    /// @inheritdoc IModelRegistry
    uint32 public immutable minClaimWindow;

    mapping(bytes32 model => Terms) private _terms;
    mapping(bytes32 model => Model) private _models;

    /// @param minClaimWindow_ Shortest claim window, seconds: how long a wrong result can at least be contested.
    constructor(uint32 minClaimWindow_) {
        if (minClaimWindow_ == 0 || minClaimWindow_ > MAX_CLAIM_WINDOW) revert InvalidBounds(minClaimWindow_);
        minClaimWindow = minClaimWindow_;
    }

    modifier onlyRegistrar(bytes32 model) {
        if (_models[model].registrar != msg.sender) revert NotRegistrar(model, msg.sender);
        _;
    }

    /// @inheritdoc IModelRegistry
    function register(
        bytes32 manifestDigest,
        uint80 fee,
        address payee,
        uint32 claimWindow,
        bytes32 runtime,
        VerificationClass verification
    ) external returns (bytes32 model) {
        if (manifestDigest == bytes32(0)) revert ManifestDigestMissing();
        if (runtime == bytes32(0)) revert RuntimeMissing();
        if (payee == address(0)) revert PayeeMissing();
        if (fee > MAX_FEE) revert FeeTooHigh(fee, MAX_FEE);
        if (claimWindow < minClaimWindow || claimWindow > MAX_CLAIM_WINDOW) {
            revert ClaimWindowOutOfBounds(claimWindow, minClaimWindow, MAX_CLAIM_WINDOW);
        }
        model = modelId(msg.sender, manifestDigest);
        if (_models[model].registrar != address(0)) revert ModelAlreadyRegistered(model);

        _terms[model] = Terms({fee: fee, claimWindow: claimWindow, verification: verification, active: true});
        _models[model] = Model({
            registrar: msg.sender,
            registeredAt: Time.timestamp(),
            payee: payee,
            manifestDigest: manifestDigest,
            runtime: runtime
        });
        emit ModelRegistered(model, msg.sender, manifestDigest, payee, fee, claimWindow, verification, runtime);
    }

    /// @inheritdoc IModelRegistry
    function setFee(bytes32 model, uint80 fee) external onlyRegistrar(model) {
        if (!_terms[model].active) revert ModelNotActive(model);
        if (fee > MAX_FEE) revert FeeTooHigh(fee, MAX_FEE);
        _terms[model].fee = fee;
        emit ModelFeeChanged(model, fee);
    }

    /// @inheritdoc IModelRegistry
    function setPayee(bytes32 model, address payee) external onlyRegistrar(model) {
        if (payee == address(0)) revert PayeeMissing();
        _models[model].payee = payee;
        emit ModelPayeeChanged(model, payee);
    }

    /// @inheritdoc IModelRegistry
    function retire(bytes32 model) external onlyRegistrar(model) {
        if (!_terms[model].active) revert ModelNotActive(model);
        _terms[model].active = false;
        emit ModelRetired(model);
    }

    /// @inheritdoc IModelRegistry
    function terms(bytes32 model) external view returns (Terms memory) {
        return _terms[model];
    }

    /// @inheritdoc IModelRegistry
    function modelOf(bytes32 model) external view returns (Model memory) {
        return _models[model];
    }

    /// @inheritdoc IModelRegistry
    function payeeOf(bytes32 model) external view returns (address) {
        return _models[model].payee;
    }

    /// @inheritdoc IModelRegistry
    function modelId(address registrar, bytes32 manifestDigest) public pure returns (bytes32) {
        return keccak256(abi.encode(registrar, manifestDigest));
    }
}
