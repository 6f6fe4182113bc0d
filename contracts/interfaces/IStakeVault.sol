// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMootToken} from "./IMootToken.sol";

/// @title The vault: one account per address, one vault for every module
/// @notice Holds balances (spendable, withdrawable) and stakes (collateral), and issues the token's emission. Modules
/// move money between balances, lock stake and take locked stake, but each of them only within what it has itself
/// collected and locked.
/// @dev Amounts are 80-bit everywhere; a larger one is refused by the decoder and never cut. The token's cap is below
/// 2^80, so no sum of real tokens can overflow a field.
interface IStakeVault {
    /// @notice One storage word per address.
    /// @param balance Spendable and withdrawable.
    /// @param stake Collateral, locked parts included.
    /// @param locked Part of `stake` that modules have locked or that is on its way out.
    /// @param accepted Pieces of work paid to this account, counted until it is no newcomer; back to zero by {suspend}.
    /// @param suspended Whether {suspendedUntilOf} has to be looked at before anything is locked.
    struct Account {
        uint80 balance;
        uint80 stake;
        uint80 locked;
        uint8 accepted;
        bool suspended;
    }

    /// @notice The last two changes of a stake, one storage word, so that stake can be weighed as it was at an earlier
    /// moment. The word has 16 bits left.
    /// @param stake Stake since `changedAt`.
    /// @param changedAt Time of the last change, seconds.
    /// @param before Stake before that.
    /// @param changedBefore Time of the change before that, seconds: since when the stake was `before`.
    struct Trace {
        uint80 stake;
        uint40 changedAt;
        uint80 before;
        uint40 changedBefore;
    }

    /// @notice What was issued, one storage word.
    /// @param issued Tokens that exist or will exist once {realise} is called. Cap and curve are measured by it.
    /// @param treasuryDue Issued for the treasury and not credited yet.
    /// @param liquidityDue Issued for liquidity and not credited yet.
    /// @param baseReward Reward per piece of work before curve and rate, in thousandths of a token.
    struct Issuance {
        uint80 issued;
        uint80 treasuryDue;
        uint80 liquidityDue;
        uint16 baseReward;
    }

    /// @notice A pending exit.
    /// @param amount Stake on its way out; it is counted in {Account.locked}, so nobody can lock it again.
    /// @param readyAt From when on {unstake} works, seconds; zero when nothing is pending.
    struct Exit {
        uint80 amount;
        uint48 readyAt;
    }

    /// @notice Stages of a module. `Announced` has no rights yet; `Retired` may only end what it has begun: pay out, unlock,
    /// slash and pass on what it has locked.
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
    /// @param rights Sum of {RIGHT_TO_ISSUE} and {RIGHT_TO_SUSPEND}.
    struct Module {
        uint80 escrowed;
        uint80 retained;
        uint80 locked;
        ModuleStatus status;
        uint8 rights;
    }

    /// @notice What one finished piece of work does, in one call.
    /// @param worker Whose lock ends and who is paid.
    /// @param unlocked Stake of the worker to unlock.
    /// @param reward Paid to the worker from the module's escrow.
    /// @param heldBack Part of `reward` that a newcomer, with fewer than {NEWCOMER_WORKS} accepted works, does not get:
    /// it joins the retained share.
    /// @param retained Share of the module, credited later and for many settlements at once by {creditRetained}: a
    /// further account here would cost 8,000 gas each time.
    /// @param key Whose share `accrued` is; the market uses the id of the model.
    /// @param accrued Put aside under `key` until {creditAccrued}.
    /// @param issueCap Most that may be issued to the worker.
    /// @param issueRate Emission in 1/1,000 of the base reward; zero for none.
    struct Settlement {
        address worker;
        uint80 unlocked;
        uint80 reward;
        uint80 heldBack;
        uint80 retained;
        bytes32 key;
        uint80 accrued;
        uint80 issueCap;
        uint16 issueRate;
    }

    /// @notice One account's part in a ruling; see {book}.
    /// @param account Whose account.
    /// @param unlocked Stake given free.
    /// @param slashed Locked stake that moves into the module's escrow.
    /// @param credited Paid from the module's escrow to the balance.
    struct Posting {
        address account;
        uint80 unlocked;
        uint80 slashed;
        uint80 credited;
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

    /// @notice `from` gave `amount` of its balance to `to`.
    event Transferred(address indexed from, address indexed to, uint80 amount);

    /// @notice A module paid its retained share, or what it had put aside, into a balance.
    event Credited(address indexed module, address indexed to, uint80 amount);

    /// @notice A module took locked stake.
    event Slashed(address indexed module, address indexed account, uint80 amount);

    /// @notice The account can lock nothing until `until`.
    event Suspended(address indexed module, address indexed account, uint48 until);

    /// @notice The shares of treasury and liquidity in the emission were credited.
    event EmissionPaid(address treasury, uint80 toTreasury, address liquidity, uint80 toLiquidity);

    /// @notice Issued tokens were minted.
    event Realised(uint256 amount);

    /// @notice Where the shares of the emission go.
    event SinksChanged(address treasury, address liquidity);

    /// @notice The reward per piece of work before curve and rate, in thousandths of a token.
    event BaseRewardChanged(uint16 baseReward);

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

    /// @notice The account was suspended after repeated losses.
    error AccountSuspended(address account, uint48 until);

    /// @notice The module lacks a right.
    error RightMissing(address module, uint8 right);

    /// @notice A suspension is longer than {MAX_SUSPENSION}.
    error SuspensionTooLong(uint48 until, uint48 maximum);

    /// @notice The base reward is above {MAX_BASE_REWARD}.
    error BaseRewardTooHigh(uint16 baseReward, uint16 maximum);

