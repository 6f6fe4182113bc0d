// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMootToken} from "./IMootToken.sol";

/// @title The vault: one account per address, one vault for every module
/// @notice Holds balances (spendable, withdrawable) and stakes (collateral). Modules move money between balances and
/// lock stake, but each of them only within what it has itself collected and locked.
/// @dev Amounts are 80-bit everywhere; a larger one is refused by the decoder and never cut. The token's cap is below
/// 2^80, so no sum of real tokens can overflow a field.
interface IStakeVault {
    /// @notice One storage word per address.
    /// @param balance Spendable and withdrawable.
    /// @param stake Collateral, locked parts included.
    /// @param locked Part of `stake` that modules have locked or that is on its way out.
    struct Account {
        uint80 balance;
        uint80 stake;
        uint80 locked;
    }

    /// @notice A pending exit.
    /// @param amount Stake on its way out; it is counted in {Account.locked}, so nobody can lock it again.
    /// @param readyAt From when on {unstake} works, seconds; zero when nothing is pending.
    struct Exit {
        uint80 amount;
        uint48 readyAt;
    }

    /// @notice Stages of a module. `Announced` has no rights yet; `Retired` may only pay out and unlock.
    enum ModuleStatus {
        Unknown,
        Announced,
        Active,
        Retired
    }

    /// @notice One storage word per module.
    /// @param escrowed Collected and not yet paid out or retained.
    /// @param retained Earned by the module itself ({Settlement.retained}) and not yet credited to anybody.
    /// @param locked Locked by this module and not yet unlocked, over all accounts.
    /// @param status Stage of the module.
    struct Module {
        uint80 escrowed;
        uint80 retained;
        uint80 locked;
        ModuleStatus status;
    }

    /// @notice What one finished piece of work does, in one call.
    /// @param worker Whose lock ends and who is paid.
    /// @param unlocked Stake of the worker to unlock.
    /// @param reward Paid to the worker.
    /// @param payee Account of the author of the model; not read when `payeeShare` is zero.
    /// @param payeeShare Paid to the author.
    /// @param retained Share of the module, credited later and for many settlements at once by {creditRetained}: a
    /// further account here would cost 8,000 gas each time.
    struct Settlement {
        address worker;
        uint80 unlocked;
        uint80 reward;
        address payee;
        uint80 payeeShare;
        uint80 retained;
    }

    /// @notice `from` paid tokens into the account of `account`.
    event Deposited(address indexed from, address indexed account, uint80 toBalance, uint80 toStake);

    /// @notice Tokens left the vault for the owner of the account.
    event Withdrawn(address indexed account, uint80 amount);

    /// @notice Balance became stake.
    event Staked(address indexed account, uint80 amount);

    /// @notice Stake is on its way out until `readyAt`.
    event UnstakeRequested(address indexed account, uint80 amount, uint48 readyAt);

    /// @notice The exit was called off; the stake counts as free again.
    event UnstakeCancelled(address indexed account, uint80 amount);

    /// @notice Stake became balance.
    event Unstaked(address indexed account, uint80 amount);

    /// @notice A module took from a balance into its escrow.
    event Collected(address indexed module, address indexed from, uint80 amount);

    /// @notice A module paid from its escrow into a balance.
    event Credited(address indexed module, address indexed to, uint80 amount);

    /// @notice A module locked stake.
    event Locked(address indexed module, address indexed account, uint80 amount);

    /// @notice A module gave locked stake free.
    event Unlocked(address indexed module, address indexed account, uint80 amount);

    /// @notice A module ended one piece of work: `unlocked` of the worker's stake is free again, worker and payee were
    /// credited, and `retained` waits for {creditRetained}.
    event Settled(
        address indexed module,
        address indexed worker,
        uint80 unlocked,
        uint80 reward,
        address payee,
        uint80 payeeShare,
        uint80 retained
    );

    /// @notice `module` can be activated from `activeFrom` on.
    event ModuleAnnounced(address indexed module, uint48 activeFrom);

    /// @notice `module` may collect and lock.
    event ModuleActivated(address indexed module);

    /// @notice `module` may only pay out and unlock from now on.
    event ModuleRetired(address indexed module);

    /// @notice From now on a new module can be activated only after {moduleDelay}.
    event ModulesSealed();

    /// @notice The exit delay is outside the bounds.
    error ExitDelayOutOfBounds(uint32 exitDelay, uint32 minimum, uint32 maximum);

    /// @notice There is less on the balance than asked for.
    error InsufficientBalance(address account, uint80 balance, uint80 needed);

