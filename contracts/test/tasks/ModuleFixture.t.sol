// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {Fixture} from "../Fixture.t.sol";

interface VmState {
    function snapshotState() external returns (uint256);
    function revertToState(uint256 id) external returns (bool);
}

/// @dev The system with one more module beside the market, more funded parties, and classes without checks.
abstract contract ModuleFixture is Fixture {
    address internal constant RIVAL = address(0xB3);
    address internal constant THIRD = address(0xB4);
    address internal constant NEWCOMER = address(0xB5);

    /// @dev Neither turns nor checks; and turns without checks. Class 0 is that of {defaultSettings}.
    uint8 internal constant PLAIN = 1;
    uint8 internal constant TURNS = 2;

    VmState internal constant state = VmState(address(vm));

    address internal module;
    address[] internal parties;

    function setUp() public virtual override {
        super.setUp();
        parties = [REQUESTER, SOLVER, THIEF, RIVAL, THIRD, NEWCOMER];
        vm.startPrank(REQUESTER);
        for (uint256 i = 3; i < parties.length; ++i) vault.depositTo(parties[i], START, START);
        vm.stopPrank();
        veteran(RIVAL);
        veteran(THIRD);
        ITaskMarket.Settings memory s = defaultSettings();
        (s.checksBps, s.spread, s.notice) = (0, 0, 0);
        vm.prank(OWNER);
        market.setSettings(PLAIN, s);
        s.spread = 1;
        vm.prank(OWNER);
        market.setSettings(TURNS, s);
        module = deploy();
        vm.prank(OWNER);
        vault.addModule(module, 1);
        skip(vault.moduleDelay());
        vault.activateModule(module);
        vm.roll(block.number + 10_000);
        // The wait has cost the model its support.
        registry.refreshSupport(model);
        rate(model);
        nextBlock();
    }

    function deploy() internal virtual returns (address);

    /// @dev Emission of the model for what is submitted from now on.
    function setIssue(uint16 rate_) internal {
        vm.prank(OWNER);
        registry.setEmission(model, rate_, FLOOR);
    }

    function plain() internal view returns (ITaskMarket.Order memory o) {
        o = order();
        o.class = PLAIN;
    }

    /// @dev The module owes nothing and has locked nothing, and no party has a lock.
    function nothingLeft() internal view {
        eq(vault.moduleOf(module).escrowed, 0, "escrow left");
        eq(vault.moduleOf(module).locked, 0, "locks left");
        eq(vault.moduleOf(address(court)).locked, 0, "locks left at the court");
        for (uint256 i = 0; i < parties.length; ++i) eq(locked(parties[i]), 0, "lock of a party left");
    }

    /// @dev Every unit that was issued and is in the vault belongs to somebody.
    function conserved() internal view {
        IStakeVault.Issuance memory issuance = vault.issuance();
        uint256 claims = uint256(issuance.treasuryDue) + issuance.liquidityDue;
        address[3] memory modules = [module, address(market), address(court)];
        for (uint256 i = 0; i < modules.length; ++i) {
            IStakeVault.Module memory m = vault.moduleOf(modules[i]);
            claims += uint256(m.escrowed) + m.retained + vault.accruedOf(modules[i], model) + balance(modules[i]);
        }
        for (uint256 i = 0; i < parties.length; ++i) claims += uint256(balance(parties[i])) + stakeOf(parties[i]);
        claims += uint256(balance(TREASURY)) + balance(PAYEE) + balance(court.JURORS());
        uint256 minted = token.totalSupply();
        eq(claims, token.balanceOf(address(vault)) + issuance.issued - minted, "claims = tokens held + not yet minted");
    }

    /// @dev Whole emission of the next piece, and what the worker gets of it.
    function nextIssue(uint80 cap) internal view returns (uint80) {
        uint256 part = vault.rewardNow() * RATE / 1_000 * 8 / 10;
        return uint80(part > cap ? cap : part);
    }
}
