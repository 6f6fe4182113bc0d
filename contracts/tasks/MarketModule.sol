// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IArbitrable} from "../interfaces/ICourt.sol";
import {IMarketModule} from "../interfaces/IMarketModule.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {TaskTerms} from "../libraries/TaskTerms.sol";
import {TaskTurn} from "../libraries/TaskTurn.sol";

/// @title What modules that sell work have in common
/// @notice See {IMarketModule}.
abstract contract MarketModule is IMarketModule {
    using TaskTerms for ITaskMarket.Task;

    uint256 internal constant SEED_MODULUS = 0x1FFFFFFFFFFFF0;
    uint256 internal constant UPHELD = 1;

    /// @dev Accepted works below which {IStakeVault-settle} holds back, and what it holds back: 0.4 of a check.
    uint8 internal constant NEWCOMER_WORKS = 20;
    uint256 internal constant NEWCOMER_CHECKS = 4_000;

    /// @inheritdoc IMarketModule
    ITaskMarket public immutable market;

    /// @inheritdoc IMarketModule
    IStakeVault public immutable vault;

    /// @inheritdoc IMarketModule
    IModelRegistry public immutable registry;

    /// @inheritdoc IMarketModule
    ICourtOpening public immutable court;

    /// @param market_ Whose parameters, vault, register and court are used.
    constructor(ITaskMarket market_) {
        (market, vault, registry, court) = (market_, market_.vault(), market_.registry(), market_.court());
    }

    modifier onlyCourt() {
        if (msg.sender != address(court)) revert ITaskMarket.NotCourt(msg.sender);
        _;
    }

    /// @inheritdoc IMarketModule
    function payTreasury() external returns (uint80 amount) {
        address to = market.treasury();
        amount = vault.creditRetained(to);
        emit ITaskMarket.TreasuryPaid(to, amount);
    }

    /// @inheritdoc IMarketModule
    function payAuthor(bytes32 model) external returns (uint80 amount) {
        address payee = registry.payeeOf(model);
        amount = vault.creditAccrued(model, payee);
        emit ITaskMarket.AuthorPaid(model, payee, amount);
    }

    /// @inheritdoc IArbitrable
    /// @dev The plain form lacks the fields that are needed here; {IRuledWithFields-ruleWith} is what the court calls.
    function rule(uint256, uint256) external view {
        revert ITaskMarket.NotCourt(msg.sender);
    }

    /// @dev Hands the lock of `defendant` to the court and opens the case there. The bond is half of what is at stake.
    function _openCase(
        address defendant,
        uint80 atStake,
        IModelRegistry.VerificationClass class,
        bytes32 subject,
        string calldata evidenceURI
    ) internal returns (uint256 disputeId) {
        vault.passLock(defendant, atStake, address(court));
        return court.open(
            ICourtOpening.Opening({
                claimant: msg.sender,
                defendant: defendant,
                bond: atStake / 2,
                atStake: atStake,
                bench: class == IModelRegistry.VerificationClass.Jury
                    ? ICourtOpening.Bench.People
                    : ICourtOpening.Bench.Compute,
                traceMustMatch: class == IModelRegistry.VerificationClass.Exact,
                subject: subject,
                evidenceURI: evidenceURI
            })
        );
    }

    /// @dev When work under these terms opens to `solver`; the rule of {ITaskMarket-turnOf}.
    function _turnOf(bytes32 id, ITaskMarket.Task calldata task, address solver, uint80 free, uint80 total)
        internal
        view
        returns (uint48)
    {
        return TaskTurn.opensAt(vault, id, task, solver, free, total);
    }

    /// @dev The seed the model is run with; the rule of {ITaskMarket-seedOf}.
    function _seedOf(bytes32 id, ITaskMarket.Task calldata task) internal view returns (uint256) {
        bytes32 hash = blockhash(task.submittedIn() + 1);
        return hash == bytes32(0) ? 0 : uint256(keccak256(abi.encode(id, hash))) % SEED_MODULUS;
    }
}
