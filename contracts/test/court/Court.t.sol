// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrator} from "../../interfaces/IArbitrator.sol";
import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Openings, and a case from opening to execution.
contract CourtTest is CourtFixture {
    function test_OpeningLocksTheBondAndCountsOn() public {
        Dispute memory d = open();
        eq(d.id, 1, "first id");
        eq(locked(CLAIMANT), BOND, "bond");
        eq(locked(DEFENDANT), AT_STAKE, "what is at stake was passed on");
        eq(vault.moduleOf(address(module)).locked, 0, "the module has no lock left");
        eq(courtLocks(), uint256(BOND) + AT_STAKE + JURORS * DEPOSIT, "locks of the court");
        eq(open().id, 2, "second id");
    }

    function test_AWholeCaseForTheClaimantToTheUnit() public {
        Dispute memory d = open();
        judge(d, 5);
        eq(court.stateOf(d.id).ruling, 1, "five to two");
        uint256[9] memory before = balances();
        execute(d);
        // 200 slashed: half to five seats, 20 each, and half to the claimant.
        eq(balance(CLAIMANT), before[0] + 100e18, "claimant");
        eq(balance(DEFENDANT), before[1], "defendant");
        for (uint256 i = 0; i < JURORS; ++i) {
            eq(balance(juror(i)), before[2 + i] + (i < 5 ? 20e18 : 0), "juror");
        }
        eq(stake(DEFENDANT), START - AT_STAKE, "stake of the defendant");
        eq(locked(DEFENDANT) + locked(CLAIMANT), 0, "no lock is left");
        eq(escrow(), 0, "nothing stays");
        eq(courtLocks(), JURORS * DEPOSIT, "only deposits are locked");
        eq(module.ruling(), 1, "the module was told");
        eq(module.ruledId(), d.id, "about this case");
    }

    function test_AWholeCaseForTheDefendantToTheUnit() public {
        Dispute memory d = open();
        judge(d, 3);
        eq(court.stateOf(d.id).ruling, 2, "three to four");
        uint256[9] memory before = balances();
        execute(d);
        // 100 slashed: half to four seats, 12.5 each, and half to the defendant.
        eq(balance(DEFENDANT), before[1] + 50e18, "defendant");
        eq(balance(CLAIMANT), before[0], "claimant");
        for (uint256 i = 0; i < JURORS; ++i) {
            eq(balance(juror(i)), before[2 + i] + (i < 3 ? 0 : 12.5e18), "juror");
        }
        eq(stake(CLAIMANT), START - BOND, "stake of the claimant");
        eq(locked(DEFENDANT) + locked(CLAIMANT), 0, "no lock is left");
        eq(escrow(), 0, "nothing stays");
        eq(module.ruling(), 2, "the module was told");
    }

    function test_DustGoesToTheFirstParty() public {
        ICourtOpening.Opening memory o = opening();
        (o.atStake, o.bond) = (1001, 7);
        Dispute memory d = open(o);
        judge(d, 7);
        uint256 before = balance(CLAIMANT);
        execute(d);
        // 500 for seven seats: 71 each, 3 over.
        eq(balance(CLAIMANT), before + 501 + 3, "half, the odd unit and the dust");
        eq(escrow(), 0, "nothing stays");
    }

    function test_OnlyActiveModulesOpen() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotModule.selector, address(this)));
        court.open(opening());
        vm.prank(OWNER);
        vault.retireModule(address(module));
        vm.prank(address(module));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotModule.selector, address(module)));
        court.open(opening());
    }

    function test_ADisputeNeedsTwoPartiesAndAStake() public {
        ICourtOpening.Opening memory o = opening();
        o.claimant = DEFENDANT;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SameParty.selector, DEFENDANT));
        module.contest(o);
        o = opening();
        o.claimant = address(0);
        vm.expectRevert(ICourtTypes.ZeroAddress.selector);
        module.contest(o);
        o = opening();
        o.atStake = 0;
        vm.expectRevert(ICourtTypes.NothingAtStake.selector);
        module.contest(o);
    }

    function test_EvidenceHasALimit() public {
        ICourtOpening.Opening memory o = opening();
        o.evidenceURI = string(new bytes(1_025));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TextTooLong.selector, 1_025, 1_024));
        module.contest(o);
        Dispute memory d = open();
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TextTooLong.selector, 1_025, 1_024));
        court.submitEvidence(d.id, o.evidenceURI);
        vm.prank(STRANGER);
        court.submitEvidence(d.id, "ipfs://more");
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongCase.selector, 99));
        court.submitEvidence(99, "ipfs://more");
    }

    function test_CreateDisputeDoesTheSameAsOpen() public {
        vm.startPrank(address(module));
        vault.lock(DEFENDANT, AT_STAKE);
        vault.passLock(DEFENDANT, AT_STAKE, address(court));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TwoChoices.selector, 3));
        court.createDispute(3, abi.encode(opening()));
        uint256 present = presentFor(CLAIMANT, DEFENDANT);
        uint256 id = court.createDispute(2, abi.encode(opening()));
        vm.stopPrank();
        Dispute memory d;
        d.id = id;
        d.case_ = ICourtTypes.Case(address(module), CLAIMANT, DEFENDANT, pack(opening()), court.termsOf(ICourtOpening.Bench.Compute));
        d.draw.clock = clock(present, 0);
        judge(d, 6);
        execute(d);
        eq(module.ruling(), 1, "ruled");
    }

    function test_TheCourtTakesNoCoin() public {
        (bool taken,) = address(court).call{value: 1}("");
        ok(!taken, "plain coin");
        (taken,) = address(court).call{value: 1}(abi.encodeCall(court.createDispute, (2, abi.encode(opening()))));
        ok(!taken, "with a dispute");
        (taken,) = address(court).call{value: 1}(abi.encodeCall(court.join, (1e18)));
        ok(!taken, "with a call that the clerk answers");
        eq(court.arbitrationCost(""), 0, "a dispute costs no coin");
        eq(court.appealCost(1, ""), 0, "nor does an appeal");
    }

    function test_OthersSeeTheStagesByTheIdAlone() public {
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.WrongCase.selector, 1));
        court.disputeStatus(1);
        Dispute memory d = open();
        ok(court.disputeStatus(d.id) == IArbitrator.DisputeStatus.Waiting, "waiting");
        eq(court.currentRuling(d.id), 0, "no ruling");
        judge(d, 4);
        ok(court.disputeStatus(d.id) == IArbitrator.DisputeStatus.Appealable, "appealable");
        eq(court.currentRuling(d.id), 1, "ruling");
        (uint256 start, uint256 end) = court.appealPeriod(d.id);
        eq(start, block.timestamp, "from now");
        eq(end, block.timestamp + 1 hours, "for an hour");
        toFinal(d);
        ok(court.disputeStatus(d.id) == IArbitrator.DisputeStatus.Solved, "final");
        execute(d);
        ok(court.disputeStatus(d.id) == IArbitrator.DisputeStatus.Solved, "executed");
        eq(court.caseWordOf(d.id), 0, "no word");
    }

    function test_ARulingIsExecutedOnce() public {
        Dispute memory d = open();
        judge(d, 7);
        execute(d);
        vm.expectRevert(wrongCase(d));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        eq(module.rulings(), 1, "told once");
    }

    function test_NoExecutionBeforeTheTimeForAppealsIsOver() public {
        Dispute memory d = open();
        judge(d, 7);
        uint256 until = court.stateOf(d.id).until;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooEarly.selector, until + 1));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        vm.warp(until + 1);
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
    }

    function test_ParametersOfAnOpenCaseDoNotChange() public {
        Dispute memory d = open();
        ICourtTypes.Settings memory s = bench();
        (s.jurorBps, s.absenceBps, s.appealSeconds, s.firstSeats) = (8_000, 1_000, 10, 1);
        vm.prank(OWNER);
        court.setSettings(ICourtOpening.Bench.Compute, s);
        judge(d, 5);
        uint256 before = balance(CLAIMANT);
        execute(d);
        eq(balance(CLAIMANT), before + 100e18, "the half of the old parameters");
    }

    function balances() private returns (uint256[9] memory all) {
        (all[0], all[1]) = (balance(CLAIMANT), balance(DEFENDANT));
        for (uint256 i = 0; i < JURORS; ++i) {
            all[2 + i] = balance(juror(i));
        }
    }
}
