// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IDutyRoster} from "../interfaces/IDutyRoster.sol";

/// @title Parameters of the duty roster and their bounds
/// @notice The owner, a timelock outside of a sandbox, changes them. A duty that was announced keeps its pay and its times.
/// No role can touch a deposit or what is promised from the fund.
abstract contract DutySettings is IDutyRoster, Ownable2Step {
    /// @notice Largest value of the smallest deposit, so that nobody can be kept out by it.
    uint80 public constant MAX_MIN_DEPOSIT = 1_000e18;

    /// @notice Most that {sweep} leaves in the fund, so that the treasury cannot be starved by it.
    uint80 public constant MAX_RESERVE = 100_000e18;

    /// @notice Shortest time to seal, seconds; a sandbox uses it.
    uint32 public constant MIN_SEAL_SECONDS = 5 seconds;

    /// @notice Longest time to seal, seconds: so long a checker can hold a task up.
    uint32 public constant MAX_SEAL_SECONDS = 1 hours;

    /// @notice Every verification class but the one judged by people, whose results are not equal by digest.
    uint8 public constant ALL_CLASSES = 15;

    Settings internal _settings;

    /// @inheritdoc IDutyRoster
    address public treasury;

    /// @dev Pay of all duties that have not ended. In the word of the treasury, which is never zero: 17,000 gas less for
    /// the first of them.
    uint80 internal _promised;

    constructor(address treasury_, Settings memory settings_, address owner_) Ownable(owner_) {
        _setSettings(settings_);
        _setTreasury(treasury_);
    }

    /// @inheritdoc IDutyRoster
    function setSettings(Settings calldata settings_) external onlyOwner {
        _setSettings(settings_);
    }

    /// @inheritdoc IDutyRoster
    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    /// @inheritdoc IDutyRoster
    function settings() external view returns (Settings memory) {
        return _settings;
    }

    function _setSettings(Settings memory s) private {
        _within("minDeposit", s.minDeposit, 1, MAX_MIN_DEPOSIT);
        _within("reserve", s.reserve, 0, MAX_RESERVE);
        _within("sealSeconds", s.sealSeconds, MIN_SEAL_SECONDS, MAX_SEAL_SECONDS);
        _within("classes", s.classes, 0, ALL_CLASSES);
        _settings = s;
        emit SettingsChanged(s);
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
