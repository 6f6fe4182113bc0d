// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Every attack by name: those that a saving of gas opens, and those that earlier systems fell for.
contract CourtAttacksTest is CourtFixture {
    /// @dev Arbius F1: votes that nobody cast were paid, so more was credited than had been taken.
    function test_F1_OnlyWhatWasTakenIsCredited() public {
        uint256 held = vault.totalStake();
        Dispute memory d = open();
        judge(d, 0);
        uint256 before = balance(DEFENDANT);
        uint256[7] memory jurors;
        for (uint256 i = 0; i < 7; ++i) {
            jurors[i] = balance(juror(i));
        }
        execute(d);
        uint256 paid = balance(DEFENDANT) - before;
        for (uint256 i = 0; i < 7; ++i) {
            paid += balance(juror(i)) - jurors[i];
        }
        eq(paid, BOND, "credits are the slashed bond");
        eq(vault.totalStake(), held - BOND, "which left the stakes");
        eq(escrow(), 0, "and nothing else is there");
    }

    /// @dev Arbius F2: a stranger could clear the list of those who may contest.
    function test_F2_AStrangerCannotDisarmTheCourt() public {
        address first = juror(0);
        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotJuror.selector, STRANGER));
        court.resign();
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositHeld.selector, 3 days));
        court.returnDeposit(first);
        vm.stopPrank();
        eq(court.presentNow(), JURORS * START, "all are still there");
        // Weeks without a case, and without anybody present: whoever comes back judges.
        skip(60 days);
        beat();
        nextBlock();
        Dispute memory d = open();
        judge(d, 7);
        execute(d);
        eq(module.ruling(), 1, "the court works");
    }

    /// @dev Arbius F3: the same token voted twice after a transfer.
    function test_F3_TheSameStakeIsNotPresentUnderTwoNames() public {
        address second = address(0x2222);
        address first = juror(0);
        // The exit was asked for before the heartbeat: it has no weight any more.
        vm.startPrank(first);
        vault.requestUnstake(START - DEPOSIT);
        skip(2 days + 23 hours);
        court.heartbeat();
        eq(court.jurorOf(first).weight, DEPOSIT, "only what stays");
        skip(1 hours);
        vault.unstake();
        vault.transfer(second, START - DEPOSIT);
        vm.stopPrank();
        vm.startPrank(second);
        vault.stake(START - DEPOSIT);
        court.join(1e18);
        court.heartbeat();
        vm.stopPrank();
        eq(court.presentNow(), START, "counted once");
    }

    function test_F3_AnExitAfterTheHeartbeatOutlivesThePresence() public {
        address first = juror(0);
        vm.prank(first);
        vault.requestUnstake(START - DEPOSIT);
        skip(3 days - 12);
        vm.prank(first);
        (bool out,) = address(vault).call(abi.encodeCall(vault.unstake, ()));
        ok(!out, "still staked");
        eq(court.weightAt(first, uint40(block.timestamp)), 0, "and not present any more");
    }

    /// @dev Arbius: a juror votes twice, once seen and once unseen.
    function test_F3_NobodyVotesTwiceInADraw() public {
        Dispute memory d = open();
        sealDirect(d, vote(0, 1));
        // The same juror in a batch, with another vote: passed over.
        court.commitBatch(d.id, d.case_, d.draw, "", ballots(d, votes(0)));
        for (uint256 i = 1; i < 7; ++i) {
            d.list = bytes.concat(d.list, sealedRecord(d, vote(i, 2)));
        }
        d.draw.list = keccak256(d.list);
        bytes26 other = commitment(d, vote(0, 2));
        vm.prank(juror(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(0)));
        court.commit(d.id, d.case_, d.draw, d.list, other);
        vm.prank(juror(1));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(1)));
        court.commit(d.id, d.case_, d.draw, d.list, other);
    }

    /// @dev 0xGuard 2024, high: the slashed amount changed between vote and finish.
    function test_Audit_WhatIsTakenIsFixedAtTheOpening() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        ICourtTypes.Settings memory s = bench();
        (s.absenceBps, s.appealBps, s.jurorBps, s.quorumBps) = (1_000, 10_000, 2_000, 10_000);
        vm.prank(OWNER);
        court.setSettings(ICourtOpening.Bench.Compute, s);
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
        eq(court.appealBondOf(d.case_), AT_STAKE / 2, "bond of an appeal");
        uint256 before = stake(DEFENDANT);
        uint256 juror0 = balance(juror(0));
        execute(d);
        eq(stake(DEFENDANT), before - AT_STAKE, "taken");
        eq(balance(juror(0)), juror0 + uint256(100e18) / 7, "half of it to seven");
    }

    /// @dev 0xGuard 2024, high: late joiners could win a vote.
    function test_Audit_WhoeverJoinsAfterTheOpeningHasNoSeat() public {
        vm.prank(STRANGER);
        court.join(DEPOSIT);
        Dispute memory d = open();
        vm.prank(STRANGER);
        court.heartbeat();
        seed(d);
        eq(court.weightAt(STRANGER, uint40(started(d))), 0, "not present then");
        eq(seatsOf(d, STRANGER), 0, "no seat");
        Vote[] memory one = new Vote[](1);
        one[0] = vote(0, 1);
        bytes26 sealed_ = commitment(d, one[0]);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSeat.selector, STRANGER));
        court.commit(d.id, d.case_, d.draw, "", sealed_);
    }

    /// @dev A batcher leaves a juror out.
    function test_Gas7_ABatcherWhoLeavesSomebodyOutChangesNothing() public {
        Dispute memory d = open();
        Vote[] memory six = head7(6);
        seal(d, six);
        vm.warp(started(d) + 1 hours);
        sealDirect(d, vote(6, 1));
        toReveal(d);
        Vote[] memory all = votes(7);
        bytes32[] memory traces = tracesOf(all);
        bytes memory packed = head(6, traces);
        for (uint256 i = 0; i < 7; ++i) {
            packed = bytes.concat(packed, opened(d, all[i], traces));
        }
        tally(d, packed, recordsOf(d, all));
        uint256 before = balance(juror(6));
        execute(d);
        ok(balance(juror(6)) > before, "paid like the others");
    }

    /// @dev A batch of one ballot is sent first.
    function test_Gas7_ABatchOfOneBallotBlocksNobody() public {
        Dispute memory d = open();
        Vote[] memory first = head7(1);
        seed(d);
        bytes memory packed = ballots(d, votes(7));
        seal(d, first);
        // What was under way fails once, because the hash has the list now.
        vm.expectRevert(wrongCase(d));
        court.commitBatch(d.id, d.case_, ICourtTypes.Draw(d.draw.clock, d.draw.seed, 0, 0), "", packed);
        court.commitBatch(d.id, d.case_, d.draw, d.list, packed);
        eq(court.stateOf(d.id).directs, 6, "all others are in");
        // And in the last quarter nothing fails even once: the hash does not change any more.
        Dispute memory e = open();
        seed(e);
        vm.warp(started(e) + 46 minutes);
        packed = ballots(e, votes(7));
        court.commitBatch(e.id, e.case_, e.draw, "", ballots(e, first));
        court.commitBatch(e.id, e.case_, e.draw, "", packed);
        eq(court.stateOf(e.id).directs, 7, "all are in");
    }

    /// @dev Two updates of one word in one block.
    function test_Gas7_TwoJurorsInOneBlockDoNotDisturbEachOther() public {
        Dispute memory d = open();
        sealDirect(d, vote(0, 1));
        sealDirect(d, vote(1, 1));
        eq(court.stateOf(d.id).directs, 2, "both");
    }

    /// @dev Two signed ballots, one of them opened after the others were seen.
    function test_Gas7_ASecondBallotCannotShadowTheFirst() public {
        Dispute memory d = open();
        Vote[] memory first = votes(7);
        seal(d, first);
        Vote[] memory second = votes(0);
        bytes memory packed = ballots(d, second);
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.commitBatch(d.id, d.case_, d.draw, d.list, packed);
        toReveal(d);
        bytes memory other = shown(d, second);
        vm.expectRevert(ICourtTypes.WrongList.selector);
        court.tally(d.id, d.case_, d.draw, other);
    }

    /// @dev Whoever closes would choose whose opening to leave out.
    function test_Gas7_WhoeverClosesCannotLeaveOutAnOpening() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        seal(d, all);
        toReveal(d);
        bytes32[] memory traces = tracesOf(all);
        bytes memory packed = head(7, traces);
        for (uint256 i = 0; i < 7; ++i) {
            packed = bytes.concat(packed, i == 0 ? unopened(d, all[i]) : opened(d, all[i], traces));
        }
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
        // The juror opens in time; afterwards the ballot cannot be left out either.
        court.openList(d.id, d.case_, d.draw, d.list, abi.encodePacked(uint8(0), all[0].vote, all[0].trace, all[0].salt));
        toLate(d);
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
    }

    /// @dev The contester would let the seed lapse until he likes the panel.
    function test_Gas7_AMissedSeedIsNobodysChoice() public {
        Dispute memory d = open();
        vm.roll(block.number + 3);
        // While the seed is known nobody can have another one.
        court.draw(d.id, d.case_, d.draw);
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
        Dispute memory e = open();
        vm.roll(block.number + 300);
        // When it is not known any more, anybody names the next one, and no ballot can have been sealed.
        vm.prank(STRANGER);
        court.draw(e.id, e.case_, e.draw);
    }

    /// @dev Two changes of stake after the opening hide what was there before.
    function test_Gas7_AHiddenStakeHasNoSeatInLaterPanels() public {
        Dispute memory d = open();
        judge(d, 3);
        vm.startPrank(juror(0));
        vault.stake(1e18);
        skip(1);
        vault.stake(1e18);
        vm.stopPrank();
        fundAppeal(d, 0, CLAIMANT, 100e18);
        again(d, 1 << 8);
        seed(d);
        eq(seatsOf(d, juror(0)), 0, "unknown is nothing");
        eq(seatsOf(d, juror(1)), 2, "known");
    }

    /// @dev A word presented as another kind of word, or as that of another case.
    function test_Gas7_WordsCannotBeConfused() public {
        Dispute memory d = open();
        Dispute memory e = open();
        judge(d, 7);
        toFinal(d);
        vm.expectRevert(wrongCase(e));
        court.execute(e.id, d.case_, d.history, abi.encode(e.id));
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
        vm.expectRevert(wrongCase(d));
        court.tally(d.id, d.case_, d.draw, hex"0000");
        vm.expectRevert(wrongCase(d));
        court.deliver(d.id, address(module), abi.encode(d.id));
        // Any altered field.
        d.case_.claimant = STRANGER;
        vm.expectRevert(wrongCase(d));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        d.case_.claimant = CLAIMANT;
        d.case_.money += 1 << 136;
        vm.expectRevert(wrongCase(d));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
        d.case_.money -= 1 << 136;
        d.history[0].records[21] = bytes1(uint8(2));
        vm.expectRevert(wrongCase(d));
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
    }

    /// @dev A case that nobody ends keeps its place, and nobody else is hurt.
    function test_APlaceThatIsTakenBlocksNobody() public {
        Dispute memory first = open();
        for (uint256 i = 0; i < 63; ++i) {
            opening63();
        }
        Dispute memory d = open();
        eq(d.id, 65, "the same place as the first");
        Vote[] memory seven = votes(7);
        Vote[] memory three = votes(3);
        seal(d, seven);
        seal(first, three);
        toReveal(d);
        tally(d, shown(d, seven), recordsOf(d, seven));
        tally(first, shown(first, three), recordsOf(first, three));
        eq(court.currentRuling(1), 2, "each has its own word");
        eq(court.currentRuling(65), 1, "by the id alone");
        execute(d);
        eq(court.caseWordOf(65), 0, "ended");
        eq(court.currentRuling(1), 2, "untouched");
        execute(first);
        Dispute memory next = open();
        eq(next.id, 66, "the place of number 2, which is taken");
    }

    function test_AUsedPlaceIsTakenAgain() public {
        Dispute memory d = open();
        judge(d, 7);
        execute(d);
        for (uint256 i = 0; i < 63; ++i) {
            opening63();
        }
        Dispute memory e = open();
        eq(e.id, 65, "the same place");
        eq(court.currentRuling(1), 0, "the first is over");
        ok(court.caseWordOf(1) == 0 && court.caseWordOf(65) != 0, "and is not taken for the second");
        judge(e, 7);
        execute(e);
    }

    /// @dev A ballot is replayed in another round, another case, or by another juror.
    function test_ABallotBelongsToItsDraw() public {
        Dispute memory d = open();
        seed(d);
        Vote[] memory one = head7(1);
        bytes memory packed = ballots(d, one);
        judge(d, 3);
        fundAppeal(d, 0, CLAIMANT, 100e18);
        again(d, 1 << 8);
        seed(d);
        refusedBatch(d, packed);
        Dispute memory e = open();
        seed(e);
        refusedBatch(e, packed);
    }

    function test_ACopiedCommitmentCannotBeOpened() public {
        Dispute memory d = open();
        sealDirect(d, vote(0, 1));
        bytes26 copied = commitment(d, vote(0, 1));
        vm.prank(juror(1));
        court.commit(d.id, d.case_, d.draw, "", copied);
        toReveal(d);
        Vote memory v = vote(0, 1);
        court.openDirect(d.id, d.case_, d.draw, juror(0), v.vote, v.trace, v.salt);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.BadOpening.selector, juror(1)));
        court.openDirect(d.id, d.case_, d.draw, juror(1), v.vote, v.trace, v.salt);
    }

    /// @dev A bloc that stays away cannot win for its side by silence.
    function test_SilenceDoesNotWin() public {
        Dispute memory d = open();
        for (uint256 attempt = 0; attempt < 3; ++attempt) {
            // Four of seven belong to the defendant's bloc and seal nothing.
            Vote[] memory three = head7(3);
            seal(d, three);
            toReveal(d);
            tally(d, shown(d, three), recordsOf(d, three));
            if (attempt == 2) break;
            again(d, attempt + 1);
            nextBlock();
        }
        eq(court.stateOf(d.id).ruling, 1, "those who came decide");
        address[] memory absent = new address[](4);
        for (uint256 i = 0; i < 4; ++i) {
            absent[i] = juror(3 + i);
        }
        for (uint256 which = 0; which < 3; ++which) {
            court.reportAbsent(d.id, d.case_, d.history, which, absent);
        }
        eq(court.jurorOf(absent[0]).deposit, DEPOSIT - 5e18, "and pay each time: 1, 2 and 2");
        execute(d);
        eq(escrow(), 0, "nothing stays");
    }

    /// @dev Leaving after the draw does not save from the fine.
    function test_WhoeverLeavesAfterTheDrawIsStillFined() public {
        Dispute memory d = open();
        Vote[] memory six = head7(6);
        seal(d, six);
        skip(1);
        vm.prank(juror(6));
        court.resign();
        toReveal(d);
        tally(d, shown(d, six), recordsOf(d, six));
        address[] memory one = new address[](1);
        one[0] = juror(6);
        court.reportAbsent(d.id, d.case_, d.history, 0, one);
        eq(court.jurorOf(juror(6)).deposit, DEPOSIT - 1e18, "fined");
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositHeld.selector, court.jurorOf(juror(6)).leftAt + 3 days));
        court.returnDeposit(juror(6));
    }

    /// @dev Bits above a field of a packed word are another case.
    function testFuzz_DirtyFieldsAreRefused(uint256 dirt, uint8 where) public {
        dirt = within(dirt, 1, type(uint256).max);
        Dispute memory d = open();
        vm.roll(block.number + 3);
        if (where % 3 == 0) d.case_.money ^= dirt;
        else if (where % 3 == 1) d.case_.terms ^= dirt;
        else d.draw.clock ^= dirt;
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
    }

    function opening63() private {
        ICourtOpening.Opening memory o = opening();
        (o.bond, o.atStake) = (1, 2);
        module.contest(o);
    }

    function refusedBatch(Dispute memory d, bytes memory packed) private {
        (bool done,) = address(court).call(abi.encodeCall(court.commitBatch, (d.id, d.case_, d.draw, "", packed)));
        ok(!done, "replayed");
    }

    function head7(uint256 count) private view returns (Vote[] memory part) {
        part = new Vote[](count);
        for (uint256 i = 0; i < count; ++i) {
            part[i] = vote(i, 1);
        }
    }
}
