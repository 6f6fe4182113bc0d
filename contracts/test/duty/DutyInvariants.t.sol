// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IDutyRoster} from "../../interfaces/IDutyRoster.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {TestBase} from "../TestBase.t.sol";
import {DutyHandler} from "./DutyHandler.t.sol";

/// @dev What must hold after any sequence of calls by anybody.
contract DutyInvariantsTest is TestBase {
    DutyHandler private handler;
    IDutyRoster private roster;
    IStakeVault private vault;

    function setUp() public {
        handler = new DutyHandler();
        (address r, address v) = handler.parts();
        (roster, vault) = (IDutyRoster(r), IStakeVault(v));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_theFundCoversEveryPromise() public view {
        (uint80 balance, uint80 promised) = roster.fund();
        (uint256 pending,,) = handler.pendingPay(address(0));
        eq(promised, pending, "promised = pay of duties that have not ended");
        ok(balance >= promised, "fund covers promises");
        eq(
            uint256(balance) + handler.paidOut() + handler.swept(),
            handler.donated() + handler.finesKept(),
            "what came in is here, paid or swept"
        );
    }

    function invariant_depositsAreLocksAndCoverWhatIsAtRisk() public view {
        uint256 deposits;
        for (uint256 i = 0; i < handler.checkerCount(); ++i) {
            address checker = handler.checkers(i);
            IDutyRoster.Checker memory state = roster.rosterOf(checker);
            (, uint256 own, uint256 count) = handler.pendingPay(checker);
            eq(state.atRisk, own, "at risk = fines of duties that have not ended");
            eq(state.pending, count, "pending");
            ok(state.deposit >= state.atRisk, "deposit covers what is at risk");
            eq(state.deposit, handler.deposited(checker) - handler.fined(checker), "deposit");
            ok(vault.accountOf(checker).locked >= state.deposit, "locked");
            deposits += state.deposit;
        }
        eq(vault.moduleOf(address(roster)).locked, deposits, "locks of the roster = deposits");
        eq(vault.moduleOf(address(roster)).escrowed, 0, "nothing stays in escrow");
    }

    function invariant_nothingForbiddenEverWorked() public view {
        eq(handler.broken(), 0, "calls that had to be refused, or had to work");
    }

    function testFuzz_Sequence(uint256 seed) public {
        for (uint256 i = 0; i < 40; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
        }
        _checkAll();
        _finish();
    }

    /// @dev The checks above would hold in a system where every call fails: each entry must have worked. {_finish} shows
    /// the last one, the release.
    function test_TheHandlerReachesEveryEntryPoint() public {
        for (uint256 i = 0; i < 300; ++i) {
            _step(uint256(keccak256(abi.encode("reach", i))));
            if (i % 50 == 0) _checkAll();
        }
        _checkAll();
        bytes4[15] memory entries = [
            DutyHandler.submitTask.selector,
            DutyHandler.reserveTask.selector,
            IDutyRoster.callUp.selector,
            DutyHandler.announceDuty.selector,
            DutyHandler.sealDuty.selector,
            DutyHandler.solveTask.selector,
            DutyHandler.contestTask.selector,
            DutyHandler.openDuty.selector,
            DutyHandler.reportMissing.selector,
            DutyHandler.reportAbsent.selector,
            DutyHandler.endTask.selector,
            DutyHandler.dismissDuty.selector,
            IDutyRoster.signOn.selector,
            IDutyRoster.signOff.selector,
            IDutyRoster.heartbeat.selector
        ];
        string memory counts;
        for (uint256 i = 0; i < entries.length; ++i) {
            counts = string.concat(counts, " ", Strings.toString(handler.successes(entries[i])));
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 2, string.concat("hardly reached:", counts));
        }
        _finish();
    }

    /// @dev Whatever happened, everything can be ended and every deposit comes back.
    function _finish() private {
        handler.finish();
        _checkAll();
        (, uint80 promised) = roster.fund();
        eq(promised, 0, "nothing promised for ever");
        eq(vault.moduleOf(address(roster)).locked, 0, "no deposit is stuck");
    }

    function _checkAll() private view {
        invariant_theFundCoversEveryPromise();
        invariant_depositsAreLocksAndCoverWhatIsAtRisk();
        invariant_nothingForbiddenEverWorked();
    }

    function _step(uint256 r) private {
        uint256 a = r >> 8;
        uint256 b = uint256(keccak256(abi.encode(r)));
        uint256 kind = r % 35;
        if (kind <= 2) handler.submitTask(a, uint80(b));
        else if (kind == 3) handler.reserveTask(a, b);
        else if (kind == 4) handler.announceDuty(a, b);
        else if (kind <= 7) handler.sealDuty(a, b, false);
        else if (kind <= 10) handler.solveTask(a, b & 3 != 0);
        else if (kind == 11) handler.contestTask(a);
        else if (kind <= 14) handler.openDuty(a, b, b & 7 == 0);
        else if (kind <= 16) handler.reportMissing(a, b);
        else if (kind == 17) handler.reportAbsent(a, b);
        else if (kind == 18) handler.endTask(a, b);
        else if (kind == 19) handler.dismissDuty(a, b);
        else if (kind <= 21) handler.presence(a, b, uint80(b >> 16));
        else if (kind == 22) handler.money(a, uint80(b));
        else if (kind == 23) handler.wait_(a);
        else handler.story(b);
    }
}
