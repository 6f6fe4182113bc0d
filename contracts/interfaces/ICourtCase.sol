// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IArbitrator, IEvidence} from "./IArbitrator.sol";
import {ICourtOpening} from "./ICourt.sol";
import {ICourtTypes} from "./ICourtTypes.sol";
import {IRandomness} from "./IRandomness.sol";
import {IStakeVault} from "./IStakeVault.sol";

/// @title What every case needs
interface ICourtBench is ICourtTypes, ICourtOpening, IArbitrator {
    /// @notice Seals ballots of several jurors by their signatures (EIP-712). Anyone may call, any number of times.
    /// @dev Within three quarters of the time the first call makes the list, which is a part of the hash; whoever sent
    /// something at the same moment sends it once more, with the list. In the last quarter the hash stays as it is,
    /// and further ballots get words of their own, for 27,000 gas each. Whoever has a ballot already is passed over.
    /// @param draw_ As in {commit}.
    /// @param list As in {commit}.
    /// @param ballots Ballots in ascending order of those who signed them; at most {MAX_LIST}. A signature over
    /// anything else belongs to an account without a seat and is refused.
    function commitBatch(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes calldata ballots
    ) external;

    /// @notice Counts the ballots of a draw. Within the time for opening every ballot has to be opened here; after it
    /// those count that were opened ahead of the tally, and they are shown once more.
    /// @param ballots Packed, see {ICourtTypes}: the list, then all ballots apart from it in ascending order of jurors.
    function tally(uint256 disputeId, Case calldata case_, Draw calldata draw_, bytes calldata ballots) external;

    /// @notice Executes a final ruling: books the money and rules over the module. Anyone may call.
    /// @param history All finished draws.
    /// @param fields For {IRuledWithFields-ruleWith}. Wrong ones undo the whole call, so nobody can spoil a ruling.
    function execute(uint256 disputeId, Case calldata case_, Past[] calldata history, bytes calldata fields) external;

    /// @notice Books the money of a final ruling, for a module that cannot be ruled upon now; {deliver} does the rest.
    function settle(uint256 disputeId, Case calldata case_, Past[] calldata history) external;

    /// @notice Rules over the module of a settled case. Anyone may call, as often as it takes.
    function deliver(uint256 disputeId, address module, bytes calldata fields) external;

    /// @notice Gives to an appeal against the ruling, from the caller's balance. The last part of the bond starts the
    /// next round; what is too much is not taken.
    /// @param round Of the ruling.
    /// @param past After the last draw.
    /// @return taken What was taken.
    function fundAppeal(uint256 disputeId, Case calldata case_, uint8 round, bytes32 past, uint80 amount)
        external
        returns (uint80 taken);

    /// @notice Pays a backer: the contribution to an appeal that did not come about, or bond and share of one that was
    /// right. Anyone may call.
    function repayAppeal(uint256 disputeId, uint8 round, address backer) external returns (uint80 amount);

    /// @notice An appeal against the ruling of a round.
    function appealOf(uint256 disputeId, uint8 round) external view returns (Appeal memory);

    /// @notice What a backer gave to it and has not got back.
    function contributionOf(uint256 disputeId, uint8 round, address backer) external view returns (uint80);
}

/// @title What some cases need, and what can be read
interface ICourtClerk is ICourtTypes, IEvidence {
    /// @notice Locks a standing deposit, or adds to it. Who has resigned joins again once the deposit can be returned:
    /// earlier, the presence by which it was drawn could be overwritten, and the fine for a missing ballot with it.
    function join(uint80 deposit) external;

    /// @notice No more seats. The deposit stays until no seat can be open any more.
    function resign() external;

    /// @notice Returns the deposit of a juror who left, {IStakeVault-exitDelay} later. Anyone may call.
    function returnDeposit(address juror) external;

    /// @notice The caller is present, today and tomorrow, with the stake it has now. Once a day.
    function heartbeat() external;

    /// @notice Shows something to the jurors; anyone may.
    function submitEvidence(uint256 disputeId, string calldata evidenceURI) external;

    /// @notice Fixes the seed of the draw, or names a later block if it cannot be known any more. Anyone may call.
    function draw(uint256 disputeId, Case calldata case_, Draw calldata draw_) external;

    /// @notice Seals the caller's ballot, in a word of its own.
    /// @param draw_ With the seed; if it is not fixed yet and can be known, the call fixes it.
    /// @param list The list of the draw, sealed records, to show that the caller is not in it; empty while there is
    /// none.
    /// @param commitment See {commitmentFor}.
    function commit(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes26 commitment
    ) external;

    /// @notice Opens a ballot that is not in the list, ahead of the tally. Anyone who knows it may call.
    function openDirect(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        address juror,
        uint8 vote,
        bytes32 trace,
        bytes16 salt
    ) external;

    /// @notice Opens ballots of the list ahead of the tally; those that were opened before are passed over.
    /// @param list Sealed records.
    /// @param placed Placed openings.
    function openList(
        uint256 disputeId,
        Case calldata case_,
        Draw calldata draw_,
        bytes calldata list,
        bytes calldata placed
    ) external;

