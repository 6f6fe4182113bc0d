// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IBatchMarket} from "../interfaces/IBatchMarket.sol";

/// @title Hashes of the batch market
/// @notice Every hash that is stored or used as a key starts with a tag of its kind, and all of them contain the id of
/// the batch, which is bound to the chain and to the contract.
library BatchHash {
    bytes32 internal constant BATCH_TAG = keccak256("folkmoot.batch.v1");
    bytes32 internal constant RUN_TAG = keccak256("folkmoot.batch.run.v1");
    bytes32 internal constant ITEM_TAG = keccak256("folkmoot.batch.item.v1");
    bytes32 internal constant FROZEN_TAG = keccak256("folkmoot.batch.frozen.v1");

    /// @dev Bytes of a batch as standard ABI encoding: seven static words.
    uint256 private constant BATCH_BYTES = 224;

    /// @notice Id of a batch: `keccak256(abi.encode(BATCH_TAG, block.chainid, batchMarket, batch))`.
    /// @dev A struct of static values lies in calldata as it would be encoded, so it is copied and not taken apart.
    /// Bits above a short field are part of the hash: whoever sets them asks for another batch.
    function idOf(IBatchMarket.Batch calldata batch) internal view returns (bytes32 id) {
        bytes32 tag = BATCH_TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), chainid())
            mstore(add(free, 0x40), address())
            calldatacopy(add(free, 0x60), batch, BATCH_BYTES)
            id := keccak256(free, add(0x60, BATCH_BYTES))
        }
    }

    /// @notice The same id for a batch in memory.
    function idOfMemory(IBatchMarket.Batch memory batch) internal view returns (bytes32) {
        return keccak256(abi.encode(BATCH_TAG, block.chainid, address(this), batch));
    }

    /// @notice Key of a run. The claim reads nothing that is not in here, in the id of the batch or in the run's word.
    /// @dev Two runs cannot share it: the root names its items, and each item is taken once.
    function run(bytes32 batchId, IBatchMarket.Run memory run_) internal pure returns (bytes32) {
        return keccak256(abi.encode(RUN_TAG, batchId, run_.solver, run_.revealedAt, run_.root));
    }

    /// @notice Id of one item, the subject of its dispute.
    function item(bytes32 batchId, uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(ITEM_TAG, batchId, index));
    }

    /// @notice Word of a contested item.
    function frozen(bytes32 itemId, address solver, uint256 disputeId) internal pure returns (bytes32) {
        return keccak256(abi.encode(FROZEN_TAG, itemId, solver, disputeId));
    }
}
