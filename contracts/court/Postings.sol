// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../interfaces/IStakeVault.sol";

/// @title The call of {IStakeVault-book}, written down as it will be sent
/// @notice An array of structs costs 400 gas per posting to make and 300 to encode; this costs 60.
/// @dev The book is a pointer to: selector (in the last 4 bytes of the first word), offset, length, then four words
/// per posting. Nothing else may take memory between {start} and {send} unless `most` postings were reserved.
library Postings {
    uint256 private constant POSTING_BYTES = 128;

    /// @notice Room for at most `most` postings.
    function start(uint256 most) internal pure returns (uint256 book) {
        uint256 selector = uint32(IStakeVault.book.selector);
        assembly ("memory-safe") {
            book := mload(0x40)
            mstore(book, selector)
            mstore(add(book, 0x20), 0x20)
            mstore(add(book, 0x40), 0)
            mstore(0x40, add(add(book, 0x60), mul(most, POSTING_BYTES)))
        }
    }

    /// @notice Adds a posting.
    function add(uint256 book, address account, uint80 unlocked, uint80 slashed, uint80 credited) internal pure {
        assembly ("memory-safe") {
            let length := mload(add(book, 0x40))
            let posting := add(add(book, 0x60), mul(length, POSTING_BYTES))
            // A short value may carry dirt above its type in assembly; the vault would refuse it.
            mstore(posting, shr(96, shl(96, account)))
            mstore(add(posting, 0x20), shr(176, shl(176, unlocked)))
            mstore(add(posting, 0x40), shr(176, shl(176, slashed)))
            mstore(add(posting, 0x60), shr(176, shl(176, credited)))
            mstore(add(book, 0x40), add(length, 1))
        }
    }

    /// @notice Adds a credit of `perSeat` times seats for every record with this mark. A record begins with
    /// juror 20 | seats 1 | mark 1.
    function credit(uint256 book, bytes calldata records, uint256 size, uint256 mark, uint256 perSeat) internal pure {
        assembly ("memory-safe") {
            let length := mload(add(book, 0x40))
            let posting := add(add(book, 0x60), mul(length, POSTING_BYTES))
            let end := add(records.offset, records.length)
            for { let record := records.offset } lt(record, end) { record := add(record, size) } {
                let word := calldataload(record)
                if eq(byte(21, word), mark) {
                    mstore(posting, shr(96, word))
                    mstore(add(posting, 0x20), 0)
                    mstore(add(posting, 0x40), 0)
                    mstore(add(posting, 0x60), mul(byte(20, word), perSeat))
                    posting := add(posting, POSTING_BYTES)
                    length := add(length, 1)
                }
            }
            mstore(add(book, 0x40), length)
        }
    }

    /// @notice Books all of it, in one call.
    function send(uint256 book, IStakeVault vault) internal {
        assembly ("memory-safe") {
            let size := add(0x44, mul(mload(add(book, 0x40)), POSTING_BYTES))
            if iszero(call(gas(), vault, 0, add(book, 0x1c), size, 0, 0)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}
