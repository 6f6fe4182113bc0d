// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRandomness} from "../../interfaces/IRandomness.sol";

/// @dev Numbers like block hashes: known from the next block on, for 256 blocks.
contract MockRandomness is IRandomness {
    bytes32 public salt;

    function set(bytes32 salt_) external {
        salt = salt_;
    }

    function numberOf(uint256 blockNumber) external view returns (bytes32) {
        if (block.number <= blockNumber || block.number - blockNumber > 256) return 0;
        return keccak256(abi.encode(salt, blockNumber));
    }
}
