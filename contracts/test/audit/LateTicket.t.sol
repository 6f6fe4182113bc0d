// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev A reservation starts the notice of the checkers anew. One that comes on chain with less than a notice left before
/// the deadline cannot be revealed under: its bond would go to the requester, who can be the one who sent the ticket.
contract LateTicketTest is Fixture {
    uint256 private constant KEY = 0x5E;
    bytes32 private constant TICKET_TYPE = keccak256("Ticket(bytes32 taskId,address solver,uint48 until)");
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function test_ATicketBeforeTheDeadlineIsNoTrap() public {
        address signer = vm.addr(KEY);
        vm.prank(SOLVER);
        vault.depositTo(signer, 0, START);
        veteran(signer);
        nextBlock();
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(uint256(deadline(task)) - 6);
        commit(id, signer, 0);
        ITaskMarket.Ticket memory ticket = _ticket(id, signer, deadline(task) + 80);
        vm.warp(uint256(deadline(task)) - 4);
        // The requester sees the reveal coming and sends the ticket ahead of it.
        vm.prank(REQUESTER);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.DeadlinePassed.selector, deadline(task)));
        market.reserveWithTicket(task, none(), ticket);
        reveal(task, none(), signer, 0);
        eq(stakeOf(signer), START, "no bond lost");
    }

    function test_TheLastReservationCanBeRevealedUnder() public {
        (ITaskMarket.Task memory task, bytes32 id) = submit();
        vm.warp(uint256(deadline(task)) - 10);
        commit(id, SOLVER, 0);
        ITaskMarket.Reservation memory held = reserve(task, SOLVER);
        skip(5);
        reveal(task, held, SOLVER, 0);
    }

    function _ticket(bytes32 id, address signer, uint48 until) private returns (ITaskMarket.Ticket memory) {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPE, keccak256("Folkmoot TaskMarket"), keccak256("1"), block.chainid, address(market)
            )
        );
        bytes32 content = keccak256(abi.encode(TICKET_TYPE, id, signer, until));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", domain, content)));
        return ITaskMarket.Ticket(signer, until, abi.encodePacked(r, s, v));
    }
}
