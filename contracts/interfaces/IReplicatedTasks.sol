// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMarketModule} from "./IMarketModule.sol";
import {ITaskMarket} from "./ITaskMarket.sol";

/// @title Replicated tasks: several solvers must agree
/// @notice A task has 2 to 7 seats. Each is taken by another solver with a sealed result; when all are taken, all are
/// opened. Seats that agree share the fee; one that does not can be contested.
/// @dev Storage holds one word per task ({Progress}) and one per seat under a key made of task and solver, so a solver
/// has one seat at most, and solvers who act in the same block are not in each other's way. The word of a seat is a
/// tagged hash of its stage; callers bring what it hashes, and the events carry that.
interface IReplicatedTasks is IMarketModule {
    /// @notice Everything that was agreed at submission. The id is its hash.
    /// @param task As for a single task; the fee is that of all seats together, the lock that of each seat.
    /// @param seats Number of seats, 2 to 7.
    struct Job {
        ITaskMarket.Task task;
        uint8 seats;
    }

    /// @notice Where a task stands.
    /// @param known Whether the task is there at all.
    /// @param taken Seats taken.
    /// @param opened Seats opened.
    /// @param frozen Seats before the court.
    /// @param turnedAt When the last seat was taken; from then on when the last one was opened, seconds.
    struct Progress {
        bool known;
        uint8 taken;
        uint8 opened;
        uint8 frozen;
        uint48 turnedAt;
    }

    /// @notice Stages of a seat. `Out`: its result was overturned. `Confirmed`: the court has let it stand.
    enum Stage {
        None,
        Sealed,
        Opened,
        Out,
        Confirmed
    }

    /// @notice A seat, as callers bring it along.
    /// @param solver Whose seat.
    /// @param stage Its stage; a frozen seat has no place here, since nothing can be done with it before its ruling.
    /// @param value The commitment (left-aligned) of a sealed seat, the digest of one that is opened or confirmed, zero
    /// of one that is out.
    struct Seat {
        address solver;
        Stage stage;
        bytes32 value;
    }

    /// @notice A task is open.
    event JobSubmitted(
        bytes32 indexed taskId,
        address indexed requester,
        bytes32 indexed model,
        Job job,
        uint64 inputSize,
        bytes input
    );

    /// @notice `solver` has sealed a result. @param taken Seats taken so far.
    event SeatTaken(bytes32 indexed taskId, address indexed solver, bytes26 commitment, uint8 taken);

    /// @notice `solver` has opened its result.
    event SeatOpened(
        bytes32 indexed taskId, address indexed solver, bytes32 resultDigest, uint64 resultSize, uint8 opened
    );

    /// @notice A result is contested and its seat frozen until the ruling.
    event SeatContested(
        bytes32 indexed taskId,
        address indexed claimant,
        address indexed solver,
        bytes32 resultDigest,
        uint256 disputeId
    );

    /// @notice The ruling on a seat. @param stage `Out` or `Confirmed`.
    event SeatRuled(bytes32 indexed taskId, address indexed solver, uint256 disputeId, Stage stage);

    /// @notice `solver` did not open its result and lost the bond.
    event SeatMissed(bytes32 indexed taskId, address indexed solver, uint80 bond);

    /// @notice A seat is paid.
    /// @param reward Paid to the solver from the fee.
    /// @param issued Paid to the solver by emission.
    /// @param retained For the treasury.
    /// @param modelFee Put aside for the author, with the first seat.
    event SeatPaid(
        bytes32 indexed taskId,
        address indexed solver,
        uint80 reward,
        uint80 issued,
        uint80 retained,
        uint80 modelFee
    );

    /// @notice The task is over, and its result agreed on.
    /// @param paid Seats that were paid.
    /// @param back Given to the requester: the parts of the other seats, and the bonds of those that were not opened.
    event JobAgreed(bytes32 indexed taskId, bytes32 resultDigest, uint8 paid, uint80 back);

    /// @notice The task is over without an agreed result. @param back Given back to the requester.
    event JobFailed(bytes32 indexed taskId, address indexed requester, uint80 back);

    /// @notice A task has 2 to 7 seats.
    error SeatsOutOfBounds(uint8 seats, uint8 minimum, uint8 maximum);

    /// @notice Seats are what a task of this kind is assured by; there is no other assurance.
    error AssuranceNotOffered(uint8 assurance);

    /// @notice The same order was placed in this block already.
    error DuplicateJob(bytes32 taskId);

    /// @notice The fields do not belong to a task that is there: unknown, altered or over.
    error JobNotFound(bytes32 taskId);

    /// @notice All seats are taken.
    error AllSeatsTaken(bytes32 taskId);

    /// @notice Some seats are not taken.
    error SeatsEmpty(bytes32 taskId, uint8 taken);

    /// @notice Some seat is taken already.
    error SeatsTaken(bytes32 taskId, uint8 taken);

