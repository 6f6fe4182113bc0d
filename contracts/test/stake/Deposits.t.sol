// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IStakeVault} from "../../interfaces/IStakeVault.sol";
import {Fixture} from "../Fixture.t.sol";

/// @dev Money in, out and from one account to the next.
contract DepositsTest is Fixture {
    address private constant NEWCOMER = address(0x4E3);

    function test_DepositFillsBothParts() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(THIEF, THIEF, 3, 4);
        vm.prank(THIEF);
        vault.depositTo(THIEF, 3, 4);
        eq(balance(THIEF), START + 3, "balance");
        eq(stakeOf(THIEF), START + 4, "stake");
        eq(vault.totalStake(), 3 * START + 4, "stake of all");
        eq(token.balanceOf(address(vault)), 6 * START + 7, "held");
    }

    function test_DepositForSomebodyElseBelongsToThem() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(THIEF, NEWCOMER, 3, 4);
        vm.prank(THIEF);
        vault.depositTo(NEWCOMER, 3, 4);
        eq(balance(NEWCOMER), 3, "balance");
        eq(stakeOf(NEWCOMER), 4, "stake");
        vm.prank(NEWCOMER);
        vault.withdraw(3);
        eq(token.balanceOf(NEWCOMER), 3, "its owner takes it out");
    }

    function test_DepositNeedsAnAccountAndAnAmount() public {
        vm.startPrank(REQUESTER);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.depositTo(address(0), 1, 1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.depositTo(REQUESTER, 0, 0);
    }

    /// @dev A trace knows two changes: dust from a stranger, twice, made a juror's stake of before unknown.
    function test_StakeOfOthersIsNotTouched() public {
        vm.startPrank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeOfOthers.selector, SOLVER));
        vault.depositTo(SOLVER, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeOfOthers.selector, SOLVER));
        vault.depositTo(SOLVER, 5, 1);
        vault.depositTo(SOLVER, 5, 0);
        vm.stopPrank();
        eq(balance(SOLVER), START + 5, "balance may grow");
        eq(stakeOf(SOLVER), START, "stake did not");
    }

    function test_OnlyTheFirstStakeCanBeAGift() public {
        vm.startPrank(THIEF);
        vault.depositTo(NEWCOMER, 0, 7);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeOfOthers.selector, NEWCOMER));
        vault.depositTo(NEWCOMER, 0, 7);
        vm.stopPrank();
        vm.startPrank(NEWCOMER);
        vault.requestUnstake(7);
        skip(EXIT_DELAY);
        vault.unstake();
        vm.stopPrank();
        vm.prank(THIEF);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.StakeOfOthers.selector, NEWCOMER));
        vault.depositTo(NEWCOMER, 0, 7);
    }

    function test_DepositNeedsTheTokens() public {
        vm.prank(NEWCOMER);
        vm.expectRevert();
        vault.depositTo(NEWCOMER, 1, 0);
        vm.prank(REQUESTER);
        vm.expectRevert();
        vault.depositTo(REQUESTER, type(uint80).max, type(uint80).max);
    }

    function test_WithdrawPaysTheOwnerOfTheAccount() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Withdrawn(REQUESTER, START);
        vm.startPrank(REQUESTER);
        vault.withdraw(START);
        eq(token.balanceOf(REQUESTER), 95_000e18, "tokens");
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, REQUESTER, 0, 1));
        vault.withdraw(1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.withdraw(0);
    }

    function test_BalanceBecomesStake() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Staked(SOLVER, 1_000e18);
        vm.startPrank(SOLVER);
        vault.stake(1_000e18);
        eq(balance(SOLVER), 4_000e18, "balance");
        eq(stakeOf(SOLVER), 6_000e18, "stake");
        eq(vault.totalStake(), 16_000e18, "stake of all");
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, SOLVER, 4_000e18, 4_000e18 + 1)
        );
        vault.stake(4_000e18 + 1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.stake(0);
    }

    function test_TransferBetweenAccounts() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Transferred(REQUESTER, NEWCOMER, 12);
        vm.startPrank(REQUESTER);
        vault.transfer(NEWCOMER, 12);
        eq(balance(NEWCOMER), 12, "to");
        eq(balance(REQUESTER), START - 12, "from");
        vault.transfer(REQUESTER, START - 12);
        eq(balance(REQUESTER), START - 12, "to oneself changes nothing");
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, REQUESTER, START - 12, START - 11)
        );
        vault.transfer(NEWCOMER, START - 11);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.transfer(address(0), 1);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.transfer(NEWCOMER, 0);
    }

    function test_StakeCannotBeTransferredOrWithdrawn() public {
        vm.startPrank(REQUESTER);
        vault.withdraw(START);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientBalance.selector, REQUESTER, 0, 1));
        vault.transfer(NEWCOMER, 1);
    }

    function test_DepositWithPermit() public {
        address signer = _funded();
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(signer, NEWCOMER, 4e18, 6e18);
        vm.prank(signer);
        vault.depositWithPermit(NEWCOMER, 4e18, 6e18, block.timestamp, v, r, s);
        eq(balance(NEWCOMER), 4e18, "balance");
        eq(stakeOf(NEWCOMER), 6e18, "stake");
        eq(token.allowance(signer, address(vault)), 0, "allowance used up");
    }

    function test_PermitSentFirstByAStrangerDoesNoHarm() public {
        address signer = _funded();
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(THIEF);
        token.permit(signer, address(vault), 10e18, block.timestamp, v, r, s);
        vm.prank(signer);
        vault.depositWithPermit(signer, 10e18, 0, block.timestamp, v, r, s);
        eq(balance(signer), 10e18, "balance");
    }

    function test_ForeignPermitGivesNothing() public {
        _funded();
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(NEWCOMER);
        vm.expectRevert();
        vault.depositWithPermit(NEWCOMER, 10e18, 0, block.timestamp, v, r, s);
    }

    function test_PermitForAnotherSumGivesNothing() public {
        address signer = _funded();
        (uint8 v, bytes32 r, bytes32 s) = _permit(10e18, 7);
        vm.prank(signer);
        vm.expectRevert();
        vault.depositWithPermit(signer, 9e18, 0, block.timestamp, v, r, s);
    }

    function testFuzz_MoneyOnlyMoves(uint256 a, uint256 b, uint256 c) public {
        uint80 given = within80(a, 1, START);
        uint80 staked = within80(b, 1, START);
        uint80 taken = within80(c, 1, START);
        vm.prank(REQUESTER);
        vault.transfer(SOLVER, given);
        vm.prank(THIEF);
        vault.stake(staked);
        vm.prank(SOLVER);
        vault.withdraw(taken);
        uint256 sum = uint256(balance(REQUESTER)) + balance(SOLVER) + balance(THIEF) + vault.totalStake();
        eq(sum, token.balanceOf(address(vault)), "accounts = tokens held");
        eq(sum, 6 * START - taken, "only the withdrawal left");
    }

    function _funded() private returns (address signer) {
        signer = vm.addr(7);
        vm.prank(REQUESTER);
        token.transfer(signer, 10e18);
    }

    function _permit(uint256 value, uint256 key) private returns (uint8 v, bytes32 r, bytes32 s) {
        address signer = vm.addr(key);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                signer,
                address(vault),
                value,
                token.nonces(signer),
                block.timestamp
            )
        );
        return vm.sign(key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
    }
}