    /// @notice Fines jurors who were drawn and sealed no ballot, from the ruling to its execution. Anyone may call.
    /// @param history All finished draws.
    /// @param which The draw in question, an index into `history`.
    /// @param jurors Ascending; at most {MAX_LIST}.
    function reportAbsent(
        uint256 disputeId,
        Case calldata case_,
        Past[] calldata history,
        uint256 which,
        address[] calldata jurors
    ) external;

    /// @notice Owner only: parameters of a bench, for cases to come.
    function setSettings(ICourtOpening.Bench bench, Settings calldata settings_) external;

    /// @notice Owner only: smallest deposit of a juror.
    function setMinDeposit(uint80 minDeposit_) external;

    /// @notice Owner only: what disputes of a bench are about (ERC-1497).
    function setMetaEvidence(ICourtOpening.Bench bench, string calldata evidence) external;

    /// @notice The word of a case; zero for unknown and ended ones.
    function caseWordOf(uint256 disputeId) external view returns (uint256);

    /// @notice The clear part of it.
    function stateOf(uint256 disputeId) external view returns (State memory);

    /// @notice Record of a juror.
    function jurorOf(address juror) external view returns (Juror memory);

    /// @notice Presence of a juror before the last change of its weight or break of its presence.
    function formerOf(address juror) external view returns (Former memory);

    /// @notice Number of cases and sums of presence.
    function docket() external view returns (Docket memory);

    /// @notice Weight of all who are present now.
    function presentNow() external view returns (uint80);

    /// @notice Weight of a juror in a draw that started at `startedAt`, from the court's records: zero if it was not
    /// present then.
    function weightAt(address juror, uint40 startedAt) external view returns (uint80);

    /// @notice Seats of a juror: `floor(seats * weight / present + u)`, u uniform in [0, 1) from seed and juror.
    function seatsFor(bytes32 seed, address juror, uint80 weight, uint80 present, uint8 seats)
        external
        pure
        returns (uint8);

    /// @notice Seats of an account in a draw whose seed is given.
    function seatsOf(Case calldata case_, Draw calldata draw_, address juror) external view returns (uint8);

    /// @notice The sealed form of a ballot: the first 26 bytes of `keccak256(abi.encode(SEAL_TAG, domainSeparator,
    /// disputeId, draw, juror, vote, trace, salt))`.
    /// @param draw_ `round * 256 + attempt`.
    function commitmentFor(
        uint256 disputeId,
        uint16 draw_,
        address juror,
        uint8 vote,
        bytes32 trace,
        bytes16 salt
    ) external view returns (bytes26);

    /// @notice What a juror signs so that others may seal its ballot: EIP-712
    /// `Ballot(uint256 disputeId,uint16 draw,bytes26 commitment)`.
    function ballotDigest(uint256 disputeId, uint16 draw_, bytes26 commitment) external view returns (bytes32);

    /// @notice Domain of EIP-712: name "Folkmoot Court", version "1", chain and this contract.
    function domainSeparator() external view returns (bytes32);

    /// @notice A ballot that is not in the list, until the tally.
    function directOf(uint256 disputeId, uint16 draw_, address juror)
        external
        view
        returns (bytes26 commitment, uint8 seats, bool opened);

    /// @notice Which ballots of the list were opened ahead of the tally, bit by bit.
    function openedOf(uint256 disputeId, uint16 draw_) external view returns (uint256);

    /// @notice Bond of an appeal in a case.
    function appealBondOf(Case calldata case_) external pure returns (uint80);

    /// @notice Fines taken by {reportAbsent}, waiting for the execution.
    function finesOf(uint256 disputeId) external view returns (uint80);

    /// @notice When a defendant lost last and the time before, seconds.
    function strikesOf(address defendant) external view returns (uint40 last, uint40 before);

    /// @notice Parameters of a bench, for cases to come.
    function settings(ICourtOpening.Bench bench) external view returns (Settings memory);

    /// @notice The same, packed as a case carries them.
    function termsOf(ICourtOpening.Bench bench) external view returns (uint256);

    /// @notice Smallest deposit of a juror.
    function minDeposit() external view returns (uint80);

    /// @notice The vault that holds the money.
    function vault() external view returns (IStakeVault);

    /// @notice Source of seeds, for good; zero for the block hashes of the chain.
    function randomness() external view returns (IRandomness);

    /// @notice Most bytes of a text.
    function MAX_URI() external view returns (uint256);

    /// @notice Most ballots in a list, and most jurors in a report.
    function MAX_LIST() external view returns (uint256);
}

/// @title The court as modules, jurors and nodes see it
/// @notice opened -> seed -> ballots sealed -> ballots opened -> ruling -> (appeal -> larger panel ->)* executed.
/// @dev One address. Its code is in two pieces, because it is larger than one contract may be: what every case needs
/// is in {Court}, the rest in {CourtClerk}, to which the court delegates. This is the interface of both together.
interface ICourtCase is ICourtBench, ICourtClerk {}
