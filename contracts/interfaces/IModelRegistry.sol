// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelSupport} from "./IModelSupport.sol";

/// @title Register of models
/// @notice Anyone may publish a model. The register keeps what the market needs to sell its use; the manifest itself
/// travels between peers and is found by its digest. Which models are paid emission is decided by two others than the
/// author: governance rates a model ({setEmission}), stake supports it ({IModelSupport}).
interface IModelRegistry is IModelSupport {
    /// @notice How a result of the model can be checked by somebody else.
    /// @dev `Exact`: the same bytes on every machine. `Rounded`: equal after helper-bit rounding. `Tolerance`: compared
    /// with the published tensor within a bound. `Digest`: arg-max or top-k with a margin. `Jury`: judged by people.
    enum VerificationClass {
        Exact,
        Rounded,
        Tolerance,
        Digest,
        Jury
    }

    /// @notice What the market reads at submission: exactly one storage word.
    /// @param fee What each use pays to the payee, in the smallest unit of the token.
    /// @param floorPrice Smallest task fee from which emission is paid, in the same unit.
    /// @param claimWindow Seconds between a reveal and its payout.
    /// @param rate Emission in 1/1,000 of the base reward, zero for none.
    /// @param supportedUntil Last moment, seconds, up to which emission is paid; see {IModelSupport}.
    /// @param verification How results are checked.
    /// @param active False for unknown and for retired models.
    struct Terms {
        uint80 fee;
        uint80 floorPrice;
        uint24 claimWindow;
        uint16 rate;
        uint40 supportedUntil;
        VerificationClass verification;
        bool active;
    }

    /// @notice What a registrar states.
    /// @param manifestDigest SHA-256 of the manifest.
    /// @param fee What each use pays, in the smallest unit of the token, at most {MAX_FEE}.
    /// @param payee Whose vault account is paid. It may be a contract, for instance one that divides the money.
    /// @param claimWindow Seconds between reveal and payout, within the bounds.
    /// @param runtime Short ASCII name of the runtime, padded with zeros on the right.
    /// @param verification How results can be checked.
    /// @param verificationParams What the class needs besides, for instance a tolerance; the runtime knows the format.
    /// @param hardwareClass Short ASCII name of the least hardware, for instance "cpu" or "gpu-8gb"; zero for any.
    /// @param version One for a first version, otherwise one more than that of `previous`.
    /// @param previous Id of the model that this one is a new version of, by the same registrar; zero for none.
    struct Registration {
        bytes32 manifestDigest;
        uint80 fee;
        address payee;
        uint24 claimWindow;
        bytes32 runtime;
        VerificationClass verification;
        bytes32 verificationParams;
        bytes32 hardwareClass;
        uint32 version;
        bytes32 previous;
    }

    /// @notice The rest of what is known of a model; see {Registration} for what is not explained here.
    /// @param registrar Who registered it and may change its terms.
    /// @param registeredAt Time of registration, seconds.
    /// @param payee Whose vault account receives the model fee.
    /// @param manifestDigest SHA-256 of the manifest file, that is the digest inside its CIDv1 (raw).
    struct Model {
        address registrar;
        uint48 registeredAt;
        uint32 version;
        address payee;
        bytes32 manifestDigest;
        bytes32 runtime;
        bytes32 verificationParams;
        bytes32 hardwareClass;
        bytes32 previous;
    }

    /// @notice A model was published.
    event ModelRegistered(
        bytes32 indexed model,
        address indexed registrar,
        bytes32 indexed manifestDigest,
        address payee,
        uint80 fee,
        uint24 claimWindow,
        VerificationClass verification,
        bytes32 runtime,
        bytes32 verificationParams,
        bytes32 hardwareClass,
        uint32 version,
        bytes32 previous
    );

    /// @notice The fee of a model changed, for tasks submitted from now on.
    event ModelFeeChanged(bytes32 indexed model, uint80 fee);

    /// @notice The model fee of every claim from now on goes to `payee`.
    event ModelPayeeChanged(bytes32 indexed model, address payee);

    /// @notice The model takes no more tasks. Tasks already submitted are not touched.
    event ModelRetired(bytes32 indexed model);

