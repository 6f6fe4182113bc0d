// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IRuledWithFields} from "./ICourt.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {ITaskMarket} from "./ITaskMarket.sol";

/// @title A module that sells work beside the market
/// @notice It has no owner and no parameters: classes, assurances, treasury and duty are those of the market, and every
/// order carries a copy of what it was placed under.
interface IMarketModule is IRuledWithFields {
    /// @notice Credits the treasury shares that have gathered here to the market's treasury. Anyone may call.
    function payTreasury() external returns (uint80 amount);

    /// @notice Credits the fees of a model that have gathered here to its payee. Anyone may call.
    function payAuthor(bytes32 model) external returns (uint80 amount);

    /// @notice Whose parameters count.
    function market() external view returns (ITaskMarket);

    /// @notice The vault that holds the money.
    function vault() external view returns (IStakeVault);

    /// @notice The register of models.
    function registry() external view returns (IModelRegistry);

    /// @notice The court that rules on contested results.
    function court() external view returns (ICourtOpening);
}
