// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDutyRoster} from "../interfaces/IDutyRoster.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {DutySettings} from "./DutySettings.sol";

/// @title Who is on duty, and who of them is drawn
/// @notice Standing deposits, signs of life, and the draw by stake.
abstract contract DutyPresence is DutySettings {
    using SafeCast for uint256;

    bytes32 private constant DRAW_TAG = keccak256("folkmoot.duty.draw.v1");
    uint256 private constant BPS = 10_000;

    /// @inheritdoc IDutyRoster
    uint40 public constant PRESENCE = 1 days;

    /// @inheritdoc IDutyRoster
    uint40 public constant OFF_DELAY = 2 hours;

    /// @inheritdoc IDutyRoster
    IStakeVault public immutable vault;

    mapping(address checker => Checker) internal _checkers;
    mapping(uint256 day => uint256 stake) private _onDuty;

    constructor(IStakeVault vault_, address treasury_, Settings memory settings_, address owner_)
        DutySettings(treasury_, settings_, owner_)
    {
        vault = vault_;
    }

    /// @inheritdoc IDutyRoster
    function signOn(uint80 deposit) external {
        Checker memory checker = _checkers[msg.sender];
        // Whoever came back before the release would have a younger presence, and could not be fined for what it was
        // drawn for before.
        if (checker.offAt != 0) revert StillOnDuty(checker.offAt + OFF_DELAY, checker.pending);
        uint80 needed = _settings.minDeposit;
        if (checker.deposit < needed) checker.since = 0;
        checker.deposit += deposit;
        if (checker.deposit < needed) revert DepositTooSmall(checker.deposit, needed);
        emit SignedOn(msg.sender, checker.deposit);
        _see(checker);
        if (deposit != 0) vault.lock(msg.sender, deposit);
    }

    /// @inheritdoc IDutyRoster
    function heartbeat() external {
        Checker memory checker = _checkers[msg.sender];
        if (checker.deposit == 0 || checker.offAt != 0) revert NotSignedOn(msg.sender);
        _see(checker);
    }

    /// @inheritdoc IDutyRoster
    function signOff() external {
        Checker storage checker = _checkers[msg.sender];
        if (checker.deposit == 0 || checker.offAt != 0) revert NotSignedOn(msg.sender);
        checker.offAt = _now();
        emit SigningOff(msg.sender, checker.offAt);
    }

    /// @inheritdoc IDutyRoster
    function release(address account) external {
        Checker storage checker = _checkers[account];
        (uint80 deposit, uint40 offAt) = (checker.deposit, checker.offAt);
        if (offAt == 0) revert NotSignedOn(account);
        if (block.timestamp < offAt + OFF_DELAY || checker.pending != 0) {
            revert StillOnDuty(offAt + OFF_DELAY, checker.pending);
        }
        // `seenAt` stays: nobody is counted twice on one day.
        (checker.deposit, checker.offAt, checker.since) = (0, 0, 0);
        emit Released(account, deposit);
        vault.unlock(account, deposit);
    }

    /// @inheritdoc IDutyRoster
    function onDuty(address checker) external view returns (bool) {
        return _isOnDuty(_checkers[checker], block.timestamp + 1);
    }

    /// @inheritdoc IDutyRoster
    function rosterOf(address checker) external view returns (Checker memory) {
        return _checkers[checker];
    }

    /// @inheritdoc IDutyRoster
    function stakeOnDuty(uint256 day) external view returns (uint256) {
        return _onDuty[day];
    }

    /// @param expected Checkers that are drawn on average, in 1/10,000.
    /// @param since Whose stake and presence count, and on which day: those of this moment.
    /// @param afterwards Whether somebody is asked why it did not come.
    function _draw(
        bytes32 taskId,
        uint256 blockNumber,
        uint256 expected,
        uint256 since,
        address account,
        bool afterwards
    ) internal view returns (Draw) {
        Checker memory checker = _checkers[account];
        if (!_isOnDuty(checker, since)) return Draw.OffDuty;
        bytes32 hash = blockhash(blockNumber);
        if (hash == 0) return Draw.SeedUnknown;
        // The tag keeps this number apart from the one that decides about the turn: otherwise whose turn comes first
        // would be drawn first, too.
        uint256 u = uint64(uint256(keccak256(abi.encode(DRAW_TAG, taskId, hash, account))));
        uint256 day = since / 1 days;
        // The day of the last count is one of the first two, unless the checker was seen again since.
        uint256 total = _larger(_larger(_onDuty[day - 1], _onDuty[day]), _onDuty[checker.seenAt / 1 days]);
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        uint256 stake = vault.stakesAt(accounts, since.toUint40())[0];
        // A deposit is locked stake, so none at all means two changes of the stake since then. What was counted before tells
        // as well what there was, so they neither hide anybody nor shut anybody out. What was counted later may be fresh
        // stake: it draws nobody, but whoever was drawn cannot hide behind it.
        bool counted = checker.seenAt < since || afterwards;
        if (stake > checker.weight || (stake == 0 && counted)) stake = checker.weight;
        // u / 2^64 < expected * stake / total, without a division. Below 2^(64 + 14 + 80 + 64).
        return u * total * BPS < (expected * stake) << 64 ? Draw.Drawn : Draw.NotDrawn;
    }

    function _isOnDuty(Checker memory checker, uint256 when) private view returns (bool) {
        if (checker.deposit < _settings.minDeposit || checker.since >= when) return false;
        if (checker.offAt != 0 && when >= checker.offAt) return false;
        return when <= uint256(checker.seenAt) + PRESENCE;
    }

    function _now() internal view returns (uint40) {
        return block.timestamp.toUint40();
    }

    /// @dev A sign of life. Stake is counted once a day, and what was counted is all that a draw weighs: nobody can
    /// weigh more than what it is measured against.
    function _see(Checker memory checker) private {
        uint48 until = vault.suspendedUntilOf(msg.sender);
        if (block.timestamp < until) revert IStakeVault.AccountSuspended(msg.sender, until);
        uint40 now_ = _now();
        if (checker.since == 0 || now_ > checker.seenAt + PRESENCE) checker.since = now_;
        uint256 today = now_ / 1 days;
        if (checker.seenAt / 1 days != today) {
            checker.weight = vault.stakeOf(msg.sender);
            _onDuty[today] += checker.weight;
        }
        checker.seenAt = now_;
        _checkers[msg.sender] = checker;
        emit Seen(msg.sender, checker.weight);
    }

    function _larger(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
