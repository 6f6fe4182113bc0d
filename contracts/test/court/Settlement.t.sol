// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Court} from "../../court/Court.sol";
import {CourtClerk} from "../../court/CourtClerk.sol";
import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtClerk, ICourtCase} from "../../interfaces/ICourtCase.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";
import {MockModule} from "./MockModule.sol";

/// @dev Fines, strikes, modules that refuse.
contract SettlementTest is CourtFixture {
    function test_WhoeverWasDrawnAndSealedNothingIsFinedByAnybody() public {
        Dispute memory d = fiveOfSeven();
        vm.prank(STRANGER);
        court.reportAbsent(d.id, d.case_, d.history, 0, two(juror(5), juror(6)));
        eq(court.jurorOf(juror(5)).deposit, DEPOSIT - 1e18, "fined");
        eq(court.finesOf(d.id), 2e18, "waiting");
        ok(court.stateOf(d.id).fined, "noted");
        uint256 before = balance(juror(0));
        execute(d);
        // Pot 202, half of it over five seats.
        eq(balance(juror(0)), before + 20.2e18, "the fines are in the pot");
        eq(court.finesOf(d.id), 0, "used");
        eq(escrow(), 0, "nothing stays");
    }

    function test_AReportNeedsASeatAndNoBallotAndComesOnce() public {
        Dispute memory d = fiveOfSeven();
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(0)));
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(0)));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSeat.selector, STRANGER));
        court.reportAbsent(d.id, d.case_, d.history, 0, one(STRANGER));
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(5)));
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotAscending.selector, juror(6)));
        court.reportAbsent(d.id, d.case_, d.history, 0, two(juror(6), juror(6)));
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.reportAbsent(d.id, d.case_, d.history, 0, new address[](0));
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.reportAbsent(d.id, d.case_, d.history, 0, new address[](65));
        execute(d);
        vm.expectRevert(wrongCase(d));
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(6)));
    }

    function test_AReportSurvivesAnAppeal() public {
        Dispute memory d = fiveOfSeven();
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        fundAppeal(d, 0, DEFENDANT, 100e18);
        ok(court.stateOf(d.id).fined, "noted in the next round");
        again(d, 1 << 8);
        nextBlock();
        judge(d, 7);
        // The first draw can still be looked at.
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(6)));
        eq(court.finesOf(d.id), 2e18, "two fines");
        execute(d);
        eq(escrow(), 0, "nothing stays");
    }

    function test_TheFineDoublesOnRepeat() public {
        Dispute memory d = fiveOfSeven();
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        execute(d);
        d = fiveOfSeven();
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        eq(court.jurorOf(juror(5)).deposit, DEPOSIT - 3e18, "1 and 2");
        execute(d);
        skip(31 days);
        beat();
        nextBlock();
        d = fiveOfSeven();
        court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(5)));
        eq(court.jurorOf(juror(5)).deposit, DEPOSIT - 4e18, "and 1 after a month");
    }

    function test_AFineTakesNoMoreThanTheDeposit() public {
        for (uint256 i = 0; i < 8; ++i) {
            Dispute memory d = fiveOfSeven(2);
            court.reportAbsent(d.id, d.case_, d.history, 0, one(juror(6)));
            execute(d);
            eq(escrow(), 0, "nothing stays");
            nextBlock();
        }
        eq(court.jurorOf(juror(6)).deposit, 0, "empty");
        eq(locked(juror(6)), 0, "nothing is locked");
        eq(stake(juror(6)), START - DEPOSIT, "and no other stake was touched");
        skip(1 days);
        address poor = juror(6);
        vm.prank(poor);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositTooSmall.selector, 0, 1e18));
        court.heartbeat();
    }

    function test_TheThirdStrikeWithinTheWindowSuspends() public {
        lose();
        (uint40 last, uint40 before) = court.strikesOf(DEFENDANT);
        eq(last, block.timestamp - 12, "first");
        eq(before, 0, "none before");
        lose();
        eq(vault.suspendedUntilOf(DEFENDANT), 0, "two are not enough");
        lose();
        eq(vault.suspendedUntilOf(DEFENDANT), block.timestamp - 12 + 30 days, "three are");
    }

    function test_StrikesGrowOld() public {
        lose();
        lose();
        skip(91 days);
        beat();
        nextBlock();
        lose();
        eq(vault.suspendedUntilOf(DEFENDANT), 0, "two of them are forgotten");
    }

    function test_AWonCaseIsNoStrike() public {
        for (uint256 i = 0; i < 3; ++i) {
            Dispute memory d = open();
            judge(d, 0);
            execute(d);
            nextBlock();
        }
        eq(vault.suspendedUntilOf(DEFENDANT), 0, "not suspended");
    }

    /// @dev Nobody comes to judge dust. What counts is the deposit as it was at the opening: a case keeps its rules.
    function test_ACaseAboutLessThanADepositIsNoStrike() public {
        for (uint80 atStake = DEPOSIT - 1; atStake <= DEPOSIT; ++atStake) {
            vm.prank(OWNER);
            court.setMinDeposit(DEPOSIT);
            ICourtOpening.Opening memory o = opening();
            (o.atStake, o.bond) = (atStake, atStake / 2);
            Dispute memory d = open(o);
            vm.prank(OWNER);
            court.setMinDeposit(atStake == DEPOSIT ? 2 * DEPOSIT : 1e18);
            judge(d, 7);
            execute(d);
            (uint40 last,) = court.strikesOf(DEFENDANT);
            eq(last != 0 ? 1 : 0, atStake == DEPOSIT ? 1 : 0, "a strike");
            nextBlock();
        }
    }

    /// @dev A court without the right to suspend says so and pays all the same.
    function test_ACourtWithoutTheRightToSuspendPaysAllTheSame() public {
        Court other = new Court(ICourtClerk(address(new CourtClerk(vault, random))), bench(), bench(), 1e18, OWNER);
        court = ICourtCase(address(other));
        module = new MockModule(vault, address(court));
        vm.startPrank(OWNER);
        vault.addModule(address(court), 0);
        vault.addModule(address(module), 0);
        vm.stopPrank();
        skip(8 days);
        vault.activateModule(address(court));
        vault.activateModule(address(module));
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(juror(i));
            court.join(DEPOSIT);
        }
        beat();
        nextBlock();
        lose();
        lose();
        lose();
        eq(vault.suspendedUntilOf(DEFENDANT), 0, "not suspended");
        eq(module.rulings(), 3, "three rulings");
    }

    function test_WrongFieldsUndoEverything() public {
        Dispute memory d = open();
        judge(d, 7);
        toFinal(d);
        uint256 before = balance(CLAIMANT);
        vm.expectRevert(MockModule.WrongFields.selector);
        court.execute(d.id, d.case_, d.history, "wrong");
        eq(balance(CLAIMANT), before, "nothing was paid");
        execute(d);
        eq(module.rulings(), 1, "and it still works");
    }

    function test_AModuleThatRefusesDoesNotHoldTheMoney() public {
        Dispute memory d = open();
        judge(d, 7);
        toFinal(d);
        module.refuse(true);
        vm.expectRevert(MockModule.Refused.selector);
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        uint256 before = balance(juror(0));
        court.settle(d.id, d.case_, d.history);
        ok(balance(juror(0)) > before, "jurors are paid");
        eq(escrow(), 0, "nothing stays");
        eq(courtLocks(), JURORS * DEPOSIT, "no lock is left");
        vm.expectRevert(wrongCase(d));
        court.settle(d.id, d.case_, d.history);
        vm.expectRevert(wrongCase(d));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        vm.expectRevert(MockModule.Refused.selector);
        court.deliver(d.id, address(module), abi.encode(d.id));
        module.refuse(false);
        vm.expectRevert(wrongCase(d));
        court.deliver(d.id, STRANGER, abi.encode(d.id));
        vm.expectRevert(MockModule.WrongFields.selector);
        court.deliver(d.id, address(module), "wrong");
        eq(court.currentRuling(d.id), 1, "the ruling is kept");
        court.deliver(d.id, address(module), abi.encode(d.id));
        eq(module.ruling(), 1, "delivered");
        vm.expectRevert(wrongCase(d));
        court.deliver(d.id, address(module), abi.encode(d.id));
    }

    function test_SettlingWaitsForTheTimeOfAppealsToo() public {
        Dispute memory d = open();
        judge(d, 7);
        uint256 until = court.stateOf(d.id).until;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooEarly.selector, until + 1));
        court.settle(d.id, d.case_, d.history);
    }

    function test_ARetiredCourtStillEndsItsCases() public {
        Dispute memory d = open();
        judge(d, 3);
        vm.prank(OWNER);
        vault.retireModule(address(court));
        execute(d);
        eq(escrow(), 0, "nothing stays");
        eq(locked(DEFENDANT), 0, "free");
    }

    /// @dev Any split of votes and any amounts: what is taken is what is paid.
    function testFuzz_ThePotIsPaidToTheUnit(uint80 atStake, uint80 bond, uint256 forClaimant, uint256 silent) public {
        uint80[2] memory amounts = [within80(atStake, 1, 1_000e18), within80(bond, 0, 1_000e18)];
        forClaimant = within(forClaimant, 0, 7);
        silent = within(silent, 0, 3);
        uint256 sum = everything();
        ICourtOpening.Opening memory o = opening();
        (o.atStake, o.bond) = (amounts[0], amounts[1]);
        Dispute memory d = open(o);
        Vote[] memory all = votes(forClaimant);
        seal(d, all);
        toReveal(d);
        bytes32[] memory traces = tracesOf(all);
        bytes memory packed = head(7, traces);
        bytes memory records;
        for (uint256 i = 0; i < 7; ++i) {
            bool silent_ = i < silent;
            if (!silent_ && silent != 0) {
                court.openList(
                    d.id, d.case_, d.draw, d.list, abi.encodePacked(uint8(i), all[i].vote, all[i].trace, all[i].salt)
                );
            }
            packed = bytes.concat(packed, silent_ ? unopened(d, all[i]) : opened(d, all[i], traces));
            records = bytes.concat(records, record(d, all[i], silent_ ? 3 : all[i].vote));
        }
        if (silent != 0) toLate(d);
        tally(d, packed, records);
        execute(d);
        eq(escrow(), 0, "nothing stays");
        eq(everything(), sum, "nothing was made or lost");
        eq(locked(CLAIMANT) + locked(DEFENDANT), 0, "no lock is left");
        uint256 deposits;
        for (uint256 i = 0; i < 7; ++i) {
            deposits += court.jurorOf(juror(i)).deposit;
        }
        eq(courtLocks(), deposits, "the court's locks are the deposits");
    }

    function everything() private returns (uint256 sum) {
        sum = balance(CLAIMANT) + balance(DEFENDANT) + stake(CLAIMANT) + stake(DEFENDANT);
        for (uint256 i = 0; i < 7; ++i) {
            sum += balance(juror(i)) + stake(juror(i));
        }
    }

    /// @dev A case lost by the defendant.
    function lose() private {
        Dispute memory d = open();
        judge(d, 7);
        execute(d);
        nextBlock();
    }

    function fiveOfSeven() private returns (Dispute memory) {
        return fiveOfSeven(1);
    }

    /// @dev A ruling in which jurors 5 and 6 sealed nothing.
    function fiveOfSeven(uint8 choice) private returns (Dispute memory d) {
        d = open();
        Vote[] memory five = new Vote[](5);
        for (uint256 i = 0; i < 5; ++i) {
            five[i] = vote(i, choice);
        }
        seal(d, five);
        toReveal(d);
        tally(d, shown(d, five), recordsOf(d, five));
    }

    function one(address a) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function two(address a, address b) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }
}
