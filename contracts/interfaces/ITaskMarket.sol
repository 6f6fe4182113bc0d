// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IRuledWithFields} from "./ICourt.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @title The open lane: paid tasks
/// @notice task -> turn -> reservation -> commitment -> reveal -> claim window -> payout, or back to the requester.
/// Anyone with free stake may contest a solution within its claim window.
/// @dev Storage holds one word per task and callers bring the fields, which the events carry. The word is 0 for
/// unknown and ended tasks, 1 for open ones, and otherwise a tagged hash of a reservation, a solution or a frozen
/// solution, so that states cannot be confused.
interface ITaskMarket is IRuledWithFields {
    /// @notice Everything that was agreed at submission. The id of the task is its hash.
    /// @param requester Who pays and who gets refunds.
    /// @param nonce Chosen by the requester; two equal orders in one block need different ones.
    /// @param model Id in the register of models.
    /// @param inputDigest SHA-256 of the input.
    /// @param money Packed amounts and shares; see {TaskTerms}.
    /// @param times Packed times and options; see {TaskTerms}.
    struct Task {
        address requester;
        uint64 nonce;
        bytes32 model;
        bytes32 inputDigest;
        uint256 money;
        uint256 times;
    }

    /// @notice What the requester asks for.
    /// @param model Id of an active model.
    /// @param nonce See {Task}.
    /// @param fee For the solver and the treasury.
    /// @param maxExtra The most the requester pays besides the fee, for the author and for checks, in case either
    /// changes meanwhile.
    /// @param lifetime Seconds until the deadline.
    /// @param class Task class; its parameters are {settingsOf}.
    /// @param assurance How closely the result is checked: 0 basic, 1 checked, 2 critical; see {assuranceOf}.
    /// @param readable Whether other contracts can read the result ({resultOf}); costs the solver 22,000 gas more.
    struct Order {
        bytes32 model;
        uint64 nonce;
        uint80 fee;
        uint80 maxExtra;
        uint32 lifetime;
        uint8 class;
        uint8 assurance;
        bool readable;
    }

    /// @notice What a valid reveal adds to the task.
    /// @param solver Who revealed and is paid.
    /// @param revealedAt Time of the reveal, seconds.
    /// @param resultDigest SHA-256 of the result.
    struct Solution {
        address solver;
        uint48 revealedAt;
        bytes32 resultDigest;
    }

    /// @notice Who has a task to himself for a while.
    /// @param solver The holder; the zero address for "none".
    /// @param since When it came on chain, seconds.
    /// @param until Last moment, seconds; afterwards anyone may take the bond for the requester.
    struct Reservation {
        address solver;
        uint48 since;
        uint48 until;
    }

    /// @notice A reservation by signature (EIP-712 `Ticket(bytes32 taskId,address solver,uint48 until)`), for tasks too
    /// short for a transaction: shown to others off chain, and put on chain only against a solver who stalls.
    struct Ticket {
        address solver;
        uint48 until;
        bytes signature;
    }

    /// @notice Parameters of a task class, for tasks to come; one storage word. A submitted task carries its own copy.
    /// @param treasuryBps Share of the fee for the treasury, in 1/10,000.
    /// @param lockFactor Stake to lock per solution, as a multiple of the fee.
    /// @param bondBps Bond of a reservation, in 1/10,000 of the fee.
    /// @param checksBps Expected checks per task, in 1/10,000.
    /// @param dutyBps Pay of one check, and fine for missing one, in 1/10,000 of the fee.
    /// @param spread The T of a turn, seconds; zero for the pure race.
    /// @param notice Seconds from submission (or reservation) in which checkers announce themselves; no reveal before.
    /// @param reserveSeconds How long a reservation lasts.
    /// @param retractDelay Seconds for which a task cannot be retracted.
    /// @param minLifetime Shortest time between submission and deadline, seconds.
    /// @param maxLifetime Longest time between submission and deadline, seconds.
    /// @param claimWindow Shortest claim window; a model may ask for a longer one.
    /// @param minFee Smallest fee, in millionths of a token (1e12 base units).
    struct Settings {
        uint16 treasuryBps;
        uint16 lockFactor;
        uint16 bondBps;
        uint16 checksBps;
        uint16 dutyBps;
        uint16 spread;
        uint16 notice;
        uint24 reserveSeconds;
        uint24 retractDelay;
        uint24 minLifetime;
        uint24 maxLifetime;
        uint24 claimWindow;
        uint16 minFee;
    }

