// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "./ICourt.sol";

/// @title The court: jurors drawn by stake, sealed ballots, appeals: its words, events and errors
/// @notice opened -> seed -> ballots sealed -> ballots opened -> ruling -> (appeal -> larger panel ->)* executed.
/// @dev One storage word per case: 184 bits of a tagged hash over what callers bring along, and 72 bits in the clear
/// ({State}). Events carry every field of the hash. Times are seconds, amounts base units of the token.
///
/// Packed words; the first field is the highest:
///
///     money: bond 80 | atStake 80 | openedAt 40 | bench 8 | traceMustMatch 8
///     terms: minDeposit 40 (millionths of a token) | commitSeconds 24 | revealSeconds 24 | appealSeconds 24 |
///            seats 8 | seats 8 | seats 8 | redraws 8 | seedDelay 8 | quorumBps 16 | absenceBps 16 | repeatDays 8 |
///            appealBps 16 | jurorBps 16 | strikeDays 16 | suspensionDays 8
///     clock: startedAt 40 | seedBlock 40 | present 80 | round 8 | attempt 8
///
/// Packed bytes, without padding:
///
///     ballot   90: commitment 26 | signature 64 (r, yParityAndS; ERC-2098)
///     sealed   47: juror 20 | seats 1 | commitment 26
///     placed   50: position in the list 1 | vote 1 | trace 32 | salt 16
///     record   22: juror 20 | seats 1 | mark 1 (0 refused to choose, 1 claimant, 2 defendant, 3 absent)
///     tally      : ballots that belong to the list 1 | traces 1 | traces 32 each, ascending | ballots, each of them
///         opened   39: juror 20 | seats 1 | vote 1 | number of the trace, 0 for none 1 | salt 16
///         unopened 48: juror 20 | seats 1 | 0xff | commitment 26
interface ICourtTypes {
    /// @notice What never changes in a case; five words of its hash, in this order.
    /// @param module Who opened it and is ruled upon.
    /// @param money Packed, see {ICourtTypes}.
    /// @param terms Parameters of the bench as they were at the opening, packed, see {ICourtTypes}.
    struct Case {
        address module;
        address claimant;
        address defendant;
        uint256 money;
        uint256 terms;
    }

    /// @notice One draw of a panel; four words of the hash while ballots are taken, in this order.
    /// @param clock Packed, see {ICourtTypes}. Round counts panels from 0, attempt counts draws of the same panel.
    /// @param seed Zero until it is fixed; then `keccak256(abi.encode(number of the seed block, disputeId, draw))`.
    /// @param list Hash of the list of sealed ballots (`keccak256` of its sealed records); zero until there is one.
    /// @param past Chain over the finished draws, zero for none; see {Past}.
    struct Draw {
        uint256 clock;
        bytes32 seed;
        bytes32 list;
        bytes32 past;
    }

    /// @notice A finished draw. `past` after it is
    /// `keccak256(abi.encode(PAST_TAG, past before it, clock, seed, keccak256(records)))`.
    /// @param records Everybody who sealed a ballot, 22 bytes each: the list, then the others; ascending in both.
    struct Past {
        uint256 clock;
        bytes32 seed;
        bytes records;
    }

    /// @notice Parameters of a bench, for cases to come.
    /// @param commitSeconds From the start of a draw, in which ballots are sealed.
    /// @param revealSeconds After that, in which ballots are opened.
    /// @param appealSeconds After a ruling, in which it can be appealed.
    /// @param firstSeats Expected seats of the first panel.
    /// @param secondSeats Expected seats after one appeal.
    /// @param thirdSeats Expected seats after two appeals; its ruling is final.
    /// @param redraws How often a panel is drawn again for want of a quorum.
    /// @param seedDelay Blocks between the start of a draw and the block of its seed.
    /// @param quorumBps Seats that must have been opened, in 1/10,000 of the expected ones, rounded up.
    /// @param absenceBps Fine for a missing ballot, in 1/10,000 of `atStake`.
    /// @param repeatDays Within so many days of the last one the fine is doubled.
    /// @param appealBps Bond of an appeal, in 1/10,000 of `atStake`.
    /// @param jurorBps Share of the jurors in the pot, in 1/10,000.
    /// @param strikeDays Three cases lost within so many days suspend the defendant.
    /// @param suspensionDays For how long.
    struct Settings {
        uint24 commitSeconds;
        uint24 revealSeconds;
        uint24 appealSeconds;
        uint8 firstSeats;
        uint8 secondSeats;
        uint8 thirdSeats;
        uint8 redraws;
        uint8 seedDelay;
        uint16 quorumBps;
        uint16 absenceBps;
        uint8 repeatDays;
        uint16 appealBps;
        uint16 jurorBps;
        uint16 strikeDays;
        uint8 suspensionDays;
    }

