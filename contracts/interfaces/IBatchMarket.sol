// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMarketModule} from "./IMarketModule.sol";
import {ITaskMarket} from "./ITaskMarket.sol";

/// @title The open lane in bulk
/// @notice Up to 64 tasks of one model and one fee are posted as one batch; solvers take any of them as one run each.
/// Batch -> commitment to a root of results -> run -> claim window -> payout of the whole run. Contesting one item
/// splits it off the run; the others are paid as if nothing had happened.
/// @dev Storage holds one word per batch (a bit for each open item) and one per run (a bit for each item not yet paid),
/// under keys that are tagged hashes of all fields; callers bring the fields, which the events carry. Each item has
/// exactly one place: open in the batch, in one run, before the court, or over.
interface IBatchMarket is IMarketModule {
    /// @notice Everything that was agreed at submission. The id of the batch is its hash.
    /// @param task As for a single task: amounts are those of one item, and `inputDigest` is the root of the tree over
    /// the digests of the inputs; see {ItemTree}.
    /// @param items Number of items, 1 to 64.
    struct Batch {
        ITaskMarket.Task task;
        uint8 items;
    }

    /// @notice What a reveal adds.
    /// @param solver Who revealed and is paid.
    /// @param revealedAt Time of the reveal, seconds.
    /// @param root Root of the tree over everything the solver had committed to; see {ItemTree}.
    struct Run {
        address solver;
        uint48 revealedAt;
        bytes32 root;
    }

    /// @notice What a solver opens.
    /// @param items The items it has committed to: bit i stands for item i.
    /// @param slot Where the commitment is.
    /// @param largest Bytes of the largest result.
    /// @param salt Salt of the commitment.
    /// @param digests SHA-256 of each result, lowest item first.
    struct Results {
        uint64 items;
        uint16 slot;
        uint64 largest;
        bytes32 salt;
        bytes32[] digests;
    }

    /// @notice One item of a run.
    /// @param index Its number in the batch.
    /// @param digest What the solver revealed for it.
    /// @param proof That the run's root holds this digest for this item.
    struct Item {
        uint8 index;
        bytes32 digest;
        bytes32[] proof;
    }

    /// @notice A batch is open.
    /// @param batch The fields, needed for every later call.
    /// @param largestInput Bytes of the largest input.
    /// @param inputs The inputs themselves; empty when they travel between peers ({submitBlobs}).
    /// @param inputDigests SHA-256 of each input in that case, otherwise empty.
    event BatchSubmitted(
        bytes32 indexed batchId,
        address indexed requester,
        bytes32 indexed model,
        Batch batch,
        uint64 largestInput,
        bytes[] inputs,
        bytes32[] inputDigests
    );

    /// @notice A solver committed to results.
    /// @param announced Which items it says it has solved, so that others turn to the rest. Nothing checks it.
    event RootCommitted(
        bytes32 indexed batchId, address indexed solver, uint16 slot, bytes26 commitment, uint64 announced
    );

    /// @notice Items are solved; the claim window runs.
    /// @param run The fields, needed for every later call.
    /// @param taken The items of the run: those committed to that were still open.
    /// @param committed The items the digests belong to, lowest first.
    /// @param digests SHA-256 of each result.
    /// @param largestResult Bytes of the largest result.
    event RunRevealed(
        bytes32 indexed batchId,
        address indexed solver,
        bytes32 indexed runId,
        Run run,
        uint64 taken,
        uint64 committed,
        uint64 largestResult,
        bytes32[] digests
    );

    /// @notice An item is contested, and frozen outside of its run until the ruling.
    /// @param digest What the solver had revealed for it.
    event ItemContested(
        bytes32 indexed batchId,
        bytes32 indexed runId,
        address indexed claimant,
        uint8 index,
        bytes32 digest,
        address solver,
        uint256 disputeId
    );

    /// @notice The contestation was upheld; the requester has the money of the item back.
    event ItemOverturned(
        bytes32 indexed batchId, uint8 indexed index, address indexed solver, uint256 disputeId, uint80 amount
    );

    /// @notice Items are paid and over.
    /// @param reward Paid to the solver from the fees.
    /// @param issued Paid to the solver by emission.
    /// @param retained What the treasury gets, and what was held back from a newcomer.
    /// @param modelFee Put aside for the author until {payAuthor}.
    event ItemsPaid(
        bytes32 indexed batchId,
        address indexed solver,
        uint64 items,
        uint80 reward,
        uint80 issued,
        uint80 retained,
        uint80 modelFee
    );

    /// @notice No reveal of the batch before `until`: a checker has announced itself.
    event BatchHeld(bytes32 indexed batchId, uint48 until);

    /// @notice The requester took the open items back.
    event ItemsRetracted(bytes32 indexed batchId, uint64 items, uint80 amount);

    /// @notice Nobody solved these items in time and the requester has their money back.
    event ItemsRefunded(bytes32 indexed batchId, uint64 items, uint80 amount);

    /// @notice A batch has 1 to 64 items.
    error BatchSizeOutOfBounds(uint256 items, uint256 maximum);

    /// @notice Results of a batch cannot be read by other contracts: that takes a word for each of them.
    error NotReadable();

    /// @notice Checks that are paid by the requester are drawn for single tasks only: nobody would do them here.
    error AssuranceNotOffered(uint8 assurance);

