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
        _requireSound(opening.claimant, opening.defendant, opening.atStake, bytes(opening.evidenceURI).length);
        Case memory case_ = Case({
            module: msg.sender,
            claimant: opening.claimant,
            defendant: opening.defendant,
            money: CaseTerms.packMoney(opening, _now()),
            terms: _terms[opening.bench]
        });
        Docket memory rolled = _rolled();
        disputeId = ++rolled.cases;
        _write(rolled);
        uint256 clock = _clock(rolled, case_.terms, case_.claimant, case_.defendant, 0);
        uint256 place = disputeId % CourtHash.PLACES;
        if (_cases[place] & CourtHash.PHASE_MASK != 0) place = _ownPlace(disputeId);
        _cases[place] = CourtHash.votingFirst(disputeId, case_, clock) | CourtHash.status(Phase.Voting, 0);
        _announce(disputeId, opening, case_, clock);
        if (opening.bond != 0) _vault.lock(opening.claimant, opening.bond);
    }

    function _announce(
        uint256 disputeId,
        ICourtOpening.Opening memory opening,
        Case memory case_,
        uint256 clock
    ) private {
        emit IArbitrator.DisputeCreation(disputeId, IArbitrable(msg.sender));
        emit IEvidence.Dispute(IArbitrator(address(this)), disputeId, uint256(opening.bench), disputeId);
        emit Opened(disputeId, opening.subject, opening.defendant, case_, clock);
        if (bytes(opening.evidenceURI).length != 0) {
            emit IEvidence.Evidence(IArbitrator(address(this)), disputeId, opening.claimant, opening.evidenceURI);
        }
    }

    function _requireSound(address claimant, address defendant, uint80 atStake, uint256 length) private pure {
        if (claimant == address(0) || defendant == address(0)) revert ZeroAddress();
        if (claimant == defendant) revert SameParty(claimant);
        if (atStake == 0) revert NothingAtStake();
        if (length > LONGEST_URI) revert TextTooLong(length, LONGEST_URI);
    }
}