    /// @notice One word per juror.
    /// @param deposit Standing deposit, locked in the vault; absence is paid from it.
    /// @param weight Stake that counts at sortition: what was staked and not on its way out at the last heartbeat.
    /// @param since Since when the juror has been present with this weight, seconds.
    /// @param beatDay Day (`block.timestamp / 1 days`) of the last heartbeat; present on that day and the next.
    /// @param absentDay Day of the last fine.
    /// @param leftAt When {ICourtCase-resign} was called, zero otherwise.
    struct Juror {
        uint80 deposit;
        uint80 weight;
        uint32 since;
        uint16 beatDay;
        uint16 absentDay;
        uint32 leftAt;
    }

    /// @notice A presence that has ended, one word: draws that started before are still judged by it.
    /// @param weight As in {Juror}.
    /// @param since As in {Juror}.
    /// @param beatDay As in {Juror}.
    /// @param until When the next presence began or the juror left, seconds.
    struct Former {
        uint80 weight;
        uint32 since;
        uint16 beatDay;
        uint32 until;
    }

    /// @notice One word for every opening to read and write.
    /// @param cases Number of disputes so far; ids count from 1.
    /// @param day The day the sums belong to.
    /// @param today Weight of those whose last heartbeat was on that day.
    /// @param carried Weight of those whose last heartbeat was the day before.
    struct Docket {
        uint48 cases;
        uint16 day;
        uint80 today;
        uint80 carried;
    }

    /// @notice Where a case stands.
    enum Phase {
        None,
        Voting,
        Ruled,
        Undelivered
    }

    /// @notice The clear part of a case's word.
    /// @param ruling 1 claimant, 2 defendant, 0 while there is none.
    /// @param until Ruled: last moment for an appeal, seconds.
    /// @param appealSeconds Ruled: length of that period.
    /// @param directs Voting: ballots in words of their own, apart from the list.
    /// @param fined Whether absent jurors were fined already ({ICourtCase-reportAbsent}).
    struct State {
        Phase phase;
        uint8 ruling;
        uint40 until;
        uint24 appealSeconds;
        uint8 directs;
        bool fined;
    }

    /// @notice An appeal in the making, or made; one word.
    /// @param raised Gathered so far.
    /// @param owed Won: still to be paid out to its backers.
    /// @param shares Won: contributions that `owed` is still to be divided among.
    /// @param side 1 for the claimant, 2 for the defendant.
    /// @param stage 0 gathering, 1 made, 2 won, 3 lost.
    struct Appeal {
        uint80 raised;
        uint80 owed;
        uint80 shares;
        uint8 side;
        uint8 stage;
    }

    /// @notice A case is open and its first panel will be drawn.
    /// @param subject What is disputed.
    /// @param clock Of the first draw; its seed, list and past are zero.
    event Opened(
        uint256 indexed disputeId, bytes32 indexed subject, address indexed defendant, Case case_, uint256 clock
    );

    /// @notice Another draw: the seed was missed, there was no quorum, or the ruling was appealed.
    event DrawStarted(uint256 indexed disputeId, uint256 clock, bytes32 past);

    /// @notice The seed of the current draw was fixed by {ICourtCase-draw}.
    event Seeded(uint256 indexed disputeId, bytes32 seed);

    /// @notice The list of the draw was sealed.
    /// @param seed Of the draw, which the same call may have fixed.
    /// @param list Sealed records.
    event ListSealed(uint256 indexed disputeId, uint16 indexed draw, bytes32 seed, bytes list);

    /// @notice A ballot was sealed apart from the list.
    /// @param seed As in {ListSealed}.
    event BallotSealed(
        uint256 indexed disputeId,
        uint16 indexed draw,
        address indexed juror,
        bytes32 seed,
        uint8 seats,
        bytes26 commitment
    );

    /// @notice Ballots of a list were opened ahead of the tally.
    /// @param placed Placed openings.
    event ListOpened(uint256 indexed disputeId, uint16 indexed draw, bytes placed);

    /// @notice A ballot apart from the list was opened ahead of the tally.
    event BallotOpened(
        uint256 indexed disputeId, uint16 indexed draw, address indexed juror, uint8 vote, bytes32 trace, bytes16 salt
    );

    /// @notice The ballots of a draw were counted.
    /// @param ruling 1 claimant, 2 defendant; 0 for want of a quorum, and a new draw follows.
    /// @param until Last moment for an appeal; in the last round the ruling is final at once.
    /// @param records The records of the draw; with its clock and seed they are its {Past}.
    event Tallied(uint256 indexed disputeId, uint16 indexed draw, uint8 ruling, uint40 until, bytes records);

