// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DutyRoster} from "../../duty/DutyRoster.sol";
import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskHash} from "../../libraries/TaskHash.sol";
import {TaskTerms} from "../../libraries/TaskTerms.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {MootToken} from "../../token/MootToken.sol";
import {TestBase, Vm} from "../TestBase.t.sol";
import {CourtStub, RegistryStub} from "./DutyStubs.t.sol";

/// @dev Turns packed terms, which take calldata, into something a test can call.
contract Terms {
    using TaskTerms for ITaskMarket.Task;

    function dutyPay(ITaskMarket.Task calldata task) external pure returns (uint80) {
        return task.dutyPay();
    }

    function brings(ITaskMarket.Task calldata task) external pure returns (uint80) {
        return task.treasuryShare() + task.checksPaid();
    }

    function times(ITaskMarket.Task calldata task)
        external
        pure
        returns (uint48 submittedAt, uint48 deadline, uint48 notice, uint48 window)
    {
        return (task.submittedAt(), task.deadline(), task.notice(), task.claimWindow());
    }

    function submittedIn(ITaskMarket.Task calldata task) external pure returns (uint256) {
        return task.submittedIn();
    }
}

/// @dev A market with a duty roster, and the moves of a check's life.
abstract contract DutyFixture is TestBase {
    address internal constant REQUESTER = address(0xA1);
    address internal constant SOLVER = address(0xB2);
    address internal constant CHECKER = address(0xC3);
    address internal constant OTHER = address(0xC4);
    address internal constant NEWCOMER = address(0xB3);
    address internal constant STRANGER = address(0xD9);
    address internal constant TREASURY = address(0xF6);
    address internal constant OWNER = address(0x07);

    uint80 internal constant FEE = 10e18;
    uint80 internal constant PAY = 6e18;
    uint80 internal constant DEPOSIT = 100e18;
    uint80 internal constant FUND = 1_000e18;
    uint16 internal constant NOTICE = 60;
    uint32 internal constant SEAL = 120;
    uint24 internal constant WINDOW = 2_000;
    bytes32 internal constant MODEL = keccak256("model");
    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant RESULT = keccak256("result");
    bytes32 internal constant WRONG = keccak256("wrong");

    MootToken internal token;
    StakeVault internal vault;
    RegistryStub internal registry;
    CourtStub internal court;
    TaskMarket internal market;
    DutyRoster internal roster;
    Terms internal terms;
    uint256 internal dispute;
    uint64 private _nonce;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        address[] memory holders = parties();
        uint256[] memory amounts = new uint256[](holders.length);
        for (uint256 i = 0; i < holders.length; ++i) amounts[i] = 20_000e18;
        token = new MootToken(holders, amounts);
        vault = new StakeVault(token, 3 days, 1_800_000_000, 0, TREASURY, OWNER);
        registry = new RegistryStub();
        court = new CourtStub(vault);
        terms = new Terms();
        support(true);
        market = new TaskMarket(vault, IModelRegistry(address(registry)), court, TREASURY, classOf(10_000), OWNER);
        roster = new DutyRoster(market, TREASURY, dutySettings(), OWNER);
        vm.startPrank(OWNER);
        vault.addModule(address(market), 1);
        vault.addModule(address(court), 2);
        vault.addModule(address(roster), 0);
        vault.sealModules();
        market.setDuty(address(roster));
        market.setTreasury(address(roster));
        vm.stopPrank();
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.startPrank(holders[i]);
            token.approve(address(vault), type(uint256).max);
            vault.depositTo(holders[i], 5_000e18, 4_000e18);
            vm.stopPrank();
        }
        nextBlock();
        vm.prank(STRANGER);
        vault.transfer(address(roster), FUND);
        veteran(SOLVER);
        signOn(CHECKER);
        nextBlock();
    }

    function parties() internal pure virtual returns (address[] memory list) {
        list = new address[](6);
        (list[0], list[1], list[2], list[3], list[4], list[5]) =
            (REQUESTER, SOLVER, CHECKER, OTHER, NEWCOMER, STRANGER);
    }

    /// @dev With 10,000 every task draws on average as many checkers as have all the stake: a lone one for certain.
    function classOf(uint16 checksBps) internal pure returns (ITaskMarket.Settings memory) {
        return ITaskMarket.Settings({
            treasuryBps: 1_000,
            lockFactor: 20,
            bondBps: 5_000,
            checksBps: checksBps,
            dutyBps: 6_000,
            spread: 0,
            notice: NOTICE,
            reserveSeconds: 300,
            retractDelay: 600,
            minLifetime: 600,
            maxLifetime: 7 days,
            claimWindow: WINDOW,
            minFee: 1
        });
    }

    function dutySettings() internal pure returns (IDutyRoster.Settings memory) {
        return IDutyRoster.Settings({minDeposit: 10e18, reserve: 100e18, sealSeconds: SEAL, classes: 1});
    }

    function support(bool supported) internal {
        registry.set(
            IModelRegistry.Terms({
                fee: 0,
                floorPrice: 0,
                claimWindow: WINDOW,
                rate: supported ? 1_000 : 0,
                supportedUntil: supported ? type(uint40).max : 0,
                verification: IModelRegistry.VerificationClass.Exact,
                active: true
            })
        );
    }

    function setChecks(uint16 checksBps) internal {
        vm.prank(OWNER);
        market.setSettings(0, classOf(checksBps));
    }

    function signOn(address checker) internal {
        vm.prank(checker);
        roster.signOn(DEPOSIT);
    }

    function submit() internal returns (ITaskMarket.Task memory task, bytes32 id) {
        return submitAs(REQUESTER, FEE, 0);
    }

    function submitAs(address requester, uint80 fee, uint8 assurance)
        internal
        returns (ITaskMarket.Task memory task, bytes32 id)
    {
        return submitFor(requester, fee, assurance, 1 hours);
    }

    function submitFor(address requester, uint80 fee, uint8 assurance, uint32 lifetime)
        internal
        returns (ITaskMarket.Task memory task, bytes32 id)
    {
        ITaskMarket.Order memory order = ITaskMarket.Order({
            model: MODEL,
            nonce: ++_nonce,
            fee: fee,
            maxExtra: type(uint80).max,
            lifetime: lifetime,
            class: 0,
            assurance: assurance,
            readable: false
        });
        vm.recordLogs();
        vm.prank(requester);
        id = market.submitBlob(order, keccak256("input"), 5);
        task = lastTask();
    }

    /// @dev The fields of the task, from the event alone.
    function lastTask() internal returns (ITaskMarket.Task memory task) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == ITaskMarket.TaskSubmitted.selector) {
                (task,,) = abi.decode(logs[i].data, (ITaskMarket.Task, uint64, bytes));
            }
        }
    }

    function nobody() internal pure returns (ITaskMarket.Reservation memory) {}

    /// @dev To the first block in which the draw is known.
    function toDraw() internal {
        nextBlock();
        nextBlock();
    }

    function announce(ITaskMarket.Task memory task, address checker) internal {
        vm.prank(checker);
        roster.announce(task, nobody());
    }

    function sealAs(bytes32 id, address checker, bytes32 result) internal {
        bytes26 commitment = market.commitmentFor(id, checker, SALT, result);
        vm.prank(checker);
        roster.seal(id, commitment);
    }

    /// @dev Commits and reveals as soon as the market lets through.
    function solve(ITaskMarket.Task memory task, bytes32 id, address solver, bytes32 result)
        internal
        returns (ITaskMarket.Solution memory)
    {
        bytes26 commitment = market.commitmentFor(id, solver, SALT, result);
        vm.prank(solver);
        market.commit(id, 0, commitment);
        nextBlock();
        (uint48 submittedAt,, uint48 notice,) = terms.times(task);
        uint256 from = submittedAt + notice;
        if (market.heldUntil(id) > from) from = market.heldUntil(id);
        if (block.timestamp < from) vm.warp(from);
        return reveal(task, solver, result);
    }

    function reveal(ITaskMarket.Task memory task, address solver, bytes32 result)
        internal
        returns (ITaskMarket.Solution memory)
    {
        vm.prank(solver);
        market.reveal(task, nobody(), 0, SALT, result, 1);
        return ITaskMarket.Solution({solver: solver, revealedAt: uint48(block.timestamp), resultDigest: result});
    }

    function contest(ITaskMarket.Task memory task, ITaskMarket.Solution memory solution, address by) internal {
        vm.prank(by);
        dispute = market.contest(task, solution, "");
    }

    function openAs(address checker, ITaskMarket.Task memory task, ITaskMarket.Solution memory solution, bytes32 result)
        internal
    {
        vm.prank(checker);
        roster.open(task, solution, dispute, SALT, result);
    }

    /// @dev Gives an account the twenty accepted works after which it is no newcomer.
    function veteran(address account) internal {
        IStakeVault.Settlement memory nothing;
        nothing.worker = account;
        vm.startPrank(address(market));
        for (uint256 i = 0; i < 20; ++i) vault.settle(nothing);
        vm.stopPrank();
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
}