    /// @notice Emission cannot start in the future or more than fifty years ago.
    error EmissionStartOutOfBounds(uint48 start);

    /// @notice An amount of zero changes nothing and is refused.
    error ZeroAmount();

    /// @notice The zero address has no account.
    error ZeroAddress();

    /// @notice Somebody else can give an account its first stake, and none after that.
    error StakeOfOthers(address account);

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
    /// @param toStake Added to the stake. For another account only while that never had stake.
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

    /// @notice Gives balance of the caller to another account.
    function transfer(address to, uint80 amount) external;

    /// @notice Credits what was issued for treasury and liquidity. Anyone may call.
    function payEmission() external;

    /// @notice Mints what was issued and is not minted yet. Anyone may call; {withdraw} does it when it has to.
    function realise() external returns (uint256 amount);

    /// @notice Active modules only: takes `amount` from a balance into the module's escrow.
    /// @dev The module answers for the consent of `from`. Modules say in events of their own what they collect, lock
    /// and settle; a second event here would cost 1,700 gas each.
    function collect(address from, uint80 amount) external;

    /// @notice Modules only: pays `amount` from the module's escrow into a balance.
    function credit(address to, uint80 amount) external;

    /// @notice Active modules only: locks free stake. Refused while the account is suspended.
    function lock(address account, uint80 amount) external;

    /// @notice Like {lock}, for a module that weighs the account.
    /// @return free Free stake before the lock.
    /// @return total Stake of all accounts together.
    /// @return accepted Pieces of work paid to the account so far.
    function lockWeighed(address account, uint80 amount)
        external
        returns (uint80 free, uint80 total, uint8 accepted);

    /// @notice Modules only: gives stake free that the module has locked.
    function unlock(address account, uint80 amount) external;

    /// @notice Modules only: hands a lock to another active module, which may unlock or slash it from then on.
    function passLock(address account, uint80 amount, address toModule) external;

    /// @notice Modules only: books a ruling: unlocks, slashes into escrow and pays from it, account by account.
    /// @dev What is credited has to be in escrow by then, so slashes come before the payments they fund.
    function book(Posting[] calldata postings) external;

    /// @notice Modules only: ends a piece of work: unlock, pay, put aside, retain, and issue if the module may. A retired
    /// module issues nothing.
    /// @return issued What the worker got by emission.
    /// @return held What was held back from a newcomer.
    function settle(Settlement calldata settlement) external returns (uint80 issued, uint80 held);

    /// @notice Modules only: credits everything that the module has retained so far.
    /// @return amount What `to` received, possibly zero.
    function creditRetained(address to) external returns (uint80 amount);

    /// @notice Modules only: credits everything that the module has put aside under `key`.
    /// @return amount What `to` received, possibly zero.
    function creditAccrued(bytes32 key, address to) external returns (uint80 amount);

    /// @notice Modules with {RIGHT_TO_SUSPEND} only: nothing of the account can be locked until `until`, and it counts
    /// as a newcomer again. A retired module suspends nobody.
    function suspend(address account, uint48 until) external;

    /// @notice Owner only: where the shares of the emission go.
    function setSinks(address treasury, address liquidity) external;

    /// @notice Owner only: reward per piece of work before curve and rate, in thousandths of a token, at most
    /// {MAX_BASE_REWARD}.
    function setBaseReward(uint16 baseReward) external;

    /// @notice Owner only: registers a module. Before {sealModules} it is active at once, afterwards it is announced
    /// and can be activated after {moduleDelay}, which is longer than the exit delay: whoever distrusts it can leave
    /// first.
    /// @param rights Sum of {RIGHT_TO_ISSUE} and {RIGHT_TO_SUSPEND}; they cannot be changed later.
    function addModule(address module, uint8 rights) external;

    /// @notice Activates an announced module once its time has come. Anyone may call.
    function activateModule(address module) external;

    /// @notice Owner only: stops a module from collecting, locking, issuing and suspending, for good. It can still end what
    /// it has begun, so nobody's money is caught. An announced module is called off in this way.
    function retireModule(address module) external;

    /// @notice Owner only: ends the set-up. There is no way back.
    function sealModules() external;

    /// @notice Account of an address.
    function accountOf(address account) external view returns (Account memory);

    /// @notice Pending exit of an address.
    function exitOf(address account) external view returns (Exit memory);

    /// @notice Stake that is neither locked nor on its way out.
    function freeStakeOf(address account) external view returns (uint80);

    /// @notice Stake of an address, locked parts included.
    function stakeOf(address account) external view returns (uint80);

    /// @notice Stakes as they were at `moment`, for sortition. A change in the very second of `moment` counts as later. Zero for
    /// an account that has changed its stake twice since: what it was then is no longer known.
    /// @param moment A time in the past, seconds.
    function stakesAt(address[] calldata accounts, uint40 moment) external view returns (uint80[] memory);

    /// @notice The last two changes of a stake.
    function traceOf(address account) external view returns (Trace memory);

    /// @notice Stake of all accounts together.
    function totalStake() external view returns (uint80);

    /// @notice End of the last suspension, seconds; zero when there was none.
    function suspendedUntilOf(address account) external view returns (uint48);

    /// @notice What was issued.
    function issuance() external view returns (Issuance memory);

    /// @notice What a module has put aside under a key.
    function accruedOf(address module, bytes32 key) external view returns (uint80);

    /// @notice What one piece of work at rate 1,000 would issue now, over worker, treasury and liquidity.
    function rewardNow() external view returns (uint256);

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

    /// @notice When the emission curve started, seconds.
    function emissionStart() external view returns (uint48);

    /// @notice Vault account of the treasury's share in the emission.
    function treasury() external view returns (address);

    /// @notice Vault account of the liquidity share in the emission.
    function liquidity() external view returns (address);
}
