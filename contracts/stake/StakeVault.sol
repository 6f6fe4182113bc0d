// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMootToken} from "../interfaces/IMootToken.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {VaultEmission} from "./VaultEmission.sol";
import {VaultModules} from "./VaultModules.sol";

/// @title The vault
/// @notice See {IStakeVault}.
/// @dev Module calls that happen on every task leave no event here: the module's own event says the same.
contract StakeVault is VaultModules, VaultEmission {
    using SafeCast for uint256;
    using SafeERC20 for IMootToken;

    /// @notice Shortest exit delay, seconds; a sandbox uses it.
    uint32 public constant MIN_EXIT_DELAY = 1 minutes;

    /// @notice Longest exit delay, seconds.
    uint32 public constant MAX_EXIT_DELAY = 30 days;

    /// @notice Longest suspension, seconds.
    uint32 public constant MAX_SUSPENSION = 90 days;

    /// @notice Accepted works below which an account is a newcomer.
    uint8 public constant NEWCOMER_WORKS = 20;

    /// @inheritdoc IStakeVault
    uint80 public totalStake;

    mapping(address account => Account) private _accounts;
    mapping(address account => Trace) private _traces;
    mapping(address account => uint48) private _suspendedUntil;
    mapping(address module => mapping(bytes32 key => uint80)) private _accrued;
    mapping(address account => Exit) private _exits;

    /// @param token_ The token to hold.
    /// @param exitDelay_ Seconds between request and exit. It must be longer than any dispute over work that the
    /// stake answers for, because stake on its way out still answers for it.
    /// @param emissionStart_ Start of the emission curve, seconds; a launch with a supply of its own sets it back to where
    /// the curve reaches that supply.
    /// @param baseReward_ See {setBaseReward}.
    /// @param sink Vault account of treasury and liquidity until {setSinks}.
    /// @param owner_ Who registers modules: a timelock, outside of a sandbox.
    constructor(
        IMootToken token_,
        uint32 exitDelay_,
        uint48 emissionStart_,
        uint16 baseReward_,
        address sink,
        address owner_
    )
        Ownable(owner_)
        VaultModules(exitDelay_)
        VaultEmission(token_, emissionStart_, baseReward_, sink)
    {
        if (exitDelay_ < MIN_EXIT_DELAY || exitDelay_ > MAX_EXIT_DELAY) {
            revert ExitDelayOutOfBounds(exitDelay_, MIN_EXIT_DELAY, MAX_EXIT_DELAY);
        }
    }

    /// @inheritdoc IStakeVault
    function depositTo(address account, uint80 toBalance, uint80 toStake) external {
        _deposit(account, toBalance, toStake);
    }

    /// @inheritdoc IStakeVault
    function depositWithPermit(
        address account,
        uint80 toBalance,
        uint80 toStake,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        // A permit seen in the mempool can be sent by anybody first. The deposit must not fail for that: what counts
        // is the allowance, which transferFrom checks.
        uint256 amount = uint256(toBalance) + toStake;
        try token.permit(msg.sender, address(this), amount, permitDeadline, v, r, s) {} catch {}
        _deposit(account, toBalance, toStake);
    }

    /// @inheritdoc IStakeVault
    function withdraw(uint80 amount) external {
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        // Emission is booked when it is earned and minted when somebody takes it out: a mint per claim would cost 54,000
        // gas more.
        if (token.balanceOf(address(this)) < amount) realise();
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function transfer(address to, uint80 amount) external {
        _debit(msg.sender, amount);
        _add(to, amount);
        emit Transferred(msg.sender, to, amount);
    }

    /// @inheritdoc IStakeVault
    function stake(uint80 amount) external {
        _debit(msg.sender, amount);
        _changeStake(msg.sender, _accounts[msg.sender].stake + amount);
        emit Staked(msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function requestUnstake(uint80 amount) external {
        if (amount == 0) revert ZeroAmount();
        Exit storage pending = _exits[msg.sender];
        if (pending.readyAt != 0) revert ExitPending(pending.amount, pending.readyAt);
        // Counting the request as locked keeps it from securing new work, without a second word to read at every lock.
        _reserve(msg.sender, amount);
        uint48 readyAt = Time.timestamp() + exitDelay;
        _exits[msg.sender] = Exit({amount: amount, readyAt: readyAt});
        emit UnstakeRequested(msg.sender, amount, readyAt);
    }

    /// @inheritdoc IStakeVault
    function cancelUnstake() external {
        Exit memory pending = _takeExit(msg.sender);
        _accounts[msg.sender].locked -= pending.amount;
        emit UnstakeCancelled(msg.sender, pending.amount);
    }

    /// @inheritdoc IStakeVault
    function unstake() external {
        Exit memory pending = _takeExit(msg.sender);
        if (block.timestamp < pending.readyAt) revert ExitNotReady(pending.readyAt);
        Account storage account = _accounts[msg.sender];
        account.locked -= pending.amount;
        account.balance += pending.amount;
        _changeStake(msg.sender, account.stake - pending.amount);
        emit Unstaked(msg.sender, pending.amount);
    }

    /// @inheritdoc IStakeVault
    function collect(address from, uint80 amount) external {
        Module storage module = _activeModule();
        _debit(from, amount);
        module.escrowed += amount;
    }

    /// @inheritdoc IStakeVault
    function credit(address to, uint80 amount) external {
        Module memory module = _module();
        module.escrowed = _fromEscrow(module.escrowed, amount);
        _write(module);
        _add(to, amount);
    }

    /// @inheritdoc IStakeVault
    function lock(address account, uint80 amount) external {
        _lock(account, amount);
    }

    /// @inheritdoc IStakeVault
    function lockWeighed(address account, uint80 amount)
        external
        returns (uint80 free, uint80 total, uint8 accepted)
    {
        return (_lock(account, amount), totalStake, _accounts[account].accepted);
    }

    /// @inheritdoc IStakeVault
    function unlock(address account, uint80 amount) external {
        Module memory module = _module();
        _unlock(module, account, amount);
        _write(module);
    }

    /// @inheritdoc IStakeVault
    function book(Posting[] calldata postings) external {
        Module memory module = _module();
        for (uint256 i = 0; i < postings.length; ++i) {
            Posting calldata posting = postings[i];
            // Each access of a field checks it again.
            address account = posting.account;
            (uint80 unlocked, uint80 slashed, uint80 credited) = (posting.unlocked, posting.slashed, posting.credited);
            if (unlocked | slashed != 0) _unlock(module, account, unlocked + slashed);
            if (slashed != 0) {
                module.escrowed += slashed;
                _changeStake(account, _accounts[account].stake - slashed);
                emit Slashed(msg.sender, account, slashed);
            }
            if (credited != 0) {
                module.escrowed = _fromEscrow(module.escrowed, credited);
                _add(account, credited);
            }
        }
        _write(module);
    }

    /// @inheritdoc IStakeVault
    function settle(Settlement calldata settlement) external returns (uint80 issued, uint80 held) {
        address account = settlement.worker;
        if (account == address(0)) revert ZeroAddress();
        Module memory module = _module();
        _unlock(module, account, settlement.unlocked);
        Account storage worker = _accounts[account];
        uint80 accrued = settlement.accrued;
        module.escrowed =
            _fromEscrow(module.escrowed, settlement.reward + accrued + settlement.retained);
        if (accrued != 0) _accrued[msg.sender][settlement.key] += accrued;
        uint8 accepted = worker.accepted;
        if (accepted < NEWCOMER_WORKS) held = settlement.heldBack;
        // Saturates a little above what matters: a word that need not change costs nothing.
        if (accepted <= NEWCOMER_WORKS) worker.accepted = accepted + 1;
        module.retained += settlement.retained + held;
        if (settlement.issueRate != 0) {
            if (module.rights & RIGHT_TO_ISSUE == 0) revert RightMissing(msg.sender, RIGHT_TO_ISSUE);
            // A retired module pays out what it owes and issues nothing; a refusal would catch the money of others.
            if (module.status == ModuleStatus.Active) issued = _issue(settlement.issueRate, settlement.issueCap);
        }
        // The difference comes first: nothing can be held back that is not paid here.
        worker.balance += settlement.reward - held + issued;
        _write(module);
    }

    /// @inheritdoc IStakeVault
    function creditAccrued(bytes32 key, address to) external returns (uint80 amount) {
        _module();
        amount = _accrued[msg.sender][key];
        delete _accrued[msg.sender][key];
        _add(to, amount);
        emit Credited(msg.sender, to, amount);
    }

    /// @inheritdoc IStakeVault
    function suspend(address account, uint48 until) external {
        Module memory module = _module();
        if (module.rights & RIGHT_TO_SUSPEND == 0) revert RightMissing(msg.sender, RIGHT_TO_SUSPEND);
        // As in {settle}: a retired court ends its cases and suspends nobody; a refusal would catch their money.
        if (module.status != ModuleStatus.Active) return;
        uint48 maximum = Time.timestamp() + MAX_SUSPENSION;
        if (until > maximum) revert SuspensionTooLong(until, maximum);
        _accounts[account].suspended = true;
        _accounts[account].accepted = 0;
        // A later loss may lengthen a suspension, never shorten it.
        if (until > _suspendedUntil[account]) _suspendedUntil[account] = until;
        emit Suspended(msg.sender, account, _suspendedUntil[account]);
    }

    /// @inheritdoc IStakeVault
    function creditRetained(address to) external returns (uint80 amount) {
        Module memory module = _module();
        amount = module.retained;
        module.retained = 0;
        _write(module);
        _add(to, amount);
        emit Credited(msg.sender, to, amount);
    }

    /// @inheritdoc IStakeVault
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc IStakeVault
    function exitOf(address account) external view returns (Exit memory) {
        return _exits[account];
    }

    /// @inheritdoc IStakeVault
    function freeStakeOf(address account) external view returns (uint80) {
        return _accounts[account].stake - _accounts[account].locked;
    }

    /// @inheritdoc IStakeVault
    function stakeOf(address account) external view returns (uint80) {
        return _accounts[account].stake;
    }

    /// @inheritdoc IStakeVault
    function stakesAt(address[] calldata accounts, uint40 moment)
        external
        view
        returns (uint80[] memory stakes)
    {
        stakes = new uint80[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            Trace memory trace = _traces[accounts[i]];
            if (trace.changedAt < moment) stakes[i] = trace.stake;
            else if (trace.changedBefore < moment) stakes[i] = trace.before;
        }
    }

    /// @inheritdoc IStakeVault
    function traceOf(address account) external view returns (Trace memory) {
        return _traces[account];
    }

    /// @inheritdoc IStakeVault
    function suspendedUntilOf(address account) external view returns (uint48) {
        return _suspendedUntil[account];
    }

    /// @inheritdoc IStakeVault
    function accruedOf(address module, bytes32 key) external view returns (uint80) {
        return _accrued[module][key];
    }

    function _deposit(address account, uint80 toBalance, uint80 toStake) private {
        if (account == address(0)) revert ZeroAddress();
        uint256 amount = uint256(toBalance) + toStake;
        if (amount == 0) revert ZeroAmount();
        // A trace knows two changes. Whoever could change the stake of others twice, for two units of dust, could take
        // them out of every draw that weighs stake as it was.
        if (toStake != 0 && account != msg.sender && _traces[account].changedAt != 0) revert StakeOfOthers(account);
        token.safeTransferFrom(msg.sender, address(this), amount);
        Account storage target = _accounts[account];
        target.balance += toBalance;
        if (toStake != 0) _changeStake(account, target.stake + toStake);
        emit Deposited(msg.sender, account, toBalance, toStake);
    }

    function _debit(address account, uint80 amount) private {
        if (amount == 0) revert ZeroAmount();
        uint80 balance = _accounts[account].balance;
        if (balance < amount) revert InsufficientBalance(account, balance, amount);
        _accounts[account].balance = balance - amount;
    }

    function _add(address to, uint80 amount) internal override {
        if (to == address(0)) revert ZeroAddress();
        _accounts[to].balance += amount;
    }

    /// @dev Makes free stake unfree.
    function _reserve(address account, uint80 amount) private returns (uint80 free) {
        uint80 locked = _accounts[account].locked;
        free = _accounts[account].stake - locked;
        if (free < amount) revert InsufficientFreeStake(account, free, amount);
        _accounts[account].locked = locked + amount;
    }

    function _lock(address account, uint80 amount) private returns (uint80 free) {
        Module storage module = _activeModule();
        if (_accounts[account].suspended) _checkSuspension(account);
        free = _reserve(account, amount);
        module.locked += amount;
    }

    function _unlock(Module memory module, address account, uint80 amount) private {
        if (amount == 0) return;
        uint80 locked = _accounts[account].locked;
        if (module.locked < amount || locked < amount) revert InsufficientLock(msg.sender, account, amount);
        module.locked -= amount;
        _accounts[account].locked = locked - amount;
    }

    /// @dev Every change of a stake passes here, so that account, trace and total cannot part.
    function _changeStake(address account, uint80 stake_) private {
        Account storage target = _accounts[account];
        totalStake = totalStake - target.stake + stake_;
        target.stake = stake_;
        Trace memory trace = _traces[account];
        uint40 now_ = block.timestamp.toUint40();
        // Changes within one second are one change: the stake before the first of them is what counts.
        if (trace.changedAt != now_) {
            (trace.before, trace.changedBefore) = (trace.stake, trace.changedAt);
            trace.changedAt = now_;
        }
        trace.stake = stake_;
        _traces[account] = trace;
    }

    function _checkSuspension(address account) private {
        uint48 until = _suspendedUntil[account];
        if (block.timestamp < until) revert AccountSuspended(account, until);
        _accounts[account].suspended = false;
    }

    function _takeExit(address account) private returns (Exit memory pending) {
        pending = _exits[account];
        if (pending.readyAt == 0) revert NoExitPending();
        delete _exits[account];
    }
}
