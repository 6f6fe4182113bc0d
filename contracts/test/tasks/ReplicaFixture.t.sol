// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IReplicatedTasks} from "../../interfaces/IReplicatedTasks.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ReplicatedTasks} from "../../tasks/ReplicatedTasks.sol";
import {ModuleFixture} from "./ModuleFixture.t.sol";

/// @dev The moves of a replicated task. Seven solvers, ascending by address; the model fee stays, the fee is three.
abstract contract ReplicaFixture is ModuleFixture {
    uint80 internal constant PAY = 3e18;
    uint80 internal constant SEAT_LOCK = 300e18;
    uint80 internal constant SEAT_BOND = 1.5e18;
    bytes32 internal constant WRONG = keccak256("wrong");

    ReplicatedTasks internal replicas;
    address[7] internal solvers = [SOLVER, RIVAL, THIRD, NEWCOMER, address(0xB6), address(0xB7), address(0xB8)];

    function setUp() public virtual override {
        super.setUp();
        vm.startPrank(REQUESTER);
        for (uint256 i = 4; i < 7; ++i) {
            vault.depositTo(solvers[i], START, START);
            parties.push(solvers[i]);
        }
        vm.stopPrank();
    }

    function deploy() internal override returns (address) {
        replicas = new ReplicatedTasks(market);
        return address(replicas);
    }

    function replicated() internal view returns (ITaskMarket.Order memory o) {
        o = plain();
        o.fee = PAY;
    }

    function jobOf(ITaskMarket.Order memory o, uint8 seats, bytes32 digest)
        internal
        view
        returns (IReplicatedTasks.Job memory job)
    {
        job = IReplicatedTasks.Job(draft(REQUESTER, o, digest), seats);
        uint256 replaced = (uint256(type(uint16).max) << 80) | (uint256(type(uint16).max) << 32);
        job.task.money = (job.task.money & ~replaced) | (uint256(100) << 80);
    }

    function post(uint8 seats) internal returns (IReplicatedTasks.Job memory job, bytes32 id) {
        return post(replicated(), seats);
    }

    function post(ITaskMarket.Order memory o, uint8 seats)
        internal
        returns (IReplicatedTasks.Job memory job, bytes32 id)
    {
        job = jobOf(o, seats, sha256(INPUT));
        vm.prank(REQUESTER);
        id = replicas.submit(o, seats, INPUT);
        eq(id, replicas.taskIdOf(job), "id is the hash of the fields");
    }

    function sealFor(bytes32 id, address solver, bytes32 digest) internal view returns (bytes26) {
        return market.commitmentFor(id, solver, SALT, digest);
    }

    function take(IReplicatedTasks.Job memory job, address solver, bytes32 digest) internal {
        bytes26 commitment = sealFor(replicas.taskIdOf(job), solver, digest);
        vm.prank(solver);
        replicas.take(job, commitment);
    }

    function open(IReplicatedTasks.Job memory job, address solver, bytes32 digest) internal {
        vm.prank(solver);
        replicas.open(job, SALT, digest, 5);
    }

    /// @dev All seats taken by the first solvers and opened, with these digests; zero for one that stays sealed.
    function seated(bytes32[] memory digests) internal returns (IReplicatedTasks.Job memory job, bytes32 id) {
        (job, id) = post(uint8(digests.length));
        for (uint256 i = 0; i < digests.length; ++i) {
            take(job, solvers[i], digests[i] == 0 ? RESULT : digests[i]);
        }
        nextBlock();
        for (uint256 i = 0; i < digests.length; ++i) if (digests[i] != 0) open(job, solvers[i], digests[i]);
    }

    function seat(address solver, IReplicatedTasks.Stage stage, bytes32 value)
        internal
        pure
        returns (IReplicatedTasks.Seat memory)
    {
        return IReplicatedTasks.Seat({solver: solver, stage: stage, value: value});
    }

    /// @dev The seats as {seated} leaves them.
    function seatsOf(bytes32 id, bytes32[] memory digests)
        internal
        view
        returns (IReplicatedTasks.Seat[] memory seats)
    {
        seats = new IReplicatedTasks.Seat[](digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            seats[i] = digests[i] == 0
                ? seat(solvers[i], IReplicatedTasks.Stage.Sealed, sealFor(id, solvers[i], RESULT))
                : seat(solvers[i], IReplicatedTasks.Stage.Opened, digests[i]);
        }
    }

    function contest(IReplicatedTasks.Job memory job, address solver, bytes32 digest, address claimant)
        internal
        returns (uint256)
    {
        vm.prank(claimant);
        return replicas.contest(job, solver, digest, "ipfs://evidence");
    }

    function decideSeat(
        uint256 disputeId,
        uint256 ruling,
        IReplicatedTasks.Job memory job,
        address solver,
        bytes32 digest
    ) internal {
        court.decide(disputeId, ruling, abi.encode(job, solver, digest));
    }

    function results(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory digests) {
        digests = new bytes32[](2);
        (digests[0], digests[1]) = (a, b);
    }

    function results(bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32[] memory digests) {
        digests = new bytes32[](3);
        (digests[0], digests[1], digests[2]) = (a, b, c);
    }

    function same(uint256 seats) internal pure returns (bytes32[] memory digests) {
        digests = new bytes32[](seats);
        for (uint256 i = 0; i < seats; ++i) digests[i] = RESULT;
    }
}
