// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourtClerk} from "../interfaces/ICourtCase.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {Jury} from "./Jury.sol";

/// @title Jurors
/// @notice See {Jury} for what presence means. An account that is suspended as a solver keeps its seats: otherwise a bloc
/// that wins three thefts against somebody takes the votes of its victim away, and each of them makes the next one easier.
abstract contract Membership is ICourtClerk, Jury {
    using SafeCast for uint256;
    using CaseTerms for uint256;

    /// @inheritdoc ICourtClerk
    function join(uint80 deposit) external {
        Juror storage juror = _jurors[msg.sender];
        uint80 sum = juror.deposit + deposit;
        uint80 minDeposit_ = _minDeposit();
        if (sum < minDeposit_) revert DepositTooSmall(sum, minDeposit_);
        // Whoever came back earlier could overwrite the presence by which it was drawn, and the fine with it.
        uint256 heldUntil = uint256(juror.leftAt) + _vault.exitDelay();
        if (juror.leftAt != 0 && block.timestamp < heldUntil) revert DepositHeld(heldUntil);
        (juror.deposit, juror.leftAt) = (sum, 0);
        emit JurorJoined(msg.sender, sum);
        if (deposit != 0) _vault.lock(msg.sender, deposit);
    }

    /// @inheritdoc ICourtClerk
    function resign() external {
        Juror memory juror = _jurors[msg.sender];
        if (juror.deposit == 0 || juror.leftAt != 0) revert NotJuror(msg.sender);
        Docket memory rolled = _rolled();
        if (juror.beatDay == rolled.day) rolled.today -= juror.weight;
        else if (juror.beatDay + 1 == rolled.day) rolled.carried -= juror.weight;
        _write(rolled);
        _endPresence(juror);
        (juror.weight, juror.beatDay) = (0, 0);
        juror.since = juror.leftAt = block.timestamp.toUint32();
        _jurors[msg.sender] = juror;
        emit JurorLeft(msg.sender, juror.leftAt + uint48(_vault.exitDelay()));
    }

    /// @inheritdoc ICourtClerk
    function returnDeposit(address account) external {
        Juror storage juror = _jurors[account];
        uint80 amount = juror.deposit;
        if (amount == 0) revert NothingDue();
        // A case that was open when the juror left is over by then; see the bound in {setSettings}.
        uint256 releasedAt = uint256(juror.leftAt) + _vault.exitDelay();
        if (juror.leftAt == 0 || block.timestamp < releasedAt) revert DepositHeld(releasedAt);
        (juror.deposit, juror.leftAt) = (0, 0);
        emit DepositReturned(account, amount);
        _vault.unlock(account, amount);
    }

    /// @inheritdoc ICourtClerk
    function heartbeat() external {
        Juror memory juror = _jurors[msg.sender];
        if (juror.leftAt != 0) revert NotJuror(msg.sender);
        uint80 minDeposit_ = _minDeposit();
        if (juror.deposit < minDeposit_) revert DepositTooSmall(juror.deposit, minDeposit_);
        Docket memory rolled = _rolled();
        if (juror.beatDay == rolled.day) revert AlreadyPresent(rolled.day);
        uint80 weight = _stakeThatStays(msg.sender);
        bool goesOn = juror.beatDay + 1 == rolled.day;
        if (goesOn) rolled.carried -= juror.weight;
        rolled.today += weight;
        _write(rolled);
        if (!goesOn || weight != juror.weight) {
            _endPresence(juror);
            (juror.weight, juror.since) = (weight, block.timestamp.toUint32());
        }
        juror.beatDay = rolled.day;
        _jurors[msg.sender] = juror;
        emit Heartbeat(msg.sender, rolled.day, weight);
    }

    /// @inheritdoc ICourtClerk
    function jurorOf(address juror) external view returns (Juror memory) {
        return _jurors[juror];
    }

    /// @inheritdoc ICourtClerk
    function formerOf(address juror) external view returns (Former memory) {
        return _formers[juror];
    }

    /// @inheritdoc ICourtClerk
    function docket() external view returns (Docket memory) {
        return _docket;
    }

    /// @inheritdoc ICourtClerk
    function presentNow() external view returns (uint80) {
        Docket memory rolled = _rolled();
        return rolled.today + rolled.carried;
    }

    /// @inheritdoc ICourtClerk
    function seatsOf(Case calldata case_, Draw calldata draw_, address juror) external view returns (uint8) {
        return _seats(_panel(case_, draw_.clock, draw_.seed), juror).toUint8();
    }

    /// @inheritdoc ICourtClerk
    function weightAt(address juror, uint40 startedAt) external view returns (uint80) {
        return _weightAt(juror, startedAt).toUint80();
    }

    /// @inheritdoc ICourtClerk
    function seatsFor(bytes32 seed, address juror, uint80 weight, uint80 present, uint8 seats)
        external
        pure
        returns (uint8)
    {
        return _seatsFor(seed, juror, weight, present, seats).toUint8();
    }

    function _stakeThatStays(address account) private view returns (uint80 weight) {
        weight = _vault.stakeOf(account) - _vault.exitOf(account).amount;
        if (weight == 0) revert NoStake();
    }

    /// @dev Keeps the presence that ends, if there was one.
    function _endPresence(Juror memory juror) private {
        if (juror.beatDay == 0) return;
        _formers[msg.sender] = Former({
            weight: juror.weight,
            since: juror.since,
            beatDay: juror.beatDay,
            until: block.timestamp.toUint32()
        });
    }
}
