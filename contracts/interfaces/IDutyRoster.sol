// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "./IStakeVault.sol";
import {ITaskMarket} from "./ITaskMarket.sol";

/// @title The duty roster: paid, sealed checks of tasks
/// @notice Whoever signs on is drawn by stake for some tasks, runs them, and commits to its own result before it can see
/// the solver's: draw -> announcement -> seal -> reveal by the solver -> opening -> pay. The pay comes from a fund, the
/// vault account of this contract, into which the market's treasury shares flow.
/// @dev Why sealed: pay for "I have checked" pays for saying so. A checker can only be paid for a result that it had
/// fixed while no reveal was possible, so there was nothing to copy: the market refuses reveals until `sealBy` of every
/// checker that has announced itself, and a seal is refused from that moment on. What remains is a solver who hands its
/// digest to a checker; the others who are drawn, and anyone's right to contest, stand against that.
interface IDutyRoster {
    /// @notice A checker.
    /// @param deposit Standing deposit: locked stake from which fines are taken.
    /// @param atRisk Part of it that answers for duties not ended yet.
    /// @param pending Number of those duties.
    /// @param since Since when the presence is unbroken, seconds.
    /// @param seenAt Last sign of life, seconds.
    /// @param weight Stake counted at the first sign of life of that day.
    /// @param offAt When it asked to leave, seconds; zero when it did not. From then on it is not drawn any more.
    struct Checker {
        uint80 deposit;
        uint80 atRisk;
        uint16 pending;
        uint40 since;
        uint40 seenAt;
        uint80 weight;
        uint40 offAt;
    }

    /// @notice A duty: one storage word per task and checker.
    /// @param commitment The seal, zero before; see {ITaskMarket-commitmentFor}, with the checker in the solver's place.
    /// @param sealBy The seal has to come before this moment, seconds. No reveal comes earlier.
    /// @param part Pay and fine in 1/255 of {TaskTerms-dutyPay}; zero for no duty, or one that has ended.
    struct Duty {
        bytes26 commitment;
        uint40 sealBy;
        uint8 part;
    }

    /// @notice What is known of a task, one storage word.
    /// @param promised Promised to its checkers so far, paid or not.
    /// @param calledIn Block of {callUp}; zero when there was none.
    /// @param reservedAt Start of the reservation that was called up, seconds.
    /// @param heldUntil Latest `sealBy` of its checkers, seconds.
    /// @param checkers Announced or fined for absence.
    /// @param unsealed Announced and not yet sealed.
    struct Watch {
        uint80 promised;
        uint40 calledIn;
        uint40 reservedAt;
        uint40 heldUntil;
        uint8 checkers;
        uint8 unsealed;
    }

    /// @notice Parameters, for what is not announced yet; one storage word.
    /// @param minDeposit Smallest deposit with which one is on duty.
    /// @param reserve What {sweep} leaves in the fund above all promises.
    /// @param sealSeconds Time of a checker from announcement to seal.
    /// @param classes Verification classes of models that are checked this way, one bit each, the lowest for
    /// {IModelRegistry-VerificationClass.Exact}. Two honest results have to have the same digest.
    struct Settings {
        uint80 minDeposit;
        uint80 reserve;
        uint32 sealSeconds;
        uint8 classes;
    }

    /// @notice What comes out of a draw. `NotChecked`: nothing is drawn for tasks like this; `Party`: requester and solver
    /// do not check; `SeedUnknown`: the block of the draw is not there yet, or forgotten; `Late`: the notice is over.
    enum Draw {
        Drawn,
        NotDrawn,
        NotChecked,
        Party,
        OffDuty,
        SeedUnknown,
        Late
    }

    /// @notice How a duty ended.
    enum End {
        Paid,
        Fined,
        Void
    }

    /// @notice `checker` is on duty with this deposit.
    event SignedOn(address indexed checker, uint80 deposit);

    /// @notice `checker` was seen; it counts with `weight` today.
    event Seen(address indexed checker, uint80 weight);

    /// @notice `checker` has left the duty and gets its deposit back in {OFF_DELAY}.
    event SigningOff(address indexed checker, uint40 offAt);

    /// @notice `checker` got its deposit back.
    event Released(address indexed checker, uint80 deposit);

    /// @notice The draw for a newcomer's reservation is fixed by the block after `calledIn`.
    event CalledUp(bytes32 indexed taskId, address indexed solver, uint40 reservedAt, uint40 calledIn);

