// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";

/// @title Parameters of the market and their bounds
/// @notice The owner, a timelock outside of a sandbox, changes them for tasks to come; every task carries a copy of what
/// it was submitted under. No role can move, hold back or redirect the money of a submitted task.
abstract contract MarketSettings is ITaskMarket, Ownable2Step {
    /// @notice Largest share of the treasury, in 1/10,000.
    uint16 public constant MAX_TREASURY_BPS = 2_000;

    /// @notice Largest multiple of the fee to be locked.
    uint16 public constant MAX_LOCK_FACTOR = 200;

    /// @notice Smallest multiple of the fee to be locked: with less, nobody would judge a dispute.
    uint16 public constant MIN_LOCK_FACTOR = 4;

    /// @notice Most expected checks per task, in 1/10,000. Not above {MIN_LOCK_FACTOR}: what is paid for checks is then no
    /// more than the lock, which the submission has made sure to fit.
    uint16 public constant MAX_CHECKS_BPS = 40_000;

    /// @notice Largest spread and notice, seconds.
    uint16 public constant MAX_SPREAD = 10 minutes;

    /// @notice Longest reservation, seconds.
    uint24 public constant MAX_RESERVE = 1 days;

    /// @notice Shortest time before a retraction, seconds; a sandbox uses it.
    uint24 public constant MIN_RETRACT_DELAY = 10 seconds;

    /// @notice Longest time before a retraction, seconds.
    uint24 public constant MAX_RETRACT_DELAY = 7 days;

    /// @notice Longest lifetime of a task, seconds.
    uint24 public constant MAX_LIFETIME = 30 days;

    /// @notice Longest shortest claim window of a class, seconds.
    uint24 public constant MAX_CLASS_WINDOW = 1 days;

    /// @notice Largest value of the smallest fee, in millionths of a token, so that the market cannot be closed by it.
    uint16 public constant MAX_MIN_FEE = 50_000;

    /// @notice Number of task classes there can be.
    uint8 public constant MAX_CLASSES = 16;

    /// @notice Highest assurance class.
    uint8 public constant MAX_ASSURANCE = 2;

    uint16 private constant BPS = 10_000;

    mapping(uint8 class => Settings) internal _settings;
    mapping(uint8 assurance => Assurance) internal _assurances;

    /// @inheritdoc ITaskMarket
    address public treasury;

    /// @inheritdoc ITaskMarket
    address public duty;

    constructor(address treasury_, Settings memory settings_, address owner_) Ownable(owner_) {
        _setSettings(0, settings_);
        // Defaults of the incentive model: a lie worth 7 fees is deterred by "checked", one worth 244 by "critical".
        _setAssurance(1, Assurance({checksBps: 5_000, lockFactor: 20}));
        _setAssurance(2, Assurance({checksBps: 20_000, lockFactor: 100}));
        _setTreasury(treasury_);
    }

    /// @inheritdoc ITaskMarket
    function setSettings(uint8 class, Settings calldata settings_) external onlyOwner {
        _setSettings(class, settings_);
    }

    /// @inheritdoc ITaskMarket
    function setAssurance(uint8 assurance, Assurance calldata terms) external onlyOwner {
        if (assurance == 0 || assurance > MAX_ASSURANCE) revert UnknownClass(assurance);
        _setAssurance(assurance, terms);
    }

    /// @inheritdoc ITaskMarket
    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    /// @inheritdoc ITaskMarket
    function setDuty(address duty_) external onlyOwner {
        if (duty_ == address(0)) revert ZeroAddress();
        if (duty != address(0)) revert DutyIsFinal(duty);
        duty = duty_;
        emit DutySet(duty_);
    }

    /// @inheritdoc ITaskMarket
    function settingsOf(uint8 class) external view returns (Settings memory) {
        return _settings[class];
    }

    /// @inheritdoc ITaskMarket
    function assuranceOf(uint8 assurance) external view returns (Assurance memory) {
        return _assurances[assurance];
    }

    function _setSettings(uint8 class, Settings memory s) private {
        if (class >= MAX_CLASSES) revert UnknownClass(class);
        _within("treasuryBps", s.treasuryBps, 0, MAX_TREASURY_BPS);
        _within("lockFactor", s.lockFactor, MIN_LOCK_FACTOR, MAX_LOCK_FACTOR);
        _within("bondBps", s.bondBps, 0, BPS);
        _within("checksBps", s.checksBps, 0, MAX_CHECKS_BPS);
        _within("dutyBps", s.dutyBps, 0, BPS);
        _within("spread", s.spread, 0, MAX_SPREAD);
        _within("notice", s.notice, 0, MAX_SPREAD);
        _within("reserveSeconds", s.reserveSeconds, 1, MAX_RESERVE);
        _within("retractDelay", s.retractDelay, MIN_RETRACT_DELAY, MAX_RETRACT_DELAY);
        // A task can be retracted before its deadline at the latest when it lives as short as allowed.
        _within("minLifetime", s.minLifetime, s.retractDelay, MAX_LIFETIME);
        _within("maxLifetime", s.maxLifetime, s.minLifetime, MAX_LIFETIME);
        _within("claimWindow", s.claimWindow, 1, MAX_CLASS_WINDOW);
        _within("minFee", s.minFee, 1, MAX_MIN_FEE);
        _settings[class] = s;
        emit SettingsChanged(class, s);
    }

    function _setAssurance(uint8 assurance, Assurance memory terms) private {
        _within("checksBps", terms.checksBps, 0, MAX_CHECKS_BPS);
        _within("lockFactor", terms.lockFactor, MIN_LOCK_FACTOR, MAX_LOCK_FACTOR);
        _assurances[assurance] = terms;
        emit AssuranceChanged(assurance, terms);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert ZeroAddress();
        treasury = treasury_;
        emit TreasuryChanged(treasury_);
    }

    function _within(bytes32 parameter, uint256 value, uint256 minimum, uint256 maximum) private pure {
        if (value < minimum || value > maximum) revert SettingOutOfBounds(parameter, value, minimum, maximum);
    }
}