    /// @notice There is less free stake than asked for.
    error InsufficientFreeStake(address account, uint80 free, uint80 needed);

    /// @notice The module has collected less than it wants to pay out.
    error InsufficientEscrow(address module, uint80 escrowed, uint80 needed);

    /// @notice Less is locked, by the module or on the account, than should be unlocked.
    error InsufficientLock(address module, address account, uint80 needed);

    /// @notice An amount of zero changes nothing and is refused.
    error ZeroAmount();

    /// @notice The zero address has no account.
    error ZeroAddress();

    /// @notice One exit at a time.
    error ExitPending(uint80 amount, uint48 readyAt);

    /// @notice No exit was requested.
    error NoExitPending();

    /// @notice The exit delay is not over.
    error ExitNotReady(uint48 readyAt);

    /// @notice The caller is no module, or not yet, or no longer.
    error NotActiveModule(address caller);

    /// @notice The caller was never a module.
    error NotModule(address caller);

    /// @notice The module is known already; a retired one does not come back.
    error ModuleKnown(address module);

    /// @notice The module was not announced, or its time has not come.
    error ModuleNotReady(address module, uint48 activeFrom);

    /// @notice The modules are sealed already.
    error AlreadySealed();

    /// @notice Deposits tokens of the caller into any account.
    /// @param account Whose account; money and stake belong to it, not to the caller.
    /// @param toBalance Added to the balance.
    /// @param toStake Added to the stake.
    function depositTo(address account, uint80 toBalance, uint80 toStake) external;

    /// @notice Like {depositTo} with an allowance given by signature.
    /// @dev The permit is for the exact sum. One that was already used (anybody may send it first) does no harm as
    /// long as the allowance is there.
    function depositWithPermit(
        address account,
        uint80 toBalance,
        uint80 toStake,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Sends tokens from the caller's balance to the caller.
    function withdraw(uint80 amount) external;

    /// @notice Turns balance into stake.
    function stake(uint80 amount) external;

    /// @notice Starts the way of free stake back to the balance. One request at a time.
    function requestUnstake(uint80 amount) external;

    /// @notice Calls the pending exit off.
    function cancelUnstake() external;

    /// @notice Finishes the pending exit, once the delay is over.
    function unstake() external;

    /// @notice Active modules only: takes `amount` from a balance into the module's escrow.
    /// @dev The module answers for the consent of `from`.
    function collect(address from, uint80 amount) external;

    /// @notice Modules only: pays `amount` from the module's escrow into a balance.
    function credit(address to, uint80 amount) external;

    /// @notice Active modules only: locks free stake.
    function lock(address account, uint80 amount) external;

    /// @notice Modules only: gives stake free that the module has locked.
    function unlock(address account, uint80 amount) external;

    /// @notice Modules only: ends a piece of work: one unlock, up to two credits, and the module's own share.
    function settle(Settlement calldata settlement) external;

    /// @notice Modules only: credits everything that the module has retained so far.
    /// @return amount What `to` received, possibly zero.
    function creditRetained(address to) external returns (uint80 amount);

    /// @notice Owner only: registers a module. Before {sealModules} it is active at once, afterwards it is announced
    /// and can be activated after {moduleDelay}, which is longer than the exit delay: whoever distrusts it can leave
    /// first.
    function addModule(address module) external;

    /// @notice Activates an announced module once its time has come. Anyone may call.
    function activateModule(address module) external;

    /// @notice Owner only: stops a module from collecting and locking, for good. It can still pay out and unlock, so
    /// nobody's money is caught.
    function retireModule(address module) external;

    /// @notice Owner only: ends the set-up. There is no way back.
    function sealModules() external;

    /// @notice Account of an address.
    function accountOf(address account) external view returns (Account memory);

    /// @notice Pending exit of an address.
    function exitOf(address account) external view returns (Exit memory);

    /// @notice Stake that is neither locked nor on its way out.
    function freeStakeOf(address account) external view returns (uint80);

    /// @notice State of a module.
    function moduleOf(address module) external view returns (Module memory);

    /// @notice From when on an announced module can be activated, seconds; zero when it never had to wait.
    function activeFromOf(address module) external view returns (uint48);

    /// @notice The token that is held.
    function token() external view returns (IMootToken);

    /// @notice Seconds between {requestUnstake} and {unstake}.
    function exitDelay() external view returns (uint32);

    /// @notice Seconds between {addModule} and {activateModule}, once sealed.
    function moduleDelay() external view returns (uint32);

    /// @notice Whether the set-up is over.
    function modulesSealed() external view returns (bool);
}