    /// @notice `checker` has taken its duty and has to seal before `sealBy`. `pay` is reserved.
    event Announced(bytes32 indexed taskId, address indexed checker, uint80 pay, uint40 sealBy);

    /// @notice `checker` has fixed its result.
    event Sealed(bytes32 indexed taskId, address indexed checker, bytes26 commitment);

    /// @notice `checker` has shown its result.
    event Opened(bytes32 indexed taskId, address indexed checker, bytes32 resultDigest, bool agrees);

    /// @notice The duty is over. `amount` was paid or fined, or is free again.
    event DutyEnded(bytes32 indexed taskId, address indexed checker, End end, uint80 amount);

    /// @notice A fine was taken from the deposit: `reward` to the reporter, the rest to the fund.
    event Fined(bytes32 indexed taskId, address indexed checker, address indexed reporter, uint80 fine, uint80 reward);

    /// @notice What the fund does not need went to the treasury.
    event Swept(address indexed treasury, uint80 amount);

    /// @notice The parameters changed.
    event SettingsChanged(Settings settings);

    /// @notice What the fund does not need goes to `treasury`.
    event TreasuryChanged(address treasury);

    /// @notice A parameter is outside its bounds; `parameter` is its name.
    error SettingOutOfBounds(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice The zero address cannot play this role.
    error ZeroAddress();

    /// @notice The deposit is too small to be on duty, or to answer for one more duty.
    error DepositTooSmall(uint80 deposit, uint80 needed);

    /// @notice The caller has not signed on, or has asked to leave.
    error NotSignedOn(address checker);

    /// @notice The deposit cannot be released before `from`, nor while duties are pending.
    error StillOnDuty(uint40 from, uint16 pending);

    /// @notice The task needs no second draw: no newcomer holds it, or it is checked as often anyway.
    error NoNewcomer(bytes32 taskId);

    /// @notice The second draw of the task is fixed already.
    error CalledUpAlready(bytes32 taskId);

    /// @notice The checker is not drawn for this task, for this reason.
    error NotDrawnFor(bytes32 taskId, address checker, Draw reason);

    /// @notice The fields do not belong to a task that waits for a solution: unknown, altered, solved or over.
    error TaskNotWaiting(bytes32 taskId);

    /// @notice The fields do not belong to a solved or contested task.
    error TaskNotSolved(bytes32 taskId);

    /// @notice The task is not over.
    error TaskNotOver(bytes32 taskId);

    /// @notice Too late: the notice is over, the seal was due, or the task has no time left for a seal.
    error TooLate(uint256 until);

    /// @notice Too early for a report.
    error TooEarly(uint256 from);

    /// @notice The checker has or had a duty on this task.
    error DutyKnown(bytes32 taskId, address checker);

    /// @notice The checker has no duty on this task that could be sealed, opened, reported or dismissed.
    error NoDuty(bytes32 taskId, address checker);

    /// @notice The task has {MAX_CHECKERS} already.
    error EnoughCheckers(bytes32 taskId);

    /// @notice The fund cannot promise this pay, or the task brings nothing to pay from.
    error FundTooLow(uint80 available, uint80 needed);

    /// @notice The seal is missing, made already, or not opened by these values.
    error SealMismatch(bytes26 expected, bytes26 found);

    /// @notice A result that differs counts once somebody has contested the solution.
    error ContestFirst(bytes32 taskId);

    /// @notice Absence is fined only where the checker could have come: a supported model, a fund and a deposit that
    /// cover the duty, and time for it.
    error Excused(bytes32 taskId, address checker);

    /// @notice Puts the caller on duty, with `deposit` more than it has deposited before. Who has left signs on again
    /// after {release}.
    /// @param deposit Free stake to lock; may be zero when enough is deposited.
    function signOn(uint80 deposit) external;

    /// @notice A sign of life. Only who was seen within {PRESENCE} before a draw can be drawn.
    function heartbeat() external;

    /// @notice Leaves: the caller is not drawn any more. For what it was drawn for before it can be fined for another
    /// {OFF_DELAY}.
    function signOff() external;

    /// @notice Gives the deposit of a checker free that has left and has no duty pending. Anyone may call.
    function release(address checker) external;

    /// @notice Fixes the draw for a newcomer's reservation: the hash of the next block decides. Once per task and within
    /// the notice; anyone may call.
    /// @dev The solver picks the moment of a reservation, so a seed made of it could be tried out beforehand.
    function callUp(ITaskMarket.Task calldata task, ITaskMarket.Reservation calldata reservation) external;

    /// @notice Takes a duty for which the caller is drawn. Reserves the pay and holds reveals back for the seal.
    /// @param reservation The reservation that stands; zero for an open task.
    function announce(ITaskMarket.Task calldata task, ITaskMarket.Reservation calldata reservation) external;

    /// @notice Fixes the caller's own result: the first 26 bytes of
    /// `keccak256(abi.encode(taskId, checker, salt, resultDigest))`. With the last seal the market lets reveals through.
    function seal(bytes32 taskId, bytes26 commitment) external;

    /// @notice Opens the caller's seal and pays: at once if the result equals the solution, otherwise as soon as the
    /// solution is contested, by the caller or anybody else.
    /// @param disputeId The dispute over the solution; any value while there is none.
    function open(
        ITaskMarket.Task calldata task,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId,
        bytes32 salt,
        bytes32 resultDigest
    ) external;

    /// @notice Fines a checker who announced itself and did not seal in time, or sealed and has not opened by {openBy}.
    /// A tenth goes to the caller, bounded by the treasury share of the task.
    /// @param solution The solution; anything when the seal is missing.
    /// @param disputeId The dispute over it; any value while there is none.
    function reportMiss(
        ITaskMarket.Task calldata task,
        address checker,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId
    ) external;

    /// @notice Fines a checker who was drawn and did not announce itself. The task has to be solved: then others could
    /// do it. Works while the chain remembers the block of the draw.
    function reportAbsence(
        ITaskMarket.Task calldata task,
        address checker,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId
    ) external;

    /// @notice Ends a duty on a task that is over: nobody is paid and nobody fined. Anyone may call.
    function dismiss(ITaskMarket.Task calldata task, address checker) external;

    /// @notice Sends what is above all promises and the reserve to the treasury. Anyone may call.
    function sweep() external returns (uint80 amount);

    /// @notice Owner only: changes the parameters within their bounds.
    function setSettings(Settings calldata settings) external;

    /// @notice Owner only: changes where {sweep} sends to.
    function setTreasury(address treasury) external;

    /// @notice Whether the checker may announce itself for this task, as far as the draws decide, and why not.
    function isDrawn(
        ITaskMarket.Task calldata task,
        ITaskMarket.Reservation calldata reservation,
        address checker
    ) external view returns (bool drawn, Draw reason);

    /// @notice Whether the checker is on duty now.
    function onDuty(address checker) external view returns (bool);

    /// @notice A checker.
    function rosterOf(address checker) external view returns (Checker memory);

    /// @notice A duty.
    function dutyOf(bytes32 taskId, address checker) external view returns (Duty memory);

    /// @notice What is known of a task.
    function watchOf(bytes32 taskId) external view returns (Watch memory);

    /// @notice The fund.
    /// @return balance Of this contract in the vault.
    /// @return promised Part of it that is reserved for duties.
    function fund() external view returns (uint80 balance, uint80 promised);

    /// @notice Stake that was seen on a day, counted in days since 1970. Draws are relative to that of their day or of the
    /// day before, whichever is larger.
    function stakeOnDuty(uint256 day) external view returns (uint256);

    /// @notice Last moment to open a seal without being fined, seconds: three quarters of the claim window.
    function openBy(ITaskMarket.Task calldata task, ITaskMarket.Solution calldata solution)
        external
        pure
        returns (uint256);

    /// @notice The parameters.
    function settings() external view returns (Settings memory);

    /// @notice Vault account to which {sweep} sends.
    function treasury() external view returns (address);

    /// @notice The market whose tasks are checked.
    function market() external view returns (ITaskMarket);

    /// @notice The vault that holds deposits and fund.
    function vault() external view returns (IStakeVault);

    /// @notice Most checkers per task.
    function MAX_CHECKERS() external view returns (uint8);

    /// @notice Seconds for which a sign of life counts.
    function PRESENCE() external view returns (uint40);

    /// @notice Seconds from {signOff} to {release}: longer than a notice and the chain's memory of blocks together.
    function OFF_DELAY() external view returns (uint40);
}
