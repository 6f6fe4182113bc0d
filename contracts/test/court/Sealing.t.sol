// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Seeds and sealed ballots.
contract SealingTest is CourtFixture {
    function test_TheSeedIsFixedOnceItsBlockIsThere() public {
        Dispute memory d = open();
        uint256 seedBlock = block.number + 2;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SeedUnknown.selector, seedBlock));
        court.draw(d.id, d.case_, d.draw);
        vm.roll(seedBlock);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SeedUnknown.selector, seedBlock));
        court.draw(d.id, d.case_, d.draw);
        vm.roll(seedBlock + 1);
        court.draw(d.id, d.case_, d.draw);
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
        seed(d);
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
    }

    function test_AMissedSeedMeansALaterBlockAndNewTime() public {
        Dispute memory d = open();
        vm.roll(block.number + 2 + 256);
        vm.warp(block.timestamp + 50 minutes);
        uint256 known = block.number - 256;
        eq(known, uint40(d.draw.clock >> 96), "the last block in which the seed is known");
        vm.roll(block.number + 1);
        Dispute memory fresh = d;
        uint256 expected = clock(presentFor(CLAIMANT, DEFENDANT), 0);
        court.draw(d.id, d.case_, d.draw);
        fresh.draw.clock = expected;
        judge(fresh, 7);
        execute(fresh);
        eq(module.ruling(), 1, "judged with the second seed");
    }

    function test_SealingFixesTheSeedItself() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, all);
        vm.expectRevert(wrongCase(d));
        court.draw(d.id, d.case_, d.draw);
    }

    function test_AMadeUpSeedIsRefused() public {
        Dispute memory d = open();
        vm.roll(block.number + 3);
        d.draw.seed = keccak256("mine");
        bytes memory packed = ballots(d, votes(7));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SeedUnknown.selector, block.number - 1));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
        vm.prank(juror(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.SeedUnknown.selector, block.number - 1));
        court.commit(d.id, d.case_, d.draw, "", bytes26(0));
    }

    function test_WhetherTheSeedIsFixedMakesNoDifferenceToACaller() public {
        Dispute memory d = open();
        seed(d);
        bytes memory packed = ballots(d, votes(7));
        ICourtTypes.Draw memory unseeded = d.draw;
        unseeded.seed = 0;
        court.draw(d.id, d.case_, ICourtTypes.Draw(d.draw.clock, 0, 0, 0));
        seed(d);
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
    }

    function test_TwoCasesOfOneBlockHaveDifferentPanels() public {
        Dispute memory a = open();
        Dispute memory b = open();
        seed(a);
        seed(b);
        ok(a.draw.seed != b.draw.seed, "seeds");
    }

    function test_ABallotWithoutASeatIsRefused() public {
        Dispute memory d = open();
        seed(d);
        Vote[] memory one = new Vote[](1);
        one[0] = Vote(99, 1, TRUTH, bytes16("salt"));
        bytes memory packed = ballots(d, one);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSeat.selector, vm.addr(99)));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NoSeat.selector, STRANGER));
        court.commit(d.id, d.case_, d.draw, "", bytes26(0));
    }

    function test_AForgedSignatureBelongsToNobodyWithASeat() public {
        Dispute memory d = open();
        seed(d);
        Vote[] memory one = new Vote[](1);
        one[0] = vote(0, 1);
        bytes memory packed = ballots(d, one);
        packed[80] = bytes1(uint8(packed[80]) ^ 1);
        (bool done,) = address(court).call(abi.encodeCall(court.commitBatch, (d.id, d.case_, d.draw, "", packed)));
        ok(!done, "forged");
        // A signature that recovers to nobody at all: zero is below every juror.
        packed = abi.encodePacked(bytes26(0), bytes32(0), bytes32(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotAscending.selector, address(0)));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
    }

    function test_BallotsMustAscendEachJurorOnce() public {
        Dispute memory d = open();
        seed(d);
        Vote[] memory two = new Vote[](2);
        (two[0], two[1]) = (vote(0, 1), vote(0, 2));
        bytes memory packed = ballots(d, two);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotAscending.selector, juror(0)));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
        (two[0], two[1]) = (vote(1, 1), vote(0, 2));
        packed = ballots(d, two);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotAscending.selector, juror(0)));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
    }

    function test_PackedBallotsMustBeWhole() public {
        Dispute memory d = open();
        seed(d);
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.commitBatch(d.id, d.case_, d.draw, "", "");
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.commitBatch(d.id, d.case_, d.draw, "", new bytes(91));
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.commitBatch(d.id, d.case_, d.draw, "", new bytes(90 * 65));
    }

    function test_LaterBallotsGetWordsOfTheirOwn() public {
        Dispute memory d = open();
        Vote[] memory first = slice(votes(7), 0, 3);
        seal(d, first);
        // A second batch that repeats one of the list.
        court.commitBatch(d.id, d.case_, d.draw, d.list, ballots(d, slice(votes(7), 2, 5)));
        eq(court.stateOf(d.id).directs, 2, "only the two who were missing");
        sealDirect(d, vote(5, 1));
        sealDirect(d, vote(6, 1));
        eq(court.stateOf(d.id).directs, 4, "four apart from the list");
        (bytes26 sealed_, uint8 seats, bool opened_) = court.directOf(d.id, 0, juror(3));
        eq(bytes32(sealed_), bytes32(commitment(d, vote(3, 1))), "commitment");
        eq(seats, 1, "seats");
        ok(!opened_, "sealed");
        toReveal(d);
        Vote[] memory all = votes(7);
        tally(d, mixed(d, all, 3), recordsOf(d, all));
        execute(d);
        eq(module.ruling(), 1, "all seven counted");
    }

    function test_WhoeverIsInTheListCannotSealOnceMore() public {
        Dispute memory d = open();
        seal(d, slice(votes(7), 0, 3));
        bytes26 other = commitment(d, vote(0, 2));
        vm.prank(juror(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(0)));
        court.commit(d.id, d.case_, d.draw, d.list, other);
        bytes memory again_ = ballots(d, slice(votes(0), 0, 3));
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.commitBatch(d.id, d.case_, d.draw, d.list, again_);
        vm.prank(juror(0));
        vm.expectRevert(ICourtTypes.WrongList.selector);
        court.commit(d.id, d.case_, d.draw, "", other);
    }

    function test_WhoeverSealedDirectlyIsLeftOutOfTheList() public {
        Dispute memory d = open();
        sealDirect(d, vote(2, 2));
        bytes26 other = commitment(d, vote(2, 1));
        vm.prank(juror(2));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(2)));
        court.commit(d.id, d.case_, d.draw, "", other);
        court.commitBatch(d.id, d.case_, d.draw, "", ballots(d, votes(7)));
        Vote[] memory inList = new Vote[](6);
        for (uint256 i = 0; i < 6; ++i) {
            inList[i] = vote(i < 2 ? i : i + 1, 1);
            d.list = bytes.concat(d.list, sealedRecord(d, inList[i]));
        }
        d.draw.list = keccak256(d.list);
        toReveal(d);
        Vote[] memory all = new Vote[](7);
        for (uint256 i = 0; i < 6; ++i) {
            all[i] = inList[i];
        }
        all[6] = vote(2, 2);
        tally(d, mixed(d, all, 6), recordsOf(d, all));
        eq(court.stateOf(d.id).ruling, 1, "six to one");
    }

    function test_NoListInTheLastQuarter() public {
        Dispute memory d = open();
        seed(d);
        vm.warp(started(d) + 45 minutes + 1);
        court.commitBatch(d.id, d.case_, d.draw, "", ballots(d, votes(7)));
        eq(court.stateOf(d.id).directs, 7, "words of their own");
        Dispute memory e = open();
        seed(e);
        vm.warp(started(e) + 45 minutes);
        court.commitBatch(e.id, e.case_, e.draw, "", ballots(e, votes(7)));
        eq(court.stateOf(e.id).directs, 0, "a list");
    }

    function test_NoBallotAfterTheTimeForSealing() public {
        Dispute memory d = open();
        seed(d);
        bytes memory packed = ballots(d, votes(7));
        bytes26 sealed_ = commitment(d, vote(0, 1));
        uint256 until = started(d) + 1 hours;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooLate.selector, until));
        court.commitBatch(d.id, d.case_, d.draw, "", packed);
        vm.prank(juror(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooLate.selector, until));
        court.commit(d.id, d.case_, d.draw, "", sealed_);
        vm.warp(until);
        vm.prank(juror(0));
        court.commit(d.id, d.case_, d.draw, "", sealed_);
    }

    function test_OpeningsHaveTheirTime() public {
        Dispute memory d = open();
        Vote[] memory all = votes(7);
        seal(d, slice(all, 0, 6));
        sealDirect(d, all[6]);
        bytes memory placed = placedOf(all[0], 0);
        uint256 until = started(d) + 1 hours;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooEarly.selector, until + 1));
        court.openList(d.id, d.case_, d.draw, d.list, placed);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooEarly.selector, until + 1));
        court.openDirect(d.id, d.case_, d.draw, juror(6), all[6].vote, all[6].trace, all[6].salt);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.BadOpening.selector, juror(0)));
        court.openList(d.id, d.case_, d.draw, d.list, placedOf(vote(0, 2), 0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.BadOpening.selector, juror(6)));
        court.openDirect(d.id, d.case_, d.draw, juror(6), 2, all[6].trace, all[6].salt);
        vm.expectRevert(ICourtTypes.Malformed.selector);
        court.openList(d.id, d.case_, d.draw, d.list, placedOf(all[0], 6));
        court.openList(d.id, d.case_, d.draw, d.list, bytes.concat(placed, placedOf(all[3], 3)));
        eq(court.openedOf(d.id, 0), 9, "ballots 0 and 3");
        // Once more does no harm: somebody else may have been faster with a part of them.
        court.openList(d.id, d.case_, d.draw, d.list, bytes.concat(placed, placedOf(all[1], 1)));
        eq(court.openedOf(d.id, 0), 11, "and 1");
        court.openDirect(d.id, d.case_, d.draw, juror(6), all[6].vote, all[6].trace, all[6].salt);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyDone.selector, juror(6)));
        court.openDirect(d.id, d.case_, d.draw, juror(6), all[6].vote, all[6].trace, all[6].salt);
        vm.warp(until + 30 minutes + 1);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TooLate.selector, until + 30 minutes));
        court.openList(d.id, d.case_, d.draw, d.list, placed);
    }

    function slice(Vote[] memory all, uint256 from, uint256 to) internal pure returns (Vote[] memory part) {
        part = new Vote[](to - from);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = all[from + i];
        }
    }

    /// @dev Opened ballots, the first `inList` of them in the list.
    function mixed(Dispute memory d, Vote[] memory all, uint256 inList) internal returns (bytes memory packed) {
        bytes32[] memory traces = tracesOf(all);
        packed = head(inList, traces);
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, opened(d, all[i], traces));
        }
    }

    function placedOf(Vote memory v, uint8 place) internal pure returns (bytes memory) {
        return abi.encodePacked(place, v.vote, v.trace, v.salt);
    }
}

