// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {TestBase} from "../TestBase.t.sol";
import {CourtHandler} from "./CourtHandler.t.sol";

/// @dev What must hold after any sequence of calls by anybody.
contract CourtInvariantsTest is TestBase {
    CourtHandler private handler;
    IStakeVault private vault;
    address private court;

    function setUp() public {
        handler = new CourtHandler();
        address vault_;
        (vault_, court) = handler.parts();
        vault = IStakeVault(vault_);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One campaign for all of them: each would cost as many calls again.
    function invariant_theCourtOwesWhatItHoldsAndNobodyIsBlocked() public {
        eq(vault.moduleOf(court).escrowed, handler.escrowOwed(), "escrow = fines and contributions that wait");
        eq(vault.moduleOf(court).locked, handler.locksOwed(), "locks = bonds, stakes and deposits");
        if (handler.broken() != 0) eq(handler.lastBroken(), 0, "forbidden and done, or due and refused");
    }

    /// @dev The same over sequences drawn from one seed, checked after every step.
    function testFuzz_Sequence(uint256 seed) public {
        for (uint256 i = 0; i < 40; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
            invariant_theCourtOwesWhatItHoldsAndNobodyIsBlocked();
        }
    }

    /// @dev Every case ends, whoever does what; each entry was really reached.
    function test_TheHandlerReachesEveryEntry() public {
        for (uint256 i = 0; i < 1_500; ++i) {
            _step(uint256(keccak256(abi.encode("reach", i))));
        }
        invariant_theCourtOwesWhatItHoldsAndNobodyIsBlocked();
        bytes4[13] memory entries = [
            CourtHandler.openCase.selector,
            CourtHandler.beat_.selector,
            CourtHandler.leaveOrJoin.selector,
            CourtHandler.returnDeposit_.selector,
            CourtHandler.drawIt.selector,
            CourtHandler.sealSome.selector,
            CourtHandler.sealOne.selector,
            CourtHandler.openSome.selector,
            CourtHandler.count.selector,
            CourtHandler.appealIt.selector,
            CourtHandler.report.selector,
            CourtHandler.end.selector,
            CourtHandler.repay.selector
        ];
        for (uint256 i = 0; i < entries.length; ++i) {
            ok(handler.successes(entries[i]) >= 3, string.concat("hardly reached: entry ", Strings.toString(i)));
        }
    }

    function _step(uint256 r) private {
        uint256 a = uint256(keccak256(abi.encode(r)));
        uint256 b = uint256(keccak256(abi.encode(a)));
        uint256 kind = r % 32;
        if (kind < 4) handler.openCase(a, b % 2 == 0, b % 3 != 0);
        else if (kind < 6) handler.beat_(a);
        else if (kind == 6) handler.leaveOrJoin(a, uint80(b));
        else if (kind == 7) handler.returnDeposit_(a);
        else if (kind == 8) handler.moveStake(a, uint80(b), b % 3 == 0);
        else if (kind == 9) handler.wait_(a);
        else if (kind == 10) b % 4 == 0 ? handler.waitLong(a) : handler.wait_(a);
        else if (kind < 13) handler.drawIt(a);
        else if (kind < 16) handler.sealSome(a, b);
        else if (kind < 18) handler.sealOne(a, b, a ^ b);
        else if (kind < 20) handler.openSome(a, b);
        else if (kind < 25) handler.count(a, b);
        else if (kind == 25) handler.appealIt(a, b, uint80(a ^ b));
        else if (kind < 28) handler.report(a, b);
        else if (kind < 31) handler.end(a, b);
        else handler.repay(a);
    }
}
