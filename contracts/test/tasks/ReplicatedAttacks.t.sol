// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IReplicatedTasks} from "../../interfaces/IReplicatedTasks.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ReplicaFixture} from "./ReplicaFixture.t.sol";

/// @dev What somebody who wants money or influence that is not theirs would try.
contract ReplicatedAttacksTest is ReplicaFixture {
    /// @dev Whoever has not worked copies a commitment and waits for the others to open.
    function test_ACopiedCommitmentOpensForNobodyElse() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(2);
        bytes26 copied = sealFor(id, SOLVER, RESULT);
        take(job, SOLVER, RESULT);
        vm.prank(RIVAL);
        replicas.take(job, copied);
        nextBlock();
        open(job, SOLVER, RESULT);
        vm.prank(RIVAL);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, RIVAL));
        replicas.open(job, SALT, RESULT, 1);
    }

    function test_OnlyWhoSitsOpensAndOnlyWhatWasSealed() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(2);
        take(job, SOLVER, RESULT);
        take(job, RIVAL, RESULT);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, SOLVER));
        replicas.open(job, SALT, WRONG, 1);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, THIEF));
        replicas.open(job, SALT, RESULT, 1);
        open(job, SOLVER, RESULT);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, SOLVER));
        replicas.open(job, SALT, RESULT, 1);
        eq(replicas.progressOf(id).opened, 1, "once");
    }

    function test_TheListOfSeatsHasToBeWhole() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        skip(WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(RESULT, WRONG, RESULT));
        bytes memory incomplete = abi.encodeWithSelector(IReplicatedTasks.SeatsIncomplete.selector, id);
        IReplicatedTasks.Seat[] memory fewer = new IReplicatedTasks.Seat[](2);
        (fewer[0], fewer[1]) = (seats[0], seats[2]);
        _refused(job, fewer, incomplete);
        IReplicatedTasks.Seat[] memory twice = new IReplicatedTasks.Seat[](3);
        (twice[0], twice[1], twice[2]) = (seats[0], seats[2], seats[2]);
        _refused(job, twice, incomplete);
        (twice[0], twice[1], twice[2]) = (seats[1], seats[0], seats[2]);
        _refused(job, twice, incomplete);
        (twice[0], twice[1]) = (seats[0], seat(address(0xB33), IReplicatedTasks.Stage.Opened, RESULT));
        _refused(job, twice, abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, address(0xB33)));
        twice[1] = seat(RIVAL, IReplicatedTasks.Stage.None, 0);
        _refused(job, twice, abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, RIVAL));
        replicas.finish(job, seats);
        nothingLeft();
    }

    /// @dev A stage that is not the seat's own: to make a liar agree, to take a bond, to keep a seat from being paid.
    function test_StagesAndValuesAreThoseOfTheSeat() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, 0));
        skip(2 * WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, results(RESULT, WRONG, 0));
        for (uint8 stage = 0; stage <= 4; ++stage) {
            for (uint256 value = 0; value < 4; ++value) {
                bytes32 v = [bytes32(0), RESULT, WRONG, bytes32(sealFor(id, RIVAL, WRONG))][value];
                if (stage == 2 && value == 2) continue;
                seats[1] = seat(RIVAL, IReplicatedTasks.Stage(stage), v);
                _refused(job, seats, abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, RIVAL));
            }
        }
        seats = seatsOf(id, results(RESULT, WRONG, 0));
        seats[2] = seat(THIRD, IReplicatedTasks.Stage.Opened, RESULT);
        _refused(job, seats, abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, THIRD));
    }

    function _refused(IReplicatedTasks.Job memory job, IReplicatedTasks.Seat[] memory seats, bytes memory why) private {
        vm.expectRevert(why);
        replicas.finish(job, seats);
    }

    function test_FinishNeedsAllSeats() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = post(3);
        take(job, SOLVER, RESULT);
        IReplicatedTasks.Seat[] memory seats = new IReplicatedTasks.Seat[](1);
        seats[0] = seat(SOLVER, IReplicatedTasks.Stage.Sealed, sealFor(id, SOLVER, RESULT));
        skip(1 days);
        _refused(job, seats, abi.encodeWithSelector(IReplicatedTasks.SeatsEmpty.selector, id, 1));
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatsIncomplete.selector, id));
        replicas.refund(job, new IReplicatedTasks.Seat[](0));
        replicas.refund(job, seats);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.JobNotFound.selector, id));
        replicas.refund(job, seats);
        nothingLeft();
    }

    function test_SeatsBelongToTheirTask() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(same(2));
        ITaskMarket.Order memory o = replicated();
        (o.fee, o.nonce) = (6e18, 9);
        (IReplicatedTasks.Job memory dear, bytes32 dearId) = post(o, 2);
        take(dear, THIRD, RESULT);
        take(dear, NEWCOMER, RESULT);
        skip(2 * WINDOW);
        IReplicatedTasks.Seat[] memory seats = seatsOf(id, same(2));
        _refused(dear, seats, abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, dearId, SOLVER));
        replicas.finish(job, seats);
    }

    function test_OnlyTheCourtRulesAndOnlyOnItsCases() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        uint256 first = contest(job, RIVAL, WRONG, THIEF);
        contest(job, SOLVER, RESULT, THIEF);
        vm.startPrank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotCourt.selector, THIEF));
        replicas.ruleWith(first, 1, abi.encode(job, RIVAL, WRONG));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotCourt.selector, THIEF));
        replicas.rule(first, 1);
        vm.stopPrank();
        vm.startPrank(address(court));
        _notFrozen(first, job, id, SOLVER, RESULT);
        _notFrozen(first, job, id, THIRD, RESULT);
        _notFrozen(first, job, id, RIVAL, RESULT);
        _notFrozen(first + 1, job, id, RIVAL, WRONG);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFrozen.selector, 0, 0));
        replicas.ruleWith(first, 1, "");
        vm.stopPrank();
        decideSeat(first, 1, job, RIVAL, WRONG);
        vm.prank(address(court));
        _notFrozen(first, job, id, RIVAL, WRONG);
        eq(replicas.progressOf(id).frozen, 1, "one is left");
    }

    function _notFrozen(
        uint256 disputeId,
        IReplicatedTasks.Job memory job,
        bytes32 id,
        address solver,
        bytes32 digest
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFrozen.selector, id, solver));
        replicas.ruleWith(disputeId, 1, abi.encode(job, solver, digest));
    }

    function test_OneSeatIsContestedOnce() public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(same(2));
        contest(job, SOLVER, RESULT, THIEF);
        vm.prank(THIRD);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, SOLVER));
        replicas.contest(job, SOLVER, RESULT, "");
        vm.prank(THIRD);
        vm.expectRevert(abi.encodeWithSelector(IReplicatedTasks.SeatNotFound.selector, id, RIVAL));
        replicas.contest(job, RIVAL, WRONG, "");
        vm.prank(PAYEE);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, PAYEE, 0, SEAT_LOCK / 2)
        );
        replicas.contest(job, RIVAL, RESULT, "");
        eq(replicas.progressOf(id).frozen, 1, "one");
    }

    /// @dev Any bit of any field: another task, which is not there.
    function testFuzz_AlteredFieldsAreUnknown(uint256 word, uint8 bit) public {
        (IReplicatedTasks.Job memory job, bytes32 id) = seated(results(RESULT, WRONG, RESULT));
        skip(2 * WINDOW);
        bytes memory data = abi.encodeCall(replicas.finish, (job, seatsOf(id, results(RESULT, WRONG, RESULT))));
        // Seven words of the task; then offset and length of the list, which are left alone; then the seats.
        word = within(word, 0, 15);
        if (word >= 7) word += 2;
        bytes memory copy = bytes.concat(data);
        assembly ("memory-safe") {
            let place := add(add(copy, 36), mul(word, 32))
            mstore(place, xor(mload(place), shl(bit, 1)))
        }
        (bool success,) = address(replicas).call(copy);
        ok(!success, "finished with altered fields");
        (success,) = address(replicas).call(data);
        ok(success, "the unaltered call");
        nothingLeft();
    }

    function test_SuspendedSolversDoNotSit() public {
        (IReplicatedTasks.Job memory job,) = post(2);
        court.suspend(SOLVER, uint48(block.timestamp + 1 days));
        vm.prank(SOLVER);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.AccountSuspended.selector, SOLVER, block.timestamp + 1 days)
        );
        replicas.take(job, "x");
    }
}
