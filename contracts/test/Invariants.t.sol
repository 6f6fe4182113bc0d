// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {MootToken} from "../token/MootToken.sol";
import {Handler} from "./Handler.t.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev What must hold after any sequence of calls by anybody.
contract InvariantsTest is TestBase {
    Handler private handler;
    MootToken private token;
    IStakeVault private vault;
    address private market;

    function setUp() public {
        handler = new Handler();
        (address t, address v, address m) = handler.parts();
        (token, vault, market) = (MootToken(t), IStakeVault(v), m);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyTokenHeldBelongsToSomebody() public view {
        IStakeVault.Module memory own = vault.moduleOf(market);
        IStakeVault.Module memory rogue = vault.moduleOf(handler.ROGUE());
        uint256 claims = uint256(own.escrowed) + own.retained + rogue.escrowed + rogue.retained;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            IStakeVault.Account memory account = vault.accountOf(handler.actors(i));
            claims += uint256(account.balance) + account.stake;
        }
        eq(claims + handler.donated(), token.balanceOf(address(vault)), "claims and donations = tokens held");
        eq(token.totalSupply(), 300_000e18, "supply");
    }

    function invariant_escrowOfEachModuleIsWhatItOwes() public view {
        (uint256 fees, uint256 locks) = handler.owed();
        eq(vault.moduleOf(market).escrowed, fees, "market escrow = fees of unfinished tasks");
        eq(vault.moduleOf(market).retained, handler.treasuryDue(), "retained = treasury shares since the last payment");
        eq(vault.moduleOf(market).locked, locks, "market locks = locks of solved tasks");
        eq(vault.moduleOf(handler.ROGUE()).escrowed, handler.rogueEscrow(), "escrow of the rogue module");
    }

    function invariant_locksAreCoveredAndAddUp() public view {
        uint256 locked;
        uint256 exiting;
        for (uint256 i = 0; i < handler.actorCount(); ++i) {
            address actor = handler.actors(i);
            IStakeVault.Account memory account = vault.accountOf(actor);
            uint80 exit = vault.exitOf(actor).amount;
            ok(account.locked <= account.stake, "lock exceeds stake");
            eq(account.locked, handler.expectedLock(actor) + handler.rogueLock(actor) + exit, "lock of an account");
            locked += account.locked;
            exiting += exit;
        }
        eq(
            locked,
            exiting + vault.moduleOf(market).locked + vault.moduleOf(handler.ROGUE()).locked,
            "locks of accounts = locks of modules + exits"
        );
    }

    function invariant_nothingForbiddenEverWorked() public view {
        eq(handler.broken(), 0, "calls that had to be refused, or had to work");
    }

    /// @dev The same properties over sequences drawn from one seed, checked after every step.
    function testFuzz_Sequence(uint256 seed) public {
        for (uint256 i = 0; i < 40; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
            _checkAll();
        }
    }

    /// @dev The checks above would hold in a system where every call fails: each entry must have worked.
    function test_TheHandlerReachesEveryEntryPoint() public {
        for (uint256 i = 0; i < 1500; ++i) {
            _step(uint256(keccak256(abi.encode("reach", i))));
        }
        _checkAll();
        bytes4[20] memory entries = [
            Handler.deposit.selector,
            Handler.withdraw.selector,
            Handler.stake.selector,
            Handler.requestUnstake.selector,
            Handler.cancelUnstake.selector,
            Handler.unstake.selector,
            Handler.submitTask.selector,
            Handler.commitTo.selector,
            Handler.revealTo.selector,
            Handler.claimTask.selector,
            Handler.retractTask.selector,
            Handler.refundTask.selector,
            Handler.rogueCollects.selector,
            Handler.rogueCredits.selector,
            Handler.rogueLocks.selector,
            Handler.rogueUnlocks.selector,
            Handler.changeSettings.selector,
            Handler.payTreasury.selector,
            Handler.rogueSettles.selector,
            Handler.donate.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 3, string.concat("hardly reached: entry ", Strings.toString(i)));
        }
    }

    function _checkAll() private view {
        invariant_everyTokenHeldBelongsToSomebody();
        invariant_escrowOfEachModuleIsWhatItOwes();
        invariant_locksAreCoveredAndAddUp();
        invariant_nothingForbiddenEverWorked();
    }

    function _step(uint256 r) private {
        uint256 a = r >> 8;
        uint256 b = uint256(keccak256(abi.encode(r)));
        uint256 kind = r % 30;
        if (kind == 0) handler.deposit(a, b, uint80(a), uint80(b));
        else if (kind == 1) handler.withdraw(a, uint80(b));
        else if (kind == 2) handler.stake(a, uint80(b));
        else if (kind == 3) handler.requestUnstake(a, uint80(b));
        else if (kind == 4) handler.cancelUnstake(a);
        else if (kind == 5) handler.unstake(a);
        else if (kind <= 8) handler.submitTask(a, uint80(b), uint32(a), b % 2 == 0);
        else if (kind == 9) handler.commitTo(a, b);
        else if (kind <= 11) handler.solveTask(a, b);
        else if (kind <= 14) handler.revealTo(a, b, b % 3 != 0);
        else if (kind <= 16) handler.claimTask(a, b);
        else if (kind == 17) handler.retractTask(a, b, b % 2 == 0);
        else if (kind == 18) handler.refundTask(a, b);
        else if (kind == 19) handler.alteredClaim(a, b, uint80(a), address(uint160(b)));
        else if (kind == 20) handler.strangerActsAsModule(a, uint80(b));
        else if (kind == 21) handler.rogueCollects(a, uint80(b));
        else if (kind == 22) handler.rogueCredits(a, uint80(b));
        else if (kind == 23) handler.rogueLocks(a, uint80(b));
        else if (kind == 24) handler.rogueUnlocks(a);
        else if (kind == 25) b % 2 == 0 ? handler.changeSettings(uint16(a), uint16(b)) : handler.changeModelFee(uint80(a));
        else if (kind == 26) handler.donate(a, uint80(b));
        else if (kind == 27) handler.payTreasury(a);
        else if (kind == 28) handler.rogueSettles(a, uint80(b), uint80(b >> 80));
        else handler.wait_(a);
    }
}
