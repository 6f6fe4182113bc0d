// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskChain} from "../../interfaces/ITaskChain.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {ChainFixture} from "./ChainFixture.t.sol";

/// @dev Many chains of several owners, with every way a step can end, by random callers. A call that had to be refused
/// and worked, or the other way round, counts in `broken`.
contract ChainHandler is ChainFixture {
    /// @dev Every chain has a book of its own: paid in = in the purse + at the market + spent + given back.
    struct Book {
        ITaskChain.Chain chain;
        ITaskMarket.Task task;
        uint256 paidIn;
        uint256 atMarket;
        uint256 spent;
        uint256 givenBack;
    }

    uint256 public broken;
    mapping(bytes4 entry => uint256) public successes;

    Book[] private _books;
    uint64 private _nonces;

    constructor() {
        super.setUp();
        setIssue(0);
    }

    function setUp() public override {}

    function check() external view {
        uint256 purses;
        for (uint256 i = 0; i < _books.length; ++i) {
            Book storage book = _books[i];
            uint256 inPurse = balance(purse(book.chain));
            eq(inPurse + book.atMarket + book.spent + book.givenBack, book.paidIn, "the book of a chain");
            if (status(book.chain).status == ITaskChain.Status.Over) eq(book.atMarket, 0, "over, but at the market");
            purses += inPurse;
        }
        eq(vault.moduleOf(module).escrowed, 0, "the module holds nothing");
        uint256 claims = purses + balance(TREASURY) + balance(PAYEE) + balance(court.JURORS());
        claims += uint256(vault.moduleOf(address(market)).escrowed) + vault.moduleOf(address(market)).retained
            + vault.accruedOf(address(market), model);
        for (uint256 i = 0; i < parties.length; ++i) claims += uint256(balance(parties[i])) + stakeOf(parties[i]);
        eq(claims, token.balanceOf(address(vault)), "claims = tokens held");
        eq(broken, 0, "calls that had to be refused, or had to work");
    }

    function open(uint256 who, uint256 shape, uint256 budget) external {
        if (_books.length >= 40) return;
        ITaskChain.Chain memory chain =
            chainOf(1 + shape % 3, uint16(1 + (shape >> 8) % 4), within80(budget, 0, 5 * COST));
        (chain.owner, chain.nonce) = (_owner(who), ++_nonces);
        if (shape % 7 == 0) chain.goal = bytes32(uint256(2));
        for (uint256 i = 0; i < chain.steps.length; ++i) chain.steps[i].fee = within80(shape >> (16 + i), 1e18, FEE);
        uint256 cost = uint256(chain.steps[0].fee) + MODEL_FEE;
        bool due = chain.budget >= cost && balance(chain.owner) >= chain.budget;
        bool success = _call(chain.owner, abi.encodeCall(chains.open, (chain)));
        if (success != due) ++broken;
        if (!success) return;
        Book storage book = _books.push();
        _write(book, chain);
        (book.paidIn, book.atMarket) = (chain.budget, cost);
        book.task = taskOf(chain);
        ++successes[this.open.selector];
    }

    /// @dev How the task of the current step ends: paid, paid after a dispute, overturned, retracted by nobody,
    /// refunded.
    function endStep(uint256 which, uint256 how, uint256 digest) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        ITaskMarket.Task memory task = book.task;
        if (market.wordOf(market.taskIdOf(task)) == bytes32(0)) return;
        how = how % 8;
        if (how == 7 || block.timestamp + 20 > deadline(task)) {
            if (block.timestamp <= deadline(task)) vm.warp(deadline(task) + 1);
            market.refund(task, none());
            book.atMarket = 0;
            return;
        }
        // Few results, so that goals and fixed points are met.
        ITaskMarket.Solution memory solution = solveTask(task, THIRD, bytes32(1 + digest % 5));
        if (how >= 5) {
            vm.prank(RIVAL);
            uint256 disputeId = market.contest(task, solution, "");
            decide(disputeId, how - 5, task, solution);
            if (how == 5) book.spent += book.atMarket;
        } else {
            claim(task, solution);
            book.spent += book.atMarket;
        }
        book.atMarket = 0;
        ++successes[this.endStep.selector];
    }

    function advance(uint256 who, uint256 which) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        bool due = status(book.chain).status == ITaskChain.Status.Running && book.atMarket == 0;
        bool success = _move(book, parties[who % parties.length], abi.encodeCall(chains.advance, (book.chain)));
        if (success != due) ++broken;
        if (success) ++successes[this.advance.selector];
    }

    function halt(uint256 who, uint256 which) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        address caller = who % 3 == 0 ? _owner(who / 3) : book.chain.owner;
        bool due = caller == book.chain.owner && status(book.chain).status == ITaskChain.Status.Running;
        bool success = _move(book, caller, abi.encodeCall(chains.halt, (book.chain)));
        if (success != due) ++broken;
        if (success) ++successes[this.halt.selector];
    }

    function retract(uint256 who, uint256 which) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        address caller = who % 3 == 0 ? _owner(who / 3) : book.chain.owner;
        if (who % 4 == 1 && block.timestamp < retractAt(book.task)) vm.warp(retractAt(book.task));
        bool due = caller == book.chain.owner && status(book.chain).status == ITaskChain.Status.Running
            && market.wordOf(market.taskIdOf(book.task)) != bytes32(0) && block.timestamp >= retractAt(book.task);
        bool success = _move(book, caller, abi.encodeCall(chains.retract, (book.chain, book.task)));
        if (success != due) ++broken;
        if (success) ++successes[this.retract.selector];
    }

    function payIn(uint256 which, uint256 amount) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        uint80 paid = within80(amount, 1, COST);
        if (balance(THIEF) < paid) return;
        address to = purse(book.chain);
        vm.prank(THIEF);
        vault.transfer(to, paid);
        book.paidIn += paid;
        ++successes[this.payIn.selector];
    }

    function sweep(uint256 which) external {
        if (_books.length == 0) return;
        Book storage book = _pick(which);
        bool due = status(book.chain).status == ITaskChain.Status.Over;
        bool success = _move(book, THIEF, abi.encodeCall(chains.sweep, (book.chain)));
        if (success != due) ++broken;
        if (success) ++successes[this.sweep.selector];
    }

    function pause(uint256 time) external {
        nextBlock();
        skip(time % 20 minutes);
    }

    /// @dev Ends every chain; afterwards no purse holds anything.
    function finish() external {
        for (uint256 i = 0; i < _books.length; ++i) {
            Book storage book = _books[i];
            if (status(book.chain).status == ITaskChain.Status.Running) {
                if (book.atMarket != 0) {
                    if (block.timestamp <= deadline(book.task)) vm.warp(deadline(book.task) + 1);
                    market.refund(book.task, none());
                    book.atMarket = 0;
                }
                ok(_move(book, book.chain.owner, abi.encodeCall(chains.halt, (book.chain))), "halted");
            }
            ok(_move(book, THIEF, abi.encodeCall(chains.sweep, (book.chain))), "swept");
            eq(balance(purse(book.chain)), 0, "purse");
            eq(book.paidIn, book.spent + book.givenBack, "spent or given back");
        }
        this.check();
    }

    /// @dev A call on a chain: what its owner has more afterwards was given back, and a new step costs what it costs.
    function _move(Book storage book, address caller, bytes memory data) private returns (bool success) {
        uint80 before = balance(book.chain.owner);
        bytes32 taskId = status(book.chain).taskId;
        bool waiting = book.atMarket != 0;
        success = _call(caller, data);
        if (!success) return false;
        if (waiting && status(book.chain).status == ITaskChain.Status.Over) book.atMarket = 0;
        book.givenBack += balance(book.chain.owner) - before;
        if (status(book.chain).taskId == taskId) return true;
        book.task = taskOf(book.chain);
        book.atMarket = (book.task.money >> 176) + MODEL_FEE;
    }

    function _write(Book storage book, ITaskChain.Chain memory chain) private {
        book.chain.owner = chain.owner;
        book.chain.nonce = chain.nonce;
        book.chain.budget = chain.budget;
        book.chain.rounds = chain.rounds;
        book.chain.inputSize = chain.inputSize;
        book.chain.largest = chain.largest;
        book.chain.input = chain.input;
        book.chain.goal = chain.goal;
        for (uint256 i = 0; i < chain.steps.length; ++i) book.chain.steps.push(chain.steps[i]);
    }

    function _call(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        (success,) = address(chains).call(data);
    }

    function _pick(uint256 which) private view returns (Book storage) {
        uint256 span = which % 5 == 0 || _books.length < 4 ? _books.length : 4;
        return _books[_books.length - 1 - (which / 5) % span];
    }

    function _owner(uint256 who) private pure returns (address) {
        return [REQUESTER, SOLVER, NEWCOMER][who % 3];
    }
}
