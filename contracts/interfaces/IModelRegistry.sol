// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Register of models
/// @notice Anyone may publish a model. The register keeps what the market needs to sell its use; the manifest itself
/// travels between peers and is found by its digest.
interface IModelRegistry {
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

    /// @notice What the market reads at submission, one storage word.
    /// @param fee What each use pays to the payee, in the smallest unit of the token.
    /// @param claimWindow Seconds between a reveal and its payout.
    /// @param verification How results are checked.
    /// @param active False for unknown and for retired models.
    struct Terms {
        uint80 fee;
        uint32 claimWindow;
        VerificationClass verification;
        bool active;
    }

    /// @notice The rest of what is known of a model.
    /// @param registrar Who registered it and may change its terms.
    /// @param registeredAt Time of registration, seconds.
    /// @param payee Whose vault account receives the model fee.
    /// @param manifestDigest SHA-256 of the manifest file, that is the digest inside its CIDv1 (raw).
    /// @param runtime Short ASCII name of the runtime, padded with zeros on the right.
    struct Model {
        address registrar;
        uint48 registeredAt;
        address payee;
        bytes32 manifestDigest;
        bytes32 runtime;
    }

    /// @notice A model was published.
    event ModelRegistered(
        bytes32 indexed model,
        address indexed registrar,
        bytes32 indexed manifestDigest,
        address payee,
        uint80 fee,
        uint32 claimWindow,
        VerificationClass verification,
        bytes32 runtime
    );

    /// @notice The fee of a model changed, for tasks submitted from now on.
    event ModelFeeChanged(bytes32 indexed model, uint80 fee);

    /// @notice The model fee of every claim from now on goes to `payee`.
    event ModelPayeeChanged(bytes32 indexed model, address payee);

    /// @notice The model takes no more tasks. Tasks already submitted are not touched.
    event ModelRetired(bytes32 indexed model);

    /// @notice The bounds in the constructor make no sense.
    error InvalidBounds(uint32 minClaimWindow);

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
    error ClaimWindowOutOfBounds(uint32 claimWindow, uint32 minimum, uint32 maximum);

    /// @notice Publishes a model.
    /// @param manifestDigest SHA-256 of the manifest.
    /// @param fee What each use pays, at most {MAX_FEE}.
    /// @param payee Whose vault account is paid.
    /// @param claimWindow Seconds between reveal and payout, within the bounds.
    /// @param runtime Short name of the runtime.
    /// @param verification How results can be checked.
    /// @return model The id, `keccak256(abi.encode(registrar, manifestDigest))`.
    function register(
        bytes32 manifestDigest,
        uint80 fee,
        address payee,
        uint32 claimWindow,
        bytes32 runtime,
        VerificationClass verification
    ) external returns (bytes32 model);

    /// @notice Changes the fee for tasks to come; requesters are protected by the maximum they state at submission.
    function setFee(bytes32 model, uint80 fee) external;

    /// @notice Changes the account that model fees are paid to, also for tasks not yet claimed.
    /// @dev Allowed for retired models too: fees may still be due.
    function setPayee(bytes32 model, address payee) external;

    /// @notice Takes the model off the market for good.
    function retire(bytes32 model) external;

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
    function MAX_CLAIM_WINDOW() external view returns (uint32);

    /// @notice Shortest claim window, seconds.
    function minClaimWindow() external view returns (uint32);
}
