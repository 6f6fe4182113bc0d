// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Court} from "../../court/Court.sol";
import {CourtClerk} from "../../court/CourtClerk.sol";
import {ICourtOpening} from "../../interfaces/ICourt.sol";
import {ICourtCase, ICourtClerk} from "../../interfaces/ICourtCase.sol";
import {ICourtTypes} from "../../interfaces/ICourtTypes.sol";
import {StakeVault} from "../../stake/StakeVault.sol";
import {MootToken} from "../../token/MootToken.sol";
import {TestBase} from "../TestBase.t.sol";
import {MockModule} from "./MockModule.sol";
import {MockRandomness} from "./MockRandomness.sol";

/// @dev A court with two parties and seven jurors of equal stake. Panels of 7, 14 and 21 expected seats give each of
/// them exactly one, two and three, so that money can be foretold to the unit.
abstract contract CourtFixture is TestBase {
    address internal constant CLAIMANT = address(0xC1A1);
    address internal constant DEFENDANT = address(0xDEFE);
    address internal constant STRANGER = address(0x57A);
    address internal constant BACKER = address(0xBAC);
    address internal constant OWNER = address(0x07);

    uint80 internal constant START = 5_000e18;
    uint80 internal constant AT_STAKE = 200e18;
    uint80 internal constant BOND = 100e18;
    uint80 internal constant DEPOSIT = 10e18;
    uint256 internal constant JURORS = 7;
    bytes32 internal constant TRUTH = keccak256("trace of an honest run");

    /// @dev Everything a caller has to know of a case; the logs say the same (court.test.ts).
    struct Dispute {
        uint256 id;
        ICourtTypes.Case case_;
        ICourtTypes.Draw draw;
        ICourtTypes.Past[] history;
        bytes list;
    }

    struct Vote {
        uint256 key;
        uint8 vote;
        bytes32 trace;
        bytes16 salt;
    }

    MootToken internal token;
    StakeVault internal vault;
    MockRandomness internal random;
    ICourtCase internal court;
    MockModule internal module;

    /// @dev Keys of the jurors, in ascending order of their addresses.
    uint256[] internal keys;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        for (uint256 key = 1; key <= JURORS; ++key) {
            keys.push(key);
            for (uint256 i = keys.length - 1; i > 0 && vm.addr(keys[i]) < vm.addr(keys[i - 1]); --i) {
                (keys[i], keys[i - 1]) = (keys[i - 1], keys[i]);
            }
        }
        address[] memory holders = new address[](4 + JURORS);
        uint256[] memory amounts = new uint256[](4 + JURORS);
        (holders[0], holders[1], holders[2], holders[3]) = (CLAIMANT, DEFENDANT, BACKER, STRANGER);
        for (uint256 i = 0; i < JURORS; ++i) {
            holders[4 + i] = juror(i);
        }
        for (uint256 i = 0; i < holders.length; ++i) {
            amounts[i] = 2 * START;
        }
        token = new MootToken(holders, amounts);
        vault = new StakeVault(token, 3 days, uint48(block.timestamp), 1_000, OWNER, OWNER);
        token.setMinter(address(vault));
        random = new MockRandomness();
        CourtClerk clerk = new CourtClerk(vault, random);
        Court front = new Court(ICourtClerk(address(clerk)), bench(), bench(), 1e18, OWNER);
        court = ICourtCase(address(front));
        module = new MockModule(vault, address(court));
        vm.startPrank(OWNER);
        vault.addModule(address(court), vault.RIGHT_TO_SUSPEND());
        vault.addModule(address(module), 0);
        vault.sealModules();
        vm.stopPrank();
        for (uint256 i = 0; i < holders.length; ++i) {
            vm.startPrank(holders[i]);
            token.approve(address(vault), type(uint256).max);
            vault.depositTo(holders[i], START, START);
            vm.stopPrank();
        }
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(juror(i));
            court.join(DEPOSIT);
        }
        beat();
        nextBlock();
    }

    function bench() internal pure virtual returns (ICourtTypes.Settings memory) {
        return ICourtTypes.Settings({
            commitSeconds: 1 hours,
            revealSeconds: 30 minutes,
            appealSeconds: 1 hours,
            firstSeats: 7,
            secondSeats: 14,
            thirdSeats: 21,
            redraws: 2,
            seedDelay: 2,
            quorumBps: 5_000,
            absenceBps: 50,
            repeatDays: 30,
            appealBps: 5_000,
            jurorBps: 5_000,
            strikeDays: 90,
            suspensionDays: 30
        });
    }

    /// @dev All jurors are present today.
    function beat() internal {
        for (uint256 i = 0; i < JURORS; ++i) {
            vm.prank(juror(i));
            court.heartbeat();
        }
    }

    function juror(uint256 i) internal returns (address) {
        return vm.addr(keys[i]);
    }

    function opening() internal pure returns (ICourtOpening.Opening memory) {
        return ICourtOpening.Opening({
            claimant: CLAIMANT,
            defendant: DEFENDANT,
            bond: BOND,
            atStake: AT_STAKE,
            bench: ICourtOpening.Bench.Compute,
            traceMustMatch: true,
            subject: keccak256("task"),
            evidenceURI: "ipfs://evidence"
        });
    }

    function open() internal returns (Dispute memory) {
        return open(opening());
    }

    /// @dev The case that an opening in this moment makes, from public facts only.
    function open(ICourtOpening.Opening memory o) internal returns (Dispute memory d) {
        d.case_ = ICourtTypes.Case({
            module: address(module),
            claimant: o.claimant,
            defendant: o.defendant,
            money: pack(o),
            terms: court.termsOf(o.bench)
        });
        d.draw.clock = clock(presentFor(o.claimant, o.defendant), 0);
        d.id = module.contest(o);
    }

    function pack(ICourtOpening.Opening memory o) internal view returns (uint256) {
        return uint256(o.bond) << 136 | uint256(o.atStake) << 56 | uint256(uint40(block.timestamp)) << 16
            | uint256(o.bench) << 8 | (o.traceMustMatch ? 1 : 0);
    }

    function clock(uint256 present, uint256 number) internal view returns (uint256) {
        return uint256(block.timestamp) << 136 | (block.number + 2) << 96 | present << 16 | number;
    }

    function presentFor(address a, address b) internal view returns (uint256) {
        return uint256(court.presentNow()) - counted(a) - counted(b);
    }

    function counted(address account) internal view returns (uint256) {
        ICourtTypes.Juror memory j = court.jurorOf(account);
        return uint256(j.beatDay) + 1 >= block.timestamp / 1 days ? j.weight : 0;
    }

    function drawNo(Dispute memory d) internal pure returns (uint16) {
        return uint16(d.draw.clock);
    }

    /// @dev Waits for the seed and computes it.
    function seed(Dispute memory d) internal {
        uint256 seedBlock = uint40(d.draw.clock >> 96);
        if (block.number <= seedBlock) vm.roll(seedBlock + 1);
        d.draw.seed = keccak256(abi.encode(random.numberOf(seedBlock), d.id, drawNo(d)));
    }

    /// @dev Ballots of all jurors: the first `forClaimant` for the claimant, the others for the defendant. Each side
    /// has its own trace.
    function votes(uint256 forClaimant) internal view returns (Vote[] memory all) {
        all = new Vote[](JURORS);
        for (uint256 i = 0; i < JURORS; ++i) {
            all[i] = i < forClaimant ? vote(i, 1) : vote(i, 2);
        }
    }

    function vote(uint256 i, uint8 choice) internal view returns (Vote memory) {
        return Vote(keys[i], choice, choice == 1 ? TRUTH : keccak256("the other trace"), bytes16(keccak256(abi.encode(i))));
    }

    function commitment(Dispute memory d, Vote memory v) internal returns (bytes26) {
        return court.commitmentFor(d.id, drawNo(d), vm.addr(v.key), v.vote, v.trace, v.salt);
    }

    function ballot(Dispute memory d, Vote memory v) internal returns (bytes memory) {
        bytes26 sealed_ = commitment(d, v);
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(v.key, court.ballotDigest(d.id, drawNo(d), sealed_));
        return abi.encodePacked(sealed_, r, bytes32(uint256(s) | (uint256(parity - 27) << 255)));
    }

    function ballots(Dispute memory d, Vote[] memory all) internal returns (bytes memory packed) {
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, ballot(d, all[i]));
        }
    }

    function sealedRecord(Dispute memory d, Vote memory v) internal returns (bytes memory) {
        return abi.encodePacked(vm.addr(v.key), seatsOf(d, vm.addr(v.key)), commitment(d, v));
    }

    function seatsOf(Dispute memory d, address account) internal view returns (uint8) {
        return court.seatsOf(d.case_, d.draw, account);
    }

    /// @dev Seals the list.
    function seal(Dispute memory d, Vote[] memory all) internal {
        seed(d);
        court.commitBatch(d.id, d.case_, d.draw, "", ballots(d, all));
        for (uint256 i = 0; i < all.length; ++i) {
            d.list = bytes.concat(d.list, sealedRecord(d, all[i]));
        }
        d.draw.list = keccak256(d.list);
    }

    /// @dev Seals one ballot apart from the list.
    function sealDirect(Dispute memory d, Vote memory v) internal {
        if (d.draw.seed == 0) seed(d);
        bytes26 sealed_ = commitment(d, v);
        vm.prank(vm.addr(v.key));
        court.commit(d.id, d.case_, d.draw, d.list, sealed_);
    }

    function started(Dispute memory d) internal pure returns (uint256) {
        return uint40(d.draw.clock >> 136);
    }

    function toReveal(Dispute memory d) internal {
        vm.warp(started(d) + 1 hours + 1);
    }

    function toLate(Dispute memory d) internal {
        vm.warp(started(d) + 1 hours + 30 minutes + 1);
    }

    /// @dev The traces of some votes, ascending, without doubles and without zero.
    function tracesOf(Vote[] memory all) internal pure returns (bytes32[] memory traces) {
        traces = new bytes32[](all.length);
        uint256 count;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].trace == 0 || position(traces, count, all[i].trace) != 0) continue;
            traces[count] = all[i].trace;
            for (uint256 j = count; j > 0 && traces[j] < traces[j - 1]; --j) {
                (traces[j], traces[j - 1]) = (traces[j - 1], traces[j]);
            }
            ++count;
        }
        assembly ("memory-safe") {
            mstore(traces, count)
        }
    }

    /// @dev From 1; zero for none.
    function position(bytes32[] memory traces, uint256 count, bytes32 trace) internal pure returns (uint256) {
        for (uint256 i = 0; i < count; ++i) {
            if (traces[i] == trace) return i + 1;
        }
        return 0;
    }

    function opened(Dispute memory d, Vote memory v, bytes32[] memory traces) internal returns (bytes memory) {
        address account = vm.addr(v.key);
        uint8 name = uint8(position(traces, traces.length, v.trace));
        return abi.encodePacked(account, seatsOf(d, account), v.vote, name, v.salt);
    }

    function unopened(Dispute memory d, Vote memory v) internal returns (bytes memory) {
        address account = vm.addr(v.key);
        return abi.encodePacked(account, seatsOf(d, account), uint8(0xff), commitment(d, v));
    }

    function head(uint256 inList, bytes32[] memory traces) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(inList), uint8(traces.length), traces);
    }

    /// @dev All of a list opened.
    function shown(Dispute memory d, Vote[] memory all) internal returns (bytes memory packed) {
        bytes32[] memory traces = tracesOf(all);
        packed = head(all.length, traces);
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, opened(d, all[i], traces));
        }
    }

    /// @dev Counts, and notes what the count says. `marks` are those of the list.
    function tally(Dispute memory d, bytes memory packed, bytes memory records) internal {
        court.tally(d.id, d.case_, d.draw, packed);
        note(d, records);
    }

    function note(Dispute memory d, bytes memory records) internal pure {
        ICourtTypes.Past[] memory longer = new ICourtTypes.Past[](d.history.length + 1);
        for (uint256 i = 0; i < d.history.length; ++i) {
            longer[i] = d.history[i];
        }
        longer[d.history.length] = ICourtTypes.Past({clock: d.draw.clock, seed: d.draw.seed, records: records});
        d.history = longer;
    }

    /// @dev The draw that begins now, after a failed panel or an appeal.
    function again(Dispute memory d, uint256 number) internal view {
        d.draw = ICourtTypes.Draw({
            clock: clock(presentFor(d.case_.claimant, d.case_.defendant), number), seed: 0, list: 0, past: past(d)
        });
        d.list = "";
    }

    function past(Dispute memory d) internal pure returns (bytes32 hash) {
        for (uint256 i = 0; i < d.history.length; ++i) {
            ICourtTypes.Past memory one = d.history[i];
            hash = keccak256(
                abi.encode(keccak256("folkmoot.court.past.v1"), hash, one.clock, one.seed, keccak256(one.records))
            );
        }
    }

    /// @dev Records of votes, all of them counted.
    function recordsOf(Dispute memory d, Vote[] memory all) internal returns (bytes memory packed) {
        for (uint256 i = 0; i < all.length; ++i) {
            packed = bytes.concat(packed, record(d, all[i], all[i].vote));
        }
    }

    function record(Dispute memory d, Vote memory v, uint8 mark) internal returns (bytes memory) {
        address account = vm.addr(v.key);
        return abi.encodePacked(account, seatsOf(d, account), mark);
    }

    /// @dev A whole draw in which everybody votes and opens.
    function judge(Dispute memory d, uint256 forClaimant) internal {
        Vote[] memory all = votes(forClaimant);
        seal(d, all);
        toReveal(d);
        tally(d, shown(d, all), recordsOf(d, all));
    }

    function fundAppeal(Dispute memory d, uint8 round, address backer, uint80 amount) internal {
        vm.prank(backer);
        court.fundAppeal(d.id, d.case_, round, past(d), amount);
    }

    function toFinal(Dispute memory d) internal {
        ICourtTypes.State memory state = court.stateOf(d.id);
        if (block.timestamp <= state.until) vm.warp(uint256(state.until) + 1);
    }

    function execute(Dispute memory d) internal {
        toFinal(d);
        court.execute(d.id, d.case_, d.history, abi.encode(d.id));
    }

    function balance(address account) internal view returns (uint256) {
        return vault.accountOf(account).balance;
    }

    function locked(address account) internal view returns (uint256) {
        return vault.accountOf(account).locked;
    }

    function stake(address account) internal view returns (uint256) {
        return vault.stakeOf(account);
    }

    function escrow() internal view returns (uint256) {
        return vault.moduleOf(address(court)).escrowed;
    }

    function courtLocks() internal view returns (uint256) {
        return vault.moduleOf(address(court)).locked;
    }

    function nextBlock() internal {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + 12);
    }

    function skip(uint256 secondsLater) internal {
        vm.warp(block.timestamp + secondsLater);
    }

    function wrongCase(Dispute memory d) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICourtTypes.WrongCase.selector, d.id);
    }
}
