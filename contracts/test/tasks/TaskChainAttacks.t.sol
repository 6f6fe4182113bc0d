// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskChain} from "../../interfaces/ITaskChain.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ChainPurse} from "../../tasks/ChainPurse.sol";
import {ChainFixture} from "./ChainFixture.t.sol";

/// @dev What somebody who wants the money of a chain would try.
contract TaskChainAttacksTest is ChainFixture {
    function test_NobodyOpensAChainWithTheMoneyOfAnother() public {
        ITaskChain.Chain memory chain = chainOf(1, 1, 50e18);
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.NotOwner.selector, THIEF));
        chains.open(chain);
    }

    function test_OnlyTheOwnerEndsAChain() public {
        ITaskChain.Chain memory chain = chainOf(1, 1, 50e18);
        bytes32 id = begin(chain);
        ITaskMarket.Task memory task = taskOf(chain);
        vm.warp(retractAt(task));
        vm.startPrank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.NotOwner.selector, THIEF));
        chains.halt(chain);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.NotOwner.selector, THIEF));
        chains.retract(chain, task);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.NotRequester.selector, THIEF));
        market.retract(task);
        chain.owner = THIEF;
        bytes32 other = chains.chainIdOf(chain);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.ChainNotRunning.selector, other));
        chains.halt(chain);
        ok(other != id, "another owner, another chain");
    }

    function test_ThePurseListensToTheChainContractOnly() public {
        ITaskChain.Chain memory chain = chainOf(1, 1, 50e18);
        begin(chain);
        ChainPurse p = ChainPurse(purse(chain));
        ITaskMarket.Task memory task = taskOf(chain);
        ITaskMarket.Order memory o = plain();
        vm.startPrank(REQUESTER);
        bytes memory refused = abi.encodeWithSelector(ChainPurse.NotChains.selector, REQUESTER);
        vm.expectRevert(refused);
        p.empty(REQUESTER);
        vm.expectRevert(refused);
        p.retract(task);
        vm.expectRevert(refused);
        p.submit(o, "x", 1);
    }

    function test_AStepOfAnotherChainIsNotTakenBack() public {
        ITaskChain.Chain memory mine = chainOf(1, 1, 50e18);
        begin(mine);
        ITaskChain.Chain memory other = chainOf(1, 1, 50e18);
        other.owner = THIEF;
        begin(other);
        ITaskMarket.Task memory task = taskOf(other);
        vm.warp(retractAt(task));
        bytes32 taskId = market.taskIdOf(task);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskChain.NotThisStep.selector, taskId));
        chains.retract(mine, task);
    }

    /// @dev Any bit of any field: another chain, which is not running.
    function testFuzz_AlteredFieldsAreUnknown(uint256 word, uint8 bit) public {
        ITaskChain.Chain memory chain = chainOf(2, 3, 50e18);
        begin(chain);
        work(chain, "a");
        bytes memory data = abi.encodeCall(chains.advance, (chain));
        // Nine fields, then length and two steps of six words; the offset of the steps is left alone.
        word = within(word, 1, 9 + 12);
        if (word >= 9) ++word;
        bytes memory copy = bytes.concat(data);
        assembly ("memory-safe") {
            let place := add(add(copy, 36), mul(word, 32))
            mstore(place, xor(mload(place), shl(bit, 1)))
        }
        (bool success,) = address(chains).call(copy);
        ok(!success, "advanced with altered fields");
        (success,) = address(chains).call(data);
        ok(success, "the unaltered call");
    }

    function test_ARetiredModuleStillEndsItsChains() public {
        ITaskChain.Chain memory chain = chainOf(2, 1, 50e18);
        begin(chain);
        vm.prank(OWNER);
        vault.retireModule(address(chains));
        workOn(chain, "a");
        workOn(chain, "b");
        eq(uint8(status(chain).status), uint8(ITaskChain.Status.Over), "over");
        ITaskChain.Chain memory late = chainOf(1, 1, 50e18);
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NotActiveModule.selector, address(chains)));
        chains.open(late);
    }
}
