// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeSource} from "../interfaces/IStakeSource.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {ModelRegistry} from "../models/ModelRegistry.sol";
import {StakeVault} from "../stake/StakeVault.sol";
import {TaskMarket} from "../tasks/TaskMarket.sol";
import {MootToken} from "../token/MootToken.sol";
import {MockCourt} from "./mocks/MockCourt.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev A deployed system with three funded parties, and the moves of a task's life. The solver has worked before; the
/// model is rated and supported; what was issued before is what the curve asks for, so that its multiplier is one.
abstract contract Fixture is TestBase {
    address internal constant REQUESTER = address(0xA1);
    address internal constant SOLVER = address(0xB2);
    address internal constant THIEF = address(0xC3);
    address internal constant AUTHOR = address(0xD4);
    address internal constant PAYEE = address(0xE5);
    address internal constant TREASURY = address(0xF6);
    address internal constant LIQUIDITY = address(0x17);
    address internal constant DUTY = address(0xD7);
    address internal constant OWNER = address(0x07);

    uint80 internal constant START = 5_000e18;
    uint80 internal constant FEE = 10e18;
    uint80 internal constant MODEL_FEE = 1e18;
    uint80 internal constant LOCK = 200e18;
    uint80 internal constant BOND = 5e18;
    uint80 internal constant FLOOR = 0.5e18;
    uint16 internal constant RATE = 1_000;
    uint32 internal constant LIFETIME = 1 hours;
    uint24 internal constant WINDOW = 2_000;
    uint32 internal constant EXIT_DELAY = 3 days;
    uint16 internal constant BASE_REWARD = 1_000;
    uint256 internal constant BLOCK_SECONDS = 12;

    /// @dev Seconds after which the curve reaches 300,000 tokens.
    uint48 internal constant CURVE_AGE = 16_227_580;

    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant RESULT = keccak256("result");
    bytes32 internal constant BLOB = keccak256("blob");
    bytes internal constant INPUT = "what is the answer";

    MootToken internal token;
    StakeVault internal vault;
    ModelRegistry internal registry;
    MockCourt internal court;
    TaskMarket internal market;
    bytes32 internal model;
    uint64 private _nonce;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        address[] memory holders = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (holders[0], holders[1], holders[2]) = (REQUESTER, SOLVER, THIEF);
        (amounts[0], amounts[1], amounts[2]) = (100_000e18, 100_000e18, 100_000e18);
        token = new MootToken(holders, amounts);
        vault = new StakeVault(
            token, EXIT_DELAY, uint48(block.timestamp) - CURVE_AGE, BASE_REWARD, TREASURY, OWNER
        );
        token.setMinter(address(vault));
        registry = new ModelRegistry(1 minutes, IStakeSource(address(vault)), OWNER);
        court = new MockCourt(vault);
        market = new TaskMarket(vault, registry, court, TREASURY, defaultSettings(), OWNER);
        vm.startPrank(OWNER);
        vault.addModule(address(market), vault.RIGHT_TO_ISSUE());
        vault.addModule(address(court), vault.RIGHT_TO_SUSPEND());
        vault.setSinks(TREASURY, LIQUIDITY);
        vault.sealModules();
        market.setDuty(DUTY);
        vm.stopPrank();
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.startPrank(holders[i]);
            token.approve(address(vault), type(uint256).max);
            vault.depositTo(holders[i], START, START);
            vm.stopPrank();
        }
        veteran(SOLVER);
        vm.prank(AUTHOR);
        model = registry.register(registration(keccak256("manifest"), IModelRegistry.VerificationClass.Exact));
        rate(model);
        nextBlock();
    }

    /// @dev Defaults of the incentive model.
    function defaultSettings() internal pure returns (ITaskMarket.Settings memory) {
        return ITaskMarket.Settings({
            treasuryBps: 1_000,
            lockFactor: 20,
            bondBps: 5_000,
            checksBps: 1_000,
            dutyBps: 6_000,
            spread: 5,
            notice: 5,
            reserveSeconds: 90,
            retractDelay: 10 minutes,
            minLifetime: 10 minutes,
            maxLifetime: 7 days,
            claimWindow: 1 minutes,
            minFee: 1_000
        });
    }

    function registration(bytes32 digest, IModelRegistry.VerificationClass verification)
        internal
        pure
        returns (IModelRegistry.Registration memory)
    {
        return IModelRegistry.Registration({
            manifestDigest: digest,
            fee: MODEL_FEE,
            payee: PAYEE,
            claimWindow: WINDOW,
            runtime: "onnx",
            verification: verification,
            verificationParams: 0,
            hardwareClass: 0,
            version: 1,
            previous: 0
        });
    }

    /// @dev Governance rates the model, and a third of all stake supports it for a day.
    function rate(bytes32 model_) internal {
        vm.prank(OWNER);
        registry.setEmission(model_, RATE, FLOOR);
        vm.prank(REQUESTER);
        registry.signalSupport(model_, START);
    }

    /// @dev Gives an account the twenty accepted works after which it is no newcomer.
    function veteran(address account) internal {
        IStakeVault.Settlement memory nothing;
        nothing.worker = account;
        for (uint256 i = 0; i < 20; ++i) {
            vm.prank(address(market));
            vault.settle(nothing);
        }
    }

    function order() internal view returns (ITaskMarket.Order memory) {
        return ITaskMarket.Order({
            model: model,
            nonce: 0,
            fee: FEE,
            maxExtra: type(uint80).max,
            lifetime: LIFETIME,
            class: 0,
            assurance: 0,
            readable: false
        });
    }

    /// @dev The task that a submission in this moment would make, from public facts and the published layout only.
    function draft(address requester, ITaskMarket.Order memory o, bytes32 inputDigest)
        internal
        view
        returns (ITaskMarket.Task memory task)
    {
        ITaskMarket.Settings memory s = market.settingsOf(o.class);
        IModelRegistry.Terms memory t = registry.terms(o.model);
        if (o.assurance != 0) {
            ITaskMarket.Assurance memory a = market.assuranceOf(o.assurance);
            (s.checksBps, s.lockFactor) = (a.checksBps, a.lockFactor);
        }
        if (t.verification == IModelRegistry.VerificationClass.Jury) s.checksBps = 0;
        bool issues = o.fee >= t.floorPrice && block.timestamp <= t.supportedUntil;
        task.requester = requester;
        task.nonce = o.nonce;
        task.model = o.model;
        task.inputDigest = inputDigest;
        task.money = uint256(
            bytes32(
                abi.encodePacked(
                    o.fee,
                    t.fee,
                    s.lockFactor,
                    s.treasuryBps,
                    issues ? t.rate : 0,
                    s.checksBps,
                    s.dutyBps,
                    s.bondBps
                )
            )
        );
        bytes memory moments = abi.encodePacked(
            uint40(block.timestamp),
            uint40(block.number),
            uint40(block.timestamp + s.retractDelay),
            uint40(block.timestamp + o.lifetime)
        );
        task.times = uint256(
            bytes32(
                abi.encodePacked(
                    moments,
                    t.claimWindow > s.claimWindow ? t.claimWindow : s.claimWindow,
                    s.reserveSeconds,
                    s.notice,
                    s.spread,
                    o.class,
                    (o.readable ? 1 : 0) + (o.assurance == 0 ? uint8(0) : 2) + uint8(t.verification) * 8
                )
            )
        );
    }

    function submit() internal returns (ITaskMarket.Task memory task, bytes32 id) {
        return submit(REQUESTER, order());
    }

    /// @dev Every task gets a nonce of its own.
    function submit(address requester, ITaskMarket.Order memory o)
        internal
        returns (ITaskMarket.Task memory task, bytes32 id)
    {
        o.nonce = ++_nonce;
        task = draft(requester, o, sha256(INPUT));
        vm.prank(requester);
        id = market.submit(o, INPUT);
        eq(id, market.taskIdOf(task), "id is the hash of the fields");
    }

    /// @dev Like {submit}, for an input that travels by its digest.
    function submitBlob(address requester, ITaskMarket.Order memory o)
        internal
        returns (ITaskMarket.Task memory task, bytes32 id)
    {
        o.nonce = ++_nonce;
        task = draft(requester, o, BLOB);
        task.times |= 4;
        vm.prank(requester);
        id = market.submitBlob(o, BLOB, 9_000_000_000);
        eq(id, market.taskIdOf(task), "id is the hash of the fields");
    }

    function commit(bytes32 id, address solver, uint16 slot) internal {
        bytes26 commitment = market.commitmentFor(id, solver, SALT, RESULT);
        vm.prank(solver);
        market.commit(id, slot, commitment);
    }

    /// @dev Waits until the task opens to `solver`, if it does not yet.
    function awaitTurn(ITaskMarket.Task memory task, address solver) internal {
        if (block.number < submittedIn(task) + 2) vm.roll(submittedIn(task) + 2);
        uint48 opensAt = turn(task, solver);
        if (block.timestamp < opensAt) vm.warp(opensAt);
    }

    function turn(ITaskMarket.Task memory task, address solver) internal view returns (uint48) {
        return market.turnOf(task, solver, vault.freeStakeOf(solver), vault.totalStake());
    }

    /// @dev Reserves at once; the turn has to have come.
    function reserve(ITaskMarket.Task memory task, address solver)
        internal
        returns (ITaskMarket.Reservation memory)
    {
        vm.prank(solver);
        market.reserve(task, none());
        return reservation(task, solver);
    }

    /// @dev The reservation that one made in this moment is.
    function reservation(ITaskMarket.Task memory task, address solver)
        internal
        view
        returns (ITaskMarket.Reservation memory)
    {
        uint48 now_ = uint48(block.timestamp);
        return ITaskMarket.Reservation({solver: solver, since: now_, until: now_ + uint24(task.times >> 48)});
    }

    function reveal(ITaskMarket.Task memory task, ITaskMarket.Reservation memory held, address solver, uint16 slot)
        internal
        returns (ITaskMarket.Solution memory)
    {
        vm.prank(solver);
        market.reveal(task, held, slot, SALT, RESULT, 1);
        return ITaskMarket.Solution({solver: solver, revealedAt: uint48(block.timestamp), resultDigest: RESULT});
    }

    /// @dev A whole honest way: turn, reservation, commitment, reveal. Three blocks.
    function solve(ITaskMarket.Task memory task, address solver)
        internal
        returns (ITaskMarket.Solution memory)
    {
        awaitTurn(task, solver);
        ITaskMarket.Reservation memory held = reserve(task, solver);
        nextBlock();
        commit(market.taskIdOf(task), solver, 0);
        nextBlock();
        return reveal(task, held, solver, 0);
    }

    /// @dev The way without a reservation, for who is no newcomer.
    function race(ITaskMarket.Task memory task, address solver) internal returns (ITaskMarket.Solution memory) {
        awaitTurn(task, solver);
        commit(market.taskIdOf(task), solver, 0);
        nextBlock();
        return reveal(task, none(), solver, 0);
    }

    function solved()
        internal
        returns (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution)
    {
        (task, id) = submit();
        solution = solve(task, SOLVER);
    }

    function contested()
        internal
        returns (
            ITaskMarket.Task memory task,
            bytes32 id,
            ITaskMarket.Solution memory solution,
            uint256 disputeId
        )
    {
        (task, id, solution) = solved();
        vm.prank(THIEF);
        disputeId = market.contest(task, solution, "ipfs://evidence");
    }

    function claim(ITaskMarket.Task memory task, ITaskMarket.Solution memory solution) internal {
        vm.warp(uint256(solution.revealedAt) + uint24(task.times >> 72));
        market.claim(task, solution);
    }

    function decide(
        uint256 disputeId,
        uint256 ruling,
        ITaskMarket.Task memory task,
        ITaskMarket.Solution memory solution
    ) internal {
        court.decide(disputeId, ruling, abi.encode(task, solution));
    }

    function none() internal pure returns (ITaskMarket.Reservation memory) {}

    function submittedAt(ITaskMarket.Task memory task) internal pure returns (uint48) {
        return uint40(task.times >> 216);
    }

    function submittedIn(ITaskMarket.Task memory task) internal pure returns (uint256) {
        return uint40(task.times >> 176);
    }

    function retractAt(ITaskMarket.Task memory task) internal pure returns (uint48) {
        return uint40(task.times >> 136);
    }

    function deadline(ITaskMarket.Task memory task) internal pure returns (uint48) {
        return uint40(task.times >> 96);
    }

    function issueRate(ITaskMarket.Task memory task) internal pure returns (uint16) {
        return uint16(task.money >> 48);
    }

    function nextBlock() internal {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + BLOCK_SECONDS);
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

    function stakeOf(address account) internal view returns (uint80) {
        return vault.stakeOf(account);
    }

    function err(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }
}
