// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../interfaces/ITaskMarket.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev Defects found in earlier systems of this kind, each tried on this one.
contract RegressionsTest is Fixture {
    /// @dev F1: the losers' pot counted votes that nobody had stake behind, so more was paid than taken.
    function test_F1_ARulingPaysWhatItTook() public {
        for (uint256 ruling = 0; ruling < 2; ++ruling) {
            uint256 before = _claims();
            (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
            uint256 issued = vault.issuance().issued;
            decide(disputeId, ruling, task, solution);
            eq(_claims() - before, vault.issuance().issued - issued, "nothing comes from nowhere");
        }
    }

    /// @dev F2: a list of those who may contest, which a stranger could empty. There is no list.
    function test_F2_AnybodyWithStakeContests() public {
        address stranger = address(0x57A);
        vm.prank(THIEF);
        vault.depositTo(stranger, 0, LOCK / 2);
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        vm.startPrank(OWNER);
        market.renounceOwnership();
        vault.renounceOwnership();
        vm.stopPrank();
        vm.prank(stranger);
        market.contest(task, solution, "");
        eq(locked(stranger), LOCK / 2, "half of what the solver risks is enough");
    }

    /// @dev F4: after one lost dispute, other solutions of the solver could neither be claimed nor contested, and the
    /// money of innocent customers stayed in between for good.
    function test_F4_OtherSolutionsOfALoserAreUntouched() public {
        (ITaskMarket.Task memory good,, ITaskMarket.Solution memory goodSolution) = solved();
        (ITaskMarket.Task memory bad,, ITaskMarket.Solution memory badSolution, uint256 disputeId) = contested();
        (ITaskMarket.Task memory doubtful,, ITaskMarket.Solution memory doubted) = solved();
        court.suspend(SOLVER, uint48(block.timestamp) + 90 days);
        decide(disputeId, 1, bad, badSolution);
        vm.prank(THIEF);
        uint256 second = market.contest(doubtful, doubted, "");
        uint80 before = balance(SOLVER);
        claim(good, goodSolution);
        ok(balance(SOLVER) - before >= FEE * 9 / 10 - 2.4e18, "paid, as a newcomer again");
        decide(second, 0, doubtful, doubted);
        eq(locked(SOLVER), 0, "no lock is left");
        eq(vault.moduleOf(address(market)).escrowed, 0, "no money either");
    }

    /// @dev F4: nor behind the state of the system: author, owner and module gone, parameters changed.
    function test_F4_NothingThatHappensToOthersCatchesMoney() public {
        (ITaskMarket.Task memory done,, ITaskMarket.Solution memory solution) = solved();
        (ITaskMarket.Task memory open,) = submit();
        (ITaskMarket.Task memory late,) = submit();
        (ITaskMarket.Task memory stalled,) = submit();
        awaitTurn(stalled, THIEF);
        ITaskMarket.Reservation memory held = reserve(stalled, THIEF);
        vm.prank(SOLVER);
        vault.requestUnstake(START - LOCK);
        vm.prank(AUTHOR);
        registry.retire(model);
        ITaskMarket.Settings memory s = defaultSettings();
        (s.treasuryBps, s.lockFactor, s.retractDelay, s.minLifetime, s.maxLifetime) =
            (2_000, 200, 7 days, 30 days, 30 days);
        vm.startPrank(OWNER);
        vault.retireModule(address(market));
        market.setTreasury(address(0x7EA));
        market.setSettings(0, s);
        vault.renounceOwnership();
        market.renounceOwnership();
        vm.stopPrank();
        vm.warp(retractAt(open));
        vm.prank(REQUESTER);
        market.retract(open);
        vm.warp(uint256(deadline(stalled)) + EXIT_DELAY);
        vm.prank(SOLVER);
        vault.unstake();
        market.refund(late, none());
        market.refund(stalled, held);
        market.claim(done, solution);
        eq(market.payTreasury(), 1e18, "treasury");
        eq(market.payAuthor(model), MODEL_FEE, "author");
        eq(balance(REQUESTER), START - FEE - MODEL_FEE, "paid for one task; a retired market takes no bonds");
        eq(balance(SOLVER), START + 9e18 + START - LOCK, "solver");
        eq(vault.freeStakeOf(SOLVER), LOCK, "stake is free");
        IStakeVault.Module memory module = vault.moduleOf(address(market));
        eq(uint256(module.escrowed) + module.locked + module.retained, 0, "nothing is left behind");
    }

    /// @dev F5: a task that nobody solves kept its fee for good.
    function test_F5_EveryUnsolvedTaskGivesItsMoneyBack() public {
        (ITaskMarket.Task memory first,) = submit();
        (ITaskMarket.Task memory second,) = submit();
        vm.warp(retractAt(first));
        vm.prank(REQUESTER);
        market.retract(first);
        vm.warp(uint256(deadline(second)) + 10_000 days);
        market.refund(second, none());
        eq(balance(REQUESTER), START, "fee and model fee are back");
    }

    /// @dev F6: amounts were cut to 80 bits. Here everything that does not fit is refused, by every entry.
    function testFuzz_F6_AmountsAreNeverCut(uint256 raw) public {
        // Cut to 80 bits it would be one token, which all of these calls would take.
        uint256 amount = (within(raw, 1, 2 ** 176 - 1) << 80) | 1e18;
        vm.startPrank(address(market));
        vault.collect(REQUESTER, 2e18);
        vault.lock(SOLVER, 2e18);
        vault.lock(THIEF, 2e18);
        vm.stopPrank();
        _refused(REQUESTER, abi.encodeWithSelector(vault.withdraw.selector, amount));
        _refused(REQUESTER, abi.encodeWithSelector(vault.stake.selector, amount));
        _refused(REQUESTER, abi.encodeWithSelector(vault.transfer.selector, SOLVER, amount));
        _refused(REQUESTER, abi.encodeWithSelector(vault.requestUnstake.selector, amount));
        _refused(REQUESTER, abi.encodeWithSelector(vault.depositTo.selector, REQUESTER, amount, 0));
        _refused(REQUESTER, abi.encodeWithSelector(vault.depositTo.selector, REQUESTER, 0, amount));
        _refused(address(market), abi.encodeWithSelector(vault.collect.selector, REQUESTER, amount));
        _refused(address(market), abi.encodeWithSelector(vault.credit.selector, REQUESTER, amount));
        _refused(address(market), abi.encodeWithSelector(vault.lock.selector, SOLVER, amount));
        _refused(address(market), abi.encodeWithSelector(vault.lockWeighed.selector, SOLVER, amount));
        _refused(address(market), abi.encodeWithSelector(vault.unlock.selector, SOLVER, amount));
        _refused(address(market), abi.encodeWithSelector(vault.passLock.selector, SOLVER, amount, address(court)));
        for (uint256 word = 0; word < 3; ++word) {
            _refused(address(market), _posting(word, amount));
        }
        for (uint256 word = 1; word < 9; ++word) {
            if (word != 5) _refused(address(market), _settlement(word, amount));
        }
        // The same call data with amounts that fit is taken, so what was refused was the amount.
        vm.startPrank(address(market));
        (bool success,) = address(vault).call(_posting(0, 1e18));
        ok(success, "posting");
        for (uint256 word = 1; word < 8; ++word) {
            (success,) = address(vault).call(_settlement(word, 1));
            ok(success, "settlement");
        }
        vm.stopPrank();
        uint256[8] memory order_ = [uint256(model), 0, amount, type(uint80).max, LIFETIME, 0, 0, 0];
        vm.prank(REQUESTER);
        (success,) =
            address(market).call(abi.encodePacked(market.submitBlob.selector, abi.encode(order_, RESULT, 1)));
        ok(!success, "an order that does not fit was taken");
    }

    /// @dev F6: products and sums of fields that fit may not wrap either.
    function test_F6_DerivedAmountsAreChecked() public {
        ITaskMarket.Order memory o = order();
        o.fee = uint80(type(uint80).max / 20) + 1;
        vm.prank(REQUESTER);
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 80, uint256(o.fee) * 20)
        );
        market.submit(o, INPUT);
        IStakeVault.Settlement memory s;
        (s.worker, s.reward, s.retained) = (SOLVER, type(uint80).max, 1);
        vm.prank(address(market));
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vault.settle(s);
        vm.prank(REQUESTER);
        vm.expectRevert();
        vault.depositTo(REQUESTER, type(uint80).max, type(uint80).max);
    }

    /// @dev F7: a vote did not cover a number that scaled every payment. Here whoever executes a ruling brings all fields,
    /// and they are compared with what was fixed at the submission.
    function testFuzz_F7_WhoExecutesARulingChangesNoAmount(uint256 bit, bool upheld) public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution, uint256 disputeId) = contested();
        task.money ^= 1 << (bit % 256);
        vm.expectRevert(abi.encodeWithSelector(ITaskMarket.TaskNotSolved.selector, market.taskIdOf(task)));
        decide(disputeId, upheld ? 1 : 0, task, solution);
    }

    /// @dev F8: collateral could not leave, because the tests called the token and not the contract that stood between.
    function test_F8_EarningsAndCollateralReachTheWallet() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        claim(task, solution);
        uint80 earned = balance(SOLVER) - START;
        vm.startPrank(SOLVER);
        vault.requestUnstake(START);
        skip(EXIT_DELAY);
        vault.unstake();
        vault.withdraw(2 * START + earned);
        vm.stopPrank();
        eq(token.balanceOf(SOLVER), 100_000e18 + earned, "wallet");
        IStakeVault.Account memory account = vault.accountOf(SOLVER);
        eq(uint256(account.balance) + account.stake + account.locked, 0, "account is empty");
    }

    /// @dev An audit of 2024: the slash could change between the vote and its execution.
    function test_Audit_TheStakeAtRiskIsFixedAtSubmission() public {
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        ITaskMarket.Settings memory s = defaultSettings();
        s.lockFactor = 4;
        vm.prank(OWNER);
        market.setSettings(0, s);
        vm.prank(THIEF);
        uint256 disputeId = market.contest(task, solution, "");
        s.lockFactor = 200;
        vm.prank(OWNER);
        market.setSettings(0, s);
        decide(disputeId, 1, task, solution);
        eq(stakeOf(SOLVER), START - LOCK, "what was agreed");
        eq(stakeOf(THIEF), START, "and the bond with it");
    }

    /// @dev An earlier system counted a lock twice, and unlocking minted.
    function test_Audit_LocksAreCountedOnceAndUnlockingMintsNothing() public {
        uint256 before = _claims();
        vm.startPrank(address(market));
        for (uint256 i = 0; i < 5; ++i) {
            vault.lock(SOLVER, 100e18);
            vault.unlock(SOLVER, 100e18);
        }
        vm.stopPrank();
        eq(_claims(), before, "claims");
        eq(vault.freeStakeOf(SOLVER), START, "free");
        eq(token.totalSupply(), 300_000e18, "supply");
        eq(vault.realise(), 0, "nothing to mint");
    }

    /// @dev Supply was kept in a second number that drifted. Here there is one, and claims follow from it.
    function test_Audit_EveryClaimIsCoveredThroughAWholeLife() public {
        uint256 before = _claims();
        (ITaskMarket.Task memory task,, ITaskMarket.Solution memory solution) = solved();
        eq(_claims(), before, "while it runs");
        claim(task, solution);
        eq(_claims(), before + vault.issuance().issued - 300_000e18, "paid");
        vault.payEmission();
        market.payTreasury();
        market.payAuthor(model);
        vault.realise();
        eq(_claims(), token.balanceOf(address(vault)), "covered by tokens");
    }

    /// @dev Answers from a small set could be guessed from the commitment. The salt is part of it.
    function testFuzz_Audit_CommitmentsHideTheResult(bytes32 salt, bytes32 guess) public {
        vm.assume(salt != SALT);
        bytes26 own = market.commitmentFor("task", SOLVER, SALT, guess);
        ok(own != market.commitmentFor("task", SOLVER, salt, guess), "another salt, another commitment");
    }

    /// @dev What the vault owes: accounts, escrows, what modules have put by, and the shares of the emission.
    function _claims() private view returns (uint256 sum) {
        address[8] memory accounts =
            [REQUESTER, SOLVER, THIEF, AUTHOR, PAYEE, TREASURY, LIQUIDITY, court.JURORS()];
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += uint256(balance(accounts[i])) + stakeOf(accounts[i]);
        }
        IStakeVault.Module memory own = vault.moduleOf(address(market));
        IStakeVault.Module memory other = vault.moduleOf(address(court));
        sum += uint256(own.escrowed) + own.retained + other.escrowed + other.retained;
        sum += uint256(vault.accruedOf(address(market), model)) + vault.issuance().treasuryDue;
        sum += vault.issuance().liquidityDue;
    }

    function _posting(uint256 word, uint256 amount) private view returns (bytes memory) {
        uint256[3] memory parts;
        parts[word] = amount;
        return abi.encodePacked(vault.book.selector, abi.encode(uint256(32), uint256(1), SOLVER, parts));
    }

    function _settlement(uint256 word, uint256 amount) private view returns (bytes memory) {
        // For a newcomer and with emission, so that every field is used.
        uint256[9] memory parts;
        (parts[0], parts[8]) = (uint256(uint160(THIEF)), 1);
        if (word == 3) parts[2] = 1e18;
        parts[word] = amount;
        return abi.encodePacked(vault.settle.selector, abi.encode(parts));
    }

    function _refused(address caller, bytes memory data) private {
        vm.prank(caller);
        (bool success,) = address(vault).call(data);
        ok(!success, "an amount that does not fit was taken");
    }
}
