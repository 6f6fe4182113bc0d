// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeSource} from "./IStakeSource.sol";

/// @title Support for models
/// @notice Who has stake says which models the market should pay emission for. A model whose supporters have a tenth of
/// all stake is supported; without that rule three accounts of one owner could have a model to themselves and work for
/// each other. Signals run out and are renewed by those who still mean it.
/// @dev A signal is checked against stake when it is given, not later. Stake that leaves one account can secure a signal
/// of another only after the exit delay of the vault, and from then on anyone may lower the old signal by {trim}.
interface IModelSupport {
    /// @notice What is known of a model's support.
    /// @param weight Sum of the live signals, in units of stake. May count stake twice until somebody calls {trim}.
    /// @param totalStake Stake of all accounts now.
    /// @param supportedUntil Last moment, seconds, up to which the model counts as supported.
    struct Support {
        uint128 weight;
        uint80 totalStake;
        uint40 supportedUntil;
    }

    /// @notice One account's signal for one model.
    /// @param weight In units of stake; zero when there is no signal, or no longer.
    /// @param expiresAt From when on it does not count, seconds.
    struct Signal {
        uint80 weight;
        uint40 expiresAt;
    }

    /// @notice `account` supports the model with `weight` until `expiresAt`, in place of what it signalled before.
    event SupportSignalled(bytes32 indexed model, address indexed account, uint80 weight, uint40 expiresAt);

    /// @notice `account` supports the model no longer.
    event SupportWithdrawn(bytes32 indexed model, address indexed account);

    /// @notice The signal was lowered to `weight`, possibly zero, because stake no longer covers it.
    event SupportTrimmed(bytes32 indexed model, address indexed account, uint80 weight);

    /// @notice The model counts as supported until `supportedUntil`; zero for not.
    event SupportRefreshed(bytes32 indexed model, uint128 weight, uint40 supportedUntil);

    /// @notice The zero address cannot play this role.
    error ZeroAddress();

    /// @notice A signal without weight says nothing; {withdrawSupport} ends one.
    error ZeroWeight();

    /// @notice What the account signals for other models leaves only `available` of its stake.
    error StakeNotAvailable(address account, uint256 available, uint80 weight);

    /// @notice The account has no signal for the model.
    error NoSignal(bytes32 model, address account);

    /// @notice The stake of the account covers everything it signals.
    error SignalCovered(bytes32 model, address account);

    /// @notice Supports an active model, or renews and changes the caller's support for it. Errors: {ZeroWeight},
    /// {StakeNotAvailable} and {IModelRegistry.ModelNotActive}.
    /// @param weight At most the caller's stake less what it signals for other models.
    function signalSupport(bytes32 model, uint80 weight) external;

    /// @notice Ends the caller's support, also for a retired model. Error: {NoSignal}.
    function withdrawSupport(bytes32 model) external;

    /// @notice Lowers a signal by as much as the account signals, over all models, above its stake. Anyone may call,
    /// and whoever calls chooses which of the account's signals is lowered. Errors: {NoSignal}, {SignalCovered}.
    function trim(address account, bytes32 model) external;

    /// @notice Compares the support of an active model with all stake: supported for {SUPPORT_VALIDITY} from now, or
    /// not at all. Anyone may call; every other call here does the same. Error: {IModelRegistry.ModelNotActive}.
    function refreshSupport(bytes32 model) external;

    /// @notice Weight, stake to compare it with, and the state that emission goes by.
    function supportOf(bytes32 model) external view returns (Support memory);

    /// @notice Sum of the live signals for a model.
    function supportersWeight(bytes32 model) external view returns (uint128);

    /// @notice The signal of one account for one model, empty when it has run out.
    function signalOf(bytes32 model, address account) external view returns (Signal memory);

    /// @notice Sum of the live signals of an account over all models.
    function signalledBy(address account) external view returns (uint128);

    /// @notice Where stakes are read.
    function stakeSource() external view returns (IStakeSource);

    /// @notice Signals end together with others, at multiples of this many seconds of the clock.
    function SIGNAL_PERIOD() external view returns (uint40);

    /// @notice Seconds for which a signal counts at least. It ends with the period in which they are over.
    function SIGNAL_LIFETIME() external view returns (uint40);

    /// @notice Seconds for which a model counts as supported after it was compared.
    function SUPPORT_VALIDITY() external view returns (uint40);

    /// @notice Supporters need at least one part in this many of all stake.
    function SUPPORT_DIVISOR() external view returns (uint256);
}
