// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskMarket} from "../../tasks/TaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Reservations by signature.
contract TicketsTest is Fixture {
    uint256 private constant KEY = 0x5EC3E7;

    address private signer;

    function setUp() public override {
        super.setUp();
        signer = vm.addr(KEY);
        vm.prank(REQUESTER);
        token.transfer(signer, START);
        vm.startPrank(signer);
        token.approve(address(vault), START);
        vault.depositTo(signer, 0, START);
        vm.stopPrank();
        veteran(signer);
    }

    function test_AnybodyPutsATicketOnChain() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 now_ = uint48(block.timestamp);
        ITaskMarket.Ticket memory ticket = _ticket(task, now_ + 60);
        vm.expectEmit(address(market));
        emit ITaskMarket.Reserved(id, signer, now_, now_ + 60);
        vm.prank(THIEF);
        market.reserveWithTicket(task, none(), ticket);
        eq(locked(signer), BOND, "bond of the signer");
        eq(locked(THIEF), 0, "not of the sender");
        ITaskMarket.Reservation memory held = ITaskMarket.Reservation(signer, now_, now_ + 60);
        eq(market.wordOf(id), market.reservedWordOf(id, held), "word");
        commit(id, signer, 0);
        nextBlock();
        reveal(task, held, signer, 0);
        eq(locked(signer), LOCK, "an ordinary reservation");
    }

    function test_StallersPay() public {
        (ITaskMarket.Task memory task,) = _open();
        uint48 now_ = uint48(block.timestamp);
        market.reserveWithTicket(task, none(), _ticket(task, now_ + 60));
        vm.warp(now_ + 61);
        market.forfeit(task, ITaskMarket.Reservation(signer, now_, now_ + 60));
        eq(stakeOf(signer), START - BOND, "bond taken");
    }

    function test_TicketsHaveATime() public {
        (ITaskMarket.Task memory task,) = _open();
        uint48 now_ = uint48(block.timestamp);
        _refused(task, _ticket(task, now_), _outOfBounds(now_, now_ + 90));
        _refused(task, _ticket(task, now_ - 1), _outOfBounds(now_ - 1, now_ + 90));
        _refused(task, _ticket(task, now_ + 91), _outOfBounds(now_ + 91, now_ + 90));
        market.reserveWithTicket(task, none(), _ticket(task, now_ + 90));
    }

    function test_ForgedTicketsAreRefused() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 until = uint48(block.timestamp) + 60;
        ITaskMarket.Ticket memory ticket = _sign(KEY + 1, market, id, signer, until);
        _refused(task, ticket, _forged(signer));
        ticket = _ticket(task, until);
        ticket.solver = SOLVER;
        _refused(task, ticket, _forged(SOLVER));
        ticket = _ticket(task, until);
        ticket.until = until + 1;
        _refused(task, ticket, _forged(signer));
        ticket = _ticket(task, until);
        ticket.signature = "";
        _refused(task, ticket, _forged(signer));
        ticket.signature = new bytes(65);
        _refused(task, ticket, _forged(signer));
        ticket.solver = address(0);
        _refused(task, ticket, _forged(address(0)));
    }

    function testFuzz_EverySignatureBitCounts(uint256 bit) public {
        (ITaskMarket.Task memory task,) = _open();
        ITaskMarket.Ticket memory ticket = _ticket(task, uint48(block.timestamp) + 60);
        bit = within(bit, 0, 65 * 8 - 1);
        ticket.signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _refused(task, ticket, _forged(signer));
    }

    /// @dev The second signature that the curve gives to each message, by everybody, is not taken.
    function test_MirroredSignatureIsRefused() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 until = uint48(block.timestamp) + 60;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(market, block.chainid, id, signer, until));
        uint256 order_ = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory mirrored = abi.encodePacked(r, bytes32(order_ - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        _refused(task, ITaskMarket.Ticket(signer, until, mirrored), _forged(signer));
    }

    function test_TicketOfAnotherTaskIsForged() public {
        (ITaskMarket.Task memory first,) = _open();
        (ITaskMarket.Task memory second,) = _open();
        _refused(second, _ticket(first, uint48(block.timestamp) + 60), _forged(signer));
    }

    function test_TicketOfAnotherMarketIsForged() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        TaskMarket other = new TaskMarket(vault, registry, court, TREASURY, defaultSettings(), OWNER);
        uint48 until = uint48(block.timestamp) + 60;
        _refused(task, _sign(KEY, other, id, signer, until), _forged(signer));
    }

    function test_TicketOfAnotherChainIsForged() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 until = uint48(block.timestamp) + 60;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(market, 4242, id, signer, until));
        _refused(task, ITaskMarket.Ticket(signer, until, abi.encodePacked(r, s, v)), _forged(signer));
        // After a fork of the chain the old ticket names neither the chain nor the task any more.
        ITaskMarket.Ticket memory ticket = _ticket(task, until);
        vm.chainId(4242);
        _refused(task, ticket, _forged(signer));
    }

    function test_TicketIsUsedOnce() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 now_ = uint48(block.timestamp);
        ITaskMarket.Ticket memory ticket = _ticket(task, now_ + 60);
        market.reserveWithTicket(task, none(), ticket);
        ITaskMarket.Reservation memory held = ITaskMarket.Reservation(signer, now_, now_ + 60);
        _refused(task, ticket, abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        vm.warp(now_ + 61);
        vm.expectRevert(_outOfBounds(now_ + 60, now_ + 61 + 90));
        market.reserveWithTicket(task, held, ticket);
    }

    function test_ATicketDoesNotMakeItOnesTurn() public {
        ITaskMarket.Settings memory s = defaultSettings();
        s.spread = 600;
        vm.prank(OWNER);
        market.setSettings(0, s);
        (ITaskMarket.Task memory task,) = submit();
        vm.roll(submittedIn(task) + 2);
        skip(1);
        ITaskMarket.Ticket memory ticket = _ticket(task, uint48(block.timestamp) + 60);
        uint48 opensAt = turn(task, signer);
        ok(opensAt > block.timestamp, "not yet");
        _refused(task, ticket, abi.encodeWithSelector(ITaskMarket.NotYourTurn.selector, signer, opensAt));
    }

    function test_TheSignerNeedsItsStake() public {
        (ITaskMarket.Task memory task,) = _open();
        vm.prank(signer);
        vault.requestUnstake(START - LOCK + 1);
        vm.warp(uint256(submittedAt(task)) + LIFETIME / 2);
        _refused(
            task,
            _ticket(task, uint48(block.timestamp) + 60),
            abi.encodeWithSelector(IStakeVault.InsufficientFreeStake.selector, signer, LOCK - 1, LOCK)
        );
    }

    /// @dev The requester puts the ticket on chain in its last second, ahead of the reveal, which then fails; the notice
    /// starts anew, and by the time it is over the ticket has run out. The bond must not be his by then.
    function test_TicketInItsLastSecondIsNoTrap() public {
        (ITaskMarket.Task memory task, bytes32 id) = _open();
        uint48 since = uint48(block.timestamp) + 59;
        ITaskMarket.Ticket memory ticket = _ticket(task, since + 1);
        vm.warp(since - 1);
        commit(id, signer, 0);
        vm.warp(since);
        market.reserveWithTicket(task, none(), ticket);
        ITaskMarket.Reservation memory held = ITaskMarket.Reservation(signer, since, since + 1);
        vm.prank(signer);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotOpen.selector, id));
        market.reveal(task, none(), 0, SALT, RESULT, 1);
        vm.warp(since + 2);
        vm.prank(signer);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.RevealTooEarly.selector, since + 5));
        market.reveal(task, held, 0, SALT, RESULT, 1);
        vm.warp(since + 10);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.ReservationHolds.selector, since + 10));
        market.forfeit(task, held);
        reveal(task, held, signer, 0);
        eq(stakeOf(signer), START, "the bond is safe");
    }

    function _open() private returns (ITaskMarket.Task memory task, bytes32 id) {
        (task, id) = submit();
        awaitTurn(task, signer);
    }

    function _ticket(ITaskMarket.Task memory task, uint48 until) private returns (ITaskMarket.Ticket memory) {
        return _sign(KEY, market, market.taskIdOf(task), signer, until);
    }

    function _sign(uint256 key, TaskMarket verifier, bytes32 id, address solver, uint48 until)
        private
        returns (ITaskMarket.Ticket memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(verifier, block.chainid, id, solver, until));
        return ITaskMarket.Ticket({solver: solver, until: until, signature: abi.encodePacked(r, s, v)});
    }

    /// @dev EIP-712 written out.
    function _digest(TaskMarket verifier, uint256 chain, bytes32 id, address solver, uint48 until)
        private
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Folkmoot TaskMarket"),
                keccak256("1"),
                chain,
                address(verifier)
            )
        );
        bytes32 content =
            keccak256(abi.encode(keccak256("Ticket(bytes32 taskId,address solver,uint48 until)"), id, solver, until));
        return keccak256(abi.encodePacked("\x19\x01", domain, content));
    }

    function _refused(ITaskMarket.Task memory task, ITaskMarket.Ticket memory ticket, bytes memory reason) private {
        vm.expectRevert(reason);
        market.reserveWithTicket(task, none(), ticket);
    }

    function _forged(address solver) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskMarket.TicketForged.selector, solver);
    }

    function _outOfBounds(uint48 until, uint48 maximum) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskMarket.TicketOutOfBounds.selector, until, maximum);
    }
}
