// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Membership, presence and sortition.
contract JuryTest is CourtFixture {
    function test_JoiningLocksADeposit() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositTooSmall.selector, 0.5e18, 1e18));
        court.join(0.5e18);
        vm.startPrank(STRANGER);
        court.join(1e18);
        court.join(2e18);
        vm.stopPrank();
        eq(court.jurorOf(STRANGER).deposit, 3e18, "deposit");
        eq(locked(STRANGER), 3e18, "locked in the vault");
    }

    function test_TheSumIsExactlyTheWeightOfThosePresent() public {
        uint256 weight = START;
        eq(court.presentNow(), JURORS * weight, "all seven today");
        skip(1 days);
        eq(court.presentNow(), JURORS * weight, "whoever came yesterday counts today");
        vm.prank(juror(0));
        court.heartbeat();
        eq(court.presentNow(), JURORS * weight, "nobody counts twice");
        skip(1 days);
        eq(court.presentNow(), weight, "only who came on the second day");
        skip(1 days);
        eq(court.presentNow(), 0, "nobody");
    }

    function test_OneHeartbeatADay() public {
        uint16 day = uint16(block.timestamp / 1 days);
        vm.prank(juror(0));
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.AlreadyPresent.selector, day));
        court.heartbeat();
        eq(court.presentNow(), JURORS * START, "counted once");
    }

    function test_StakeOnItsWayOutHasNoWeight() public {
        vm.prank(juror(0));
        vault.requestUnstake(START / 2);
        skip(1 days);
        vm.prank(juror(0));
        court.heartbeat();
        eq(court.jurorOf(juror(0)).weight, START / 2, "half is leaving");
        eq(court.presentNow(), JURORS * START - START / 2, "and so does the sum");
    }

    function test_WithoutStakeNoPresence() public {
        vm.startPrank(STRANGER);
        court.join(1e18);
        vault.requestUnstake(START - 1e18);
        court.heartbeat();
        eq(court.jurorOf(STRANGER).weight, 1e18, "what stays");
        vm.stopPrank();
        vm.prank(BACKER);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositTooSmall.selector, 0, 1e18));
        court.heartbeat();
    }

    /// @dev Three thefts that a bloc votes through suspend an honest solver. Its votes against the fourth must stay.
    function test_ASuspendedAccountKeepsItsSeats() public {
        vm.prank(address(court));
        vault.suspend(juror(0), uint48(block.timestamp + 3 days));
        skip(1 days);
        vm.prank(juror(0));
        court.heartbeat();
        eq(court.jurorOf(juror(0)).weight, START, "and its weight");
    }

    function test_APresenceGoesOnWithoutABreak() public {
        uint40 now_ = uint40(block.timestamp);
        eq(court.weightAt(juror(0), now_ - 12), 0, "not in the second of the heartbeat");
        eq(court.weightAt(juror(0), now_), START, "from then on");
        skip(1 days);
        vm.prank(juror(0));
        court.heartbeat();
        skip(1 days);
        vm.prank(juror(0));
        court.heartbeat();
        eq(court.weightAt(juror(0), now_), START, "days later the first moment is still known");
        eq(court.weightAt(juror(0), now_ + 1 days), START, "and every one after it");
    }

    function test_APresenceThatEndedIsStillKnown() public {
        uint40 first = uint40(block.timestamp);
        skip(3 days);
        eq(court.weightAt(juror(0), uint40(block.timestamp)), 0, "gone");
        vm.prank(juror(0));
        court.heartbeat();
        skip(1);
        eq(court.weightAt(juror(0), first), START, "the first presence");
        eq(court.weightAt(juror(0), uint40(block.timestamp) - 1 days), 0, "the gap");
        eq(court.weightAt(juror(0), uint40(block.timestamp)), START, "the second presence");
    }

    function test_AChangedWeightCountsFromTheNextHeartbeat() public {
        uint40 first = uint40(block.timestamp);
        vm.prank(juror(0));
        vault.stake(1_000e18);
        eq(court.weightAt(juror(0), first), START, "stake after the heartbeat has no weight");
        skip(1 days);
        vm.prank(juror(0));
        court.heartbeat();
        skip(1);
        eq(court.weightAt(juror(0), first), START, "the weight of then");
        eq(court.weightAt(juror(0), uint40(block.timestamp)), START + 1_000e18, "the weight of now");
        eq(court.presentNow(), JURORS * START + 1_000e18, "in the sum");
    }

    function test_WhoeverResignsIsDrawnNoMoreAndWaitsForTheDeposit() public {
        uint40 before = uint40(block.timestamp);
        skip(60);
        vm.startPrank(juror(0));
        court.resign();
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotJuror.selector, juror(0)));
        court.resign();
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotJuror.selector, juror(0)));
        court.heartbeat();
        vm.stopPrank();
        eq(court.presentNow(), (JURORS - 1) * START, "out of the sum at once");
        eq(court.weightAt(juror(0), before), START, "seats of before stay");
        eq(court.weightAt(juror(0), uint40(block.timestamp)), 0, "none from now on");
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositHeld.selector, block.timestamp + 3 days));
        court.returnDeposit(juror(0));
        skip(3 days);
        court.returnDeposit(juror(0));
        eq(locked(juror(0)), 0, "returned");
        vm.expectRevert(ICourtTypes.NothingDue.selector);
        court.returnDeposit(juror(0));
    }

    /// @dev Resign, join and resign again would overwrite the presence by which a juror was drawn, and the fine with it.
    function test_WhoResignedComesBackOnlyWhenTheDepositIsFree() public {
        vm.startPrank(juror(0));
        court.resign();
        uint256 freeAt = block.timestamp + 3 days;
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.DepositHeld.selector, freeAt));
        court.join(0);
        vm.warp(freeAt);
        court.join(0);
        court.heartbeat();
        vm.stopPrank();
        eq(court.jurorOf(juror(0)).leftAt, 0, "back");
    }

    function test_PartiesDoNotSitAndAreNotCounted() public {
        vm.startPrank(DEFENDANT);
        court.join(DEPOSIT);
        court.heartbeat();
        vm.stopPrank();
        nextBlock();
        eq(court.presentNow(), (JURORS + 1) * START, "present");
        Dispute memory d = open();
        eq(uint80(d.draw.clock >> 16), JURORS * START, "the party is taken out of the sum");
        seed(d);
        eq(seatsOf(d, DEFENDANT), 0, "and never sits");
        eq(seatsOf(d, juror(0)), 1, "the others have all seats");
    }

    /// @dev The defendant's heartbeat in the very block of the opening must not empty the panel.
    function test_APartyPresentInTheSecondOfTheOpeningIsNotCounted() public {
        vm.startPrank(DEFENDANT);
        court.join(DEPOSIT);
        court.heartbeat();
        vm.stopPrank();
        Dispute memory d = open();
        eq(uint80(d.draw.clock >> 16), JURORS * START, "not in the sum");
    }

    function test_WhoeverResignsInTheSecondOfTheOpeningHasNoSeat() public {
        vm.prank(juror(0));
        court.resign();
        Dispute memory d = open();
        seed(d);
        eq(uint80(d.draw.clock >> 16), (JURORS - 1) * START, "not in the sum");
        eq(seatsOf(d, juror(0)), 0, "and no seat");
    }

    /// @dev The rule, written down once more with other arithmetic.
    function testFuzz_SeatsFollowTheRule(bytes32 seed_, address account, uint80 weight, uint80 all, uint8 seats)
        public
        view
    {
        weight = within80(weight, 0, 1e24);
        all = within80(all, 1, 1e24);
        uint256 u = uint256(keccak256(abi.encode(seed_, account))) >> 128;
        uint256 expected;
        if (weight >= all) {
            expected = weight == 0 ? 0 : seats;
        } else {
            // floor(seats * weight / all + u / 2^128) over a common denominator.
            expected = (uint256(seats) * weight * 2 ** 128 + u * all) / (uint256(all) * 2 ** 128);
        }
        eq(court.seatsFor(seed_, account, weight, all, seats), expected, "seats");
    }

    /// @dev Expectation: over many seeds the seats are the share, whether one account holds the stake or two.
    function test_ExpectationIsTheShareAndSplittingChangesNothing() public view {
        uint256 whole;
        uint256 split;
        uint256 rounds = 4_000;
        for (uint256 i = 0; i < rounds; ++i) {
            bytes32 seed_ = keccak256(abi.encode(i));
            whole += court.seatsFor(seed_, address(1), 30e18, 100e18, 5);
            split += court.seatsFor(seed_, address(2), 10e18, 100e18, 5);
            split += court.seatsFor(seed_, address(3), 20e18, 100e18, 5);
        }
        // 1.5 seats each time. Three standard deviations are 95 for one account (0.25 a time) and 190 for two.
        ok(whole > 5_900 && whole < 6_100, "one account");
        ok(split > 5_800 && split < 6_200, "two accounts");
    }

    function testFuzz_WeightsAddUp(uint256 seed_) public {
        for (uint256 i = 0; i < 24; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed_, i)));
            address who = juror(r % JURORS);
            uint256 kind = (r >> 8) % 5;
            vm.prank(who);
            if (kind == 0) try court.heartbeat() {} catch {}
            if (kind == 1) try court.resign() {} catch {}
            if (kind == 2) try court.join(1e18) {} catch {}
            if (kind == 3) try vault.requestUnstake(uint80(100e18)) {} catch {}
            if (kind == 4) skip((r >> 16) % 30 hours);
            skip(1);
            uint256 sum;
            for (uint256 j = 0; j < JURORS; ++j) {
                sum += court.weightAt(juror(j), uint40(block.timestamp));
            }
            eq(court.presentNow(), sum, "the sum is that of the weights");
        }
    }
}
