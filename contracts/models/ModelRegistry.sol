// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeSource} from "../interfaces/IStakeSource.sol";
import {ModelSupport} from "./ModelSupport.sol";

/// @title Register of models
/// @notice See {IModelRegistry}. The owner decides on emission alone: no role can change, hide or retire a model of
/// somebody else.
contract ModelRegistry is IModelRegistry, ModelSupport, Ownable2Step {
    /// @inheritdoc IModelRegistry
    uint80 public constant MAX_FEE = 10_000e18;

    /// @inheritdoc IModelRegistry
    uint24 public constant MAX_CLAIM_WINDOW = 30 days;

    /// @inheritdoc IModelRegistry
    uint16 public constant MAX_RATE = 10_000;

    /// @inheritdoc IModelRegistry
    uint80 public constant MAX_FLOOR_PRICE = 10_000e18;

    /// @inheritdoc IModelRegistry
    uint24 public immutable minClaimWindow;

    mapping(bytes32 model => Terms) private _terms;
    mapping(bytes32 model => Model) private _models;

    /// @param minClaimWindow_ Shortest claim window, seconds: how long a wrong result can at least be contested.
    /// @param stakeSource_ Where stakes are read: the vault.
    /// @param owner_ Who rates models: a timelock, outside of a sandbox.
    constructor(uint24 minClaimWindow_, IStakeSource stakeSource_, address owner_)
        ModelSupport(stakeSource_)
        Ownable(owner_)
    {
        if (minClaimWindow_ == 0 || minClaimWindow_ > MAX_CLAIM_WINDOW) revert InvalidBounds(minClaimWindow_);
        minClaimWindow = minClaimWindow_;
    }

    modifier onlyRegistrar(bytes32 model) {
        if (_models[model].registrar != msg.sender) revert NotRegistrar(model, msg.sender);
        _;
    }

    /// @inheritdoc IModelRegistry
    function register(Registration calldata r) external returns (bytes32 model) {
        if (r.manifestDigest == bytes32(0)) revert ManifestDigestMissing();
        if (r.runtime == bytes32(0)) revert RuntimeMissing();
        if (r.payee == address(0)) revert PayeeMissing();
        if (r.fee > MAX_FEE) revert FeeTooHigh(r.fee, MAX_FEE);
        if (r.claimWindow < minClaimWindow || r.claimWindow > MAX_CLAIM_WINDOW) {
            revert ClaimWindowOutOfBounds(r.claimWindow, minClaimWindow, MAX_CLAIM_WINDOW);
        }
        model = modelId(msg.sender, r.manifestDigest);
        if (_models[model].registrar != address(0)) revert ModelAlreadyRegistered(model);
        _requireNextVersion(r.previous, r.version);

        _terms[model] = Terms({
            fee: r.fee,
            floorPrice: 0,
            claimWindow: r.claimWindow,
            rate: 0,
            supportedUntil: 0,
            verification: r.verification,
            active: true
        });
        _models[model] = Model({
            registrar: msg.sender,
            registeredAt: Time.timestamp(),
            version: r.version,
            payee: r.payee,
            manifestDigest: r.manifestDigest,
            runtime: r.runtime,
            verificationParams: r.verificationParams,
            hardwareClass: r.hardwareClass,
            previous: r.previous
        });
        _announce(model, r);
    }

    /// @inheritdoc IModelRegistry
    function setFee(bytes32 model, uint80 fee) external onlyRegistrar(model) {
        _requireActive(model);
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
        _requireActive(model);
        _terms[model].active = false;
        emit ModelRetired(model);
    }

    /// @inheritdoc IModelRegistry
    function setEmission(bytes32 model, uint16 rate, uint80 floorPrice) external onlyOwner {
        _requireActive(model);
        if (rate > MAX_RATE) revert RateTooHigh(rate, MAX_RATE);
        if (rate != 0 && floorPrice == 0) revert FloorPriceMissing();
        if (floorPrice > MAX_FLOOR_PRICE) revert FloorPriceTooHigh(floorPrice, MAX_FLOOR_PRICE);
        _terms[model].rate = rate;
        _terms[model].floorPrice = floorPrice;
        emit ModelEmissionChanged(model, rate, floorPrice);
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

    function _requireActive(bytes32 model) internal view override {
        if (!_terms[model].active) revert ModelNotActive(model);
    }

    function _supportedUntil(bytes32 model) internal view override returns (uint40) {
        return _terms[model].supportedUntil;
    }

    function _setSupportedUntil(bytes32 model, uint40 until) internal override {
        _terms[model].supportedUntil = until;
    }

    /// @dev A first version follows the model that does not exist, whose version is zero.
    function _requireNextVersion(bytes32 previous, uint32 version) private view {
        Model storage before = _models[previous];
        if (previous != bytes32(0) && before.registrar != msg.sender) revert NotRegistrar(previous, msg.sender);
        uint32 expected = before.version + 1;
        if (version != expected) revert VersionOutOfSequence(version, expected);
    }

    function _announce(bytes32 model, Registration calldata r) private {
        emit ModelRegistered(
            model,
            msg.sender,
            r.manifestDigest,
            r.payee,
            r.fee,
            r.claimWindow,
            r.verification,
            r.runtime,
            r.verificationParams,
            r.hardwareClass,
            r.version,
            r.previous
        );
    }
}