    /// @notice The same order was placed in this block already.
    error DuplicateBatch(bytes32 batchId);

    /// @notice None of these items is open: the fields are altered, or somebody was faster, or it is over.
    error NothingOpen(bytes32 batchId);

    /// @notice The run is unknown, altered or over.
    error RunNotFound(bytes32 runId);

    /// @notice The item is not in the run: never was, or contested, or the digest or the proof is wrong.
    error ItemNotInRun(bytes32 runId, uint8 index);

    /// @notice The item is not before the court under this dispute.
    error ItemNotFrozen(bytes32 batchId, uint8 index);

    /// @notice Results of newcomers are checked more often, so they start with single tasks.
    error NewcomersTakeSingleTasks(address solver);

    /// @notice Posts a batch whose inputs are small enough for the chain. The money of all items leaves the caller's
    /// vault balance at once.
    /// @param order What each item is worth and how it is treated. `readable` must be false, `assurance` zero.
    /// @param inputs One for each item, each at most {ITaskMarket-MAX_INPUT} bytes.
    /// @return batchId Hash of the fields that the event carries.
    function submitBatch(ITaskMarket.Order calldata order, bytes[] calldata inputs)
        external
        returns (bytes32 batchId);

    /// @notice Like {submitBatch} for inputs that travel between peers and are found by their digests.
    function submitBlobs(ITaskMarket.Order calldata order, bytes32[] calldata inputDigests, uint64 largestInput)
        external
        returns (bytes32 batchId);

    /// @notice Commits to results without showing them.
    /// @dev Overwrites what the caller's slot held. Nothing is checked: a commitment to nothing hurts nobody else.
    /// @param slot Number chosen by the caller; reusing one is 17,000 gas cheaper, but one with a pending commitment
    /// must not be reused.
    /// @param commitment See {commitmentFor}.
    /// @param announced See {RootCommitted}.
    function commitRoot(bytes32 batchId, uint16 slot, bytes26 commitment, uint64 announced) external;

    /// @notice Opens a commitment: takes those of its items that are still open, and locks the stake the solver answers
    /// with for them. Items that somebody else was faster with are left out, so a rival cannot spoil a run.
    /// @return runId Key of the run.
    function revealRun(Batch calldata batch, Results calldata results) external returns (bytes32 runId);

    /// @notice Pays all items of a run that are not contested, once its claim window is over. Anyone may call; the
    /// money always goes to the solver.
    function claimRun(Batch calldata batch, Run calldata run) external;

    /// @notice Brings one item before the court, within the claim window of its run. Needs free stake of half of what
    /// the solver has locked for it.
    /// @param evidenceURI The caller's evidence (ERC-1497).
    /// @return disputeId The case; its subject is {itemIdOf}, and the fields of its ruling are
    /// `abi.encode(batch, index, solver)`.
    function contestItem(Batch calldata batch, Run calldata run, Item calldata item, string calldata evidenceURI)
        external
        returns (uint256 disputeId);

    /// @notice Requester only: takes the open items back, from `retractAt` on.
    function retractBatch(Batch calldata batch) external;

    /// @notice Returns the money of the items that nobody solved before the deadline. Anyone may call.
    function refundBatch(Batch calldata batch) external;

    /// @notice Duty roster of the market only: no reveal of the batch before `until`; a moment in the past lifts it.
    function hold(bytes32 batchId, uint48 until) external;

    /// @notice Id of a batch with these fields on this chain and contract.
    function batchIdOf(Batch calldata batch) external view returns (bytes32);

    /// @notice Items that are open, and until when reveals are held back (zero for not).
    function openOf(bytes32 batchId) external view returns (uint64 items, uint48 heldUntil);

    /// @notice Key of a run.
    function runIdOf(bytes32 batchId, Run calldata run) external pure returns (bytes32);

    /// @notice Items of a run that are neither paid nor contested.
    function unpaidOf(bytes32 runId) external view returns (uint64 items);

    /// @notice Id of one item.
    function itemIdOf(bytes32 batchId, uint8 index) external pure returns (bytes32);

    /// @notice The word of a contested item; zero when it is not before the court.
    function frozenWordOf(bytes32 itemId) external view returns (bytes32);

    /// @notice What a solver's slot holds.
    function commitmentOf(address solver, uint16 slot) external view returns (bytes26 commitment, uint48 committedAt);

    /// @notice The commitment of `solver` to results: the first 26 bytes of
    /// `keccak256(abi.encode(batchId, solver, salt, root))`.
    function commitmentFor(bytes32 batchId, address solver, bytes32 salt, bytes32 root)
        external
        pure
        returns (bytes26);

    /// @notice Root over items and their digests; see {ItemTree}.
    /// @param items Bit i stands for item i.
    /// @param digests One for each, lowest item first.
    function rootOf(uint64 items, bytes32[] calldata digests) external pure returns (bytes32);

    /// @notice When the batch opens to a solver with this free stake, given the stake of all accounts; drawn once for
    /// all items.
    function turnOf(Batch calldata batch, address solver, uint80 free, uint80 total) external view returns (uint48);

    /// @notice The seed the model is run with for one item; zero as in {ITaskMarket-seedOf}.
    function seedOf(Batch calldata batch, uint8 index) external view returns (uint256);

    /// @notice Seconds after which a commitment cannot be opened any more; that of the market.
    function COMMITMENT_LIFETIME() external view returns (uint48);
}
