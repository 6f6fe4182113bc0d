// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "./IModelRegistry.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {ITaskMarket} from "./ITaskMarket.sol";

/// @title Chained tasks
/// @notice The result of each step is the input of the next, and the last step may repeat on its own result. Every step
/// is an ordinary task of the market; whoever wants pokes the chain on when a step is over.
/// @dev Each chain has a purse: a small contract of its own that is the requester of its tasks. So what comes back of a
/// task, by whatever way, comes back to that chain: no account is shared, nothing has to be told apart.
interface ITaskChain {
    /// @notice One step.
    /// @param model Id of an active model.
    /// @param fee See {ITaskMarket-Order}, and so on.
    struct Step {
        bytes32 model;
        uint80 fee;
        uint80 maxExtra;
        uint32 lifetime;
        uint8 class;
        uint8 assurance;
    }

    /// @notice Everything that is agreed at the opening. The id of the chain is its hash.
    /// @param owner Who pays, may end the chain, and gets back what is left.
    /// @param nonce Chosen by the owner; two equal chains need different ones.
    /// @param budget Taken from the owner's vault balance at the opening.
    /// @param rounds How often the last step runs, at most; 1 for no repetition.
    /// @param inputSize Bytes of the first input.
    /// @param largest Most bytes a result may have to be of use as the next input; said to the solvers of all steps but
    /// the first, because sizes of results are not known on chain.
    /// @param input SHA-256 of the first input; it travels between peers.
    /// @param goal A result with this digest ends the chain; zero for none.
    /// @param steps 1 to 32 steps.
    struct Chain {
        address owner;
        uint64 nonce;
        uint80 budget;
        uint16 rounds;
        uint64 inputSize;
        uint64 largest;
        bytes32 input;
        bytes32 goal;
        Step[] steps;
    }

    /// @notice Stages of a chain.
    enum Status {
        Unknown,
        Running,
        Over
    }

    /// @notice Why a chain is over: all steps done; the result named as goal; a repetition that changed nothing; the
    /// next step costs more than is left; a step that came back without a result; the owner.
    enum Ending {
        Exhausted,
        Goal,
        FixedPoint,
        Budget,
        DeadEnd,
        Cancelled
    }

    /// @notice Where a chain stands.
    /// @param taskId The task of the current step; of the last one once the chain is over.
    /// @param latest The latest result, zero when there is none; final, unlike {ITaskMarket-resultOf} of a running
    /// task.
    /// @param done Steps done.
    /// @param status Stage.
    /// @param halted The owner has asked for the end: no further step begins.
    struct State {
        bytes32 taskId;
        bytes32 latest;
        uint16 done;
        Status status;
        bool halted;
    }

    /// @notice A chain begins.
    /// @param purse Requester of its tasks; whatever is paid into its vault account adds to the budget.
    /// @param chain The fields, needed for every later call.
    event ChainOpened(bytes32 indexed chainId, address indexed owner, address purse, Chain chain);

    /// @notice A step began. @param input Digest of what it works on.
    event StepStarted(bytes32 indexed chainId, bytes32 indexed taskId, uint16 number, bytes32 input);

    /// @notice A step is done, and its result final. @param number Steps done so far.
    event StepDone(bytes32 indexed chainId, bytes32 indexed taskId, uint16 number, bytes32 result);

    /// @notice The owner has asked for the end; it comes when the current step is over.
    event ChainHalted(bytes32 indexed chainId);

    /// @notice The chain is over. @param left Given back to the owner.
    event ChainEnded(bytes32 indexed chainId, Ending ending, uint16 done, bytes32 latest, uint80 left);

    /// @notice What came into the purse after the end went to the owner.
    event Swept(bytes32 indexed chainId, uint80 amount);

    /// @notice A chain has 1 to {MAX_STEPS} steps.
    error StepsOutOfBounds(uint256 steps, uint256 maximum);

    /// @notice The last step runs 1 to {MAX_ROUNDS} times.
    error RoundsOutOfBounds(uint16 rounds, uint16 maximum);

    /// @notice A chain with these fields was opened before.
    error DuplicateChain(bytes32 chainId);

    /// @notice The fields do not belong to a running chain.
    error ChainNotRunning(bytes32 chainId);

    /// @notice The fields do not belong to a chain that is over.
    error ChainNotOver(bytes32 chainId);

    /// @notice The task of the current step is still with the market.
    error StepNotOver(bytes32 taskId);

    /// @notice This is not the task of the current step.
    error NotThisStep(bytes32 taskId);

    /// @notice Only the owner may do this.
    error NotOwner(address caller);

    /// @notice Opens a chain of the caller, takes its budget, and starts the first step.
    function open(Chain calldata chain) external returns (bytes32 chainId);

    /// @notice Takes note of a step that is over, and starts the next or ends the chain. Anyone may call, and is paid
    /// nothing. Reverts with the market's reason when it refuses the next step, for instance because a model costs more
    /// now: that may pass, and the owner can halt.
    function advance(Chain calldata chain) external;

    /// @notice Owner only: ends the chain; at once between two steps, otherwise when the current step is over.
    function halt(Chain calldata chain) external;

    /// @notice Owner only: takes back the task of the current step under the rules of the market, and ends the chain.
    function retract(Chain calldata chain, ITaskMarket.Task calldata task) external;

    /// @notice Sends what has come into the purse of a chain that is over to its owner. Anyone may call.
    function sweep(Chain calldata chain) external returns (uint80 amount);

    /// @notice Id of a chain with these fields:
    /// `keccak256(abi.encode(keccak256("folkmoot.chain.v1"), block.chainid, taskChain, chain))`.
    function chainIdOf(Chain calldata chain) external view returns (bytes32);

    /// @notice Where a chain stands.
    function stateOf(bytes32 chainId) external view returns (State memory);

    /// @notice The purse a chain has or would have.
    function purseOf(bytes32 chainId) external view returns (address);

    /// @notice What the next step of a chain would cost now, model fee and checks included.
    function costOf(Step calldata step) external view returns (uint80);

    /// @notice Where the tasks are posted.
    function market() external view returns (ITaskMarket);

    /// @notice The vault that holds the money.
    function vault() external view returns (IStakeVault);

    /// @notice The register of models.
    function registry() external view returns (IModelRegistry);

    /// @notice Most steps of a chain.
    function MAX_STEPS() external view returns (uint256);

    /// @notice Most repetitions of the last step.
    function MAX_ROUNDS() external view returns (uint16);
}