    /// @notice The solver has a seat of this task already.
    error AlreadySeated(address solver);

    /// @notice The requester cannot be one of those who have to agree.
    error RequesterCannotSit(address requester);

    /// @notice The solver has no such seat: none, another stage, or another value.
    error SeatNotFound(bytes32 taskId, address solver);

    /// @notice The seats do not number as many as are taken, or do not ascend by solver.
    error SeatsIncomplete(bytes32 taskId);

    /// @notice Some seat is before the court.
    error SeatsFrozen(bytes32 taskId, uint8 frozen);

    /// @notice The seat is not before the court under this dispute.
    error SeatNotFrozen(bytes32 taskId, address solver);

    /// @notice It is too late to open a seat.
    error OpeningOver(uint48 until);

    /// @notice Posts a task whose input is small enough for the chain. Fee and model fee leave the caller's balance.
    /// @param order As for a single task; `assurance` must be zero: each seat locks what a solution of the class
    /// "critical" does, and checkers are the seats themselves.
    /// @param seats How many must agree, 2 to 7; they share the fee.
    function submit(ITaskMarket.Order calldata order, uint8 seats, bytes calldata input)
        external
        returns (bytes32 taskId);

    /// @notice Like {submit} for an input that travels between peers and is found by its digest.
    function submitBlob(ITaskMarket.Order calldata order, uint8 seats, bytes32 inputDigest, uint64 inputSize)
        external
        returns (bytes32 taskId);

    /// @notice Takes a seat with a sealed result, once it is the caller's turn. Locks what the seat answers with.
    /// @param commitment See {ITaskMarket-commitmentFor}.
    function take(Job calldata job, bytes26 commitment) external;

    /// @notice Opens the caller's result: in a later second than the last seat was taken, at most a claim window after
    /// it.
    function open(Job calldata job, bytes32 salt, bytes32 resultDigest, uint64 resultSize) external;

    /// @notice Brings an opened result before the court, from its opening until a claim window after the last one.
    /// Needs free stake of half of what the seat has locked. Anyone may call, other seats included.
    /// @param evidenceURI The caller's evidence (ERC-1497).
    /// @return disputeId The case; its subject is {seatIdOf}, and the fields of its ruling are
    /// `abi.encode(job, solver, resultDigest)`.
    function contest(Job calldata job, address solver, bytes32 resultDigest, string calldata evidenceURI)
        external
        returns (uint256 disputeId);

    /// @notice Ends a task whose seats were all taken, a claim window after the last opening, when no seat is before
    /// the court. Anyone may call. Seats that are neither out nor unopened remain. Do all that remain agree, and are
    /// they more than half of the seats, each is paid its part of the fee. Otherwise the requester has everything back.
    /// A seat that was not opened loses its bond: to the requester if the task is paid, to the seats that were opened
    /// if it is not.
    /// @param seats All seats of the task, ascending by solver.
    function finish(Job calldata job, Seat[] calldata seats) external;

    /// @notice Ends a task some of whose seats were not taken before the deadline: everybody has everything back.
    /// @param seats All seats that were taken, ascending by solver.
    function refund(Job calldata job, Seat[] calldata seats) external;

    /// @notice Requester only: takes a task back of which no seat is taken, from `retractAt` on.
    function retract(Job calldata job) external;

    /// @notice Id of a task with these fields on this chain and contract:
    /// `keccak256(abi.encode(keccak256("folkmoot.replicated.v1"), block.chainid, replicatedTasks, job))`.
    function taskIdOf(Job calldata job) external view returns (bytes32);

    /// @notice Where a task stands; all zero when it is unknown or over.
    function progressOf(bytes32 taskId) external view returns (Progress memory);

    /// @notice The word of a solver's seat; zero when there is none.
    function seatWordOf(bytes32 taskId, address solver) external view returns (bytes32);

    /// @notice The word that a seat has in this stage.
    function wordFor(bytes32 taskId, Seat calldata seat) external pure returns (bytes32);

    /// @notice Id of a seat, the subject of its dispute.
    function seatIdOf(bytes32 taskId, address solver) external pure returns (bytes32);

    /// @notice The result that was agreed on; zero when there is none, or the order did not ask for a readable one.
    function resultOf(bytes32 taskId) external view returns (bytes32);

    /// @notice When a task opens to a solver with this free stake, given the stake of all accounts.
    function turnOf(Job calldata job, address solver, uint80 free, uint80 total) external view returns (uint48);

    /// @notice The seed the model is run with, the same for all seats; see {ITaskMarket-seedOf}.
    function seedOf(Job calldata job) external view returns (uint256);

    /// @notice Fewest seats.
    function MIN_SEATS() external view returns (uint8);

    /// @notice Most seats.
    function MAX_SEATS() external view returns (uint8);
}
