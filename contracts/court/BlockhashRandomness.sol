// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRandomness} from "../interfaces/IRandomness.sol";

/// @title Numbers from block hashes
/// @notice Known for 256 blocks, and for 8,191 where the chain keeps its history in a contract (EIP-2935).
/// @dev Whoever proposes the block in question can withhold it and so draw once more, for the price of a block. That
/// is far above what a seat is worth, and an appeal draws again; a chain with a better source plugs it in.
library Blockhashes {
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 internal constant HISTORY_BLOCKS = 8_191;

    /// @notice See {IRandomness-numberOf}.
    function numberOf(uint256 blockNumber) internal view returns (bytes32 number) {
        number = blockhash(blockNumber);
        if (number != 0 || blockNumber >= block.number || block.number - blockNumber > HISTORY_BLOCKS) return number;
        // An address without code answers with nothing, and so does the contract for what it does not know.
        (bool known, bytes memory answer) = HISTORY.staticcall(abi.encode(blockNumber));
        if (known && answer.length == 32) number = abi.decode(answer, (bytes32));
    }
}

/// @title {Blockhashes} as a source of its own
/// @dev A court that is given no source uses the library itself, which saves a call.
contract BlockhashRandomness is IRandomness {
    /// @inheritdoc IRandomness
    function numberOf(uint256 blockNumber) external view returns (bytes32) {
        return Blockhashes.numberOf(blockNumber);
    }
}
