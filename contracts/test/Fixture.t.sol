// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {ModelRegistry} from "../models/ModelRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {TaskMarket} from "../tasks/TaskMarket.sol";
import {MootToken} from "../token/MootToken.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev A deployed system with three funded parties, and the moves of a task's life.
abstract contract Fixture is TestBase {
    address internal constant REQUESTER = address(0xA1);
    address internal constant SOLVER = address(0xB2);
    address internal constant THIEF = address(0xC3);
    address internal constant AUTHOR = address(0xD4);
    address internal constant PAYEE = address(0xE5);
    address internal constant TREASURY = address(0xF6);
    address internal constant OWNER = address(0x07);

    uint80 internal constant FEE = 10e18;
    uint80 internal constant MODEL_FEE = 1e18;
    uint80 internal constant LOCK = 200e18;
    uint32 internal constant LIFETIME = 1 hours;
    uint32 internal constant WINDOW = 10 minutes;
    uint32 internal constant EXIT_DELAY = 3 days;
    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant RESULT = keccak256("result");
    bytes internal constant INPUT = "what is the answer";

    MootToken internal token;
    StakeVault internal vault;
    ModelRegistry internal registry;
    TaskMarket internal market;
    bytes32 internal model;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        address[] memory holders = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (holders[0], holders[1], holders[2]) = (REQUESTER, SOLVER, THIEF);
        (amounts[0], amounts[1], amounts[2]) = (100_000e18, 100_000e18, 100_000e18);
        token = new MootToken(holders, amounts);
        vault = new StakeVault(token, EXIT_DELAY, OWNER);
        registry = new ModelRegistry(1 minutes);
        market = new TaskMarket(vault, registry, TREASURY, defaultSettings(), OWNER);
        vm.startPrank(OWNER);
        vault.addModule(address(market));
        vault.sealModules();
        vm.stopPrank();
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.startPrank(holders[i]);
            token.approve(address(vault), type(uint256).max);
            vault.depositTo(holders[i], 5_000e18, 5_000e18);
            vm.stopPrank();
        }
        vm.prank(AUTHOR);
        model =
            registry.register(
            keccak256("manifest"), MODEL_FEE, PAYEE, WINDOW, "onnx", IModelRegistry.VerificationClass.Exact
        );
    }

    function defaultSettings() internal pure returns (ITaskMarket.Settings memory) {
        return ITaskMarket.Settings({
            treasuryBps: 1000,
            lockFactor: 20,
            retractDelay: 10 minutes,
            minLifetime: 10 minutes,
            maxLifetime: 7 days,
            minFee: 0.001e18
        });
    }

    /// @dev The task that a submission in this moment would make, from public facts only.
    function nextTask(address requester, uint80 fee, uint32 lifetime, bytes32 inputDigest)
        internal
        view
        returns (ITaskMarket.Task memory)
    {
        ITaskMarket.Settings memory s = market.settings();
        IModelRegistry.Terms memory t = registry.terms(model);
        return ITaskMarket.Task({
            requester: requester,
            nonce: market.taskCount(),
            fee: fee,
            modelFee: t.fee,
            lock: fee * s.lockFactor,
            model: model,
            inputDigest: inputDigest,
            submittedAt: uint48(block.timestamp),
            retractAt: uint48(block.timestamp) + s.retractDelay,
            deadline: uint48(block.timestamp) + lifetime,
            claimWindow: t.claimWindow,
            treasuryBps: s.treasuryBps
        });
    }

    function submit() internal returns (ITaskMarket.Task memory task, bytes32 id) {
        task = nextTask(REQUESTER, FEE, LIFETIME, sha256(INPUT));
        vm.prank(REQUESTER);
        id = market.submit(model, FEE, MODEL_FEE, LIFETIME, INPUT);
        eq(id, market.taskIdOf(task), "id is the hash of the fields");
    }

    function commit(bytes32 id, address solver, uint16 slot) internal {
        bytes26 commitment = market.commitmentFor(id, solver, SALT, RESULT);
        vm.prank(solver);
        market.commit(id, slot, commitment);
    }

    function reveal(ITaskMarket.Task memory task, address solver, uint16 slot)
        internal
        returns (ITaskMarket.Solution memory)
    {
        vm.prank(solver);
        market.reveal(task, slot, SALT, RESULT, 1);
        return ITaskMarket.Solution({solver: solver, revealedAt: uint48(block.timestamp), resultDigest: RESULT});
    }

    function solved()
        internal
        returns (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution)
    {
        (task, id) = submit();
        commit(id, SOLVER, 0);
        nextBlock();
        solution = reveal(task, SOLVER, 0);
    }

    function nextBlock() internal {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + 12);
    }

    function skip(uint256 secondsLater) internal {
        vm.warp(block.timestamp + secondsLater);
    }

    function balance(address account) internal view returns (uint80) {
        return vault.accountOf(account).balance;
    }

    function locked(address account) internal view returns (uint80) {
        return vault.accountOf(account).locked;
    }

    function err(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }
}
