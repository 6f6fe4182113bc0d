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

    /// @dev The module word is read anyway for the counters, so the check costs no storage access of its own.
    modifier onlyActiveModule() {
        Module storage module = _modules[msg.sender];
        uint48 activeFrom = module.activeFrom;
        if (activeFrom == 0 || block.timestamp < activeFrom || module.retired) revert NotActiveModule(msg.sender);
        _;
    }

    modifier onlyModule() {
        if (_modules[msg.sender].activeFrom == 0) revert NotModule(msg.sender);
        _;
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
    function collect(address from, uint80 amount) external onlyActiveModule {
        _debit(from, amount);
        _modules[msg.sender].escrowed += amount;
        emit Collected(msg.sender, from, amount);
    }

    /// @inheritdoc IStakeVault
    function credit(address to, uint80 amount) external onlyModule {
        _release(amount);
        _credit(to, amount);
    }

    /// @inheritdoc IStakeVault
    function lock(address account, uint80 amount) external onlyActiveModule {
        _reserve(account, amount);
        _modules[msg.sender].locked += amount;
        emit Locked(msg.sender, account, amount);
    }

    /// @inheritdoc IStakeVault
    function unlock(address account, uint80 amount) external onlyModule {
        _unlock(account, amount);
    }

    /// @inheritdoc IStakeVault
    function settle(Settlement calldata settlement) external onlyModule {
        _release(settlement.reward + settlement.treasuryShare + settlement.payeeShare);
        _unlock(settlement.worker, settlement.unlocked);
        _credit(settlement.worker, settlement.reward);
        if (settlement.treasuryShare != 0) _credit(settlement.treasury, settlement.treasuryShare);
        if (settlement.payeeShare != 0) _credit(settlement.payee, settlement.payeeShare);
    }

    /// @inheritdoc IStakeVault
    function addModule(address module) external onlyOwner {
        if (module == address(0)) revert ZeroAddress();
        if (_modules[module].activeFrom != 0) revert ModuleKnown(module);
        uint48 activeFrom = modulesSealed ? Time.timestamp() + moduleDelay() : Time.timestamp();
        _modules[module].activeFrom = activeFrom;
        emit ModuleAdded(module, activeFrom);
    }

    /// @inheritdoc IStakeVault
    function retireModule(address module) external onlyOwner {
        if (_modules[module].activeFrom == 0 || _modules[module].retired) revert NotModule(module);
        _modules[module].retired = true;
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

    function _credit(address to, uint80 amount) private {
        if (to == address(0)) revert ZeroAddress();
        _accounts[to].balance += amount;
        emit Credited(msg.sender, to, amount);
    }

    /// @dev Takes from the escrow of the calling module.
    function _release(uint80 amount) private {
        uint80 escrowed = _modules[msg.sender].escrowed;
        if (escrowed < amount) revert InsufficientEscrow(msg.sender, escrowed, amount);
        _modules[msg.sender].escrowed = escrowed - amount;
    }

    /// @dev Makes free stake unfree.
    function _reserve(address account, uint80 amount) private {
        uint80 locked = _accounts[account].locked;
        uint80 free = _accounts[account].stake - locked;
        if (free < amount) revert InsufficientFreeStake(account, free, amount);
        _accounts[account].locked = locked + amount;
    }

    function _unlock(address account, uint80 amount) private {
        uint80 byModule = _modules[msg.sender].locked;
        uint80 onAccount = _accounts[account].locked;
        if (byModule < amount || onAccount < amount) revert InsufficientLock(msg.sender, account, amount);
        _modules[msg.sender].locked = byModule - amount;
        _accounts[account].locked = onAccount - amount;
        emit Unlocked(msg.sender, account, amount);
    }

    function _takeExit(address account) private returns (Exit memory pending) {
        pending = _exits[account];
        if (pending.readyAt == 0) revert NoExitPending();
        delete _exits[account];
    }
}