    /// @notice Somebody gave to an appeal against the ruling of this round.
    event AppealFunded(
        uint256 indexed disputeId, uint8 indexed round, address indexed backer, uint80 amount, uint80 raised
    );

    /// @notice A backer has its money back, with its share if the appeal was right.
    event AppealRepaid(uint256 indexed disputeId, uint8 indexed round, address indexed backer, uint80 amount);

    /// @notice A juror's ballot is missing.
    event Fined(uint256 indexed disputeId, address indexed juror, uint80 fine);

    /// @notice The ruling is final and all money but that of backers is where it belongs.
    /// @param ruling 1 claimant, 2 defendant.
    /// @param pot All that was slashed or forfeited.
    /// @param perSeat For each seat that agrees with the ruling.
    /// @param seats How many do.
    /// @param toParty Share of the claimant or defendant who won.
    /// @param toBackers Share of the backers on that side, apart from their bonds.
    event Executed(
        uint256 indexed disputeId,
        uint8 ruling,
        uint80 pot,
        uint80 perSeat,
        uint16 seats,
        uint80 toParty,
        uint80 toBackers
    );

    /// @notice The ruling was given to the module apart from the money.
    event Delivered(uint256 indexed disputeId, uint8 ruling);

    /// @notice A defendant lost for the third time within the window. `suspendedUntil` is zero if the court lacks the
    /// right to suspend.
    event Struck(uint256 indexed disputeId, address indexed defendant, uint48 suspendedUntil);

    /// @notice Someone became a juror or added to the deposit.
    event JurorJoined(address indexed juror, uint80 deposit);

    /// @notice A juror will not be drawn any more and can take the deposit back from `releasedAt` on.
    event JurorLeft(address indexed juror, uint48 releasedAt);

    /// @notice A juror has the deposit back.
    event DepositReturned(address indexed juror, uint80 amount);

    /// @notice A juror is present today and tomorrow.
    event Heartbeat(address indexed juror, uint16 indexed day, uint80 weight);

    /// @notice Parameters of a bench changed, for cases to come.
    event SettingsChanged(ICourtOpening.Bench indexed bench, Settings settings);

    /// @notice The smallest deposit of a juror changed, for heartbeats to come.
    event MinDepositChanged(uint80 minDeposit);

    /// @notice The zero address cannot play this role.
    error ZeroAddress();

    /// @notice Not a multiple of a millionth of a token.
    error NotWholeMicro(uint80 amount);

    /// @notice A parameter is outside its bounds; `parameter` is its name.
    error SettingOutOfBounds(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Only an active module of the vault may open a case.
    error NotModule(address caller);

    /// @notice Claimant and defendant must be two accounts.
    error SameParty(address account);

    /// @notice A case about nothing is refused.
    error NothingAtStake();

    /// @notice A text is longer than {ICourtCase-MAX_URI} bytes.
    error TextTooLong(uint256 length, uint256 maximum);

    /// @notice The money is in the vault; the court takes no coin.
    error CoinRefused();

    /// @notice There are two choices, claimant and defendant.
    error TwoChoices(uint256 choices);

    /// @notice The case is not in this phase, or not with these fields.
    error WrongCase(uint256 disputeId);

    /// @notice The seed is not known yet, or not the one given.
    error SeedUnknown(uint256 seedBlock);

    /// @notice Too early.
    error TooEarly(uint256 from);

    /// @notice Too late.
    error TooLate(uint256 until);

    /// @notice Packed bytes of the wrong length, empty or too long.
    error Malformed();

    /// @notice Jurors must be in ascending order, each of them once.
    error NotAscending(address juror);

    /// @notice The draw gave this account no seat.
    error NoSeat(address juror);

    /// @notice The juror has sealed a ballot in this draw already, or was reported.
    error AlreadyDone(address juror);

    /// @notice The opening does not fit the commitment.
    error BadOpening(address juror);

    /// @notice Not all ballots, or not all openings, are there.
    error Incomplete();

    /// @notice The list is not the one that was sealed.
    error WrongList();

    /// @notice Without free or locked stake there is no weight.
    error NoStake();

    /// @notice The caller is no juror.
    error NotJuror(address caller);

    /// @notice The deposit is too small.
    error DepositTooSmall(uint80 deposit, uint80 minimum);

    /// @notice The juror was present today already.
    error AlreadyPresent(uint16 day);

    /// @notice There is no deposit to return yet.
    error DepositHeld(uint256 until);

    /// @notice The ruling of the last round is final.
    error LastRound();

    /// @notice Nothing to pay.
    error NothingDue();
}
