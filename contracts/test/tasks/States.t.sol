// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev One word per task: no state may be presented as another, and no field may be altered.
contract StatesTest is Fixture {
    error Outcome(bool success);

    enum State {
        Unknown,
        Open,
        Reserved,
        Solved,
        Frozen,
        Over
    }

    ITaskMarket.Task private task;
    ITaskMarket.Reservation private held;
    ITaskMarket.Solution private solution;
    uint256 private disputeId;

    /// @dev Each entry, in each state, at a time when nothing but the state can be wrong.
    function testFuzz_EveryEntryTakesItsOwnStateOnly(uint8 raw) public {
        State state = State(raw % 6);
        _bring(state);
        vm.warp(uint256(deadline(task)) + 1 days);
        _expect(THIEF, abi.encodeCall(market.claim, (task, solution)), state == State.Solved);
        _expect(THIEF, abi.encodeCall(market.forfeit, (task, held)), state == State.Reserved);
        _expect(THIEF, abi.encodeCall(market.refund, (task, none())), state == State.Open);
        _expect(THIEF, abi.encodeCall(market.refund, (task, held)), state == State.Reserved);
        _expect(REQUESTER, abi.encodeCall(market.retract, (task)), state == State.Open);
        bytes memory ruling = abi.encodeCall(market.ruleWith, (disputeId, 1, abi.encode(task, solution)));
        _expect(address(court), ruling, state == State.Frozen);
    }

    function testFuzz_EveryEarlyEntryTakesItsOwnStateOnly(uint8 raw) public {
        State state = State(raw % 6);
        _bring(state);
        _expect(THIEF, abi.encodeCall(market.contest, (task, solution, "")), state == State.Solved);
        _expect(THIEF, abi.encodeCall(market.reserve, (task, none())), state == State.Open);
        bytes memory reveal_ = abi.encodeCall(market.reveal, (task, none(), 0, SALT, RESULT, 1));
        _expect(SOLVER, reveal_, state == State.Open);
        reveal_ = abi.encodeCall(market.reveal, (task, held, 0, SALT, RESULT, 1));
        _expect(SOLVER, reveal_, state == State.Reserved);
    }

    /// @dev Reservation, solution and frozen solution have words of equal length before the hash; the tag keeps them apart.
    function test_AReservationIsNoSolution() public {
        _bring(State.Reserved);
        solution = ITaskMarket.Solution(held.solver, held.since, bytes32(uint256(held.until)));
        bytes32 id = market.taskIdOf(task);
        bytes memory refused = abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id);
        vm.prank(THIEF);
        vm.expectRevert(refused);
        market.contest(task, solution, "");
        skip(1 days);
        vm.expectRevert(refused);
        market.claim(task, solution);
    }

    /// @dev A result digest that is a number: as a reservation it would let anybody take the stake as a bond.
    function test_ASolutionIsNoReservation() public {
        (task,) = submit();
        bytes32 id = market.taskIdOf(task);
        awaitTurn(task, SOLVER);
        bytes32 digest = bytes32(uint256(block.timestamp + 20));
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, digest);
        vm.prank(SOLVER);
        market.commit(id, 0, commitment);
        nextBlock();
        vm.prank(SOLVER);
        market.reveal(task, none(), 0, SALT, digest, 1);
        held = ITaskMarket.Reservation(SOLVER, uint48(block.timestamp), uint48(uint256(digest)));
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.forfeit(task, held);
    }

    function test_NobodyIsAReservationOfNobody() public {
        (task,) = submit();
        bytes32 id = market.taskIdOf(task);
        vm.warp(uint256(deadline(task)) + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotReserved.selector, id));
        market.forfeit(task, none());
    }

    function testFuzz_AlteredTaskIsRefusedEverywhere(uint256 field, uint256 bit) public {
        _bring(State(1 + bit % 4));
        ITaskMarket.Task memory altered = _alter(task, field, bit >> 8);
        bytes32 id = market.taskIdOf(altered);
        ok(id != market.taskIdOf(task), "another id");
        (bool success,) = address(market).call(abi.encodeCall(market.claim, (altered, solution)));
        ok(!success, "claim");
        vm.prank(altered.requester);
        (success,) = address(market).call(abi.encodeCall(market.retract, (altered)));
        ok(!success, "retract");
        vm.prank(THIEF);
        (success,) = address(market).call(abi.encodeCall(market.contest, (altered, solution, "")));
        ok(!success, "contest");
        vm.prank(THIEF);
        (success,) = address(market).call(abi.encodeCall(market.reserve, (altered, none())));
        ok(!success, "reserve");
        vm.prank(SOLVER);
        (success,) = address(market).call(abi.encodeCall(market.reveal, (altered, none(), 0, SALT, RESULT, 1)));
        ok(!success, "reveal");
        vm.prank(address(court));
        bytes memory fields = abi.encode(altered, solution);
        (success,) = address(market).call(abi.encodeCall(market.ruleWith, (disputeId, 1, fields)));
        ok(!success, "ruling");
        vm.warp(type(uint40).max);
        (success,) = address(market).call(abi.encodeCall(market.refund, (altered, none())));
        ok(!success, "refund");
        (success,) = address(market).call(abi.encodeCall(market.refund, (altered, held)));
        ok(!success, "refund of a reserved task");
        (success,) = address(market).call(abi.encodeCall(market.forfeit, (altered, held)));
        ok(!success, "forfeit");
        eq(market.wordOf(id), 0, "there is no such task");
    }

    function testFuzz_AlteredSolutionIsRefused(uint256 field, uint256 bit) public {
        _bring(State.Solved);
        bytes32 id = market.taskIdOf(task);
        if (field % 3 == 0) solution.solver = address(uint160(solution.solver) ^ uint160(1 << (bit % 160)));
        if (field % 3 == 1) solution.revealedAt ^= uint48(1 << (bit % 47));
        if (field % 3 == 2) solution.resultDigest ^= bytes32(uint256(1 << (bit % 256)));
        bytes memory refused = abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id);
        vm.prank(THIEF);
        vm.expectRevert(refused);
        market.contest(task, solution, "");
        vm.warp(type(uint48).max);
        vm.expectRevert(refused);
        market.claim(task, solution);
    }

    function _bring(State state) private {
        (task,) = submit();
        held = ITaskMarket.Reservation(SOLVER, 1, 2);
        solution = ITaskMarket.Solution(SOLVER, 1, RESULT);
        awaitTurn(task, SOLVER);
        awaitTurn(task, THIEF);
        if (state == State.Unknown) ++task.nonce;
        bytes32 id = market.taskIdOf(task);
        if (state >= State.Reserved) held = reserve(task, SOLVER);
        nextBlock();
        commit(id, SOLVER, 0);
        nextBlock();
        if (state >= State.Solved) solution = reveal(task, held, SOLVER, 0);
        if (state == State.Frozen) {
            vm.prank(THIEF);
            disputeId = market.contest(task, solution, "");
        }
        if (state == State.Over) claim(task, solution);
    }

    /// @dev A call whose effects are undone, so that each entry meets the state as it is.
    function attempt(address caller, bytes calldata data) external {
        vm.prank(caller);
        (bool success,) = address(market).call(data);
        revert Outcome(success);
    }

    function _expect(address caller, bytes memory data, bool works) private {
        try this.attempt(caller, data) {}
        catch (bytes memory outcome) {
            eq(
                keccak256(outcome),
                keccak256(abi.encodeWithSelector(Outcome.selector, works)),
                works ? "had to work" : "had to be refused"
            );
        }
    }

    /// @dev Turns one bit of one of the six words.
    function _alter(ITaskMarket.Task memory t, uint256 field, uint256 bit)
        private
        pure
        returns (ITaskMarket.Task memory)
    {
        uint256 kind = field % 6;
        if (kind == 0) t.requester = address(uint160(t.requester) ^ uint160(1 << (bit % 160)));
        if (kind == 1) t.nonce ^= uint64(1 << (bit % 64));
        if (kind == 2) t.model ^= bytes32(uint256(1 << (bit % 256)));
        if (kind == 3) t.inputDigest ^= bytes32(uint256(1 << (bit % 256)));
        if (kind == 4) t.money ^= 1 << (bit % 256);
        if (kind == 5) t.times ^= 1 << (bit % 256);
        return t;
    }
}
