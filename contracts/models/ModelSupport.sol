// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IModelSupport} from "../interfaces/IModelSupport.sol";
import {IStakeSource} from "../interfaces/IStakeSource.sol";
import {ExpiringSum} from "../libraries/ExpiringSum.sol";

/// @title Support for models
/// @notice See {IModelSupport}. One sum per model says how much support it has, one per account how much of its stake
/// is given away; both forget signals that have run out without being told.
abstract contract ModelSupport is IModelSupport {
    using ExpiringSum for ExpiringSum.Sum;
    using SafeCast for uint256;

    /// @inheritdoc IModelSupport
    uint40 public constant SIGNAL_PERIOD = 5 days;

    /// @inheritdoc IModelSupport
    /// @dev One period less than {ExpiringSum.SPAN}: a signal counts in the period it is given in and in six more.
    uint40 public constant SIGNAL_LIFETIME = 30 days;

    /// @inheritdoc IModelSupport
    uint40 public constant SUPPORT_VALIDITY = 1 days;

    /// @inheritdoc IModelSupport
    uint256 public constant SUPPORT_DIVISOR = 10;

    /// @inheritdoc IModelSupport
    IStakeSource public immutable stakeSource;

    mapping(bytes32 model => mapping(address account => ExpiringSum.Part)) private _signals;
    mapping(bytes32 model => ExpiringSum.Sum) private _byModel;
    mapping(address account => ExpiringSum.Sum) private _byAccount;

    constructor(IStakeSource stakeSource_) {
        if (address(stakeSource_) == address(0)) revert ZeroAddress();
        stakeSource = stakeSource_;
    }

    /// @inheritdoc IModelSupport
    function signalSupport(bytes32 model, uint80 weight) external {
        if (weight == 0) revert ZeroWeight();
        _requireActive(model);
        uint40 period = _period();
        ExpiringSum.Part memory previous = _signals[model][msg.sender];
        uint256 available = _uncommitted(msg.sender, period, previous);
        if (weight > available) revert StakeNotAvailable(msg.sender, available, weight);
        ExpiringSum.Part memory next =
            ExpiringSum.Part({weight: weight, last: period + SIGNAL_LIFETIME / SIGNAL_PERIOD});
        emit SupportSignalled(model, msg.sender, weight, _endOf(next.last));
        _replace(model, msg.sender, period, previous, next);
    }

    /// @inheritdoc IModelSupport
    function withdrawSupport(bytes32 model) external {
        ExpiringSum.Part memory previous = _signals[model][msg.sender];
        if (previous.weight == 0) revert NoSignal(model, msg.sender);
        emit SupportWithdrawn(model, msg.sender);
        _replace(model, msg.sender, _period(), previous, ExpiringSum.Part({weight: 0, last: 0}));
    }

    /// @inheritdoc IModelSupport
    function trim(address account, bytes32 model) external {
        uint40 period = _period();
        ExpiringSum.Part memory previous = _signals[model][account];
        if (!ExpiringSum.counts(previous, period)) revert NoSignal(model, account);
        uint256 covered = _uncommitted(account, period, previous);
        if (covered >= previous.weight) revert SignalCovered(model, account);
        ExpiringSum.Part memory next = covered == 0
            ? ExpiringSum.Part({weight: 0, last: 0})
            : ExpiringSum.Part({weight: covered.toUint80(), last: previous.last});
        emit SupportTrimmed(model, account, next.weight);
        _replace(model, account, period, previous, next);
    }

    /// @inheritdoc IModelSupport
    function refreshSupport(bytes32 model) external {
        _requireActive(model);
        _refresh(model, _byModel[model].total(_period()));
    }

    /// @inheritdoc IModelSupport
    function supportOf(bytes32 model) external view returns (Support memory) {
        return Support({
            weight: _byModel[model].total(_period()),
            totalStake: stakeSource.totalStake(),
            supportedUntil: _supportedUntil(model)
        });
    }

    /// @inheritdoc IModelSupport
    function supportersWeight(bytes32 model) external view returns (uint128) {
        return _byModel[model].total(_period());
    }

    /// @inheritdoc IModelSupport
    function signalOf(bytes32 model, address account) external view returns (Signal memory) {
        ExpiringSum.Part memory part = _signals[model][account];
        if (!ExpiringSum.counts(part, _period())) return Signal({weight: 0, expiresAt: 0});
        return Signal({weight: part.weight, expiresAt: _endOf(part.last)});
    }

    /// @inheritdoc IModelSupport
    function signalledBy(address account) external view returns (uint128) {
        return _byAccount[account].total(_period());
    }

    /// @dev Refuses models that take no tasks.
    function _requireActive(bytes32 model) internal view virtual;

    /// @dev Reads what {_setSupportedUntil} has written.
    function _supportedUntil(bytes32 model) internal view virtual returns (uint40);

    /// @dev The register keeps it in the word that the market reads.
    function _setSupportedUntil(bytes32 model, uint40 until) internal virtual;

    function _replace(
        bytes32 model,
        address account,
        uint40 period,
        ExpiringSum.Part memory previous,
        ExpiringSum.Part memory next
    ) private {
        _signals[model][account] = next;
        _byAccount[account].replace(period, previous, next);
        _refresh(model, _byModel[model].replace(period, previous, next));
    }

    function _refresh(bytes32 model, uint128 weight) private {
        // Where nobody has stake nobody supports anything: nothing would be a tenth of nothing.
        bool enough = weight != 0 && uint256(weight) * SUPPORT_DIVISOR >= stakeSource.totalStake();
        uint40 until = enough ? block.timestamp.toUint40() + SUPPORT_VALIDITY : 0;
        if (until != _supportedUntil(model)) _setSupportedUntil(model, until);
        emit SupportRefreshed(model, weight, until);
    }

    /// @dev Stake of the account less what it signals apart from `own`.
    function _uncommitted(address account, uint40 period, ExpiringSum.Part memory own) private view returns (uint256) {
        uint256 others = _byAccount[account].total(period);
        if (ExpiringSum.counts(own, period)) others -= own.weight;
        uint256 stake = stakeSource.stakeOf(account);
        return stake > others ? stake - others : 0;
    }

    function _period() private view returns (uint40) {
        return (block.timestamp / SIGNAL_PERIOD).toUint40();
    }

    /// @dev First second of the next period.
    function _endOf(uint40 period) private pure returns (uint40) {
        return (period + 1) * SIGNAL_PERIOD;
    }
}
