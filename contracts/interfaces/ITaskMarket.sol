// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "./IModelRegistry.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @title The open lane: paid tasks, solved by whoever commits and reveals first
/// @notice task -> commitment -> reveal -> claim window -> payout, or back to the requester.
/// @dev Storage holds one word per task and callers bring the fields, which the events carry. The word is 0 for
/// unknown and ended tasks, 1 for open ones, and a tagged hash once solved, so that states cannot be confused.
interface ITaskMarket {
    /// @notice Everything that was agreed at submission. The id of the task is its hash.
    /// @param requester Who pays and who gets refunds.
    /// @param nonce Running number of the market, which makes the id unique.
    /// @param fee Paid for the solution, treasury share included.
    /// @param modelFee Paid to the author of the model.
    /// @param lock Stake the solver answers with until the claim.
    /// @param model Id in the register of models.
    /// @param inputDigest SHA-256 of the input.
    /// @param submittedAt Time of submission, seconds.
    /// @param retractAt From when on the requester may take an unsolved task back.
    /// @param deadline Last moment for a reveal; afterwards anyone may trigger the refund.
    /// @param claimWindow Seconds between reveal and claim.
    /// @param treasuryBps Share of the fee that goes to the treasury, in 1/10,000.
    struct Task {
        address requester;
        uint64 nonce;
        uint80 fee;
        uint80 modelFee;
        uint80 lock;
        bytes32 model;
        bytes32 inputDigest;
        uint48 submittedAt;
        uint48 retractAt;
        uint48 deadline;
        uint32 claimWindow;
        uint16 treasuryBps;
    }

    /// @notice What a valid reveal adds to the task.
    /// @param solver Who revealed and is paid.
    /// @param revealedAt Time of the reveal, seconds.
    /// @param resultDigest SHA-256 of the result.
    struct Solution {
        address solver;
        uint48 revealedAt;
        bytes32 resultDigest;
    }

    /// @notice Parameters for tasks to come. A submitted task carries its own copy.
    /// @param treasuryBps Share of the fee for the treasury, in 1/10,000.
    /// @param lockFactor Stake to lock, as a multiple of the fee.
    /// @param retractDelay Seconds for which a task cannot be retracted.
    /// @param minLifetime Shortest time between submission and deadline, seconds.
    /// @param maxLifetime Longest time between submission and deadline, seconds.
    /// @param minFee Smallest fee, in the smallest unit of the token.
    struct Settings {
        uint16 treasuryBps;
        uint16 lockFactor;
        uint32 retractDelay;
        uint32 minLifetime;
        uint32 maxLifetime;
        uint64 minFee;
    }

    /// @notice A task is open.
    /// @param task The fields, needed for every later call.
    /// @param inputSize Bytes of input.
    /// @param input The input itself, empty when it travels between peers ({submitBlob}).
    event TaskSubmitted(
        bytes32 indexed taskId,
        address indexed requester,
        bytes32 indexed model,
        Task task,
        uint64 inputSize,
        bytes input
    );

    /// @notice A solver committed to a result.
    event Committed(bytes32 indexed taskId, address indexed solver, uint16 slot, bytes26 commitment);

    /// @notice The task is solved; the claim window runs.
    event Revealed(
        bytes32 indexed taskId,
        address indexed solver,
        bytes32 resultDigest,
        uint64 resultSize,
        uint48 revealedAt
    );

    /// @notice The task is paid and over.
    event Claimed(
        bytes32 indexed taskId,
        address indexed solver,
        uint80 reward,
        uint80 treasuryShare,
        uint80 modelFee,
        address payee
    );

    /// @notice The requester took an unsolved task back.
    event Retracted(bytes32 indexed taskId, address indexed requester, uint80 amount);

    /// @notice Nobody solved the task in time and the requester has the money back.
    event Refunded(bytes32 indexed taskId, address indexed requester, uint80 amount);

    /// @notice Parameters for tasks to come changed.
    event SettingsChanged(Settings settings);

    /// @notice The treasury shares that had gathered were credited.
    event TreasuryPaid(address indexed treasury, uint80 amount);

    /// @notice Treasury shares not yet paid out go to `treasury`.
    event TreasuryChanged(address treasury);

