// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IMootToken} from "../../interfaces/IMootToken.sol";
import {MootToken} from "../../token/MootToken.sol";
import {TestBase} from "../TestBase.t.sol";

contract MootTokenTest is TestBase {
    function genesis(uint256 first, uint256 second) private returns (MootToken) {
        address[] memory holders = new address[](2);
        uint256[] memory amounts = new uint256[](2);
        (holders[0], holders[1]) = (address(0xA1), address(0xB2));
        (amounts[0], amounts[1]) = (first, second);
        return new MootToken(holders, amounts);
    }

    function test_GenesisHoldersGetTheirTokens() public {
        MootToken token = genesis(1e18, 2e18);
        eq(token.balanceOf(address(0xA1)), 1e18, "first");
        eq(token.balanceOf(address(0xB2)), 2e18, "second");
        eq(token.totalSupply(), 3e18, "supply");
        eq(token.decimals(), 18, "decimals");
    }

    function test_CapFitsEightyBits() public {
        MootToken token = genesis(1, 1);
        eq(token.CAP(), 1_000_000e18, "cap");
        ok(uint256(token.CAP()) < 2 ** 80, "cap below 2^80");
    }

    function test_WholeCapMayBeIssuedAtGenesis() public {
        eq(genesis(1_000_000e18 - 1, 1).totalSupply(), 1_000_000e18, "supply");
    }

    function test_OneUnitAboveTheCapIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(IMootToken.CapExceeded.selector, 1_000_000e18 + 1, 1_000_000e18));
        genesis(1_000_000e18, 1);
    }

    function test_GenesisListsMustMatch() public {
        vm.expectRevert(abi.encodeWithSelector(IMootToken.GenesisLengthMismatch.selector, 1, 0));
        new MootToken(new address[](1), new uint256[](0));
    }

    function testFuzz_SupplyNeverExceedsTheCap(uint256 first, uint256 second) public {
        first = within(first, 0, 1_500_000e18);
        second = within(second, 0, 1_500_000e18);
        try this.make(first, second) returns (MootToken token) {
            ok(first + second <= 1_000_000e18, "accepted above the cap");
            eq(token.totalSupply(), first + second, "supply");
        } catch {
            ok(first + second > 1_000_000e18, "refused below the cap");
        }
    }

    function make(uint256 first, uint256 second) external returns (MootToken) {
        return genesis(first, second);
    }

    function test_VotesFollowATimestampClock() public {
        MootToken token = genesis(5e18, 1);
        vm.warp(2_000_000_000);
        eq(token.clock(), 2_000_000_000, "clock");
        eq(keccak256(bytes(token.CLOCK_MODE())), keccak256("mode=timestamp"), "mode");
        vm.prank(address(0xA1));
        token.delegate(address(0xA1));
        vm.warp(2_000_000_100);
        eq(token.getPastVotes(address(0xA1), 2_000_000_000), 5e18, "past votes");
    }

    function test_PermitSetsTheAllowance() public {
        address signer = vm.addr(0xA11CE);
        MootToken token = genesis(1, 1);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                signer,
                address(this),
                7,
                0,
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(0xA11CE, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
        token.permit(signer, address(this), 7, block.timestamp, v, r, s);
        eq(token.allowance(signer, address(this)), 7, "allowance");
        eq(token.nonces(signer), 1, "nonce");
    }

    function test_TheMinterIsNamedOnceByWhoDeployed() public {
        MootToken token = genesis(1, 1);
        eq(token.minter(), address(0), "nobody");
        vm.prank(address(0xA1));
        vm.expectRevert(abi.encodeWithSelector(IMootToken.MinterIsFinal.selector, address(0)));
        token.setMinter(address(0xA1));
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        token.setMinter(address(0));
        vm.expectEmit(address(token));
        emit IMootToken.MinterSet(address(0xC3));
        token.setMinter(address(0xC3));
        eq(token.minter(), address(0xC3), "named");
        vm.expectRevert(abi.encodeWithSelector(IMootToken.MinterIsFinal.selector, address(0xC3)));
        token.setMinter(address(0xD4));
    }

    function test_OnlyTheMinterMints() public {
        MootToken token = genesis(1, 1);
        vm.expectRevert(abi.encodeWithSelector(IMootToken.NotMinter.selector, address(this)));
        token.mint(address(this), 1);
        token.setMinter(address(0xC3));
        vm.expectRevert(abi.encodeWithSelector(IMootToken.NotMinter.selector, address(this)));
        token.mint(address(this), 1);
        vm.prank(address(0xC3));
        token.mint(address(0xD4), 5);
        eq(token.balanceOf(address(0xD4)), 5, "minted");
        eq(token.totalSupply(), 7, "supply");
    }

    function testFuzz_NoMintPassesTheCap(uint256 amount) public {
        MootToken token = genesis(999_999e18, 1e18 - 5);
        token.setMinter(address(this));
        amount = within(amount, 6, type(uint208).max - 2e24);
        vm.expectRevert(
            abi.encodeWithSelector(IMootToken.CapExceeded.selector, 1_000_000e18 - 5 + amount, 1_000_000e18)
        );
        token.mint(address(this), amount);
        token.mint(address(this), 5);
        eq(token.totalSupply(), token.CAP(), "up to the cap");
    }
}
