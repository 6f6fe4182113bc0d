// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IModelSupport} from "../../interfaces/IModelSupport.sol";
import {ModelRegistry} from "../../models/ModelRegistry.sol";
import {TestBase} from "../TestBase.t.sol";
import {StakeStub} from "./StakeStub.t.sol";

/// @dev Four accounts and three models, any call at any time, and a plain list of all signals to compare with. Nothing
/// here may revert: a refused call is fine, a call that should have been refused is counted in `broken`.
contract SupportHandler is TestBase {
    struct Entry {
        uint80 weight;
        uint256 expiresAt;
    }

    address private constant OWNER = address(0x07);

    StakeStub public immutable stakes = new StakeStub();
    ModelRegistry public immutable registry;
    address[] public accounts = [address(0xA1), address(0xB2), address(0xC3), address(0xD4)];
    bytes32[] public models;
    uint256 public broken;
    mapping(bytes4 entry => uint256) public successes;

    /// @dev Whether the stake of the account has fallen since what it signals was last known to be covered.
    mapping(address account => bool) public shrunk;

    mapping(bytes32 model => mapping(address account => Entry)) private _entries;

    constructor() {
        vm.warp(1_800_000_000);
        registry = new ModelRegistry(60, stakes, OWNER);
        for (uint256 i = 0; i < 3; ++i) {
            models.push(
                registry.register(
                    IModelRegistry.Registration({
                        manifestDigest: keccak256(abi.encode(i)),
                        fee: 0,
                        payee: OWNER,
                        claimWindow: 60,
                        runtime: "onnx",
                        verification: IModelRegistry.VerificationClass.Exact,
                        verificationParams: 0,
                        hardwareClass: 0,
                        version: 1,
                        previous: 0
                    })
                )
            );
        }
        for (uint256 i = 0; i < accounts.length; ++i) {
            stakes.set(accounts[i], 1_000);
        }
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    function modelCount() external view returns (uint256) {
        return models.length;
    }

    /// @dev Weight of a signal by the list alone.
    function weightOf(bytes32 model, address account) public view returns (uint256) {
        Entry memory entry = _entries[model][account];
        return block.timestamp < entry.expiresAt ? entry.weight : 0;
    }

    function committed(address account) public view returns (uint256 sum) {
        for (uint256 i = 0; i < models.length; ++i) {
            sum += weightOf(models[i], account);
        }
    }

    function supporting(bytes32 model) public view returns (uint256 sum) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += weightOf(model, accounts[i]);
        }
    }

    function signal(uint256 who, uint256 what, uint80 weight) external {
        (address account, bytes32 model) = (accounts[who % 4], models[what % 3]);
        weight = within80(weight, 0, 1_200);
        uint256 others = committed(account) - weightOf(model, account);
        vm.prank(account);
        try registry.signalSupport(model, weight) {
            if (weight == 0 || others + weight > stakes.stakeOf(account)) ++broken;
            // The rule of the interface, in its own words: at least thirty days, then to the end of the period.
            uint256 ends = ((block.timestamp + 30 days) / 5 days + 1) * 5 days;
            _entries[model][account] = Entry({weight: weight, expiresAt: ends});
            shrunk[account] = false;
            ++successes[this.signal.selector];
            _checkState(model);
        } catch {
            if (weight != 0 && others + weight <= stakes.stakeOf(account)) ++broken;
        }
    }

    function withdraw(uint256 who, uint256 what) external {
        (address account, bytes32 model) = (accounts[who % 4], models[what % 3]);
        vm.prank(account);
        try registry.withdrawSupport(model) {
            delete _entries[model][account];
            ++successes[this.withdraw.selector];
            _checkState(model);
        } catch {
            if (_entries[model][account].weight != 0) ++broken;
        }
    }

    function trim(uint256 who, uint256 what) external {
        (address account, bytes32 model) = (accounts[who % 4], models[what % 3]);
        uint256 before = weightOf(model, account);
        uint256 sum = committed(account);
        uint256 stake = stakes.stakeOf(account);
        try registry.trim(account, model) {
            if (before == 0 || sum <= stake) ++broken;
            uint256 excess = sum - stake;
            _entries[model][account].weight = uint80(excess < before ? before - excess : 0);
            if (committed(account) <= stake) shrunk[account] = false;
            ++successes[this.trim.selector];
            _checkState(model);
        } catch {
            if (before != 0 && sum > stake) ++broken;
        }
    }

    function refresh(uint256 what) external {
        registry.refreshSupport(models[what % 3]);
        ++successes[this.refresh.selector];
        _checkState(models[what % 3]);
    }

    function setStake(uint256 who, uint80 amount) external {
        address account = accounts[who % 4];
        amount = within80(amount, 0, 2_000);
        if (amount < stakes.stakeOf(account)) shrunk[account] = true;
        stakes.set(account, amount);
        ++successes[this.setStake.selector];
    }

    /// @dev From a second to seventy days: signals run out untouched, some sums lie idle for longer than any signal.
    function wait(uint256 time) external {
        vm.warp(block.timestamp + (time % 4 == 0 ? within(time / 4, 1, 70 days) : within(time / 4, 1, 3 days)));
        ++successes[this.wait.selector];
    }

    /// @dev Every call that touches a model leaves it in the state that the rule demands.
    function _checkState(bytes32 model) private {
        uint256 weight = supporting(model);
        bool enough = weight > 0 && weight * 10 >= stakes.totalStake();
        IModelSupport.Support memory support = registry.supportOf(model);
        if (support.supportedUntil != (enough ? block.timestamp + 1 days : 0)) ++broken;
        if (registry.terms(model).supportedUntil != support.supportedUntil) ++broken;
    }
}