    /// @notice An assurance class above basic.
    /// @param checksBps Expected checks per task, in 1/10,000. The requester pays them.
    /// @param lockFactor Stake to lock per solution, as a multiple of the fee.
    struct Assurance {
        uint16 checksBps;
        uint16 lockFactor;
    }

    /// @notice A task is open.
    /// @param task The fields, needed for every later call.
    /// @param inputSize Bytes of input.
    /// @param input The input itself, empty when it travels between peers ({submitBlob}).
    event TaskSubmitted(
        bytes32 indexed taskId,
        address indexed requester,
        bytes32 indexed model,
        Task task,
        uint64 inputSize,
        bytes input
    );

    /// @notice `solver` has the task to himself until `until`.
    event Reserved(bytes32 indexed taskId, address indexed solver, uint48 since, uint48 until);

    /// @notice The holder of a reservation did not deliver; the requester got the bond.
    event Forfeited(bytes32 indexed taskId, address indexed solver, uint80 bond);

    /// @notice No reveal before `until`: a checker has announced itself and seals its own result first.
    event Held(bytes32 indexed taskId, uint48 until);

    /// @notice A solver committed to a result.
    event Committed(bytes32 indexed taskId, address indexed solver, uint16 slot, bytes26 commitment);

    /// @notice The task is solved; the claim window runs.
    event Revealed(
        bytes32 indexed taskId,
        address indexed solver,
        bytes32 resultDigest,
        uint64 resultSize,
        uint48 revealedAt
    );

    /// @notice The solution is contested and the task frozen until the ruling.
    event Contested(bytes32 indexed taskId, address indexed claimant, address indexed solver, uint256 disputeId);

    /// @notice The contestation was upheld; the requester has the money back.
    event Overturned(bytes32 indexed taskId, address indexed solver, uint256 disputeId, uint80 amount);

    /// @notice The task is paid and over.
    /// @param reward Paid to the solver from the fee.
    /// @param issued Paid to the solver by emission.
    /// @param retained What treasury and checkers get of the fee, and what was held back from a newcomer.
    /// @param modelFee Put aside for the author until {payAuthor}.
    event Claimed(
        bytes32 indexed taskId,
        address indexed solver,
        uint80 reward,
        uint80 issued,
        uint80 retained,
        uint80 modelFee
    );

    /// @notice The requester took an unsolved task back.
    event Retracted(bytes32 indexed taskId, address indexed requester, uint80 amount);

    /// @notice Nobody solved the task in time and the requester has the money back.
    event Refunded(bytes32 indexed taskId, address indexed requester, uint80 amount);

    /// @notice Parameters of a class changed, for tasks to come.
    event SettingsChanged(uint8 indexed class, Settings settings);

    /// @notice An assurance class changed, for tasks to come.
    event AssuranceChanged(uint8 indexed assurance, Assurance terms);

    /// @notice The treasury shares that had gathered were credited.
    event TreasuryPaid(address indexed treasury, uint80 amount);

    /// @notice Model fees that had gathered were credited to the payee.
    event AuthorPaid(bytes32 indexed model, address indexed payee, uint80 amount);

    /// @notice Treasury shares not yet paid out go to `treasury`.
    event TreasuryChanged(address treasury);

    /// @notice Only this contract may hold reveals back.
    event DutySet(address duty);

