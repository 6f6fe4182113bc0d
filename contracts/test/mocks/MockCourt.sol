// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICourtOpening, IRuledWithFields} from "../../interfaces/ICourt.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";

/// @dev A court whose rulings are said by the test. What it books is what the real one books: the loser's lock is
/// taken, half of it goes to the winner and half to those who judged, the winner's lock ends.
contract MockCourt is ICourtOpening {
    struct Dispute {
        IRuledWithFields module;
        Opening opening;
        bool decided;
    }

    address public constant JURORS = address(0x10);
    uint256 private constant UPHELD = 1;

    IStakeVault public immutable vault;
    Dispute[] private _disputes;

    constructor(IStakeVault vault_) {
        vault = vault_;
    }

    /// @dev The first dispute has the number 1, so that a number of zero is always a mistake.
    function open(Opening calldata opening) external returns (uint256 disputeId) {
        vault.lock(opening.claimant, opening.bond);
        _disputes.push(Dispute({module: IRuledWithFields(msg.sender), opening: opening, decided: false}));
        return _disputes.length;
    }

    function decide(uint256 disputeId, uint256 ruling, bytes calldata fields) external {
        Dispute storage dispute = _disputes[disputeId - 1];
        require(!dispute.decided, "decided");
        dispute.decided = true;
        Opening memory o = dispute.opening;
        (address winner, uint80 kept, address loser, uint80 taken) = ruling == UPHELD
            ? (o.claimant, o.bond, o.defendant, o.atStake)
            : (o.defendant, o.atStake, o.claimant, o.bond);
        IStakeVault.Posting[] memory postings = new IStakeVault.Posting[](3);
        postings[0] = IStakeVault.Posting({account: loser, unlocked: 0, slashed: taken, credited: 0});
        postings[1] = IStakeVault.Posting({account: winner, unlocked: kept, slashed: 0, credited: taken / 2});
        postings[2] = IStakeVault.Posting({account: JURORS, unlocked: 0, slashed: 0, credited: taken - taken / 2});
        vault.book(postings);
        dispute.module.ruleWith(disputeId, ruling, fields);
    }

    /// @dev The vault gives this right to courts.
    function suspend(address account, uint48 until) external {
        vault.suspend(account, until);
    }

    function openingOf(uint256 disputeId) external view returns (Opening memory) {
        return _disputes[disputeId - 1].opening;
    }

    function count() external view returns (uint256) {
        return _disputes.length;
    }
}