/// @dev A panel of 63, more than any panel by default.
contract LongListTest is CourtFixture {
    uint256 private constant COUNT = 40;

    function bench() internal pure override returns (ICourtTypes.Settings memory s) {
        s = super.bench();
        (s.firstSeats, s.secondSeats, s.thirdSeats) = (63, 63, 63);
    }

    /// @dev The seven are replaced by forty.
    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(juror(i));
            court.resign();
        }
        delete keys;
        for (uint256 key = 1_000; key < 1_000 + COUNT; ++key) {
            keys.push(key);
            for (uint256 i = keys.length - 1; i > 0 && vm.addr(keys[i]) < vm.addr(keys[i - 1]); --i) {
                (keys[i], keys[i - 1]) = (keys[i - 1], keys[i]);
            }
            vm.prank(STRANGER);
            vault.transfer(vm.addr(key), 100e18);
            vm.startPrank(vm.addr(key));
            vault.stake(100e18);
            court.join(1e18);
            court.heartbeat();
            vm.stopPrank();
        }
        nextBlock();
    }

    function test_ALongListGoesThroughInOneCallEach() public {
        Dispute memory d = open();
        Vote[] memory all = new Vote[](COUNT);
        for (uint256 i = 0; i < COUNT; ++i) {
            all[i] = vote(i, i < 30 ? 1 : 2);
        }
        seal(d, all);
        uint256 seats;
        for (uint256 i = 0; i < COUNT; ++i) {
            uint256 own = seatsOf(d, juror(i));
            // 63 / 40: one or two each.
            ok(own == 1 || own == 2, "seats of a juror");
            if (i < 30) seats += own;
        }
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
        eq(court.stateOf(d.id).ruling, 1, "three quarters");
        uint256 before = balance(CLAIMANT);
        uint256 first = seatsOf(d, juror(0));
        uint256 firstBefore = balance(juror(0));
        execute(d);
        uint256 perSeat = uint256(100e18) / seats;
        eq(balance(juror(0)), firstBefore + perSeat * first, "by seats");
        eq(balance(CLAIMANT), before + 200e18 - perSeat * seats, "the rest");
        eq(escrow(), 0, "nothing stays");
    }
}
