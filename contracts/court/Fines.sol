// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CaseTerms} from "./CaseTerms.sol";
import {CourtHash} from "./CourtHash.sol";
import {Postings} from "./Postings.sol";
import {Seals} from "./Seals.sol";

/// @title Records of finished draws, and fines
abstract contract Fines is Seals {
    using SafeCast for uint256;
    using CaseTerms for uint256;
    using Postings for uint256;

    /// @dev The chain over the finished draws, the number of records and the last round.
    function _chain(Past[] calldata history) internal pure returns (bytes32 past, uint256 records, uint8 round) {
        for (uint256 i = 0; i < history.length; ++i) {
            Past calldata one = history[i];
            past = CourtHash.chain(past, one.clock, one.seed, keccak256(one.records));
            records += one.records.length / RECORD_BYTES;
            round = one.clock.round();
        }
    }

    /// @dev Takes a fine from a standing deposit, as far as it goes.
    function _fine(uint256 book, uint256 disputeId, address account, Case calldata case_)
        internal
        returns (uint80 fine)
    {
        fine = CaseTerms.fine(case_.money, case_.terms);
        if (fine == 0) return 0;
        Juror storage juror = _jurors[account];
        uint16 day = (block.timestamp / 1 days).toUint16();
        uint16 last = juror.absentDay;
        if (last != 0 && day - last <= case_.terms.repeatDays()) fine *= 2;
        uint80 deposit = juror.deposit;
        if (deposit < fine) fine = deposit;
        (juror.deposit, juror.absentDay) = (deposit - fine, day);
        emit Fined(disputeId, account, fine);
        if (fine != 0) book.add(account, 0, fine, 0);
    }

    function _record(bytes calldata records, uint256 position)
        internal
        pure
        returns (address juror, uint256 seats, uint256 mark)
    {
        assembly ("memory-safe") {
            let word := calldataload(add(records.offset, position))
            juror := shr(96, word)
            seats := byte(20, word)
            mark := byte(21, word)
        }
    }
}
