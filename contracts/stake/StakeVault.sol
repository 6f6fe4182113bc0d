// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IMootToken} from "../interfaces/IMootToken.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";

/// @title The vault
/// @notice See {IStakeVault}.
contract StakeVault is IStakeVault, Ownable2Step {
    using SafeERC20 for IMootToken;

    /// @notice Shortest exit delay, seconds; a sandbox uses it.
    uint32 public constant MIN_EXIT_DELAY = 1 minutes;

    /// @notice Longest exit delay, seconds.
    uint32 public constant MAX_EXIT_DELAY = 30 days;

    /// @notice How much longer than the exit delay a new module waits, seconds: time to notice it.
    uint32 public constant MODULE_NOTICE = 4 days;

    /// @inheritdoc IStakeVault
    IMootToken public immutable token;

    /// @inheritdoc IStakeVault
    uint32 public immutable exitDelay;

    /// @inheritdoc IStakeVault
    bool public modulesSealed;

    mapping(address account => Account) private _accounts;
    mapping(address account => Exit) private _exits;
    mapping(address module => Module) private _modules;
    mapping(address module => uint48) private _activeFrom;

    /// @param token_ The token to hold.
    /// @param exitDelay_ Seconds between request and exit. It must be longer than any dispute over work that the
    /// stake answers for, because stake on its way out still answers for it.
    /// @param owner_ Who registers modules: a timelock, outside of a sandbox.
    constructor(IMootToken token_, uint32 exitDelay_, address owner_) Ownable(owner_) {
        if (address(token_) == address(0)) revert ZeroAddress();
        if (exitDelay_ < MIN_EXIT_DELAY || exitDelay_ > MAX_EXIT_DELAY) {
            revert ExitDelayOutOfBounds(exitDelay_, MIN_EXIT_DELAY, MAX_EXIT_DELAY);
        }
        token = token_;
        exitDelay = exitDelay_;
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
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function stake(uint80 amount) external {
        _debit(msg.sender, amount);
        _accounts[msg.sender].stake += amount;
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
        account.stake -= pending.amount;
        account.balance += pending.amount;
        emit Unstaked(msg.sender, pending.amount);
    }

    /// @inheritdoc IStakeVault
    function collect(address from, uint80 amount) external {
        Module storage module = _activeModule();
        _debit(from, amount);
        module.escrowed += amount;
        emit Collected(msg.sender, from, amount);
    }

    /// @inheritdoc IStakeVault
    function credit(address to, uint80 amount) external {
        Module memory module = _module();
        module.escrowed = _fromEscrow(module.escrowed, amount);
        _modules[msg.sender] = module;
        _add(to, amount);
        emit Credited(msg.sender, to, amount);
    }

    /// @inheritdoc IStakeVault
    function lock(address account, uint80 amount) external {
        Module storage module = _activeModule();
        _reserve(account, amount);
        module.locked += amount;
        emit Locked(msg.sender, account, amount);
    }

    /// @inheritdoc IStakeVault
    function unlock(address account, uint80 amount) external {
        Module memory module = _module();
        Account memory holder = _accounts[account];
        if (module.locked < amount || holder.locked < amount) revert InsufficientLock(msg.sender, account, amount);
        module.locked -= amount;
        holder.locked -= amount;
        _modules[msg.sender] = module;
        _accounts[account] = holder;
        emit Unlocked(msg.sender, account, amount);
    }

    /// @inheritdoc IStakeVault
    function settle(Settlement calldata settlement) external {
        (address account, uint80 unlocked, uint80 reward) =
            (settlement.worker, settlement.unlocked, settlement.reward);
        (uint80 payeeShare, uint80 retained) = (settlement.payeeShare, settlement.retained);
        if (account == address(0)) revert ZeroAddress();
        Module memory module = _module();
        Account memory worker = _accounts[account];
        if (module.locked < unlocked || worker.locked < unlocked) {
            revert InsufficientLock(msg.sender, account, unlocked);
        }
        module.escrowed = _fromEscrow(module.escrowed, reward + payeeShare + retained);
        module.retained += retained;
        module.locked -= unlocked;
        worker.balance += reward;
        worker.locked -= unlocked;
        _modules[msg.sender] = module;
        _accounts[account] = worker;
        if (payeeShare != 0) _add(settlement.payee, payeeShare);
        // One event for all of it: as separate events it would cost 3,000 gas more.
        emit Settled(msg.sender, account, unlocked, reward, settlement.payee, payeeShare, retained);
    }

    /// @inheritdoc IStakeVault
    function creditRetained(address to) external returns (uint80 amount) {
        Module memory module = _module();
        amount = module.retained;
        module.retained = 0;
        _modules[msg.sender] = module;
        _add(to, amount);
        emit Credited(msg.sender, to, amount);
    }

    /// @inheritdoc IStakeVault
    function addModule(address module) external onlyOwner {
        if (module == address(0)) revert ZeroAddress();
        if (_modules[module].status != ModuleStatus.Unknown) revert ModuleKnown(module);
        if (modulesSealed) {
            uint48 activeFrom = Time.timestamp() + moduleDelay();
            _activeFrom[module] = activeFrom;
            _modules[module].status = ModuleStatus.Announced;
            emit ModuleAnnounced(module, activeFrom);
        } else {
            _modules[module].status = ModuleStatus.Active;
            emit ModuleActivated(module);
        }
    }

    /// @inheritdoc IStakeVault
    function activateModule(address module) external {
        uint48 activeFrom = _activeFrom[module];
        if (_modules[module].status != ModuleStatus.Announced || block.timestamp < activeFrom) {
            revert ModuleNotReady(module, activeFrom);
        }
        _modules[module].status = ModuleStatus.Active;
        emit ModuleActivated(module);
    }

    /// @inheritdoc IStakeVault
    function retireModule(address module) external onlyOwner {
        ModuleStatus status = _modules[module].status;
        if (status == ModuleStatus.Unknown || status == ModuleStatus.Retired) revert NotModule(module);
        _modules[module].status = ModuleStatus.Retired;
        emit ModuleRetired(module);
    }

    /// @inheritdoc IStakeVault
    function sealModules() external onlyOwner {
        if (modulesSealed) revert AlreadySealed();
        modulesSealed = true;
        emit ModulesSealed();
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
    function moduleOf(address module) external view returns (Module memory) {
        return _modules[module];
    }

    /// @inheritdoc IStakeVault
    function activeFromOf(address module) external view returns (uint48) {
        return _activeFrom[module];
    }

    /// @inheritdoc IStakeVault
    function moduleDelay() public view returns (uint32) {
        return exitDelay + MODULE_NOTICE;
    }

    function _deposit(address account, uint80 toBalance, uint80 toStake) private {
        if (account == address(0)) revert ZeroAddress();
        uint256 amount = uint256(toBalance) + toStake;
        if (amount == 0) revert ZeroAmount();
        token.safeTransferFrom(msg.sender, address(this), amount);
        Account storage target = _accounts[account];
        target.balance += toBalance;
        target.stake += toStake;
        emit Deposited(msg.sender, account, toBalance, toStake);
    }

    function _debit(address account, uint80 amount) private {
        if (amount == 0) revert ZeroAmount();
        uint80 balance = _accounts[account].balance;
        if (balance < amount) revert InsufficientBalance(account, balance, amount);
        _accounts[account].balance = balance - amount;
    }

    function _add(address to, uint80 amount) private {
        if (to == address(0)) revert ZeroAddress();
        _accounts[to].balance += amount;
    }

    /// @dev Makes free stake unfree.
    function _reserve(address account, uint80 amount) private {
        uint80 locked = _accounts[account].locked;
        uint80 free = _accounts[account].stake - locked;
        if (free < amount) revert InsufficientFreeStake(account, free, amount);
        _accounts[account].locked = locked + amount;
    }

    function _takeExit(address account) private returns (Exit memory pending) {
        pending = _exits[account];
        if (pending.readyAt == 0) revert NoExitPending();
        delete _exits[account];
    }

    /// @dev The calling module with all rights. Its word holds the counters that every call needs anyway, so the check
    /// costs no storage access of its own.
    function _activeModule() private view returns (Module storage module) {
        module = _modules[msg.sender];
        if (module.status != ModuleStatus.Active) revert NotActiveModule(msg.sender);
    }

    /// @dev The calling module with the right to pay out and unlock.
    function _module() private view returns (Module memory module) {
        module = _modules[msg.sender];
        if (module.status < ModuleStatus.Active) revert NotModule(msg.sender);
    }

    function _fromEscrow(uint80 escrowed, uint80 amount) private view returns (uint80) {
        if (escrowed < amount) revert InsufficientEscrow(msg.sender, escrowed, amount);
        return escrowed - amount;
    }
}
