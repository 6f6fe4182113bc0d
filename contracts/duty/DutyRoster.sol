// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDutyRoster} from "../interfaces/IDutyRoster.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskHash} from "../libraries/TaskHash.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {DutyPresence} from "./DutyPresence.sol";

/// @title The duty roster
/// @notice See {IDutyRoster}.
/// @dev Every duty that was announced ends once: paid, fined or void. Until then its pay is part of `_promised`, which the
/// fund always covers, and its fine part of `atRisk`, which the deposit always covers.
contract DutyRoster is DutyPresence {
    using SafeCast for uint256;
    using TaskTerms for ITaskMarket.Task;

    bytes32 private constant OPEN_TASK = bytes32(uint256(1));

    /// @dev The whole of {Duty.part}.
    uint256 private constant WHOLE = 255;

    /// @dev A newcomer's results are checked half the time; the market holds the difference back from its pay.
    uint256 private constant NEWCOMER_BPS = 5_000;
    uint8 private constant NEWCOMER_WORKS = 20;

    /// @dev The reporter's part of a fine.
    uint80 private constant REPORTER_SHARE = 10;

    /// @inheritdoc IDutyRoster
    uint8 public constant MAX_CHECKERS = 8;

    /// @inheritdoc IDutyRoster
    ITaskMarket public immutable market;

    mapping(bytes32 taskId => Watch) private _watches;
    mapping(bytes32 taskId => mapping(address checker => Duty)) private _duties;

    /// @param market_ The market; it must name this contract as its duty roster, and as its treasury if the fund is to
    /// grow. The vault must register this contract as a module without rights.
    /// @param treasury_ See {sweep}.
    /// @param settings_ First parameters.
    /// @param owner_ Who may change parameters: a timelock, outside of a sandbox.
    constructor(ITaskMarket market_, address treasury_, Settings memory settings_, address owner_)
        DutyPresence(market_.vault(), treasury_, settings_, owner_)
    {
        market = market_;
    }

    /// @inheritdoc IDutyRoster
    function callUp(ITaskMarket.Task calldata task, ITaskMarket.Reservation calldata reservation) external {
        bytes32 taskId = _idOf(task);
        Watch storage watch = _watches[taskId];
        if (watch.calledIn != 0) revert CalledUpAlready(taskId);
        if (reservation.solver == address(0)) revert NoNewcomer(taskId);
        _requireWaiting(taskId, reservation);
        if (!_isChecked(task) || task.checksBps() >= NEWCOMER_BPS) revert NoNewcomer(taskId);
        if (vault.accountOf(reservation.solver).accepted >= NEWCOMER_WORKS) revert NoNewcomer(taskId);
        uint48 until = reservation.since + task.notice();
        if (block.timestamp >= until) revert TooLate(until);
        watch.calledIn = block.number.toUint40();
        watch.reservedAt = uint256(reservation.since).toUint40();
        emit CalledUp(taskId, reservation.solver, watch.reservedAt, watch.calledIn);
    }

    /// @inheritdoc IDutyRoster
    function announce(ITaskMarket.Task calldata task, ITaskMarket.Reservation calldata reservation) external {
        bytes32 taskId = _idOf(task);
        _requireWaiting(taskId, reservation);
        if (_duties[taskId][msg.sender].sealBy != 0) revert DutyKnown(taskId, msg.sender);
        Watch memory watch = _watches[taskId];
        if (watch.checkers == MAX_CHECKERS) revert EnoughCheckers(taskId);
        Draw draw = _drawNow(taskId, task, reservation.solver, watch, msg.sender);
        if (draw != Draw.Drawn) revert NotDrawnFor(taskId, msg.sender, draw);

        uint8 part = _partFor(task, watch.promised);
        uint80 pay = _payOf(task, part);
        _requireFund(pay);
        uint40 sealBy = _sealByFor(task);
        _duties[taskId][msg.sender] = Duty({commitment: 0, sealBy: sealBy, part: part});
        _promised += pay;
        _putAtRisk(pay);
        watch.promised += pay;
        ++watch.checkers;
        ++watch.unsealed;
        bool longer = sealBy > watch.heldUntil;
        if (longer) watch.heldUntil = sealBy;
        _watches[taskId] = watch;
        emit Announced(taskId, msg.sender, pay, sealBy);
        if (longer) market.hold(taskId, sealBy);
    }

    /// @inheritdoc IDutyRoster
    /// @dev No reveal can have happened: the announcement found the task waiting, the market has been told to refuse reveals
    /// until `sealBy` at least, and that is taken back only when nobody's seal is missing.
    function seal(bytes32 taskId, bytes26 commitment) external {
        Duty storage duty = _duties[taskId][msg.sender];
        if (duty.part == 0) revert NoDuty(taskId, msg.sender);
        if (commitment == 0 || duty.commitment != 0) revert SealMismatch(commitment, duty.commitment);
        if (block.timestamp >= duty.sealBy) revert TooLate(duty.sealBy);
        duty.commitment = commitment;
        emit Sealed(taskId, msg.sender, commitment);
        _countSeal(taskId);
    }

    /// @inheritdoc IDutyRoster
    function open(
        ITaskMarket.Task calldata task,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId,
        bytes32 salt,
        bytes32 resultDigest
    ) external {
        bytes32 taskId = _idOf(task);
        Duty memory duty = _duties[taskId][msg.sender];
        if (duty.part == 0) revert NoDuty(taskId, msg.sender);
        bool contested = _requireSolved(taskId, solution, disputeId);
        // Whoever solves a task has checked nothing.
        if (solution.solver == msg.sender) revert NotDrawnFor(taskId, msg.sender, Draw.Party);
        bytes26 expected = TaskHash.commitment(taskId, msg.sender, salt, resultDigest);
        if (duty.commitment != expected) revert SealMismatch(expected, duty.commitment);
        bool agrees = resultDigest == solution.resultDigest;
        // Until somebody puts a bond on it, a result that differs may be a result that nobody computed.
        if (!agrees && !contested) revert ContestFirst(taskId);
        emit Opened(taskId, msg.sender, resultDigest, agrees);
        uint80 pay = _payOf(task, duty.part);
        _end(taskId, msg.sender, pay, End.Paid);
        vault.transfer(msg.sender, pay);
    }

    /// @inheritdoc IDutyRoster
    function reportMiss(
        ITaskMarket.Task calldata task,
        address account,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId
    ) external {
        bytes32 taskId = _idOf(task);
        Duty memory duty = _duties[taskId][account];
        if (duty.part == 0) revert NoDuty(taskId, account);
        if (duty.commitment == 0) {
            if (block.timestamp < duty.sealBy) revert TooEarly(duty.sealBy);
            // Who was still computing when the task was taken back is not to blame.
            if (market.wordOf(taskId) == 0) revert TaskNotSolved(taskId);
            _countSeal(taskId);
        } else {
            _requireSolved(taskId, solution, disputeId);
            uint256 until = openBy(task, solution);
            if (block.timestamp <= until) revert TooEarly(until + 1);
        }
        uint80 fine = _payOf(task, duty.part);
        _end(taskId, account, fine, End.Fined);
        _fine(taskId, task, account, fine);
    }

    /// @inheritdoc IDutyRoster
    function reportAbsence(
        ITaskMarket.Task calldata task,
        address account,
        ITaskMarket.Solution calldata solution,
        uint256 disputeId
    ) external {
        bytes32 taskId = _idOf(task);
        _requireSolved(taskId, solution, disputeId);
        if (_duties[taskId][account].sealBy != 0) revert DutyKnown(taskId, account);
        Watch memory watch = _watches[taskId];
        if (watch.checkers == MAX_CHECKERS) revert EnoughCheckers(taskId);
        (Draw draw, uint256 drawnAt) = _drawAfterwards(taskId, task, solution.solver, watch, account);
        if (draw != Draw.Drawn) revert NotDrawnFor(taskId, account, draw);

        uint80 fine = task.dutyPay();
        Checker storage checker = _checkers[account];
        if (
            task.issueRate() == 0 || checker.deposit - checker.atRisk < fine || _available() < fine
                || drawnAt + 2 * task.notice() >= task.deadline()
        ) revert Excused(taskId, account);
        // A duty without part has ended: neither a second fine nor a late announcement.
        _duties[taskId][account].sealBy = _now();
        ++_watches[taskId].checkers;
        checker.deposit -= fine;
        emit DutyEnded(taskId, account, End.Fined, fine);
        _fine(taskId, task, account, fine);
    }

    /// @inheritdoc IDutyRoster
    function dismiss(ITaskMarket.Task calldata task, address account) external {
        bytes32 taskId = _idOf(task);
        uint8 part = _duties[taskId][account].part;
        if (part == 0) revert NoDuty(taskId, account);
        if (market.wordOf(taskId) != 0) revert TaskNotOver(taskId);
        _end(taskId, account, _payOf(task, part), End.Void);
    }

    /// @inheritdoc IDutyRoster
    function sweep() external returns (uint80 amount) {
        uint80 available = _available();
        uint80 reserve = _settings.reserve;
        if (available <= reserve) return 0;
        amount = available - reserve;
        emit Swept(treasury, amount);
        vault.transfer(treasury, amount);
    }

    /// @inheritdoc IDutyRoster
    function isDrawn(
        ITaskMarket.Task calldata task,
        ITaskMarket.Reservation calldata reservation,
        address checker
    ) external view returns (bool, Draw) {
        bytes32 taskId = _idOf(task);
        Draw draw = _drawNow(taskId, task, reservation.solver, _watches[taskId], checker);
        return (draw == Draw.Drawn, draw);
    }

    /// @inheritdoc IDutyRoster
    function dutyOf(bytes32 taskId, address checker) external view returns (Duty memory) {
        return _duties[taskId][checker];
    }

    /// @inheritdoc IDutyRoster
    function watchOf(bytes32 taskId) external view returns (Watch memory) {
        return _watches[taskId];
    }

    /// @inheritdoc IDutyRoster
    function fund() external view returns (uint80 balance, uint80 promised) {
        return (vault.accountOf(address(this)).balance, _promised);
    }

    /// @inheritdoc IDutyRoster
    /// @dev The last quarter is for reports: with the claim the market forgets that there was a solution.
    function openBy(ITaskMarket.Task calldata task, ITaskMarket.Solution calldata solution)
        public
        pure
        returns (uint256)
    {
        return solution.revealedAt + uint256(task.claimWindow()) * 3 / 4;
    }

    /// @dev The fine of a duty must be there even if every other duty of the checker fails.
    function _putAtRisk(uint80 fine) private {
        Checker storage checker = _checkers[msg.sender];
        uint80 atRisk = checker.atRisk + fine;
        if (checker.deposit < atRisk) revert DepositTooSmall(checker.deposit, atRisk);
        checker.atRisk = atRisk;
        ++checker.pending;
    }

    function _countSeal(bytes32 taskId) private {
        Watch storage watch = _watches[taskId];
        if (--watch.unsealed != 0 || watch.heldUntil <= block.timestamp) return;
        uint40 now_ = _now();
        watch.heldUntil = now_;
        // Not zero: the solver's reservation is extended from the end of the hold.
        market.hold(taskId, now_);
    }

    /// @dev The only way out of a duty.
    function _end(bytes32 taskId, address account, uint80 amount, End end) private {
        _duties[taskId][account].part = 0;
        _promised -= amount;
        Checker storage checker = _checkers[account];
        checker.atRisk -= amount;
        --checker.pending;
        if (end == End.Fined) checker.deposit -= amount;
        emit DutyEnded(taskId, account, end, amount);
    }

    /// @dev All rewards of a task together stay below its treasury share: whoever made up task, solution and input to
    /// have others fined pays more than it gets.
    function _fine(bytes32 taskId, ITaskMarket.Task calldata task, address account, uint80 fine) private {
        uint80 reward = fine / REPORTER_SHARE;
        uint80 most = task.treasuryShare() / MAX_CHECKERS;
        if (reward > most) reward = most;
        emit Fined(taskId, account, msg.sender, fine, reward);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](3);
        postings[0] = IStakeVault.Posting({account: account, unlocked: 0, slashed: fine, credited: 0});
        postings[1] = IStakeVault.Posting({account: msg.sender, unlocked: 0, slashed: 0, credited: reward});
        postings[2] = IStakeVault.Posting({account: address(this), unlocked: 0, slashed: 0, credited: fine - reward});
        vault.book(postings);
    }

    /// @return contested Whether the solution is before the court.
    function _requireSolved(bytes32 taskId, ITaskMarket.Solution calldata solution, uint256 disputeId)
        private
        view
        returns (bool contested)
    {
        bytes32 solved = TaskHash.solved(taskId, solution.solver, solution.revealedAt, solution.resultDigest);
        bytes32 word = market.wordOf(taskId);
        contested = word == TaskHash.frozen(solved, disputeId);
        if (!contested && word != solved) revert TaskNotSolved(taskId);
    }

    function _requireWaiting(bytes32 taskId, ITaskMarket.Reservation calldata reservation) private view {
        bytes32 expected = reservation.solver == address(0) ? OPEN_TASK : TaskHash.reserved(taskId, reservation);
        if (market.wordOf(taskId) != expected) revert TaskNotWaiting(taskId);
    }

    function _requireFund(uint80 pay) private view {
        uint80 available = _available();
        if (pay == 0 || pay > available) revert FundTooLow(available, pay);
    }

    /// @dev Unpromised part of the fund. Only {open} and {sweep} take from it, both within their part.
    function _available() private view returns (uint80) {
        return vault.accountOf(address(this)).balance - _promised;
    }

    /// @dev The fund pays in full for tasks that other solvers would take too: the same condition as for emission. Any
    /// other task could be made up to draw its own checkers, so its checks get what it brings itself, and no more.
    function _partFor(ITaskMarket.Task calldata task, uint80 promised) private pure returns (uint8) {
        uint80 pay = task.dutyPay();
        if (task.issueRate() != 0 || pay == 0) return uint8(WHOLE);
        uint256 brings = uint256(task.treasuryShare()) + task.checksPaid() - promised;
        return brings >= pay ? uint8(WHOLE) : (brings * WHOLE / pay).toUint8();
    }

    function _payOf(ITaskMarket.Task calldata task, uint8 part) private pure returns (uint80) {
        return (uint256(task.dutyPay()) * part / WHOLE).toUint80();
    }

    /// @dev A solver gets at least a notice between the last possible seal and its deadline.
    function _sealByFor(ITaskMarket.Task calldata task) private view returns (uint40) {
        uint256 sealBy = block.timestamp + _settings.sealSeconds;
        uint256 last = task.deadline() - task.notice();
        if (sealBy > last) sealBy = last;
        if (sealBy <= block.timestamp) revert TooLate(last);
        return sealBy.toUint40();
    }

    function _isChecked(ITaskMarket.Task calldata task) private view returns (bool) {
        if (task.checksBps() == 0 || task.dutyPay() == 0) return false;
        return _settings.classes & (1 << uint8(task.verification())) != 0;
    }

    /// @dev Draws whose notice is not over.
    function _drawNow(
        bytes32 taskId,
        ITaskMarket.Task calldata task,
        address solver,
        Watch memory watch,
        address checker
    ) private view returns (Draw draw) {
        if (!_isChecked(task)) return Draw.NotChecked;
        if (checker == task.requester || checker == solver) return Draw.Party;
        draw = Draw.Late;
        if (block.timestamp < task.submittedAt() + task.notice()) draw = _firstDraw(taskId, task, checker, false);
        if (draw != Draw.Drawn && watch.calledIn != 0 && block.timestamp < watch.reservedAt + task.notice()) {
            draw = _secondDraw(taskId, task, watch, checker, false);
        }
    }

    /// @dev Draws that the checker has let pass. The task is solved, so every notice is over.
    function _drawAfterwards(
        bytes32 taskId,
        ITaskMarket.Task calldata task,
        address solver,
        Watch memory watch,
        address checker
    ) private view returns (Draw draw, uint256 drawnAt) {
        if (!_isChecked(task)) return (Draw.NotChecked, 0);
        if (checker == task.requester || checker == solver) return (Draw.Party, 0);
        (draw, drawnAt) = (_firstDraw(taskId, task, checker, true), task.submittedAt());
        if (draw != Draw.Drawn && watch.calledIn != 0) {
            (draw, drawnAt) = (_secondDraw(taskId, task, watch, checker, true), watch.reservedAt);
        }
    }

    function _firstDraw(bytes32 taskId, ITaskMarket.Task calldata task, address checker, bool afterwards)
        private
        view
        returns (Draw)
    {
        return _draw(taskId, task.submittedIn() + 1, task.checksBps(), task.submittedAt(), checker, afterwards);
    }

    function _secondDraw(
        bytes32 taskId,
        ITaskMarket.Task calldata task,
        Watch memory watch,
        address checker,
        bool afterwards
    ) private view returns (Draw) {
        uint256 expected = NEWCOMER_BPS - task.checksBps();
        return _draw(taskId, watch.calledIn + 1, expected, watch.reservedAt, checker, afterwards);
    }

    function _idOf(ITaskMarket.Task calldata task) private view returns (bytes32) {
        return keccak256(abi.encode(TaskHash.TASK_TAG, block.chainid, address(market), task));
    }
}