    /// @notice A parameter is outside its bounds; `parameter` is its name.
    error SettingOutOfBounds(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice The zero address cannot play this role.
    error ZeroAddress();

    /// @notice There is no such task class, or no such assurance class.
    error UnknownClass(uint8 class);

    /// @notice The same order was placed in this block already.
    error DuplicateTask(bytes32 taskId);

    /// @notice The model is unknown or retired.
    error ModelNotActive(bytes32 model);

    /// @notice Model fee and checks cost more than the requester is ready to pay.
    error ExtraTooHigh(uint80 extra, uint80 maximum);

    /// @notice The fee is below the smallest allowed.
    error FeeTooLow(uint80 fee, uint80 minimum);

    /// @notice The lifetime is outside the bounds.
    error LifetimeOutOfBounds(uint32 lifetime, uint32 minimum, uint32 maximum);

    /// @notice The input does not fit on chain; use {submitBlob}.
    error InputTooLarge(uint256 size, uint256 maximum);

    /// @notice An input without digest or size cannot be fetched.
    error InputMissing();

    /// @notice A digest of zero stands for no result.
    error ResultMissing();

    /// @notice The fields do not belong to an open task: unknown, altered, reserved, solved or over.
    error TaskNotOpen(bytes32 taskId);

    /// @notice The fields do not belong to a solved task: unknown, altered, unsolved, contested or over.
    error TaskNotSolved(bytes32 taskId);

    /// @notice The reservation is not the one of this task.
    error NotReserved(bytes32 taskId);

    /// @notice The reservation still holds.
    error ReservationHolds(uint48 until);

    /// @notice A ticket runs out, or lasts longer than a reservation may.
    error TicketOutOfBounds(uint48 until, uint48 maximum);

    /// @notice The ticket was not signed by the solver it names.
    error TicketForged(address solver);

    /// @notice The task opens to this solver at `opensAt`.
    error NotYourTurn(address solver, uint48 opensAt);

    /// @notice Results of newcomers are checked more often, which needs their reservation on chain.
    error NewcomerMustReserve(address solver);

    /// @notice The slot of the caller holds no such commitment.
    error CommitmentMismatch(bytes26 expected, bytes26 found);

    /// @notice The commitment is older than {COMMITMENT_LIFETIME}.
    error CommitmentExpired(uint48 committedAt);

    /// @notice No reveal before this moment: later than the commitment, after the notice, after a checker's seal.
    error RevealTooEarly(uint48 from);

    /// @notice The deadline has passed, or is too close for a reveal under a reservation made now.
    error DeadlinePassed(uint48 deadline);

    /// @notice The deadline has not passed.
    error DeadlineNotPassed(uint48 deadline);

    /// @notice The claim window is still running.
    error ClaimWindowOpen(uint48 claimableAt);

    /// @notice The claim window is over.
    error ClaimWindowClosed(uint48 closedAt);

    /// @notice Only the requester may retract.
    error NotRequester(address caller);

    /// @notice It is too early to retract.
    error RetractTooEarly(uint48 retractAt);

    /// @notice Only the court may rule, and only with the fields of the case.
    error NotCourt(address caller);

    /// @notice Only the duty roster may hold.
    error NotDuty(address caller);

    /// @notice The duty roster is named once.
    error DutyIsFinal(address duty);

    /// @notice Posts a task whose input is small enough for the chain. Fee, model fee and paid checks leave the caller's
    /// vault balance.
    /// @param input At most {MAX_INPUT} bytes.
    /// @return taskId Hash of the fields that the event carries.
    function submit(Order calldata order, bytes calldata input) external returns (bytes32 taskId);

    /// @notice Like {submit} for an input that travels between peers and is found by its digest.
    function submitBlob(Order calldata order, bytes32 inputDigest, uint64 inputSize) external returns (bytes32 taskId);

    /// @notice Takes the task for the caller alone, once it is the caller's turn. Locks the bond.
    /// @param stale The reservation that stands and has run out, to be forfeited first; zero for none.
    function reserve(Task calldata task, Reservation calldata stale) external;

    /// @notice Puts a reservation by signature on chain. Anyone may call.
    function reserveWithTicket(Task calldata task, Reservation calldata stale, Ticket calldata ticket) external;

    /// @notice Ends a reservation that has run out: the bond goes to the requester. Anyone may call. A reveal that is held
    /// for a checker has time until a notice after the hold.
    function forfeit(Task calldata task, Reservation calldata stale) external;

    /// @notice Commits to a result without showing it.
    /// @dev Overwrites what the caller's slot held. The task is not checked: a commitment to nothing hurts nobody else.
    /// @param slot Number chosen by the caller; reusing one costs 17,000 gas less than a fresh one, but a slot with a
    /// pending commitment must not be reused.
    /// @param commitment See {commitmentFor}.
    function commit(bytes32 taskId, uint16 slot, bytes26 commitment) external;

    /// @notice Opens a commitment. Locks the stake the solver answers with until the claim.
    /// @param reservation The caller's own reservation, or zero for a task that nobody holds; then the turn counts.
    function reveal(
        Task calldata task,
        Reservation calldata reservation,
        uint16 slot,
        bytes32 salt,
        bytes32 resultDigest,
        uint64 resultSize
    ) external;

    /// @notice Pays a solved task once its claim window is over. Anyone may call, at any later time; the money always
    /// goes to the solver; the shares of treasury and author gather until {payTreasury} and {payAuthor}.
    function claim(Task calldata task, Solution calldata solution) external;

    /// @notice Brings a solution before the court. Needs free stake of half of what the solver has locked, and takes
    /// place within the claim window.
    /// @param evidenceURI The caller's evidence (ERC-1497).
    /// @return disputeId The case.
    function contest(Task calldata task, Solution calldata solution, string calldata evidenceURI)
        external
        returns (uint256 disputeId);

    /// @notice Requester only: takes an unsolved task back, from `retractAt` on, unless somebody has reserved it.
    function retract(Task calldata task) external;

    /// @notice Returns the money of a task that nobody solved before its deadline. Anyone may call.
    /// @param stale The reservation that stands, to be forfeited; zero for none.
    function refund(Task calldata task, Reservation calldata stale) external;

    /// @notice Credits the treasury shares of all claims since the last call to {treasury}. Anyone may call.
    function payTreasury() external returns (uint80 amount);

    /// @notice Credits the gathered fees of a model to its payee. Anyone may call.
    function payAuthor(bytes32 model) external returns (uint80 amount);

    /// @notice Duty roster only: no reveal of the task before `until`; a moment in the past lifts it. Only for tasks with
    /// checks: a reveal of any other does not look.
    function hold(bytes32 taskId, uint48 until) external;

    /// @notice Owner only: changes the parameters of a class within their bounds, for tasks to come.
    function setSettings(uint8 class, Settings calldata settings) external;

    /// @notice Owner only: changes an assurance class within its bounds, for tasks to come.
    function setAssurance(uint8 assurance, Assurance calldata terms) external;

    /// @notice Owner only: changes the account of the treasury.
    function setTreasury(address treasury) external;

    /// @notice Owner only, once: names the duty roster.
    function setDuty(address duty) external;

    /// @notice Parameters of a class, for tasks to come; all zero for an unknown class.
    function settingsOf(uint8 class) external view returns (Settings memory);

    /// @notice An assurance class above basic.
    function assuranceOf(uint8 assurance) external view returns (Assurance memory);

    /// @notice Vault account that receives the treasury shares.
    function treasury() external view returns (address);

    /// @notice The contract that may hold reveals back.
    function duty() external view returns (address);

    /// @notice The vault that holds the money.
    function vault() external view returns (IStakeVault);

    /// @notice The register of models.
    function registry() external view returns (IModelRegistry);

    /// @notice The court that rules on contested solutions.
    function court() external view returns (ICourtOpening);

    /// @notice Id of a task with these fields on this chain and market.
    function taskIdOf(Task calldata task) external view returns (bytes32);

    /// @notice The stored word: 0 unknown or over, 1 open, otherwise one of the next three.
    function wordOf(bytes32 taskId) external view returns (bytes32);

    /// @notice The word of a reserved task.
    function reservedWordOf(bytes32 taskId, Reservation calldata reservation) external pure returns (bytes32);

    /// @notice The word of a task after this reveal.
    function solvedWordOf(bytes32 taskId, Solution calldata solution) external pure returns (bytes32);

    /// @notice The word of a task while its solution is before the court.
    function frozenWordOf(bytes32 taskId, Solution calldata solution, uint256 disputeId)
        external
        pure
        returns (bytes32);

    /// @notice Result digest of a readable task, from its reveal on; zero when there is none or it was overturned.
    /// Final once {wordOf} is zero.
    function resultOf(bytes32 taskId) external view returns (bytes32);

    /// @notice No reveal of the task before this moment; zero when no checker announced itself.
    function heldUntil(bytes32 taskId) external view returns (uint48);

    /// @notice What a solver's slot holds.
    function commitmentOf(address solver, uint16 slot) external view returns (bytes26 commitment, uint48 committedAt);

    /// @notice The commitment of `solver` to a result: the first 26 bytes of
    /// `keccak256(abi.encode(taskId, solver, salt, resultDigest))`.
    function commitmentFor(bytes32 taskId, address solver, bytes32 salt, bytes32 resultDigest)
        external
        pure
        returns (bytes26);

    /// @notice When the task opens to a solver with this free stake, given the stake of all accounts; see {Turn}.
    function turnOf(Task calldata task, address solver, uint80 free, uint80 total) external view returns (uint48);

    /// @notice The seed the model is run with: bound to the task and to a block nobody knew at submission.
    /// @dev Zero when the block is not there yet, or too long ago for the chain; nodes then ask for the block itself.
    function seedOf(Task calldata task) external view returns (uint256);

    /// @notice Most bytes of input that {submit} takes.
    function MAX_INPUT() external view returns (uint256);

    /// @notice Seconds after which a commitment cannot be opened any more.
    function COMMITMENT_LIFETIME() external view returns (uint48);
}
