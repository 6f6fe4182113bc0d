// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskChain} from "../interfaces/ITaskChain.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskDraft} from "../libraries/TaskDraft.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {ChainPurse} from "./ChainPurse.sol";

/// @title Chained tasks
/// @notice See {ITaskChain}.
contract TaskChain is ITaskChain {
    bytes32 private constant CHAIN_TAG = keccak256("folkmoot.chain.v1");

    /// @inheritdoc ITaskChain
    uint256 public constant MAX_STEPS = 32;

    /// @inheritdoc ITaskChain
    uint16 public constant MAX_ROUNDS = 1_000;

    /// @inheritdoc ITaskChain
    ITaskMarket public immutable market;

    /// @inheritdoc ITaskChain
    IStakeVault public immutable vault;

    /// @inheritdoc ITaskChain
    IModelRegistry public immutable registry;

    address private immutable _purse;

    mapping(bytes32 chainId => State) private _states;

    /// @param market_ Where the tasks are posted. Its vault must register this contract as a module, without rights.
    constructor(ITaskMarket market_) {
        (market, vault, registry) = (market_, market_.vault(), market_.registry());
        _purse = address(new ChainPurse(market, vault));
    }

    /// @inheritdoc ITaskChain
    function open(Chain calldata chain) external returns (bytes32 chainId) {
        if (msg.sender != chain.owner) revert NotOwner(msg.sender);
        uint256 steps = chain.steps.length;
        if (steps == 0 || steps > MAX_STEPS) revert StepsOutOfBounds(steps, MAX_STEPS);
        if (chain.rounds == 0 || chain.rounds > MAX_ROUNDS) revert RoundsOutOfBounds(chain.rounds, MAX_ROUNDS);
        if (chain.largest == 0) revert ITaskMarket.InputMissing();
        chainId = chainIdOf(chain);
        State storage state = _states[chainId];
        if (state.status != Status.Unknown) revert DuplicateChain(chainId);
        state.status = Status.Running;
        address purse = Clones.cloneDeterministic(_purse, chainId);
        emit ChainOpened(chainId, chain.owner, purse, chain);
        // What is collected leaves the escrow again at once: this module never holds anything.
        vault.collect(msg.sender, chain.budget);
        vault.credit(purse, chain.budget);
        _start(chainId, chain, state, chain.input);
    }

    /// @inheritdoc ITaskChain
    function advance(Chain calldata chain) external {
        (bytes32 chainId, State storage state) = _running(chain);
        if (market.wordOf(state.taskId) != bytes32(0)) revert StepNotOver(state.taskId);
        _proceed(chainId, chain, state);
    }

    /// @inheritdoc ITaskChain
    function halt(Chain calldata chain) external {
        (bytes32 chainId, State storage state) = _runningOfCaller(chain);
        state.halted = true;
        emit ChainHalted(chainId);
        if (market.wordOf(state.taskId) == bytes32(0)) _proceed(chainId, chain, state);
    }

    /// @inheritdoc ITaskChain
    function retract(Chain calldata chain, ITaskMarket.Task calldata task) external {
        (bytes32 chainId, State storage state) = _runningOfCaller(chain);
        bytes32 taskId = market.taskIdOf(task);
        if (taskId != state.taskId) revert NotThisStep(taskId);
        ChainPurse(purseOf(chainId)).retract(task);
        _end(chainId, chain, state, Ending.Cancelled);
    }

    /// @inheritdoc ITaskChain
    function sweep(Chain calldata chain) external returns (uint80 amount) {
        bytes32 chainId = chainIdOf(chain);
        if (_states[chainId].status != Status.Over) revert ChainNotOver(chainId);
        amount = ChainPurse(purseOf(chainId)).empty(chain.owner);
        emit Swept(chainId, amount);
    }

    /// @inheritdoc ITaskChain
    function stateOf(bytes32 chainId) external view returns (State memory) {
        return _states[chainId];
    }

    /// @inheritdoc ITaskChain
    function costOf(Step calldata step) external view returns (uint80) {
        return _costOf(_orderOf(step, 0));
    }

    /// @inheritdoc ITaskChain
    function chainIdOf(Chain calldata chain) public view returns (bytes32) {
        return keccak256(abi.encode(CHAIN_TAG, block.chainid, address(this), chain));
    }

    /// @inheritdoc ITaskChain
    function purseOf(bytes32 chainId) public view returns (address) {
        return Clones.predictDeterministicAddress(_purse, chainId);
    }

    /// @dev Takes note of the task that is over. No word and no result: the market has given the money back.
    function _proceed(bytes32 chainId, Chain calldata chain, State storage state) private {
        bytes32 result = market.resultOf(state.taskId);
        if (result == bytes32(0)) return _end(chainId, chain, state, state.halted ? Ending.Cancelled : Ending.DeadEnd);
        bytes32 input = state.done == 0 ? chain.input : state.latest;
        state.latest = result;
        uint16 done = ++state.done;
        emit StepDone(chainId, state.taskId, done, result);
        uint256 steps = chain.steps.length;
        if (state.halted) _end(chainId, chain, state, Ending.Cancelled);
        else if (result == chain.goal) _end(chainId, chain, state, Ending.Goal);
        else if (done == steps - 1 + chain.rounds) _end(chainId, chain, state, Ending.Exhausted);
        // Only where the same step would run on what it has just worked on.
        else if (done >= steps && result == input) _end(chainId, chain, state, Ending.FixedPoint);
        else _start(chainId, chain, state, result);
    }

    function _start(bytes32 chainId, Chain calldata chain, State storage state, bytes32 input) private {
        uint16 done = state.done;
        uint256 last = chain.steps.length - 1;
        ITaskMarket.Order memory order = _orderOf(chain.steps[done < last ? done : last], done);
        address purse = purseOf(chainId);
        if (done != 0 && _costOf(order) > vault.accountOf(purse).balance) {
            return _end(chainId, chain, state, Ending.Budget);
        }
        bytes32 taskId = ChainPurse(purse).submit(order, input, done == 0 ? chain.inputSize : chain.largest);
        state.taskId = taskId;
        emit StepStarted(chainId, taskId, done, input);
    }

    function _end(bytes32 chainId, Chain calldata chain, State storage state, Ending ending) private {
        state.status = Status.Over;
        uint80 left = ChainPurse(purseOf(chainId)).empty(chain.owner);
        emit ChainEnded(chainId, ending, state.done, state.latest, left);
    }

    /// @dev The nonce is the number of the step: equal steps in one block stay different tasks.
    function _orderOf(Step calldata step, uint16 done) private pure returns (ITaskMarket.Order memory) {
        return ITaskMarket.Order({
            model: step.model,
            nonce: done,
            fee: step.fee,
            maxExtra: step.maxExtra,
            lifetime: step.lifetime,
            class: step.class,
            assurance: step.assurance,
            readable: true
        });
    }

    function _costOf(ITaskMarket.Order memory order) private view returns (uint80) {
        return TaskDraft.fits(TaskDraft.draft(market, registry, order, bytes32(0), TaskTerms.BLOB), 1);
    }

    function _running(Chain calldata chain) private view returns (bytes32 chainId, State storage state) {
        chainId = chainIdOf(chain);
        state = _states[chainId];
        if (state.status != Status.Running) revert ChainNotRunning(chainId);
    }

    function _runningOfCaller(Chain calldata chain) private view returns (bytes32 chainId, State storage state) {
        if (msg.sender != chain.owner) revert NotOwner(msg.sender);
        return _running(chain);
    }
}
