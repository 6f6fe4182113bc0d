// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev Every entry of the vault with random arguments by random callers, honest and not. Nothing here may revert: a call
/// that the contracts refuse is fine; one that they must refuse and take, or must take and refuse, is counted in `broken`.
abstract contract VaultHandler is Fixture {
    struct Change {
        uint256 second;
        uint80 stake;
    }

    /// @dev A module that does whatever its rights allow, and tries what they do not.
    address public constant ROGUE = address(0xBAD);

    /// @dev A module that was announced with all rights and called off.
    address public constant CALLED_OFF = address(0x0FF);

    bytes32 public constant KEY = "key";
    uint256 internal constant SIGNING_KEY = 0x5EC3E7;
    uint256 internal constant FUNDED = 4;
    uint256 private constant CAP = 1_000_000e18;

    address[] public actors;
    mapping(address actor => Change[]) public history;
    mapping(address actor => uint256) public rogueLock;
    mapping(address actor => uint256) public handedOver;
    mapping(bytes4 entry => uint256) public successes;
    uint256 public donated;
    uint256 public rogueEscrow;
    uint256 public rogueRetained;
    uint256 public rogueAccrued;
    uint256 public issued;
    uint256 public broken;

    constructor() {
        Fixture.setUp();
        address signer = vm.addr(SIGNING_KEY);
        actors = [REQUESTER, SOLVER, THIEF, signer, AUTHOR, PAYEE, TREASURY, LIQUIDITY, ROGUE, court.JURORS()];
        vm.prank(REQUESTER);
        token.transfer(signer, 20_000e18);
        vm.startPrank(signer);
        token.approve(address(vault), 2 * START);
        vault.depositTo(signer, START, START);
        vm.stopPrank();
        veteran(signer);
        vm.startPrank(OWNER);
        vault.addModule(ROGUE, 3);
        vault.addModule(CALLED_OFF, 3);
        vault.retireModule(CALLED_OFF);
        vm.stopPrank();
        vm.warp(block.timestamp + vault.moduleDelay());
        vault.activateModule(ROGUE);
        registry.refreshSupport(model);
        for (uint256 i = 0; i < actors.length; ++i) {
            uint80 now_ = stakeOf(actors[i]);
            if (now_ != 0) history[actors[i]].push(Change(vault.traceOf(actors[i]).changedAt, now_));
        }
    }

    function setUp() public override {}

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    function changes(address actor) external view returns (uint256) {
        return history[actor].length;
    }

    function deposit(uint256 who, uint256 target, uint80 a, uint80 b) external {
        (address from, address to) = (_actor(who), who % 3 == 0 ? _any(target) : _actor(who));
        (a, b) = (a % 1_000e18, b % 1_000e18);
        bool foreign = from != to && history[to].length != 0 && b != 0;
        bool success = _call(from, address(vault), abi.encodeCall(vault.depositTo, (to, a, b)));
        if (success && foreign) ++broken;
        _note(success, this.deposit.selector);
    }

    function depositSigned(uint80 a, uint80 b) external {
        (a, b) = (1 + a % 100e18, b % 100e18);
        address signer = vm.addr(SIGNING_KEY);
        bytes32 content = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                signer,
                address(vault),
                uint256(a) + b,
                token.nonces(signer),
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(SIGNING_KEY, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), content)));
        bytes memory data = abi.encodeCall(vault.depositWithPermit, (signer, a, b, block.timestamp, v, r, s));
        // For anybody else the permit is worth nothing.
        if (_call(AUTHOR, address(vault), data)) ++broken;
        _note(_call(signer, address(vault), data), this.depositSigned.selector);
    }

    function withdraw(uint256 who, uint80 amount) external {
        address actor = _any(who);
        amount = amount % 500e18;
        bool due = amount != 0 && amount <= balance(actor);
        bool success = _call(actor, address(vault), abi.encodeCall(vault.withdraw, (amount)));
        if (success != due) ++broken;
        _note(success, this.withdraw.selector);
    }

    function stake(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        _note(_call(actor, address(vault), abi.encodeCall(vault.stake, (amount % 500e18))), this.stake.selector);
    }

    function requestUnstake(uint256 who, uint80 amount) external {
        bytes memory data = abi.encodeCall(vault.requestUnstake, (amount % 3_000e18));
        _note(_call(_actor(who), address(vault), data), this.requestUnstake.selector);
    }

    function cancelUnstake(uint256 who) external {
        bool success = _call(_actor(who), address(vault), abi.encodeCall(vault.cancelUnstake, ()));
        _note(success, this.cancelUnstake.selector);
    }

    function unstake(uint256 who) external {
        address actor = _actor(who);
        IStakeVault.Exit memory pending = vault.exitOf(actor);
        // Without this nearly every attempt would come before the three days are over.
        if (who % 3 == 0 && pending.readyAt > block.timestamp) vm.warp(pending.readyAt);
        bool success = _call(actor, address(vault), abi.encodeCall(vault.unstake, ()));
        if (success != (pending.readyAt != 0 && block.timestamp >= pending.readyAt)) ++broken;
        _note(success, this.unstake.selector);
    }

    function transfer(uint256 who, uint256 to, uint80 amount) external {
        bytes memory data = abi.encodeCall(vault.transfer, (_any(to), amount % 300e18));
        _note(_call(_actor(who), address(vault), data), this.transfer.selector);
    }

    function payEmission(uint256 who) external {
        bool success = _call(_any(who), address(vault), abi.encodeCall(vault.payEmission, ()));
        if (!success) ++broken;
        _note(success, this.payEmission.selector);
    }

    function realise(uint256 who) external {
        bool success = _call(_any(who), address(vault), abi.encodeCall(vault.realise, ()));
        if (!success || token.totalSupply() != vault.issuance().issued) ++broken;
        _note(success, this.realise.selector);
    }

    function changeEmission(uint256 a, uint256 b, uint16 base) external {
        vm.startPrank(OWNER);
        vault.setSinks(_any(a), _any(b));
        vault.setBaseReward(base % 10_001);
        vm.stopPrank();
        _note(true, this.changeEmission.selector);
    }

    function strangerActsAsModule(uint256 who, uint80 amount) external {
        address actor = _any(who);
        if (actor == ROGUE) actor = CALLED_OFF;
        if (_call(actor, address(vault), abi.encodeCall(vault.collect, (REQUESTER, amount)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.lock, (REQUESTER, amount)))) ++broken;
        uint8 works = vault.accountOf(SOLVER).accepted;
        _call(actor, address(vault), abi.encodeCall(vault.suspend, (SOLVER, uint48(block.timestamp))));
        if (vault.accountOf(SOLVER).accepted != works) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.credit, (actor, 1 + amount % 1e18)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.unlock, (actor, 1 + amount % 1e18)))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.book, (_posting(REQUESTER, 0, 1, 0))))) ++broken;
        if (_call(actor, address(vault), abi.encodeCall(vault.passLock, (REQUESTER, 1, ROGUE)))) ++broken;
        IStakeVault.Settlement memory s;
        (s.worker, s.issueRate, s.issueCap) = (AUTHOR, 1_000, amount);
        uint80 before = vault.issuance().issued;
        _call(actor, address(vault), abi.encodeCall(vault.settle, (s)));
        if (vault.issuance().issued != before) ++broken;
        _note(true, this.strangerActsAsModule.selector);
    }

    function rogueCollects(uint256 from, uint80 amount) external {
        amount = 1 + (amount % 10e18);
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.collect, (_any(from), amount)));
        if (success) rogueEscrow += amount;
        _note(success, this.rogueCollects.selector);
    }

    function rogueCredits(uint256 to, uint80 amount) external {
        amount = amount % 20e18;
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.credit, (_any(to), amount)));
        if (success != (amount <= rogueEscrow)) ++broken;
        if (success) rogueEscrow -= amount;
        _note(success, this.rogueCredits.selector);
    }

    function rogueSettles(uint256 to, uint80 amount, uint80 retained, uint16 rate_) external {
        IStakeVault.Settlement memory s;
        (s.worker, s.reward, s.accrued, s.retained) = (_any(to), amount % 5e18, amount % 3e18, retained % 5e18);
        (s.key, s.heldBack, s.issueRate, s.issueCap) = (KEY, s.reward / 2, rate_, amount % 100e18);
        uint256 total = uint256(s.reward) + s.accrued + s.retained;
        uint80 held = vault.accountOf(s.worker).accepted < 20 ? s.heldBack : 0;
        uint256 expected = _expected(rate_, s.issueCap);
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.settle, (s)));
        if (success != (total <= rogueEscrow)) ++broken;
        if (success) {
            rogueEscrow -= total;
            rogueRetained += s.retained + held;
            rogueAccrued += s.accrued;
            issued += expected;
        }
        _note(success, this.rogueSettles.selector);
    }

    function rogueTakesItsShares(uint256 to) external {
        if (!_call(ROGUE, address(vault), abi.encodeCall(vault.creditRetained, (_any(to))))) ++broken;
        if (!_call(ROGUE, address(vault), abi.encodeCall(vault.creditAccrued, (KEY, _any(to))))) ++broken;
        (rogueRetained, rogueAccrued) = (0, 0);
        _note(true, this.rogueTakesItsShares.selector);
    }

    function rogueLocks(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        amount = amount % 300e18;
        bytes memory data = who % 2 == 0
            ? abi.encodeCall(vault.lock, (actor, amount))
            : abi.encodeCall(vault.lockWeighed, (actor, amount));
        bool due = amount <= vault.freeStakeOf(actor) && block.timestamp >= vault.suspendedUntilOf(actor);
        bool success = _call(ROGUE, address(vault), data);
        if (success != due) ++broken;
        if (success) rogueLock[actor] += amount;
        _note(success, this.rogueLocks.selector);
    }

    function rogueUnlocks(uint256 who) external {
        address actor = _actor(who);
        uint80 own = vault.moduleOf(ROGUE).locked;
        if (_call(ROGUE, address(vault), abi.encodeCall(vault.unlock, (actor, own + 1)))) ++broken;
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.unlock, (actor, uint80(rogueLock[actor]))));
        if (!success) ++broken;
        rogueLock[actor] = 0;
        _note(success, this.rogueUnlocks.selector);
    }

    function rogueSlashes(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        uint80 own = vault.moduleOf(ROGUE).locked;
        if (_call(ROGUE, address(vault), abi.encodeCall(vault.book, (_posting(actor, 0, own + 1, 0))))) ++broken;
        if (rogueLock[actor] == 0) return;
        amount = within80(amount, 1, rogueLock[actor]);
        uint80 rest = uint80(rogueLock[actor]) - amount;
        bytes memory data = abi.encodeCall(vault.book, (_posting(actor, rest, amount, amount / 2)));
        bool success = _call(ROGUE, address(vault), data);
        if (!success) ++broken;
        rogueLock[actor] = 0;
        rogueEscrow += amount - amount / 2;
        _note(success, this.rogueSlashes.selector);
    }

    function rogueHandsOver(uint256 who, uint80 amount) external {
        address actor = _actor(who);
        amount = within80(amount, 0, rogueLock[actor]);
        bytes memory data = abi.encodeCall(vault.passLock, (actor, amount, address(court)));
        bool success = _call(ROGUE, address(vault), data);
        if (!success) ++broken;
        rogueLock[actor] -= amount;
        handedOver[actor] += amount;
        _note(success && amount != 0, this.rogueHandsOver.selector);
    }

    function courtLetsGo(uint256 who) external {
        address actor = _actor(who);
        uint80 amount = uint80(handedOver[actor]);
        bool success = _call(address(court), address(vault), abi.encodeCall(vault.unlock, (actor, amount)));
        if (!success) ++broken;
        handedOver[actor] = 0;
        _note(success && amount != 0, this.courtLetsGo.selector);
    }

    function rogueSuspends(uint256 who, uint48 time) external {
        uint48 until = uint48(block.timestamp) + time % 1 hours;
        bool success = _call(ROGUE, address(vault), abi.encodeCall(vault.suspend, (_actor(who), until)));
        if (!success) ++broken;
        _note(success, this.rogueSuspends.selector);
    }

    function donate(uint256 who, uint80 amount) external {
        amount = amount % 1e18;
        bool success = _call(_actor(who), address(token), abi.encodeCall(token.transfer, (address(vault), amount)));
        if (success) donated += amount;
        _note(success, this.donate.selector);
    }

    function wait_(uint256 time) external {
        vm.roll(block.number + 1 + (time % 7 == 0 ? 260 : 0));
        vm.warp(block.timestamp + (time % 5 == 0 ? time % 4 days : time % 15 minutes));
    }

    /// @dev What a settlement issues now over all three parts, from the reward and the rule.
    function _expected(uint256 rate_, uint256 cap) internal view returns (uint256) {
        uint256 whole = vault.rewardNow() * rate_ / 1_000;
        uint256 left = CAP - vault.issuance().issued;
        if (whole > left) whole = left;
        uint256 part = whole * 8 / 10;
        if (part > cap) part = cap;
        return part + 2 * (part / 8);
    }

    function _call(address caller, address target, bytes memory data) internal returns (bool success) {
        vm.prank(caller);
        (success,) = target.call(data);
    }

    /// @dev Ends every entry: counts it, and writes down all stakes that have changed.
    function _note(bool success, bytes4 entry) internal {
        if (success) ++successes[entry];
        for (uint256 i = 0; i < actors.length; ++i) {
            Change[] storage list = history[actors[i]];
            uint80 now_ = stakeOf(actors[i]);
            uint256 length = list.length;
            if (length == 0 ? now_ == 0 : list[length - 1].stake == now_) continue;
            if (length != 0 && list[length - 1].second == block.timestamp) list[length - 1].stake = now_;
            else list.push(Change(block.timestamp, now_));
        }
    }

    /// @dev One of those with money.
    function _actor(uint256 who) internal view returns (address) {
        return actors[who % FUNDED];
    }

    function _any(uint256 who) internal view returns (address) {
        return actors[who % actors.length];
    }

    function _posting(address account, uint80 unlocked, uint80 slashed, uint80 credited)
        internal
        pure
        returns (IStakeVault.Posting[] memory postings)
    {
        postings = new IStakeVault.Posting[](1);
        postings[0] = IStakeVault.Posting(account, unlocked, slashed, credited);
    }
}
