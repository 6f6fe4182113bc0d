// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourtOpening} from "../interfaces/ICourt.sol";
import {ICourtTypes} from "../interfaces/ICourtTypes.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";

/// @title The storage of the court
/// @notice All of it, and nothing else may declare any: {Court} and {CourtClerk} are two pieces of code over the same
/// words.
/// @dev The owner sets parameters for cases to come, within bounds. A case carries its own copy, so no role can touch
/// a case that is open.
abstract contract CourtStore is ICourtTypes, Ownable2Step, EIP712 {
    using SafeCast for uint256;
    using CaseTerms for uint256;

    /// @dev Times a defendant lost last and before, seconds; one word.
    struct Strikes {
        uint40 last;
        uint40 before;
    }

    uint256 internal constant BPS = 10_000;
    uint256 internal constant LONGEST_URI = 1_024;
    uint256 internal constant LONGEST_LIST = 64;

    uint256 internal constant SEALED_BYTES = 47;
    uint256 internal constant RECORD_BYTES = 22;

    /// @dev Marks of a record; the first two are rulings as well.
    uint8 internal constant CLAIMANT = 1;
    uint8 internal constant DEFENDANT = 2;
    uint8 internal constant ABSENT = 3;

    /// @dev Stages of an appeal.
    uint8 internal constant MADE = 1;
    uint8 internal constant WON = 2;
    uint8 internal constant LOST = 3;

    /// @dev A ballot apart from the list: commitment 208 | zero 32 | seats 8 | status 8.
    uint256 internal constant SEALED = 1;
    uint256 internal constant OPENED = 2;
    uint256 internal constant REPORTED = 3;
    uint256 internal constant COMMITMENT_MASK = ~uint256((1 << 48) - 1);

    IStakeVault internal immutable _vault;

    /// @dev Zero for {Blockhashes}. Whoever could exchange it could choose juries, so nobody can.
    IRandomness internal immutable _randomness;

    Docket internal _docket;
    mapping(ICourtOpening.Bench bench => uint256) internal _terms;
    mapping(uint256 place => uint256 word) internal _cases;
    mapping(address juror => Juror) internal _jurors;
    mapping(address juror => Former) internal _formers;
    mapping(uint256 disputeId => mapping(uint16 draw => mapping(address juror => uint256 word))) internal _directs;
    mapping(uint256 disputeId => mapping(uint16 draw => uint256 bits)) internal _opened;
    mapping(uint256 disputeId => mapping(uint8 round => Appeal)) internal _appeals;
    mapping(uint256 disputeId => mapping(uint8 round => mapping(address backer => uint80))) internal _contributions;
    mapping(uint256 disputeId => uint80) internal _fines;
    mapping(address defendant => Strikes) internal _strikes;

    /// @param vault_ The vault; it must register this court as a module with the right to suspend.
    /// @param randomness_ Source of seeds; zero for {Blockhashes}.
    /// @param owner_ Who may change parameters.
    constructor(IStakeVault vault_, IRandomness randomness_, address owner_)
        Ownable(owner_)
        EIP712("Folkmoot Court", "1")
    {
        (_vault, _randomness) = (vault_, randomness_);
    }

    /// @dev Accepts the fields of a case that has a ruling.
    function _requireRuled(uint256 disputeId, Case calldata case_, uint8 round, bytes32 past)
        internal
        view
        returns (uint256 place, uint256 word)
    {
        return _find(disputeId, CourtHash.ruled(disputeId, case_, round, past), Phase.Ruled);
    }

    /// @dev Place and word of a case by its hash.
    function _find(uint256 disputeId, uint256 hash, Phase phase) internal view returns (uint256 place, uint256 word) {
        (place, word) = _look(disputeId, hash);
        if (word & CourtHash.PHASE_MASK != uint256(phase)) revert WrongCase(disputeId);
    }

    /// @dev The same, with a word of zero if there is none.
    function _look(uint256 disputeId, uint256 hash) internal view returns (uint256 place, uint256 word) {
        place = disputeId % CourtHash.PLACES;
        word = _cases[place];
        if (CourtHash.fits(word, hash)) return (place, word);
        place = _ownPlace(disputeId);
        word = _cases[place];
        if (!CourtHash.fits(word, hash)) return (place, 0);
    }

    /// @dev The word of a case by its id alone, zero if it has ended. A word in a place of its own is certain. In a
    /// shared place the word of a case 16,384 numbers later looks the same; then the earlier one has ended, and who
    /// asks for it waits until the later one has, too.
    function _wordOf(uint256 disputeId) internal view returns (uint256 word) {
        word = _cases[_ownPlace(disputeId)];
        if (word != 0) return word;
        word = _cases[disputeId % CourtHash.PLACES];
        if (word & CourtHash.PHASE_MASK == 0 || !CourtHash.hasAge(word, disputeId)) return 0;
    }

    /// @dev Where a case is if its shared place was taken when it was opened. Ids count from 1.
    function _ownPlace(uint256 disputeId) internal pure returns (uint256) {
        return disputeId + CourtHash.PLACES;
    }

    /// @dev Ends a case. A shared place stays used, which is worth more than the refund.
    function _end(uint256 place) internal {
        _cases[place] = place < CourtHash.PLACES ? CourtHash.USED : 0;
    }

    function _minDeposit() internal view returns (uint80) {
        return _terms[ICourtOpening.Bench.Compute].minDeposit();
    }

    function _now() internal view returns (uint40) {
        return block.timestamp.toUint40();
    }

    function _seedBlock(uint256 terms) internal view returns (uint40) {
        return (block.number + terms.seedDelay()).toUint40();
    }
}