    /// @notice Emission for tasks from now on: `rate` in 1/1,000 of the base reward, for fees of `floorPrice` and more.
    event ModelEmissionChanged(bytes32 indexed model, uint16 rate, uint80 floorPrice);

    /// @notice The bounds in the constructor make no sense.
    error InvalidBounds(uint24 minClaimWindow);

    /// @notice The registrar has registered this manifest before.
    error ModelAlreadyRegistered(bytes32 model);

    /// @notice The model does not exist, or is retired.
    error ModelNotActive(bytes32 model);

    /// @notice Only the registrar of the model may do this.
    error NotRegistrar(bytes32 model, address caller);

    /// @notice A digest of zero identifies nothing.
    error ManifestDigestMissing();

    /// @notice A runtime of zero identifies nothing.
    error RuntimeMissing();

    /// @notice The payee may not be the zero address.
    error PayeeMissing();

    /// @notice The fee is above the largest allowed.
    error FeeTooHigh(uint80 fee, uint80 maximum);

    /// @notice The claim window is outside the bounds.
    error ClaimWindowOutOfBounds(uint24 claimWindow, uint24 minimum, uint24 maximum);

    /// @notice The version does not follow that of the previous model.
    error VersionOutOfSequence(uint32 version, uint32 expected);

    /// @notice The rate is above {MAX_RATE}.
    error RateTooHigh(uint16 rate, uint16 maximum);

    /// @notice Emission needs a floor price: below it, working for oneself would pay.
    error FloorPriceMissing();

    /// @notice The floor price is above {MAX_FLOOR_PRICE}.
    error FloorPriceTooHigh(uint80 floorPrice, uint80 maximum);

    /// @notice Publishes a model. Errors: {ManifestDigestMissing}, {RuntimeMissing}, {PayeeMissing}, {FeeTooHigh},
    /// {ClaimWindowOutOfBounds}, {ModelAlreadyRegistered}, {NotRegistrar} when the previous model is somebody else's or
    /// unknown, {VersionOutOfSequence}.
    /// @return model The id, `keccak256(abi.encode(registrar, manifestDigest))`.
    function register(Registration calldata registration) external returns (bytes32 model);

    /// @notice Changes the fee for tasks to come; requesters are protected by the maximum they state at submission.
    function setFee(bytes32 model, uint80 fee) external;

    /// @notice Changes the account that model fees are paid to, also for tasks not yet claimed.
    /// @dev Allowed for retired models too: fees may still be due.
    function setPayee(bytes32 model, address payee) external;

    /// @notice Takes the model off the market for good.
    function retire(bytes32 model) external;

    /// @notice Owner only: emission for tasks of an active model to come. Not for the author to say, who would choose
    /// what pays for working for himself. Errors: {ModelNotActive}, {RateTooHigh}, {FloorPriceMissing},
    /// {FloorPriceTooHigh}.
    /// @param rate In 1/1,000 of the base reward, at most {MAX_RATE}; zero for none.
    /// @param floorPrice Smallest task fee from which emission is paid, in the smallest unit of the token, at most
    /// {MAX_FLOOR_PRICE}; not zero unless the rate is.
    function setEmission(bytes32 model, uint16 rate, uint80 floorPrice) external;

    /// @notice Terms of a model; all zero when it is unknown.
    function terms(bytes32 model) external view returns (Terms memory);

    /// @notice Everything else that is known of a model; all zero when it is unknown.
    function modelOf(bytes32 model) external view returns (Model memory);

    /// @notice Where model fees go; zero when the model is unknown.
    function payeeOf(bytes32 model) external view returns (address);

    /// @notice The id a registrar's manifest has or would have.
    function modelId(address registrar, bytes32 manifestDigest) external pure returns (bytes32);

    /// @notice Largest fee per use.
    function MAX_FEE() external view returns (uint80);

    /// @notice Longest claim window, seconds.
    function MAX_CLAIM_WINDOW() external view returns (uint24);

    /// @notice Shortest claim window, seconds.
    function minClaimWindow() external view returns (uint24);

    /// @notice Largest emission rate, in 1/1,000 of the base reward.
    function MAX_RATE() external view returns (uint16);

    /// @notice Largest floor price, in the smallest unit of the token.
    function MAX_FLOOR_PRICE() external view returns (uint80);
}
