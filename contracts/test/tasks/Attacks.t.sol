// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev An account with code that takes no calls at all.
contract Refuser {
    fallback() external payable {
        revert("no calls");
    }
}

/// @dev What somebody who wants money or work that is not theirs would try.
contract AttacksTest is Fixture {
    function setUp() public override {
        super.setUp();
        veteran(THIEF);
    }

    function test_CopiedCommitmentIsWorthNothing() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        bytes26 commitment = market.commitmentFor(id, SOLVER, SALT, RESULT);
        vm.prank(THIEF);
        market.commit(id, 0, commitment);
        commit(id, SOLVER, 0);
        nextBlock();
        // The thief has seen salt and digest of the solver's pending reveal and comes first.
        bytes26 expected = market.commitmentFor(id, THIEF, SALT, RESULT);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, commitment));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        eq(reveal(task, none(), SOLVER, 0).solver, SOLVER, "the author is not disturbed");
    }

    function test_ResultSeenInAPendingRevealCannotComeFirst() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        commit(id, SOLVER, 0);
        nextBlock();
        commit(id, THIEF, 0);
        vm.prank(THIEF);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, uint48(block.timestamp) + 1)
        );
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        reveal(task, none(), SOLVER, 0);
        nextBlock();
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
    }

    /// @dev Without a reservation a reveal can be overtaken by one, and its result then be copied. With one it cannot.
    function test_WhoReservedIsNotOvertaken() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        commit(id, SOLVER, 0);
        nextBlock();
        vm.startPrank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reserve(task, none());
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, held.until));
        market.reserve(task, held);
        vm.stopPrank();
        vm.warp(retractAt(task) - 1);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.retract(task);
        reveal(task, held, SOLVER, 0);
    }

    function test_CommitmentToOneTaskDoesNotOpenAnother() public {
        (, bytes32 first) = _open();
        (ITaskMarket.Task memory second,) = _open();
        commit(first, SOLVER, 0);
        nextBlock();
        _expectMismatch(second, SOLVER, 0);
    }

    function test_CommitmentInAnotherSlotIsNotFound() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        commit(id, SOLVER, 1);
        nextBlock();
        _expectMismatch(task, SOLVER, 0);
        _expectMismatch(task, THIEF, 9);
    }

    function test_AnotherResultOrSaltDoesNotOpen() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        commit(id, SOLVER, 0);
        nextBlock();
        (bytes26 found,) = market.commitmentOf(SOLVER, 0);
        bytes26 expected = market.commitmentFor(id, SOLVER, SALT, "better");
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, found));
        market.reveal(task, none(), 0, SALT, "better", 1);
        expected = market.commitmentFor(id, SOLVER, "pepper", RESULT);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, found));
        market.reveal(task, none(), 0, "pepper", RESULT, 1);
    }

    function test_UsedCommitmentCannotBeUsedAgain() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        bytes memory notOpen = abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id);
        vm.prank(SOLVER);
        vm.expectRevert(notOpen);
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        claim(task, solution);
        vm.prank(SOLVER);
        vm.expectRevert(notOpen);
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        (ITaskMarket.Task memory next,) = _open();
        _expectMismatch(next, SOLVER, 0);
    }

    function test_OverwrittenCommitmentIsGone() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        commit(id, SOLVER, 0);
        commit(keccak256("another task"), SOLVER, 0);
        nextBlock();
        _expectMismatch(task, SOLVER, 0);
    }

    function test_RequesterCannotTakeTheTaskBackAfterTheReveal() public {
        (ITaskMarket.Task memory task, bytes32 id,) = solved();
        vm.warp(retractAt(task));
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.retract(task);
    }

    function test_RevealAfterARetractionLocksNothing() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        vm.warp(retractAt(task));
        commit(id, SOLVER, 0);
        vm.prank(REQUESTER);
        market.retract(task);
        nextBlock();
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        eq(locked(SOLVER), 0, "no lock");
    }

    function test_ModelFeeRaisedInFlightIsRefused() public {
        ITaskMarket.Order memory o = order();
        o.maxExtra = MODEL_FEE;
        vm.prank(AUTHOR);
        registry.setFee(model, MODEL_FEE + 1);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE + 1, MODEL_FEE));
        market.submit(o, INPUT);
    }

    function test_ChecksRaisedInFlightAreRefused() public {
        ITaskMarket.Order memory o = order();
        (o.maxExtra, o.assurance) = (MODEL_FEE + 3e18, 1);
        vm.prank(OWNER);
        market.setAssurance(1, ITaskMarket.Assurance(40_000, 20));
        vm.prank(REQUESTER);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskMarket.ExtraTooHigh.selector, MODEL_FEE + 24e18, MODEL_FEE + 3e18)
        );
        market.submit(o, INPUT);
    }

    function test_TaskOfAnotherChainOrMarketIsUnknown() public {
        (ITaskMarket.Task memory task,) = submit();
        TaskMarket other = new TaskMarket(vault, registry, court, TREASURY, defaultSettings(), OWNER);
        vm.warp(uint256(deadline(task)) + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, other.taskIdOf(task)));
        other.refund(task, none());
        vm.chainId(4242);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, market.taskIdOf(task)));
        market.refund(task, none());
    }

    /// @dev Nobody is called when money moves, so nobody can stop it, come back in, or burn the caller's gas.
    function test_AccountsThatTakeNoCallsStopNothing() public {
        (address requester, address solver) = (address(new Refuser()), address(new Refuser()));
        vm.startPrank(REQUESTER);
        vault.transfer(requester, 1_000e18);
        vault.depositTo(solver, 0, START);
        vm.stopPrank();
        vm.prank(AUTHOR);
        registry.setPayee(model, requester);
        vm.prank(OWNER);
        market.setTreasury(solver);
        veteran(solver);
        (ITaskMarket.Task memory task,) = submit(requester, order());
        ITaskMarket.Solution memory solution = solve(task, solver);
        claim(task, solution);
        market.payAuthor(model);
        market.payTreasury();
        (task,) = submit(requester, order());
        vm.warp(uint256(submittedAt(task)) + LIFETIME / 2);
        ITaskMarket.Reservation memory held = reserve(task, solver);
        vm.warp(uint256(deadline(task)) + 1);
        market.refund(task, held);
        (task,) = submit(requester, order());
        solution = solve(task, solver);
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        decide(disputeId, 1, task, solution);
        eq(balance(requester), 1_000e18 - FEE + BOND, "paid once, got two fees and a bond back");
        uint80 rest = balance(solver);
        vm.prank(solver);
        vault.withdraw(rest);
        eq(token.balanceOf(solver), rest, "even the way out calls nobody but the token");
    }

    /// @dev The claimant pays for its own words; who executes the ruling does not.
    function test_LongEvidenceBurdensNobodyElse() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        (ITaskMarket.Task memory other,, ITaskMarket.Solution memory otherSolution) = solved();
        vm.startPrank(THIEF);
        uint256 short = market.contest(task, solution, "");
        uint256 long = market.contest(other, otherSolution, string(new bytes(20_000)));
        vm.stopPrank();
        vm.startPrank(address(court));
        vault.unlock(SOLVER, 2 * LOCK);
        uint256 before = gasleft();
        market.ruleWith(short, 0, abi.encode(task, solution));
        uint256 cheap = before - gasleft();
        before = gasleft();
        market.ruleWith(long, 0, abi.encode(other, otherSolution));
        ok(before - gasleft() < cheap + 5_000, "as cheap");
    }

    /// @dev A signature of any length is looked at in constant time.
    function test_ALongTicketIsNoBomb() public {
        (ITaskMarket.Task memory task,) = _open();
        ITaskMarket.Ticket memory ticket =
            ITaskMarket.Ticket(SOLVER, uint48(block.timestamp) + 60, new bytes(30_000));
        uint256 before = gasleft();
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TicketForged.selector, SOLVER));
        market.reserveWithTicket(task, none(), ticket);
        ok(before - gasleft() < 1_000_000, "bounded");
    }

    function test_DustFeesLoseNothingInRounding() public {
        ITaskMarket.Order memory o = order();
        o.fee = 0.001e18 + 7;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        claim(task, solution);
        market.payTreasury();
        eq(balance(TREASURY), 0.0001e18, "rounded down");
        eq(balance(SOLVER), START + 0.0009e18 + 7, "what is cut from one is paid to the other");
    }

    function _open() private returns (ITaskMarket.Task memory task, bytes32 id) {
        (task, id) = submit();
        awaitTurn(task, SOLVER);
        awaitTurn(task, THIEF);
    }

    function _expectMismatch(ITaskMarket.Task memory task, address solver, uint16 slot) private {
        (bytes26 found,) = market.commitmentOf(solver, slot);
        bytes26 expected = market.commitmentFor(market.taskIdOf(task), solver, SALT, RESULT);
        vm.prank(solver);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.CommitmentMismatch.selector, expected, found));
        market.reveal(task, none(), slot, SALT, RESULT, 1);
    }
}
