// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrable, ICourtOpening} from "../interfaces/ICourt.sol";
import {IArbitrator, IEvidence} from "../interfaces/IArbitrator.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Jury} from "./Jury.sol";

/// @title How a case begins
abstract contract Openings is Jury {
    using CaseTerms for uint256;

    function _open(ICourtOpening.Opening memory opening) internal returns (uint256 disputeId) {
        if (_vault.moduleOf(msg.sender).status != IStakeVault.ModuleStatus.Active) revert NotModule(msg.sender);
        if (opening.claimant == address(0) || opening.defendant == address(0)) revert ZeroAddress();
        if (opening.claimant == opening.defendant) revert SameParty(opening.claimant);
        if (opening.atStake == 0) revert NothingAtStake();
        if (bytes(opening.evidenceURI).length > LONGEST_URI) revert TextTooLong(bytes(opening.evidenceURI).length, LONGEST_URI);

        uint256 terms = _terms[opening.bench];
        Case memory case_ = Case({
            module: msg.sender,
            claimant: opening.claimant,
            defendant: opening.defendant,
            money: CaseTerms.packMoney(opening, _now()),
            terms: terms
        });
        Docket memory rolled = _rolled();
        disputeId = ++rolled.cases;
        _docket = rolled;
        uint256 clock = _clock(rolled, terms, case_.claimant, case_.defendant, 0);
        _cases[disputeId] = CourtHash.votingFirst(case_, clock) | CourtHash.status(Phase.Voting, 0);
        _announce(disputeId, opening, case_, clock);
        if (opening.bond != 0) _vault.lock(opening.claimant, opening.bond);
    }

    function _announce(uint256 disputeId, ICourtOpening.Opening memory opening, Case memory case_, uint256 clock) private {
        emit IArbitrator.DisputeCreation(disputeId, IArbitrable(msg.sender));
        emit IEvidence.Dispute(IArbitrator(address(this)), disputeId, uint256(opening.bench), disputeId);
        emit Opened(disputeId, opening.subject, opening.defendant, case_, clock);
        if (bytes(opening.evidenceURI).length != 0) {
            emit IEvidence.Evidence(IArbitrator(address(this)), disputeId, opening.claimant, opening.evidenceURI);
        }
    }
}
