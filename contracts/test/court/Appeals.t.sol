// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrator} from "../../interfaces/IArbitrator.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Appeals: bonds, backers, larger panels, and who is paid when a ruling falls.
contract AppealsTest is CourtFixture {
    uint80 private constant APPEAL = 100e18;

    function test_AnAppealThatIsRightPaysBondAndShare() public {
        Dispute memory d = open();
        judge(d, 3);
        // Two to three parts: the backer 75, the claimant 25.
        fundAppeal(d, 0, BACKER, 75e18);
        eq(court.appealOf(d.id, 0).raised, 75e18, "raised");
        fundAppeal(d, 0, CLAIMANT, 1_000e18);
        eq(court.contributionOf(d.id, 0, CLAIMANT), 25e18, "what is too much is not taken");
        eq(uint256(court.stateOf(d.id).phase), 1, "the next panel");
        again(d, 1 << 8);
        nextBlock();
        judge(d, 7);
        uint256[4] memory before =
            [balance(CLAIMANT), balance(BACKER), balance(juror(0)), balance(juror(6))];
        execute(d);
        // Pot 200. Jurors 100 over 3 + 14 seats: 5.88... each. The rest is shared by bond 100 and appeal 100.
        uint256 perSeat = uint256(100e18) / 17;
        uint256 rest = 200e18 - perSeat * 17;
        eq(balance(juror(0)), before[2] + perSeat * 3, "one seat in the first panel, two in the second");
        eq(balance(juror(6)), before[3] + perSeat * 2, "wrong in the first, right in the second");
        eq(balance(CLAIMANT), before[0] + rest - rest / 2, "the party");
        eq(escrow(), 100e18 + rest / 2, "the backers' part waits");
        eq(court.repayAppeal(d.id, 0, BACKER), (100e18 + rest / 2) * 3 / 4, "three quarters");
        court.repayAppeal(d.id, 0, CLAIMANT);
        eq(escrow(), 0, "to the unit");
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.repayAppeal(d.id, 0, BACKER);
    }

    function test_AnAppealThatIsWrongJoinsThePot() public {
        Dispute memory d = open();
        judge(d, 3);
        fundAppeal(d, 0, CLAIMANT, APPEAL);
        again(d, 1 << 8);
        nextBlock();
        judge(d, 3);
        uint256 before = balance(DEFENDANT);
        execute(d);
        // Pot 100 of the bond and 100 of the appeal, 100 for 4 + 8 seats.
        uint256 perSeat = uint256(100e18) / 12;
        eq(balance(DEFENDANT), before + 200e18 - perSeat * 12, "the defendant");
        eq(escrow(), 0, "nothing stays");
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.repayAppeal(d.id, 0, CLAIMANT);
    }

    function test_ThreeRoundsAndBothSidesAppeal() public {
        Dispute memory d = open();
        judge(d, 3);
        fundAppeal(d, 0, BACKER, APPEAL);
        again(d, 1 << 8);
        nextBlock();
        judge(d, 5);
        fundAppeal(d, 1, DEFENDANT, APPEAL);
        again(d, 2 << 8);
        nextBlock();
        judge(d, 4);
        eq(court.stateOf(d.id).until, 0, "final at once");
        vm.prank(DEFENDANT);
        vm.expectRevert(ICourtTypes.LastRound.selector);
        court.fundAppeal(d.id, d.case_, 2, past(d), APPEAL);
        uint256 before = balance(BACKER);
        execute(d);
        // Pot 200 + 100; jurors 150 over 3 + 10 + 12 seats = 6; rest 150, half of it to the backer beside the bond.
        eq(court.repayAppeal(d.id, 0, BACKER), 100e18 + 75e18, "bond and share");
        eq(balance(BACKER), before + 175e18, "paid");
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.repayAppeal(d.id, 1, DEFENDANT);
        eq(escrow(), 0, "nothing stays");
    }

    function test_TwoAppealsOfTheWinningSideShare() public {
        Dispute memory d = open();
        judge(d, 3);
        fundAppeal(d, 0, BACKER, APPEAL);
        again(d, 1 << 8);
        nextBlock();
        judge(d, 2);
        fundAppeal(d, 1, STRANGER, APPEAL);
        again(d, 2 << 8);
        nextBlock();
        judge(d, 7);
        execute(d);
        // Pot 200; jurors 100 over 3 + 4 + 21 seats; the rest in three parts.
        uint256 perSeat = uint256(100e18) / 28;
        uint256 rest = 200e18 - perSeat * 28;
        eq(court.repayAppeal(d.id, 0, BACKER), 100e18 + rest / 3, "first backer");
        eq(court.repayAppeal(d.id, 1, STRANGER), 100e18 + rest / 3, "second backer");
        eq(escrow(), 0, "nothing stays");
    }

    function test_AnAppealThatFallsShortIsPaidBack() public {
        Dispute memory d = open();
        judge(d, 3);
        fundAppeal(d, 0, BACKER, 40e18);
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.repayAppeal(d.id, 0, BACKER);
        toFinal(d);
        eq(court.repayAppeal(d.id, 0, BACKER), 40e18, "before the execution");
        execute(d);
        eq(escrow(), 0, "nothing stays");
        Dispute memory e = open();
        judge(e, 3);
        fundAppeal(e, 0, BACKER, 40e18);
        execute(e);
        eq(escrow(), 40e18, "not in the pot");
        eq(court.repayAppeal(e.id, 0, BACKER), 40e18, "after the execution");
        eq(escrow(), 0, "nothing stays");
    }

    function test_NoAppealAfterItsTime() public {
        Dispute memory d = open();
        judge(d, 3);
        uint256 until = court.stateOf(d.id).until;
        toFinal(d);
        vm.prank(CLAIMANT);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooLate.selector, until));
        court.fundAppeal(d.id, d.case_, 0, past(d), APPEAL);
    }

    function test_NothingIsGivenForNothing() public {
        Dispute memory d = open();
        judge(d, 3);
        vm.prank(CLAIMANT);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        court.fundAppeal(d.id, d.case_, 0, past(d), 0);
        vm.prank(CLAIMANT);
        vm.expectRevert(wrongCase(d));
        court.fundAppeal(d.id, d.case_, 1, past(d), APPEAL);
        vm.prank(CLAIMANT);
        vm.expectRevert(wrongCase(d));
        court.fundAppeal(d.id, d.case_, 0, bytes32(0), APPEAL);
    }

    function test_AppealByTheStandardDoesTheSame() public {
        Dispute memory d = open();
        judge(d, 3);
        vm.prank(CLAIMANT);
        court.appeal(d.id, abi.encode(d.case_, uint8(0), past(d), APPEAL));
        eq(uint256(court.stateOf(d.id).phase), 1, "voting again");
        ok(court.disputeStatus(d.id) == IArbitrator.DisputeStatus.Waiting, "waiting");
        eq(court.appealBondOf(d.case_), APPEAL, "the bond");
    }

    /// @dev Arbius: "late joiners can win a vote".
    function test_WhoeverComesBecauseOfTheCaseHasNoSeatInLaterPanels() public {
        Dispute memory d = open();
        // Eight times the stake of all jurors arrives while the first panel votes, under an old and a new name.
        vm.prank(STRANGER);
        vault.stake(START);
        vm.startPrank(BACKER);
        vault.requestUnstake(START);
        vm.stopPrank();
        vm.startPrank(STRANGER);
        court.join(DEPOSIT);
        court.heartbeat();
        vm.stopPrank();
        judge(d, 3);
        nextBlock();
        fundAppeal(d, 0, CLAIMANT, APPEAL);
        again(d, 1 << 8);
        seed(d);
        // What was staked at the opening counts; what came after it does not.
        uint256 present = uint80(d.draw.clock >> 16);
        eq(present, JURORS * START + 2 * START, "in the sum");
        uint256 expected = court.seatsFor(d.draw.seed, STRANGER, START, uint80(present), 14);
        eq(seatsOf(d, STRANGER), expected, "the stake of then");
    }

    function test_StakeThatDidNotExistAtTheOpeningHasNoSeat() public {
        address fresh = address(0xF4E5);
        Dispute memory d = open();
        vm.prank(STRANGER);
        vault.transfer(fresh, START);
        vm.startPrank(fresh);
        vault.stake(START);
        court.join(DEPOSIT);
        court.heartbeat();
        vm.stopPrank();
        judge(d, 3);
        fundAppeal(d, 0, CLAIMANT, APPEAL);
        again(d, 1 << 8);
        seed(d);
        eq(court.weightAt(fresh, uint40(started(d))), START, "present");
        eq(seatsOf(d, fresh), 0, "and without a seat");
    }

    function testFuzz_BackersGetEverythingBackInAnyOrder(uint80 a, uint80 b, bool turned, bool reverse) public {
        Dispute memory d = open();
        judge(d, 3);
        a = within80(a, 1, APPEAL - 2);
        b = within80(b, 1, APPEAL - 1 - a);
        fundAppeal(d, 0, BACKER, a);
        fundAppeal(d, 0, STRANGER, b);
        fundAppeal(d, 0, CLAIMANT, APPEAL);
        again(d, 1 << 8);
        nextBlock();
        judge(d, turned ? 7 : 3);
        uint256 locks = courtLocks();
        execute(d);
        eq(courtLocks(), locks - AT_STAKE - BOND, "both locks are settled");
        if (!turned) {
            eq(escrow(), 0, "all in the pot");
            return;
        }
        address[3] memory order = reverse ? [CLAIMANT, STRANGER, BACKER] : [BACKER, STRANGER, CLAIMANT];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 paid = court.repayAppeal(d.id, 0, order[i]);
            ok(paid >= court.contributionOf(d.id, 0, order[i]), "never less than what was given");
        }
        eq(escrow(), 0, "to the unit");
    }
}
