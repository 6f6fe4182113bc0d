// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {CaseTerms} from "../../court/CaseTerms.sol";
import {Court} from "../../court/Court.sol";
import {CourtClerk} from "../../court/CourtClerk.sol";
import {ICourtOpening, IRuledWithFields} from "../../interfaces/ICourt.sol";
import {ICourtCase, ICourtClerk} from "../../interfaces/ICourtCase.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {IRandomness} from "../../interfaces/IRandomness.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {MootToken} from "../../token/MootToken.sol";
import {TestBase, Vm} from "../TestBase.t.sol";

contract Numbers is IRandomness {
    function numberOf(uint256 number) external view returns (bytes32) {
        return number < block.number ? keccak256(abi.encode(number)) : bytes32(0);
    }
}

/// @dev Rulings against a liar in the real court. The test is the module that brings cases.
contract SlashAndRetirementTest is TestBase, IRuledWithFields {
    address private constant CLAIMANT = address(0xA1);
    address private constant DEFENDANT = address(0xB2);
    address private constant JUROR = address(0xC3);
    address private constant HONEST = address(0xC4);
    address private constant OWNER = address(0x07);
    uint80 private constant STAKE = 4_000e18;
    bytes32 private constant TRACE = keccak256("trace");
    bytes16 private constant SALT = bytes16(keccak256("salt"));

    StakeVault private vault;
    ICourtCase private court;
    Numbers private numbers;
    uint256 private ruled;

    function rule(uint256, uint256) external {}

    function ruleWith(uint256, uint256 ruling, bytes calldata) external {
        ruled = ruling;
    }

    function setUp() public {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        address[] memory holders = new address[](4);
        uint256[] memory amounts = new uint256[](4);
        (holders[0], holders[1], holders[2], holders[3]) = (CLAIMANT, DEFENDANT, JUROR, HONEST);
        for (uint256 i = 0; i < 4; ++i) amounts[i] = 10_000e18;
        MootToken token = new MootToken(holders, amounts);
        vault = new StakeVault(token, 3 days, uint48(block.timestamp), 0, OWNER, OWNER);
        numbers = new Numbers();
        CourtClerk clerk = new CourtClerk(vault, numbers);
        court = ICourtCase(address(new Court(ICourtClerk(address(clerk)), bench(), bench(), 1e18, OWNER)));
        vm.startPrank(OWNER);
        vault.addModule(address(this), 0);
        vault.addModule(address(court), 2);
        vault.sealModules();
        vm.stopPrank();
        for (uint256 i = 0; i < 4; ++i) {
            vm.startPrank(holders[i]);
            token.approve(address(vault), type(uint256).max);
            vault.depositTo(holders[i], 5_000e18, STAKE);
            vm.stopPrank();
        }
    }

    function bench() private pure returns (ICourtTypes.Settings memory) {
        return ICourtTypes.Settings({
            commitSeconds: 600, revealSeconds: 300, appealSeconds: 600, firstSeats: 5, secondSeats: 11,
            thirdSeats: 23, redraws: 2, seedDelay: 2, quorumBps: 5000, absenceBps: 50, repeatDays: 30,
            appealBps: 5000, jurorBps: 5000, strikeDays: 90, suspensionDays: 30
        });
    }

    function seat(address juror, uint80 deposit) private {
        vm.startPrank(juror);
        court.join(deposit);
        court.heartbeat();
        vm.stopPrank();
    }

    function step() private {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + 12);
    }

    function bring(uint80 atStake)
        private
        returns (uint256 id, ICourtTypes.Case memory case_, ICourtTypes.Draw memory draw)
    {
        vault.lock(DEFENDANT, atStake);
        vault.passLock(DEFENDANT, atStake, address(court));
        ICourtOpening.Opening memory o = ICourtOpening.Opening({
            claimant: CLAIMANT, defendant: DEFENDANT, bond: atStake / 2, atStake: atStake,
            bench: ICourtOpening.Bench.Compute, traceMustMatch: true, subject: "x", evidenceURI: ""
        });
        vm.recordLogs();
        id = court.open(o);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ICourtTypes.Opened.selector) continue;
            (case_, draw.clock) = abi.decode(logs[i].data, (ICourtTypes.Case, uint256));
        }
        step();
        step();
        step();
        draw.seed = keccak256(
            abi.encode(numbers.numberOf(CaseTerms.seedBlock(draw.clock)), id, CaseTerms.drawOf(draw.clock))
        );
    }

    /// @dev A lone juror decides.
    function decide(uint256 id, ICourtTypes.Case memory case_, ICourtTypes.Draw memory draw, uint8 vote)
        private
        returns (ICourtTypes.Past[] memory history)
    {
        bytes26 commitment = court.commitmentFor(id, 0, JUROR, vote, TRACE, SALT);
        vm.prank(JUROR);
        court.commit(id, case_, draw, "", commitment);
        (, uint8 seats,) = court.directOf(id, 0, JUROR);
        vm.warp(uint256(CaseTerms.startedAt(draw.clock)) + 601);
        court.tally(
            id, case_, draw, abi.encodePacked(uint8(0), uint8(1), TRACE, JUROR, seats, vote, uint8(1), SALT)
        );
        history = new ICourtTypes.Past[](1);
        history[0] = ICourtTypes.Past(draw.clock, draw.seed, abi.encodePacked(JUROR, seats, vote));
        vm.warp(block.timestamp + 601);
    }

    function lose(uint80 atStake) private {
        (uint256 id, ICourtTypes.Case memory case_, ICourtTypes.Draw memory draw) = bring(atStake);
        court.execute(id, case_, decide(id, case_, draw, 1), "");
    }

    /// @dev The suspension is left out then; a refusal of it would hold the money of the case for ever.
    function test_AThirdStrikeInARetiredCourtIsExecuted() public {
        seat(JUROR, 10e18);
        step();
        lose(200e18);
        lose(200e18);
        (uint256 id, ICourtTypes.Case memory case_, ICourtTypes.Draw memory draw) = bring(200e18);
        ICourtTypes.Past[] memory history = decide(id, case_, draw, 1);
        vm.prank(OWNER);
        vault.retireModule(address(court));
        court.execute(id, case_, history, "");
        eq(ruled, 1, "executed");
    }

    /// @dev A limit that stands: the claimant can be the liar's friend, and then half of the slash comes back.
    function test_AFriendlyClaimantHalvesTheSlash() public {
        seat(JUROR, 10e18);
        step();
        uint80 before = vault.accountOf(CLAIMANT).balance;
        lose(200e18);
        eq(vault.accountOf(CLAIMANT).balance - before, 100e18, "half of 200");
        eq(vault.stakeOf(DEFENDANT), STAKE - 200e18, "all of 200");
    }
}
