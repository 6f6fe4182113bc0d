// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {BlockhashRandomness} from "../../court/BlockhashRandomness.sol";
import {Court} from "../../court/Court.sol";
import {CourtClerk} from "../../court/CourtClerk.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtClerk} from "../../interfaces/ICourtCase.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {IRandomness} from "../../interfaces/IRandomness.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {CourtFixture} from "./CourtFixture.t.sol";

/// @dev Parameters, their bounds, the two pieces of code, and the default source of seeds.
contract CourtSettingsTest is CourtFixture {
    ICourtOpening.Bench private constant PEOPLE = ICourtOpening.Bench.People;

    function test_EveryParameterComesBackAsItWasSet() public {
        ICourtTypes.Settings memory s = ICourtTypes.Settings({
            commitSeconds: 11,
            revealSeconds: 12,
            appealSeconds: 13,
            firstSeats: 14,
            secondSeats: 15,
            thirdSeats: 16,
            redraws: 3,
            seedDelay: 18,
            quorumBps: 1_900,
            absenceBps: 20,
            repeatDays: 21,
            appealBps: 2_200,
            jurorBps: 2_300,
            strikeDays: 24,
            suspensionDays: 25
        });
        vm.prank(OWNER);
        court.setSettings(PEOPLE, s);
        eq(keccak256(abi.encode(court.settings(PEOPLE))), keccak256(abi.encode(s)), "all fifteen");
        eq(
            keccak256(abi.encode(court.settings(ICourtOpening.Bench.Compute))),
            keccak256(abi.encode(bench())),
            "the other bench has its own"
        );
    }

    function test_EveryParameterHasBounds() public {
        ICourtTypes.Settings memory s = bench();
        s.commitSeconds = 9;
        refused(s, "commitSeconds");
        s = bench();
        s.commitSeconds = 3 days + 1;
        refused(s, "commitSeconds");
        s = bench();
        s.revealSeconds = 9;
        refused(s, "revealSeconds");
        s = bench();
        s.appealSeconds = 9;
        refused(s, "appealSeconds");
        s = bench();
        s.appealSeconds = 7 days + 1;
        refused(s, "appealSeconds");
        s = bench();
        s.firstSeats = 0;
        refused(s, "firstSeats");
        s = bench();
        s.secondSeats = 6;
        refused(s, "secondSeats");
        s = bench();
        s.thirdSeats = 13;
        refused(s, "thirdSeats");
        s = bench();
        s.thirdSeats = 64;
        refused(s, "thirdSeats");
        s = bench();
        s.redraws = 5;
        refused(s, "redraws");
        s = bench();
        s.seedDelay = 0;
        refused(s, "seedDelay");
        s = bench();
        s.quorumBps = 999;
        refused(s, "quorumBps");
        s = bench();
        s.absenceBps = 1_001;
        refused(s, "absenceBps");
        s = bench();
        s.repeatDays = 181;
        refused(s, "repeatDays");
        s = bench();
        s.appealBps = 499;
        refused(s, "appealBps");
        s = bench();
        s.jurorBps = 8_001;
        refused(s, "jurorBps");
        s = bench();
        s.strikeDays = 0;
        refused(s, "strikeDays");
        s = bench();
        s.suspensionDays = 91;
        refused(s, "suspensionDays");
    }

    /// @dev Three rounds with all redraws must fit into the exit delay of three days.
    function test_ACaseIsShorterThanTheWayOut() public {
        ICourtTypes.Settings memory s = bench();
        // (7 h + 30 min) * 3 * 3 + 3 * 1 h = 70.5 h; with half an hour more for each draw it would be 75.
        s.commitSeconds = 7 hours;
        vm.prank(OWNER);
        court.setSettings(PEOPLE, s);
        s.revealSeconds = 1 hours;
        refused(s, "case");
    }

    function test_OnlyTheOwnerSets() public {
        ICourtTypes.Settings memory s = bench();
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(refusal);
        court.setSettings(PEOPLE, s);
        vm.expectRevert(refusal);
        court.setMinDeposit(2e18);
        vm.expectRevert(refusal);
        court.setMetaEvidence(PEOPLE, "ipfs://meta");
        vm.startPrank(OWNER);
        court.setMinDeposit(2e18);
        court.setMetaEvidence(PEOPLE, "ipfs://meta");
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.TextTooLong.selector, 1_025, 1_024));
        court.setMetaEvidence(PEOPLE, string(new bytes(1_025)));
        vm.expectRevert();
        court.setMinDeposit(10_001e18);
        vm.expectRevert();
        court.setMinDeposit(0.0009e18);
        vm.expectRevert(abi.encodeWithSelector(ICourtTypes.NotWholeMicro.selector, uint80(2e18 + 1)));
        court.setMinDeposit(2e18 + 1);
        court.setSettings(ICourtOpening.Bench.Compute, s);
        vm.stopPrank();
        eq(court.minDeposit(), 2e18, "deposit");
    }

    function test_TheOwnerGivesUpInTwoSteps() public {
        Court front = Court(payable(address(court)));
        vm.prank(OWNER);
        front.transferOwnership(STRANGER);
        eq(front.owner(), OWNER, "not yet");
        vm.prank(STRANGER);
        front.acceptOwnership();
        eq(front.owner(), STRANGER, "now");
    }

    function test_TheClerkAloneIsNothing() public {
        CourtClerk clerk = CourtClerk(Court(payable(address(court))).clerk());
        eq(address(clerk.vault()), address(vault), "the same vault");
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, OWNER));
        clerk.setMinDeposit(2e18);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(clerk)));
        clerk.join(1e18);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new CourtClerk(IStakeVault(address(0)), random);
    }

    function test_WhatNeitherPieceKnowsIsRefused() public {
        (bool done,) = address(court).call(abi.encodeWithSignature("nothing()"));
        ok(!done, "unknown call");
    }

    function test_BlockHashesAreKnownFor256Blocks() public {
        BlockhashRandomness source = new BlockhashRandomness();
        vm.roll(5_000);
        eq(source.numberOf(5_000), bytes32(0), "not this block");
        eq(source.numberOf(6_000), bytes32(0), "nor the future");
        eq(source.numberOf(4_999), blockhash(4_999), "the last one");
        eq(source.numberOf(4_000), bytes32(0), "not longer than that, without a history");
    }

    function test_ACourtWithoutASourceUsesBlockHashes() public {
        CourtClerk clerk = new CourtClerk(vault, IRandomness(address(0)));
        Court front = new Court(ICourtClerk(address(clerk)), bench(), bench(), 1e18, OWNER);
        eq(address(CourtClerk(address(front)).randomness()), address(0), "none");
    }

    function refused(ICourtTypes.Settings memory s, bytes32 parameter) private {
        vm.prank(OWNER);
        (bool done, bytes memory answer) = address(court).call(abi.encodeCall(court.setSettings, (PEOPLE, s)));
        ok(!done, "out of bounds");
        bytes32 named;
        assembly ("memory-safe") {
            named := mload(add(answer, 0x24))
        }
        eq(named, parameter, "which parameter");
    }
}
