// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMootToken} from "../interfaces/IMootToken.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {Emission} from "../libraries/Emission.sol";

/// @title Emission by the vault
/// @notice Emission is booked when it is earned and minted when somebody takes it out. `issued` is the truth for cap and
/// curve; the token's supply follows it.
abstract contract VaultEmission is IStakeVault, Ownable2Step {
    using SafeCast for uint256;

    /// @notice Largest base reward, in thousandths of a token.
    uint16 public constant MAX_BASE_REWARD = 10_000;

    /// @notice How old the emission curve may be at the start, seconds.
    uint48 public constant MAX_EMISSION_AGE = 18_250 days;

    /// @dev The worker gets 80 % of what is issued; treasury and liquidity get an eighth of that each, 10 % of the whole.
    uint256 private constant WORKER_PARTS = 8;

    uint256 private constant ALL_PARTS = 10;

    uint256 private constant RATE_ONE = 1_000;

    uint256 private constant MILLI = 1e15;

    /// @inheritdoc IStakeVault
    IMootToken public immutable token;

    /// @inheritdoc IStakeVault
    uint48 public immutable emissionStart;

    /// @inheritdoc IStakeVault
    address public treasury;

    /// @inheritdoc IStakeVault
    address public liquidity;

    Issuance private _issuance;

    /// @param token_ See {StakeVault}.
    /// @param emissionStart_ See {StakeVault}.
    /// @param baseReward_ See {setBaseReward}.
    /// @param sink Vault account of treasury and liquidity until {setSinks}.
    constructor(IMootToken token_, uint48 emissionStart_, uint16 baseReward_, address sink) {
        if (address(token_) == address(0)) revert ZeroAddress();
        if (emissionStart_ > block.timestamp || emissionStart_ + MAX_EMISSION_AGE < block.timestamp) {
            revert EmissionStartOutOfBounds(emissionStart_);
        }
        token = token_;
        emissionStart = emissionStart_;
        _issuance.issued = token_.totalSupply().toUint80();
        _setBaseReward(baseReward_);
        _setSinks(sink, sink);
    }

    /// @inheritdoc IStakeVault
    function payEmission() external {
        Issuance memory issuance_ = _issuance;
        (uint80 toTreasury, uint80 toLiquidity) = (issuance_.treasuryDue, issuance_.liquidityDue);
        (issuance_.treasuryDue, issuance_.liquidityDue) = (0, 0);
        _write(issuance_);
        _add(treasury, toTreasury);
        _add(liquidity, toLiquidity);
        emit EmissionPaid(treasury, toTreasury, liquidity, toLiquidity);
    }

    /// @inheritdoc IStakeVault
    function setSinks(address treasury_, address liquidity_) external onlyOwner {
        _setSinks(treasury_, liquidity_);
    }

    /// @inheritdoc IStakeVault
    function setBaseReward(uint16 baseReward_) external onlyOwner {
        _setBaseReward(baseReward_);
    }

    /// @inheritdoc IStakeVault
    function rewardNow() external view returns (uint256) {
        return _reward(_issuance);
    }

    /// @inheritdoc IStakeVault
    function issuance() external view returns (Issuance memory) {
        return _issuance;
    }

    /// @inheritdoc IStakeVault
    function realise() public returns (uint256 amount) {
        amount = _issuance.issued - token.totalSupply();
        if (amount == 0) return 0;
        emit Realised(amount);
        token.mint(address(this), amount);
    }

    /// @dev Books emission of one piece of work. The worker's part is capped by what was paid for the work, so that
    /// paying oneself cannot be profitable; the other parts shrink with it.
    function _issue(uint256 rate, uint256 cap) internal returns (uint80) {
        Issuance memory issuance_ = _issuance;
        uint256 whole = _reward(issuance_) * rate / RATE_ONE;
        uint256 left = Emission.CAP - issuance_.issued;
        if (whole > left) whole = left;
        uint256 part = whole * WORKER_PARTS / ALL_PARTS;
        if (part > cap) part = cap;
        uint256 share = part / WORKER_PARTS;
        issuance_.issued += (part + 2 * share).toUint80();
        issuance_.treasuryDue += share.toUint80();
        issuance_.liquidityDue += share.toUint80();
        _write(issuance_);
        return part.toUint80();
    }

    function _reward(Issuance memory issuance_) private view returns (uint256) {
        return
            Emission.reward(
                issuance_.issued, block.timestamp - emissionStart, uint80(uint256(issuance_.baseReward) * MILLI)
            );
    }

    function _setSinks(address treasury_, address liquidity_) private {
        if (treasury_ == address(0) || liquidity_ == address(0)) revert ZeroAddress();
        (treasury, liquidity) = (treasury_, liquidity_);
        emit SinksChanged(treasury_, liquidity_);
    }

    function _setBaseReward(uint16 baseReward_) private {
        if (baseReward_ > MAX_BASE_REWARD) revert BaseRewardTooHigh(baseReward_, MAX_BASE_REWARD);
        _issuance.baseReward = baseReward_;
        emit BaseRewardChanged(baseReward_);
    }

    /// @dev One store, like above.
    function _write(Issuance memory issuance_) private {
        Issuance storage target = _issuance;
        uint256 word = uint256(issuance_.issued) | (uint256(issuance_.treasuryDue) << 80)
            | (uint256(issuance_.liquidityDue) << 160) | (uint256(issuance_.baseReward) << 240);
        assembly ("memory-safe") {
            sstore(target.slot, word)
        }
    }

    /// @dev Credits an account of the vault.
    function _add(address to, uint80 amount) internal virtual;
}
