// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening} from "../interfaces/ICourt.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {ICourtClerk} from "../interfaces/ICourtCase.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {CourtSettings} from "./CourtSettings.sol";
import {CourtStore} from "./CourtStore.sol";
import {Membership} from "./Membership.sol";
import {Reports} from "./Reports.sol";
import {SingleBallots} from "./SingleBallots.sol";

/// @title The clerk of the court
/// @notice The second piece of the court's code; see {Court}. Called by itself it does nothing: its own storage is
/// empty and the vault does not know it as a module.
contract CourtClerk is Membership, SingleBallots, Reports, CourtSettings {
    using CaseTerms for uint256;

    /// @param vault_ The vault of the court.
    /// @param randomness_ Source of seeds of the court; zero for {Blockhashes}.
    /// @dev The owner of the empty storage is the vault, which never calls.
    constructor(IStakeVault vault_, IRandomness randomness_) CourtStore(vault_, randomness_, address(vault_)) {}

    /// @inheritdoc ICourtClerk
    function submitEvidence(uint256 disputeId, string calldata evidenceURI) external {
        if (bytes(evidenceURI).length > LONGEST_URI) revert TextTooLong(bytes(evidenceURI).length, LONGEST_URI);
        if (_wordOf(disputeId) == 0) revert WrongCase(disputeId);
        emit Evidence(IArbitrator(address(this)), disputeId, msg.sender, evidenceURI);
    }

    /// @inheritdoc ICourtClerk
    function setSettings(ICourtOpening.Bench bench, Settings calldata settings_) external onlyOwner {
        _setSettings(bench, settings_);
    }

    /// @inheritdoc ICourtClerk
    function setMinDeposit(uint80 minDeposit_) external onlyOwner {
        _setMinDeposit(minDeposit_);
    }

    /// @inheritdoc ICourtClerk
    function setMetaEvidence(ICourtOpening.Bench bench, string calldata evidence) external onlyOwner {
        if (bytes(evidence).length > LONGEST_URI) revert TextTooLong(bytes(evidence).length, LONGEST_URI);
        emit MetaEvidence(uint256(bench), evidence);
    }

    /// @inheritdoc ICourtClerk
    function settings(ICourtOpening.Bench bench) external view returns (Settings memory) {
        return _terms[bench].unpackTerms();
    }

    /// @inheritdoc ICourtClerk
    function termsOf(ICourtOpening.Bench bench) external view returns (uint256) {
        return _terms[bench];
    }

    /// @inheritdoc ICourtClerk
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc ICourtClerk
    function caseWordOf(uint256 disputeId) external view returns (uint256) {
        return _wordOf(disputeId);
    }

    /// @inheritdoc ICourtClerk
    function stateOf(uint256 disputeId) external view returns (State memory state) {
        uint256 word = _wordOf(disputeId);
        state.phase = Phase(word & CourtHash.PHASE_MASK);
        state.ruling = CourtHash.rulingOf(word);
        state.fined = word & CourtHash.FINED != 0;
        if (state.phase == Phase.Voting) state.directs = CourtHash.directsOf(word);
        if (state.phase == Phase.Ruled) {
            (state.until, state.appealSeconds) = (CourtHash.untilOf(word), CourtHash.appealSecondsOf(word));
        }
    }

    /// @inheritdoc ICourtClerk
    function appealBondOf(Case calldata case_) external pure returns (uint80) {
        return CaseTerms.appealBond(case_.money, case_.terms);
    }

    /// @inheritdoc ICourtClerk
    function minDeposit() external view returns (uint80) {
        return _minDeposit();
    }

    /// @inheritdoc ICourtClerk
    function vault() external view returns (IStakeVault) {
        return _vault;
    }

    /// @inheritdoc ICourtClerk
    function randomness() external view returns (IRandomness) {
        return _randomness;
    }

    /// @inheritdoc ICourtClerk
    // solhint-disable-next-line func-name-mixedcase
    function MAX_URI() external pure returns (uint256) {
        return LONGEST_URI;
    }

    /// @inheritdoc ICourtClerk
    // solhint-disable-next-line func-name-mixedcase
    function MAX_LIST() external pure returns (uint256) {
        return LONGEST_LIST;
    }
}