    /// @notice A parameter is outside its bounds; `parameter` is its name.
    error SettingOutOfBounds(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice The zero address cannot play this role.
    error ZeroAddress();

    /// @notice The model is unknown or retired.
    error ModelNotActive(bytes32 model);

    /// @notice The model costs more than the requester is ready to pay.
    error ModelFeeTooHigh(uint80 modelFee, uint80 maximum);

    /// @notice The fee is below the smallest allowed.
    error FeeTooLow(uint80 fee, uint80 minimum);

    /// @notice The lifetime is outside the bounds.
    error LifetimeOutOfBounds(uint32 lifetime, uint32 minimum, uint32 maximum);

    /// @notice The input does not fit on chain; use {submitBlob}.
    error InputTooLarge(uint256 size, uint256 maximum);

    /// @notice An input without digest or size cannot be fetched.
    error InputMissing();

    /// @notice The fields do not belong to an open task: unknown, altered, solved or over.
    error TaskNotOpen(bytes32 taskId);

    /// @notice The fields do not belong to a solved task: unknown, altered, unsolved or over.
    error TaskNotSolved(bytes32 taskId);

    /// @notice The slot of the caller holds no such commitment.
    error CommitmentMismatch(bytes26 expected, bytes26 found);

    /// @notice A reveal must come in a later block than its commitment.
    error RevealTooEarly(uint256 committedIn);

    /// @notice The deadline has passed.
    error DeadlinePassed(uint48 deadline);

    /// @notice The deadline has not passed.
    error DeadlineNotPassed(uint48 deadline);

    /// @notice The claim window is still running.
    error ClaimWindowOpen(uint48 claimableAt);

    /// @notice Only the requester may retract.
    error NotRequester(address caller);

    /// @notice It is too early to retract.
    error RetractTooEarly(uint48 retractAt);

    /// @notice Posts a task whose input is small enough for the chain. Fee and model fee leave the caller's vault
    /// balance.
    /// @param model Id of an active model.
    /// @param fee For the solver and the treasury.
    /// @param maxModelFee The most the caller pays to the author, in case the fee changes meanwhile.
    /// @param lifetime Seconds until the deadline.
    /// @param input At most {MAX_INPUT} bytes.
    /// @return taskId Hash of the fields that the event carries.
    function submit(bytes32 model, uint80 fee, uint80 maxModelFee, uint32 lifetime, bytes calldata input)
        external
        returns (bytes32 taskId);

    /// @notice Like {submit} for an input that travels between peers and is found by its digest.
    function submitBlob(
        bytes32 model,
        uint80 fee,
        uint80 maxModelFee,
        uint32 lifetime,
        bytes32 inputDigest,
        uint64 inputSize
    ) external returns (bytes32 taskId);

    /// @notice Commits to a result without showing it.
    /// @dev Overwrites what the caller's slot held. The task is not checked: a commitment to nothing hurts nobody else.
    /// @param slot Number chosen by the caller; reusing one costs 17,000 gas less than a fresh one, but a slot with a
    /// pending commitment must not be reused.
    /// @param commitment See {commitmentFor}.
    function commit(bytes32 taskId, uint16 slot, bytes26 commitment) external;

    /// @notice Opens a commitment. The first valid reveal wins and locks `task.lock` of the caller's free stake.
    function reveal(Task calldata task, uint16 slot, bytes32 salt, bytes32 resultDigest, uint64 resultSize) external;

    /// @notice Pays a solved task once its claim window is over. Anyone may call, at any later time; the money always
    /// goes to the solver and the author of the model; the treasury share gathers until {payTreasury}.
    function claim(Task calldata task, Solution calldata solution) external;

    /// @notice Requester only: takes an unsolved task back, from `task.retractAt` on.
    function retract(Task calldata task) external;

    /// @notice Returns the money of a task that nobody solved before its deadline. Anyone may call.
    function refund(Task calldata task) external;

    /// @notice Credits the treasury shares of all claims since the last call to {treasury}. Anyone may call.
    function payTreasury() external returns (uint80 amount);

    /// @notice Owner only: changes the parameters within their bounds, for tasks to come.
    function setSettings(Settings calldata settings) external;

    /// @notice Owner only: changes the account of the treasury.
    function setTreasury(address treasury) external;

    /// @notice Parameters for tasks to come.
    function settings() external view returns (Settings memory);

    /// @notice Number of tasks so far, which is the nonce of the next one.
    function taskCount() external view returns (uint64);

    /// @notice Vault account that receives the treasury shares.
    function treasury() external view returns (address);

    /// @notice The vault that holds the money.
    function vault() external view returns (IStakeVault);

    /// @notice The register of models.
    function registry() external view returns (IModelRegistry);

    /// @notice Id of a task with these fields on this chain and market.
    function taskIdOf(Task calldata task) external view returns (bytes32);

    /// @notice The stored word: 0 unknown or over, 1 open, otherwise {solvedWordOf} of the solution.
    function wordOf(bytes32 taskId) external view returns (bytes32);

    /// @notice The word of a task after this reveal.
    function solvedWordOf(bytes32 taskId, uint80 lock, Solution calldata solution) external pure returns (bytes32);

    /// @notice What a solver's slot holds.
    function commitmentOf(address solver, uint16 slot) external view returns (bytes26 commitment, uint48 blockNumber);

    /// @notice The commitment of `solver` to a result: the first 26 bytes of
    /// `keccak256(abi.encode(taskId, solver, salt, resultDigest))`.
    function commitmentFor(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        external
        pure
        returns (bytes26);

    /// @notice Most bytes of input that {submit} takes.
    function MAX_INPUT() external view returns (uint256);
}
