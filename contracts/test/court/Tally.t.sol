// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Counting: who counts, when, and what a panel without quorum means.
contract TallyTest is CourtFixture {
    function test_ATieIsForTheDefendant() public {
        Dispute memory d = open();
        Vote[] memory six = some(votes(3), 6);
        seal(d, six);
        toReveal(d);
        tally(d, shown(d, six), recordsOf(d, six));
        eq(court.stateOf(d.id).ruling, 2, "three to three");
    }

    function test_WhoeverRefusesToChooseIsPresentAndNotPaid() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        all[6].vote = 0;
        seal(d, all);
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
        uint256 before = balance(juror(6));
        uint256 deposit = court.jurorOf(juror(6)).deposit;
        execute(d);
        eq(balance(juror(6)), before, "not paid");
        eq(court.jurorOf(juror(6)).deposit, deposit, "not fined");
    }

    function test_NothingIsCountedBeforeTheTimeForSealingIsOver() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        bytes memory packed = shown(d, all);
        vm.warp(started(d) + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooEarly.selector, block.timestamp + 1));
        court.tally(d.id, d.case_, d.draw, packed);
    }

    function test_BeforeTheEndOfTheTimeForOpeningNobodyMayBeMissing() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        toReveal(d);
        bytes memory packed = without(d, all, 3);
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
    }

    function test_AfterItThoseCountWhoWereOpenedInTime() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        seal(d, all);
        toReveal(d);
        // Juror 0 does not open. The others do.
        for (uint8 i = 1; i < 7; ++i) {
            court.openList(d.id, d.case_, d.draw, d.list, placed(all[i], i));
        }
        toLate(d);
        bytes memory late = shown(d, all);
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, late);
        bytes memory records = bytes.concat(record(d, all[0], 3), recordsOf(d, tail(all, 1)));
        tally(d, without(d, all, 0), records);
        eq(court.stateOf(d.id).ruling, 2, "three to three without him");
        uint256 deposit = court.jurorOf(juror(0)).deposit;
        execute(d);
        // 0.5 % of what is at stake.
        eq(court.jurorOf(juror(0)).deposit, deposit - 1e18, "fined");
        eq(stake(juror(0)), START - 1e18, "out of the stake");
    }

    function test_NobodyCanLeaveOutWhatWasOpened() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        seal(d, some(all, 6));
        sealDirect(d, all[6]);
        toReveal(d);
        for (uint8 i = 0; i < 6; ++i) {
            court.openList(d.id, d.case_, d.draw, d.list, placed(all[i], i));
        }
        court.openDirect(d.id, d.case_, d.draw, juror(6), all[6].vote, all[6].trace, all[6].salt);
        toLate(d);
        // One of the list as if unopened, the direct one as if unopened, the direct one not at all, a stranger for it.
        bytes32[] memory traces = tracesOf(all);
        bytes memory six = shownOf(d, some(all, 6), traces);
        bytes memory packed = bytes.concat(without(d, some(all, 6), 5), opened(d, all[6], traces));
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
        packed = bytes.concat(six, unopened(d, all[6]));
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
        vm.expectRevert();
        court.tally(d.id, d.case_, d.draw, six);
        packed = bytes.concat(six, abi.encodePacked(STRANGER, uint8(0), uint8(0xff), bytes26(0)));
        vm.expectRevert(ICourtTypes.Incomplete.selector);
        court.tally(d.id, d.case_, d.draw, packed);
        tally(d, bytes.concat(six, opened(d, all[6], traces)), recordsOf(d, all));
        eq(court.stateOf(d.id).ruling, 1, "four to three");
    }

    function test_AWrongOpeningIsAnotherList() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        toReveal(d);
        bytes memory packed = shown(d, all);
        all[2].vote = 2;
        bytes memory altered = shown(d, all);
        vm.expectRevert(ICourtTypes.WrongList.selector);
        court.tally(d.id, d.case_, d.draw, altered);
        // Another seat for juror 0: its place in the packed bytes is behind the head, a trace and the address.
        packed[2 + 32 + 20] = 0x02;
        vm.expectRevert(ICourtTypes.WrongList.selector);
        court.tally(d.id, d.case_, d.draw, packed);
    }

    function test_ADirectBallotIsCheckedAsWell() public {
        Dispute memory d = open();
        sealDirect(d, vote(0, 1));
        sealDirect(d, vote(1, 1));
        toReveal(d);
        Vote[] memory two = some(votes(7), 2);
        bytes32[] memory traces = tracesOf(two);
        bytes memory packed =
            bytes.concat(head(0, traces), opened(d, vote(0, 1), traces), opened(d, vote(1, 1), traces));
        packed[2 + 32 + 20] = 0x02;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.BadOpening.selector, juror(0)));
        court.tally(d.id, d.case_, d.draw, packed);
        packed = bytes.concat(head(0, traces), opened(d, vote(0, 1), traces), opened(d, vote(0, 1), traces));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotAscending.selector, juror(0)));
        court.tally(d.id, d.case_, d.draw, packed);
    }

    function test_PackedBallotsMustFitExactly() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        toReveal(d);
        bytes memory packed = shown(d, all);
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.tally(d.id, d.case_, d.draw, bytes.concat(packed, hex"00"));
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.tally(d.id, d.case_, d.draw, hex"00");
        vm.expectRevert();
        court.tally(d.id, d.case_, d.draw, hex"0000");
        bytes32[] memory double = new bytes32[](2);
        (double[0], double[1]) = (TRUTH, TRUTH);
        packed = bytes.concat(head(7, double), tailOf(packed, 2 + 32));
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.tally(d.id, d.case_, d.draw, packed);
    }

    function test_WithoutATraceAMachineIsAbsent() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        (all[0].trace, all[1].trace) = (0, 0);
        seal(d, all);
        toReveal(d);
        bytes memory records =
            bytes.concat(record(d, all[0], 3), record(d, all[1], 3), recordsOf(d, tail(all, 2)));
        tally(d, shown(d, all), records);
        eq(court.stateOf(d.id).ruling, 2, "two to three");
        uint256 deposit = court.jurorOf(juror(0)).deposit;
        execute(d);
        eq(court.jurorOf(juror(0)).deposit, deposit - 1e18, "fined");
    }

    function test_PeopleNeedNoTrace() public {
        ICourtOpening.Opening memory o = opening();
        o.bench = ICourtOpening.Bench.People;
        Dispute memory d = open(o);
        Vote[] memory all = votes(4);
        for (uint256 i = 0; i < 7; ++i) {
            all[i].trace = 0;
        }
        seal(d, all);
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
        eq(court.stateOf(d.id).ruling, 1, "four to three");
    }

    function test_ASideIsAsStrongAsItsLargestGroupWithOneTrace() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        // Four say guilty, but only two of them have seen the same.
        (all[2].trace, all[3].trace) = (keccak256("made up"), keccak256("made up too"));
        seal(d, all);
        toReveal(d);
        bytes memory records = bytes.concat(
            recordsOf(d, some(all, 2)), record(d, all[2], 3), record(d, all[3], 3), recordsOf(d, tail(all, 4))
        );
        tally(d, shown(d, all), records);
        eq(court.stateOf(d.id).ruling, 2, "two to three");
        uint256[2] memory before = [balance(juror(0)), balance(juror(2))];
        execute(d);
        eq(balance(juror(0)), before[0], "the minority is not paid");
        eq(balance(juror(2)), before[1], "nor are those with made-up traces");
        eq(court.jurorOf(juror(2)).deposit, DEPOSIT - 1e18, "who are fined");
        eq(court.jurorOf(juror(0)).deposit, DEPOSIT, "while the minority is not");
    }

    function test_AWinnerWithAnotherTraceIsNotPaid() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        all[6].trace = keccak256("made up");
        seal(d, all);
        toReveal(d);
        tally(d, shown(d, all), bytes.concat(recordsOf(d, some(all, 6)), record(d, all[6], 3)));
        uint256 before = balance(juror(6));
        execute(d);
        eq(balance(juror(6)), before, "not paid");
        eq(court.jurorOf(juror(6)).deposit, DEPOSIT - 1e18, "fined");
        eq(escrow(), 0, "nothing stays");
    }

    function test_WhereTracesNeedNotMatchAnyTraceWillDo() public {
        ICourtOpening.Opening memory o = opening();
        o.traceMustMatch = false;
        Dispute memory d = open(o);
        Vote[] memory all = votes(7);
        for (uint256 i = 0; i < 7; ++i) {
            all[i].trace = keccak256(abi.encode("own", i));
        }
        seal(d, all);
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
        eq(court.stateOf(d.id).ruling, 1, "seven");
    }

    function test_TwoGroupsOfOneSizeAreBothKept() public {
        Dispute memory d = open();
        Vote[] memory all = votes(4);
        (all[2].trace, all[3].trace) = (keccak256("b"), keccak256("b"));
        Vote[] memory five = some(all, 5);
        seal(d, five);
        toReveal(d);
        tally(d, shown(d, five), recordsOf(d, five));
        eq(court.stateOf(d.id).ruling, 1, "two against one");
        execute(d);
        eq(court.jurorOf(juror(0)).deposit, DEPOSIT, "nobody is fined");
        eq(court.jurorOf(juror(3)).deposit, DEPOSIT, "in neither group");
    }

    function test_WithoutAQuorumThePanelIsDrawnAgain() public {
        Dispute memory d = open();
        Vote[] memory three = some(votes(3), 3);
        seal(d, three);
        toReveal(d);
        tally(d, shown(d, three), recordsOf(d, three));
        eq(uint256(court.stateOf(d.id).phase), 1, "still voting");
        again(d, 1);
        nextBlock();
        judge(d, 7);
        uint256 before = balance(juror(0));
        execute(d);
        eq(module.ruling(), 1, "ruled by the second panel");
        // Three of ten agreeing seats were in the first panel: jurors 0 to 2 have two seats each.
        eq(balance(juror(0)), before + 20e18, "both draws are paid");
        eq(escrow(), 0, "nothing stays");
    }

    function test_FourOfSevenAreAQuorum() public {
        Dispute memory d = open();
        Vote[] memory four = some(votes(4), 4);
        seal(d, four);
        toReveal(d);
        tally(d, shown(d, four), recordsOf(d, four));
        eq(uint256(court.stateOf(d.id).phase), 2, "ruled");
    }

    function test_AfterTheLastRedrawWhateverWasOpenedDecides() public {
        Dispute memory d = open();
        for (uint256 attempt = 0; attempt < 3; ++attempt) {
            Vote[] memory one = some(votes(7), 1);
            seal(d, one);
            toReveal(d);
            tally(d, shown(d, one), recordsOf(d, one));
            if (attempt < 2) {
                again(d, attempt + 1);
                nextBlock();
            }
        }
        eq(court.stateOf(d.id).ruling, 1, "one seat");
        execute(d);
        eq(escrow(), 0, "nothing stays");
    }

    function test_IfNobodyEverVotesTheDefendantWins() public {
        Dispute memory d = open();
        for (uint256 attempt = 0; attempt < 3; ++attempt) {
            vm.roll(block.number + 3);
            court.draw(d.id, d.case_, d.draw);
            seed(d);
            toReveal(d);
            tally(d, hex"0000", "");
            if (attempt < 2) again(d, attempt + 1);
        }
        eq(court.stateOf(d.id).ruling, 2, "the defendant");
        uint256 before = balance(DEFENDANT);
        execute(d);
        eq(balance(DEFENDANT), before + BOND, "with the jurors' half, which nobody earned");
        eq(escrow(), 0, "nothing stays");
    }

    function test_NothingIsCountedBeforeTheSeedIsFixed() public {
        Dispute memory d = open();
        toLate(d);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SeedUnknown.selector, block.number + 2));
        court.tally(d.id, d.case_, d.draw, hex"0000");
    }

    function test_WithoutAnyJurorPresentACaseStillEnds() public {
        skip(3 days);
        Dispute memory d = open();
        eq(uint80(d.draw.clock >> 16), 0, "nobody");
        for (uint256 attempt = 0; attempt < 3; ++attempt) {
            vm.roll(block.number + 3);
            court.draw(d.id, d.case_, d.draw);
            seed(d);
            eq(seatsOf(d, juror(0)), 0, "no seat");
            toReveal(d);
            tally(d, hex"0000", "");
            if (attempt < 2) again(d, attempt + 1);
        }
        execute(d);
        eq(module.ruling(), 2, "the defendant");
    }

    function some(Vote[] memory all, uint256 count) internal pure returns (Vote[] memory part) {
        part = new Vote[](count);
        for (uint256 i = 0; i < count; ++i) {
            part[i] = all[i];
        }
    }

    function tail(Vote[] memory all, uint256 from) internal pure returns (Vote[] memory part) {
        part = new Vote[](all.length - from);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = all[from + i];
        }
    }

    function tailOf(bytes memory packed, uint256 from) internal pure returns (bytes memory part) {
        part = new bytes(packed.length - from);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = packed[from + i];
        }
    }

    /// @dev All opened but one.
    function without(Dispute memory d, Vote[] memory all, uint256 missing) internal returns (bytes memory packed) {
        bytes32[] memory traces = tracesOf(all);
        packed = head(all.length, traces);
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, i == missing ? unopened(d, all[i]) : opened(d, all[i], traces));
        }
    }

    function shownOf(Dispute memory d, Vote[] memory all, bytes32[] memory traces)
        internal
        returns (bytes memory packed)
    {
        packed = head(all.length, traces);
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, opened(d, all[i], traces));
        }
    }

    function placed(Vote memory v, uint8 place) internal pure returns (bytes memory) {
        return abi.encodePacked(place, v.vote, v.trace, v.salt);
    }
}
