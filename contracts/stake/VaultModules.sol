// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";

/// @title Modules of the vault
/// @notice Who may move money and stake, and each module's counters: no module can pay out or unlock more than it has
/// itself collected and locked.
abstract contract VaultModules is IStakeVault, Ownable2Step {
    /// @notice How much longer than the exit delay a new module waits, seconds: time to notice it.
    uint32 public constant MODULE_NOTICE = 4 days;

    /// @notice Right of a module to issue emission.
    uint8 public constant RIGHT_TO_ISSUE = 1;

    /// @notice Right of a module to suspend accounts.
    uint8 public constant RIGHT_TO_SUSPEND = 2;

    /// @inheritdoc IStakeVault
    bool public modulesSealed;

    mapping(address module => Module) private _modules;

    mapping(address module => uint48) private _activeFrom;

    /// @inheritdoc IStakeVault
    uint32 public immutable exitDelay;

    /// @param exitDelay_ See {StakeVault}; new modules wait longer than that.
    constructor(uint32 exitDelay_) {
        exitDelay = exitDelay_;
    }

    /// @inheritdoc IStakeVault
    function addModule(address module, uint8 rights) external onlyOwner {
        if (module == address(0)) revert ZeroAddress();
        if (_modules[module].status != ModuleStatus.Unknown) revert ModuleKnown(module);
        _modules[module].rights = rights;
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

    /// @inheritdoc IStakeVault
    function passLock(address account, uint80 amount, address toModule) external {
        Module memory module = _module();
        if (module.locked < amount) revert InsufficientLock(msg.sender, account, amount);
        if (_modules[toModule].status != ModuleStatus.Active) revert NotActiveModule(toModule);
        module.locked -= amount;
        _write(module);
        _modules[toModule].locked += amount;
    }

    /// @dev The calling module with all rights. Its word holds the counters that every call needs anyway, so the check
    /// costs no storage access of its own.
    function _activeModule() internal view returns (Module storage module) {
        module = _modules[msg.sender];
        if (module.status != ModuleStatus.Active) revert NotActiveModule(msg.sender);
    }

    /// @dev The calling module with the right to pay out and unlock.
    function _module() internal view returns (Module memory module) {
        module = _modules[msg.sender];
        if (module.status < ModuleStatus.Active) revert NotModule(msg.sender);
    }

    /// @dev One store for the word of the calling module: the compiler would make five of it (900 gas).
    function _write(Module memory module) internal {
        Module storage target = _modules[msg.sender];
        uint256 word = uint256(module.escrowed) | (uint256(module.retained) << 80) | (uint256(module.locked) << 160)
            | (uint256(module.status) << 240) | (uint256(module.rights) << 248);
        assembly ("memory-safe") {
            sstore(target.slot, word)
        }
    }

    function _fromEscrow(uint80 escrowed, uint80 amount) internal view returns (uint80) {
        if (escrowed < amount) revert InsufficientEscrow(msg.sender, escrowed, amount);
        return escrowed - amount;
    }
}
