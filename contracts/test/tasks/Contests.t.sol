// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IArbitrable} from "../../interfaces/ICourt.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

contract ContestsTest is Fixture {
    function test_ContestFreezesTheTaskAndHandsTheLockToTheCourt() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        vm.expectEmit(address(market));
        emit ITaskMarket.Contested(id, THIEF, SOLVER, 1);
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "ipfs://evidence");
        eq(market.wordOf(id), market.frozenWordOf(id, solution, disputeId), "frozen");
        eq(locked(THIEF), LOCK / 2, "bond of the claimant");
        eq(locked(SOLVER), LOCK, "stake of the solver");
        eq(vault.moduleOf(address(market)).locked, 0, "the market has no lock any more");
        eq(vault.moduleOf(address(court)).locked, LOCK + LOCK / 2, "the court has both");
        ICourtOpening.Opening memory o = court.openingOf(disputeId);
        eq(o.claimant, THIEF, "claimant");
        eq(o.defendant, SOLVER, "defendant");
        eq(o.bond, LOCK / 2, "bond");
        eq(o.atStake, LOCK, "at stake");
        eq(o.subject, id, "subject");
        ok(o.bench == ICourtOpening.Bench.Compute && o.traceMustMatch, "exact results are run again");
        eq(keccak256(bytes(o.evidenceURI)), keccak256("ipfs://evidence"), "evidence");
    }

    function test_TheBenchFollowsFromTheModel() public {
        for (uint8 i = 0; i < 5; ++i) {
            vm.prank(AUTHOR);
            model = registry.register(
                registration(keccak256(abi.encode(i)), IModelRegistry.VerificationClass(i))
            );
            (,,, uint256 disputeId) = contested();
            ICourtOpening.Opening memory o = court.openingOf(disputeId);
            ok((o.bench == ICourtOpening.Bench.People) == (i == 4), "people judge only what people judge");
            ok(o.traceMustMatch == (i == 0), "only exact traces have to match");
        }
    }

    function test_OnlyWithinTheWindow() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        uint48 closedAt = solution.revealedAt + WINDOW;
        vm.warp(closedAt);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ClaimWindowClosed.selector, closedAt));
        market.contest(task, solution, "");
        vm.warp(closedAt - 1);
        vm.prank(THIEF);
        market.contest(task, solution, "");
    }

    function test_ContestNeedsTheBond() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        vm.prank(THIEF);
        vault.requestUnstake(START - LOCK / 2 + 1);
        vm.prank(THIEF);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStakeVault.InsufficientFreeStake.selector, THIEF, LOCK / 2 - 1, LOCK / 2
            )
        );
        market.contest(task, solution, "");
        eq(market.wordOf(id), market.solvedWordOf(id, solution), "not frozen");
        eq(vault.moduleOf(address(market)).locked, LOCK, "lock not passed");
    }

    function test_FrozenTasksAreNotClaimedAndNotContestedTwice() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution,) = contested();
        bytes memory refused = abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id);
        vm.prank(REQUESTER);
        vm.expectRevert(refused);
        market.contest(task, solution, "");
        vm.warp(uint256(solution.revealedAt) + WINDOW + 30 days);
        vm.expectRevert(refused);
        market.claim(task, solution);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.refund(task, none());
    }

    function test_UpheldGivesTheRequesterEverythingBack() public {
        ITaskMarket.Order memory o = order();
        (o.assurance, o.readable) = (1, true);
        (ITaskMarket.Task memory task, bytes32 id) = submit(REQUESTER, o);
        ITaskMarket.Solution memory solution = solve(task, SOLVER);
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        eq(market.resultOf(id), RESULT, "readable while in doubt");
        vm.expectEmit(address(market));
        emit IArbitrable.Ruling(address(court), disputeId, 1);
        vm.expectEmit(address(market));
        emit ITaskMarket.Overturned(id, SOLVER, disputeId, FEE + MODEL_FEE + 3e18);
        decide(disputeId, 1, task, solution);
        eq(balance(REQUESTER), START, "fee, model fee and paid checks");
        eq(stakeOf(SOLVER), START - LOCK, "the court took the stake");
        eq(balance(SOLVER), START, "no pay");
        eq(balance(THIEF), START + LOCK / 2, "the claimant's half");
        eq(locked(THIEF), 0, "bond is free");
        eq(market.resultOf(id), 0, "the result is gone");
        eq(market.wordOf(id), 0, "over");
        eq(vault.accountOf(SOLVER).accepted, 20, "not an accepted work");
        eq(vault.issuance().issued, 300_000e18, "no emission");
    }

    function test_RejectedPaysTheSolverAtOnce() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution, uint256 disputeId) =
            contested();
        uint80 issued = uint80(vault.rewardNow() * 8 / 10);
        vm.expectEmit(address(market));
        emit IArbitrable.Ruling(address(court), disputeId, 0);
        vm.expectEmit(address(market));
        emit ITaskMarket.Claimed(id, SOLVER, FEE - 1e18, issued, 1e18, MODEL_FEE);
        decide(disputeId, 0, task, solution);
        eq(balance(SOLVER), START + FEE - 1e18 + issued + LOCK / 4, "fee, emission and its half of the bond");
        eq(locked(SOLVER), 0, "free");
        eq(stakeOf(THIEF), START - LOCK / 2, "the bond is lost");
        eq(market.wordOf(id), 0, "over");
        eq(vault.moduleOf(address(court)).locked, 0, "no lock left");
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id));
        market.claim(task, solution);
    }

    function testFuzz_AnythingButOneIsForTheSolver(uint256 ruling) public {
        vm.assume(ruling != 1);
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
        decide(disputeId, ruling, task, solution);
        ok(balance(SOLVER) > START, "paid");
    }

    function test_RejectedNewcomersAreHeldBackLikeOthers() public {
        (ITaskMarket.Task memory task,) = submit();
        ITaskMarket.Solution memory solution = solve(task, THIEF);
        vm.prank(SOLVER);
        uint256 disputeId = market.contest(task, solution, "");
        vm.prank(OWNER);
        vault.setBaseReward(0);
        decide(disputeId, 2, task, solution);
        eq(balance(THIEF), START + FEE - 1e18 - 2.4e18 + LOCK / 4, "held back");
    }

    function test_OnlyTheCourtRules() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
        vm.startPrank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotCourt.selector, THIEF));
        market.ruleWith(disputeId, 1, abi.encode(task, solution));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotCourt.selector, THIEF));
        market.rule(disputeId, 1);
        vm.stopPrank();
        vm.prank(address(court));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotCourt.selector, address(court)));
        market.rule(disputeId, 1);
    }

    function test_TheRulingNeedsTheRightFields() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution, uint256 disputeId) =
            contested();
        bytes memory refused = abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id);
        vm.startPrank(address(court));
        vm.expectRevert(refused);
        market.ruleWith(disputeId + 1, 1, abi.encode(task, solution));
        solution.solver = THIEF;
        vm.expectRevert(refused);
        market.ruleWith(disputeId, 0, abi.encode(task, solution));
        bytes memory none_ = abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, bytes32(0));
        vm.expectRevert(none_);
        market.ruleWith(disputeId, 1, "");
        solution.solver = SOLVER;
        bytes memory longer = abi.encodePacked(abi.encode(task, solution), uint8(0));
        vm.expectRevert(none_);
        market.ruleWith(disputeId, 1, longer);
        market.ruleWith(disputeId, 0, abi.encode(task, solution));
        vm.expectRevert(refused);
        market.ruleWith(disputeId, 0, abi.encode(task, solution));
    }

    function test_ARulingNeedsAContest() public {
        (ITaskMarket.Task memory task, bytes32 id, ITaskMarket.Solution memory solution) = solved();
        vm.prank(address(court));
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, id));
        market.ruleWith(0, 1, abi.encode(task, solution));
    }

    function test_SolverCannotTakeItsStakeAwayFromTheCourt() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
        vm.startPrank(SOLVER);
        vault.requestUnstake(START - LOCK);
        skip(EXIT_DELAY);
        vault.unstake();
        vm.stopPrank();
        decide(disputeId, 1, task, solution);
        eq(stakeOf(SOLVER), 0, "all of it was there to be taken");
    }

    function test_RetiredMarketCanStillBeContested() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.prank(OWNER);
        vault.retireModule(address(market));
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        decide(disputeId, 1, task, solution);
        eq(balance(REQUESTER), START, "money back");
    }
}
