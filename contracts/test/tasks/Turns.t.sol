// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev The turn as the market applies it. With a third of all stake a solver waits less than 15 seconds.
contract TurnsTest is Fixture {
    uint80 private constant TOTAL = 3 * START;

    function test_TheTurnFollowsThePublishedRule() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.roll(submittedIn(task) + 2);
        bytes32 seed = keccak256(abi.encode(id, blockhash(submittedIn(task) + 1)));
        uint256 u = uint256(keccak256(abi.encode(seed, SOLVER))) % 2 ** 64;
        eq(turn(task, SOLVER), submittedAt(task) + uint256(5) * u * TOTAL / START / 2 ** 64, "T u S / w");
        eq(market.turnOf(task, SOLVER, 0, TOTAL), submittedAt(task) + LIFETIME / 2, "no stake: half of its life");
        eq(market.turnOf(task, SOLVER, 1, TOTAL), submittedAt(task) + LIFETIME / 2, "nor later with dust");
    }

    function test_NobodyReservesBeforeItsTurn() public {
        ITaskMarket.Task memory task = _slow();
        uint48 opensAt = turn(task, SOLVER);
        vm.warp(opensAt - 1);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, opensAt));
        market.reserve(task, none());
        vm.warp(opensAt);
        reserve(task, SOLVER);
    }

    function test_WhoCommitsBeforeItsTurnHasNotWaited() public {
        ITaskMarket.Task memory task = _slow();
        bytes32 id = market.taskIdOf(task);
        uint48 opensAt = turn(task, SOLVER);
        vm.warp(opensAt - 1);
        commit(id, SOLVER, 0);
        vm.warp(opensAt + 5 minutes);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, opensAt));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        commit(id, SOLVER, 0);
        nextBlock();
        reveal(task, none(), SOLVER, 0);
    }

    function test_CommittedInTheSecondOfTheTurn() public {
        ITaskMarket.Task memory task = _slow();
        vm.warp(turn(task, SOLVER));
        commit(market.taskIdOf(task), SOLVER, 0);
        nextBlock();
        reveal(task, none(), SOLVER, 0);
    }

    /// @dev In the block of the submission and in the next one nobody knows the seed: everybody waits in full.
    function test_WithoutItsBlockTheTurnIsFull() public {
        (ITaskMarket.Task memory task,) = submit();
        uint48 full = submittedAt(task) + 15;
        eq(turn(task, SOLVER), full, "5 x 3");
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, full));
        market.reserve(task, none());
        vm.roll(submittedIn(task) + 1);
        eq(turn(task, SOLVER), full, "in the block itself");
        vm.roll(submittedIn(task) + 2);
        ok(turn(task, SOLVER) < full, "known");
        vm.roll(submittedIn(task) + 1 + 256);
        ok(turn(task, SOLVER) < full, "still known");
        vm.roll(submittedIn(task) + 1 + 257);
        eq(turn(task, SOLVER), full, "forgotten");
    }

    /// @dev It was closed to all until half of its life was over: for a task of a week, three and a half days.
    function test_ForgottenTasksDoNotRest() public {
        ITaskMarket.Order memory o = order();
        o.lifetime = 7 days;
        (ITaskMarket.Task memory task,) = submit(REQUESTER, o);
        vm.roll(submittedIn(task) + 300);
        skip(300);
        reserve(task, SOLVER);
    }

    function test_WaitingUntilTheChainForgetsGainsNothing() public {
        ITaskMarket.Task memory task = _slow();
        bytes32 id = market.taskIdOf(task);
        uint48 full = submittedAt(task) + 600 * 3;
        vm.warp(full - 1);
        commit(id, SOLVER, 0);
        vm.roll(submittedIn(task) + 300);
        vm.warp(full + 12);
        vm.prank(SOLVER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, SOLVER, full));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
    }

    /// @dev Committing when one's turn has come and revealing when it is forgotten is refused as well: commit again.
    function test_ALateRevealNeedsTheFullWaitAtItsCommitment() public {
        ITaskMarket.Task memory task = _slow();
        bytes32 id = market.taskIdOf(task);
        uint48 full = submittedAt(task) + 600 * 3;
        ok(turn(task, SOLVER) < full - 1, "its turn has come before");
        vm.roll(submittedIn(task) + 300);
        vm.warp(full);
        commit(id, SOLVER, 0);
        nextBlock();
        reveal(task, none(), SOLVER, 0);
    }

    function test_MoreFreeStakeComesEarlier() public {
        ITaskMarket.Task memory task = _slow();
        uint48 before = turn(task, SOLVER);
        ok(market.turnOf(task, SOLVER, START / 2, TOTAL) > before, "half of it comes later");
        vm.prank(SOLVER);
        vault.requestUnstake(START - 1);
        ok(turn(task, SOLVER) > before, "what is not free does not count");
    }

    function test_AfterTheCapStakeDoesNotMatter() public {
        ITaskMarket.Task memory task = _slow();
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK);
        uint48 cap = submittedAt(task) + (deadline(task) - submittedAt(task)) / 2;
        ok(turn(task, SOLVER) <= cap, "capped");
        vm.warp(cap);
        reserve(task, SOLVER);
    }

    function test_WithoutASpreadItIsARace() public {
        _setSpread(0);
        (ITaskMarket.Task memory task,) = submit();
        eq(turn(task, SOLVER), submittedAt(task), "at once");
        reserve(task, SOLVER);
    }

    function _setSpread(uint16 spread) private {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = spread;
        vm.prank(OWNER);
        market.setSettings(0, s);
    }

    /// @dev A task whose turn is some minutes away.
    function _slow() private returns (ITaskMarket.Task memory task) {
        _setSpread(600);
        ITaskMarket.Order memory o = order();
        o.lifetime = 4 hours;
        do {
            (task,) = submit(REQUESTER, o);
            vm.roll(submittedIn(task) + 2);
        } while (turn(task, SOLVER) < submittedAt(task) + 100 || turn(task, SOLVER) > submittedAt(task) + 1_700);
    }
}
