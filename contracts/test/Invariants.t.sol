// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {Handler} from "./Handler.t.sol";
import {TestBase} from "./TestBase.t.sol";
import {VaultHandler} from "./VaultHandler.t.sol";

/// @dev What must hold after any sequence of calls by anybody.
contract InvariantsTest is TestBase {
    Handler private handler;
    IStakeVault private vault;
    address private market;
    address private court;
    address private rogue;
    bytes32 private model;

    function setUp() public {
        handler = new Handler();
        (vault, market, court, model) = handler.parts();
        rogue = handler.ROGUE();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One campaign for all of them: each would cost as many calls again.
    function invariant_theBooksAreInOrder() public view {
        _everyClaimIsCovered();
        _whatIsIssuedFollowsTheRules();
        _eachModuleHasWhatItOwes();
        _locksAreCoveredAndAddUp();
        _tracesAgreeWithTheHistory();
        _nothingForbiddenEverWorked();
    }

    function _everyClaimIsCovered() private view {
        IStakeVault.Issuance memory issuance = vault.issuance();
        uint256 claims = _put(market) + _put(court) + _put(rogue) + vault.accruedOf(market, model)
            + vault.accruedOf(rogue, handler.KEY()) + issuance.treasuryDue + issuance.liquidityDue;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            IStakeVault.Account memory account = vault.accountOf(handler.actors(i));
            claims += uint256(account.balance) + account.stake;
        }
        uint256 unminted = issuance.issued - vault.token().totalSupply();
        eq(
            claims + handler.donated(),
            vault.token().balanceOf(address(vault)) + unminted,
            "claims and donations = tokens held and not yet minted"
        );
    }

    function _whatIsIssuedFollowsTheRules() private view {
        uint80 issued = vault.issuance().issued;
        eq(issued, 300_000e18 + handler.issued(), "genesis and all that was earned");
        ok(issued <= 1_000_000e18, "within the cap");
        ok(vault.token().totalSupply() <= issued, "nothing is minted that was not issued");
    }

    function _eachModuleHasWhatItOwes() private view {
        (uint256 fees, uint256 locks, uint256 courtLocks) = handler.owed();
        IStakeVault.Module memory module = vault.moduleOf(market);
        eq(module.escrowed, fees, "market: fees of unfinished tasks");
        eq(module.retained, handler.retained(), "market: shares since the last payment");
        eq(module.locked, locks, "market: bonds and locks");
        eq(vault.accruedOf(market, model), handler.accrued(), "market: model fees");
        uint256 handedOver;
        uint256 rogueLocks;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            handedOver += handler.handedOver(handler.actors(i));
            rogueLocks += handler.rogueLock(handler.actors(i));
        }
        eq(vault.moduleOf(court).locked, courtLocks + handedOver, "court: locks of open cases");
        eq(vault.moduleOf(court).escrowed, 0, "court: nothing is kept");
        module = vault.moduleOf(rogue);
        eq(module.escrowed, handler.rogueEscrow(), "rogue: escrow");
        eq(module.retained, handler.rogueRetained(), "rogue: retained");
        eq(module.locked, rogueLocks, "rogue: locks");
        eq(vault.accruedOf(rogue, handler.KEY()), handler.rogueAccrued(), "rogue: put aside");
    }

    function _locksAreCoveredAndAddUp() private view {
        uint256 locked;
        uint256 exiting;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            address actor = handler.actors(i);
            IStakeVault.Account memory account = vault.accountOf(actor);
            uint80 exit = vault.exitOf(actor).amount;
            ok(account.locked <= account.stake, "lock exceeds stake");
            eq(
                account.locked,
                handler.lockOf(actor) + handler.rogueLock(actor) + handler.handedOver(actor) + exit,
                "lock of an account"
            );
            locked += account.locked;
            exiting += exit;
        }
        eq(
            locked,
            exiting + vault.moduleOf(market).locked + vault.moduleOf(court).locked + vault.moduleOf(rogue).locked,
            "locks of accounts = locks of modules + exits"
        );
    }

    function _tracesAgreeWithTheHistory() private view {
        uint256 total;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            address actor = handler.actors(i);
            total += vault.stakeOf(actor);
            uint256 length = handler.changes(actor);
            _checkTrace(actor, length, block.timestamp + 1);
            for (uint256 back = 1; back <= 3 && back <= length; ++back) {
                (uint256 second,) = handler.history(actor, length - back);
                _checkTrace(actor, length, second);
                _checkTrace(actor, length, second + 1);
            }
        }
        eq(vault.totalStake(), total, "stake of all");
    }

    function _nothingForbiddenEverWorked() private view {
        eq(handler.broken(), 0, "calls that had to be refused, or had to work");
    }

    /// @dev The same properties over sequences drawn from one seed, checked after every step.
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Sequence(uint256 seed) public {
        for (uint256 i = 0; i < 60; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
            invariant_theBooksAreInOrder();
        }
    }

    /// @dev The checks above would hold in a system where every call fails: each entry must have worked.
    function test_TheHandlerReachesEveryEntryPoint() public {
        for (uint256 i = 0; i < 2_500; ++i) {
            _step(uint256(keccak256(abi.encode("reach", i))));
        }
        invariant_theBooksAreInOrder();
        bytes4[41] memory entries = _entries();
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 5, string.concat("hardly reached: entry ", Strings.toString(i)));
        }
    }

    function _put(address module) private view returns (uint256) {
        IStakeVault.Module memory m = vault.moduleOf(module);
        return uint256(m.escrowed) + m.retained;
    }

    /// @dev The last value of before `t`, unless two changes came at `t` or later.
    function _checkTrace(address actor, uint256 length, uint256 t) private view {
        uint80 expected;
        uint256 since;
        for (uint256 i = length; i > 0 && since < 2; --i) {
            (uint256 second, uint80 stake) = handler.history(actor, i - 1);
            if (second < t) {
                expected = stake;
                break;
            }
            ++since;
        }
        address[] memory accounts = new address[](1);
        accounts[0] = actor;
        eq(vault.stakesAt(accounts, uint40(t))[0], since > 1 ? 0 : expected, "stake at an earlier moment");
    }

    function _entries() private pure returns (bytes4[41] memory) {
        return [
            VaultHandler.deposit.selector,
            VaultHandler.depositSigned.selector,
            VaultHandler.withdraw.selector,
            VaultHandler.stake.selector,
            VaultHandler.requestUnstake.selector,
            VaultHandler.cancelUnstake.selector,
            VaultHandler.unstake.selector,
            VaultHandler.transfer.selector,
            VaultHandler.payEmission.selector,
            VaultHandler.realise.selector,
            VaultHandler.changeEmission.selector,
            VaultHandler.strangerActsAsModule.selector,
            VaultHandler.rogueCollects.selector,
            VaultHandler.rogueCredits.selector,
            VaultHandler.rogueSettles.selector,
            VaultHandler.rogueTakesItsShares.selector,
            VaultHandler.rogueLocks.selector,
            VaultHandler.rogueUnlocks.selector,
            VaultHandler.rogueSlashes.selector,
            VaultHandler.rogueHandsOver.selector,
            VaultHandler.courtLetsGo.selector,
            VaultHandler.rogueSuspends.selector,
            VaultHandler.donate.selector,
            Handler.submitTask.selector,
            Handler.reserveTask.selector,
            Handler.reserveWithTicket.selector,
            Handler.forfeitTask.selector,
            Handler.commitTo.selector,
            Handler.revealTo.selector,
            Handler.solveTask.selector,
            Handler.claimTask.selector,
            Handler.contestTask.selector,
            Handler.decideTask.selector,
            Handler.retractTask.selector,
            Handler.refundTask.selector,
            Handler.holdTask.selector,
            Handler.alteredCalls.selector,
            Handler.payTreasury.selector,
            Handler.payAuthor.selector,
            Handler.changeModel.selector,
            Handler.changeSettings.selector
        ];
    }

    function _step(uint256 r) private {
        (uint256 a, uint256 b) = (r >> 8, uint256(keccak256(abi.encode(r))));
        uint256 kind = r % 56;
        if (kind < 22) _vaultStep(kind, a, b);
        else if (kind < 27) handler.submitTask(a, uint80(b), uint32(a), uint8(b >> 80));
        else if (kind < 30) handler.reserveTask(a, b, false, uint16(a));
        else if (kind == 30) handler.reserveWithTicket(b, uint16(a));
        else if (kind < 33) handler.forfeitTask(a, b);
        else if (kind == 33) handler.commitTo(a, b);
        else if (kind < 40) handler.solveTask(a, b);
        else if (kind == 40) handler.revealTo(a, b, b % 3 != 0);
        else if (kind < 43) handler.claimTask(a, b);
        else if (kind < 45) handler.contestTask(a, b);
        else if (kind < 47) handler.decideTask(b, a);
        else if (kind == 47) handler.retractTask(a, b, a % 2 == 0);
        else if (kind == 48) handler.refundTask(a, b);
        else if (kind == 49) handler.holdTask(b, uint16(a));
        else if (kind == 50) handler.alteredCalls(a, b, a, address(uint160(b)));
        else if (kind == 51) handler.payTreasury(a);
        else if (kind == 52) handler.payAuthor(a);
        else if (kind == 53) handler.changeModel(uint80(a), uint16(b), b % 2 == 0);
        else if (kind == 54) handler.changeSettings(a, uint16(b), uint16(b >> 16), uint16(b >> 32));
        else handler.wait_(a);
    }

    function _vaultStep(uint256 kind, uint256 a, uint256 b) private {
        if (kind == 0) handler.deposit(a, b, uint80(a), uint80(b));
        else if (kind == 1) handler.depositSigned(uint80(a), uint80(b));
        else if (kind == 2) handler.withdraw(a, uint80(b));
        else if (kind == 3) handler.stake(a, uint80(b));
        else if (kind == 4) handler.requestUnstake(a, uint80(b));
        else if (kind == 5) handler.cancelUnstake(a);
        else if (kind == 6) handler.unstake(a);
        else if (kind == 7) handler.transfer(a, b, uint80(b));
        else if (kind == 8) handler.payEmission(a);
        else if (kind == 9) handler.realise(a);
        else if (kind == 10) handler.changeEmission(a, b, uint16(a >> 16));
        else if (kind == 11) handler.strangerActsAsModule(a, uint80(b));
        else if (kind == 12) handler.rogueCollects(a, uint80(b));
        else if (kind == 13) handler.rogueCredits(a, uint80(b));
        else if (kind == 14) handler.rogueSettles(a, uint80(b), uint80(b >> 80), uint16(b >> 160));
        else if (kind == 15) handler.rogueTakesItsShares(a);
        else if (kind == 16) handler.rogueLocks(a, uint80(b));
        else if (kind == 17) handler.rogueUnlocks(a);
        else if (kind == 18) handler.rogueSlashes(a, uint80(b));
        else if (kind == 19) handler.rogueHandsOver(a, uint80(b));
        else if (kind == 20) handler.courtLetsGo(a);
        else b % 2 == 0 ? handler.rogueSuspends(a, uint48(b)) : handler.donate(a, uint80(b >> 8));
    }
}
