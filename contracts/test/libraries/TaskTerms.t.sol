// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITaskMarket} from "../../interfaces/ITaskMarket.sol";
import {TaskHash} from "../../libraries/TaskHash.sol";
import {TaskTerms} from "../../libraries/TaskTerms.sol";
import {TestBase} from "../TestBase.t.sol";

/// @dev The library reads call data, so it is called through a contract.
contract TermsReader {
    using TaskTerms for ITaskMarket.Task;

    function amounts(ITaskMarket.Task calldata t) external pure returns (uint256[8] memory) {
        return [
            uint256(t.fee()),
            t.modelFee(),
            t.lock(),
            t.treasuryShare(),
            t.issueRate(),
            t.checksBps(),
            t.dutyPay(),
            t.bond()
        ];
    }

    function sums(ITaskMarket.Task calldata t) external pure returns (uint80, uint80, uint80) {
        return (t.checksPaid(), t.escrow(), t.issueCap());
    }

    function times(ITaskMarket.Task calldata t) external pure returns (uint256[9] memory) {
        return [
            uint256(t.submittedAt()),
            t.submittedIn(),
            t.retractAt(),
            t.deadline(),
            t.claimWindow(),
            t.reserveSeconds(),
            t.notice(),
            t.spread(),
            t.flags()
        ];
    }

    function id(ITaskMarket.Task calldata t) external view returns (bytes32) {
        return TaskHash.idOf(t);
    }

    function idOfMemory(ITaskMarket.Task calldata t) external view returns (bytes32) {
        ITaskMarket.Task memory copy = t;
        return TaskHash.idOfMemory(copy);
    }

    function words(
        bytes32 taskId,
        ITaskMarket.Reservation calldata r,
        ITaskMarket.Solution calldata s,
        uint256 disputeId
    ) external pure returns (bytes32 reserved, bytes32 solved, bytes32 frozen) {
        reserved = TaskHash.reserved(taskId, r);
        solved = TaskHash.solved(taskId, s.solver, s.revealedAt, s.resultDigest);
        frozen = TaskHash.frozen(solved, disputeId);
    }
}

/// @dev Packed words against a packing of the test's own: sized values in a row, highest first.
contract TaskTermsTest is TestBase {
    TermsReader private reader = new TermsReader();

    struct Money {
        uint80 fee;
        uint80 modelFee;
        uint16 lockFactor;
        uint16 treasuryBps;
        uint16 issueRate;
        uint16 checksBps;
        uint16 dutyBps;
        uint16 bondBps;
    }

    struct Times {
        uint40 submittedAt;
        uint40 submittedIn;
        uint40 retractAt;
        uint40 deadline;
        uint24 claimWindow;
        uint24 reserveSeconds;
        uint16 notice;
        uint16 spread;
        uint8 class;
        uint8 flags;
    }

    function testFuzz_MoneyRoundTrip(Money memory m, uint256 times) public view {
        m.fee = within80(m.fee, 0, 2 ** 64);
        (m.treasuryBps, m.dutyBps, m.bondBps) = (m.treasuryBps % 10_001, m.dutyBps % 10_001, m.bondBps % 10_001);
        ITaskMarket.Task memory task = _task(m, times);
        uint256[8] memory read = reader.amounts(task);
        eq(read[0], m.fee, "fee");
        eq(read[1], m.modelFee, "modelFee");
        eq(read[2], uint256(m.fee) * m.lockFactor, "lock");
        eq(read[3], uint256(m.fee) * m.treasuryBps / 10_000, "treasuryShare");
        eq(read[4], m.issueRate, "issueRate");
        eq(read[5], m.checksBps, "checksBps");
        eq(read[6], uint256(m.fee) * m.dutyBps / 10_000, "dutyPay");
        eq(read[7], uint256(m.fee) * m.bondBps / 10_000, "bond");
    }

    function testFuzz_TimesRoundTrip(Times memory t, uint256 money) public view {
        ITaskMarket.Task memory task;
        task.money = money;
        task.times = _pack(t);
        uint256[9] memory read = reader.times(task);
        eq(read[0], t.submittedAt, "submittedAt");
        eq(read[1], t.submittedIn, "submittedIn");
        eq(read[2], t.retractAt, "retractAt");
        eq(read[3], t.deadline, "deadline");
        eq(read[4], t.claimWindow, "claimWindow");
        eq(read[5], t.reserveSeconds, "reserveSeconds");
        eq(read[6], t.notice, "notice");
        eq(read[7], t.spread, "spread");
        eq(read[8], t.flags, "flags");
    }

    function testFuzz_Sums(Money memory m, Times memory t) public view {
        (m.fee, m.modelFee) = (within80(m.fee, 0, 2 ** 64), within80(m.modelFee, 0, 2 ** 64));
        (m.treasuryBps, m.dutyBps) = (m.treasuryBps % 2_001, m.dutyBps % 10_001);
        (m.checksBps, t.flags) = (m.checksBps % 40_001, t.flags % 8);
        if (t.flags & 1 != 0) t.spread = 0;
        (uint80 checksPaid, uint80 escrow, uint80 issueCap) = reader.sums(_task(m, _pack(t)));
        uint256 pay = uint256(m.fee) * m.dutyBps / 10_000;
        uint256 expected = t.flags & 2 != 0 ? pay * m.checksBps / 10_000 : 0;
        eq(checksPaid, expected, "checks are paid when the requester has bought them");
        eq(escrow, expected + m.fee + m.modelFee, "escrow");
        bool competition = t.spread != 0 && t.flags & 4 == 0;
        eq(issueCap, competition ? m.fee : uint256(m.fee) * m.treasuryBps / 10_000, "issueCap");
    }

    function testFuzz_TheIdIsTheHashOfEverything(ITaskMarket.Task memory task) public view {
        bytes32 tag = keccak256("folkmoot.task.v2");
        bytes32 expected = keccak256(abi.encode(tag, block.chainid, address(reader), task));
        eq(reader.id(task), expected, "from call data");
        eq(reader.idOfMemory(task), expected, "from memory");
    }

    function testFuzz_Words(
        bytes32 taskId,
        ITaskMarket.Reservation memory r,
        ITaskMarket.Solution memory s,
        uint256 disputeId
    ) public view {
        (bytes32 reserved, bytes32 solved, bytes32 frozen) = reader.words(taskId, r, s, disputeId);
        bytes32 tag = keccak256("folkmoot.task.reserved.v2");
        eq(reserved, keccak256(abi.encode(tag, taskId, r.solver, r.since, r.until)), "reserved");
        tag = keccak256("folkmoot.task.solved.v2");
        eq(solved, keccak256(abi.encode(tag, taskId, s.solver, s.revealedAt, s.resultDigest)), "solved");
        tag = keccak256("folkmoot.task.frozen.v2");
        eq(frozen, keccak256(abi.encode(tag, solved, disputeId)), "frozen");
        ok(reserved != solved && solved != frozen && reserved != frozen, "apart");
        ok(uint256(reserved) > 1 && uint256(solved) > 1 && uint256(frozen) > 1, "neither nothing nor open");
    }

    /// @dev Set bits above a short field make another id, not a second way to name the same task.
    function test_DirtyBitsAreAnotherTask() public view {
        ITaskMarket.Task memory task;
        task.requester = address(0xA1);
        bytes memory call = abi.encodeCall(reader.id, (task));
        (, bytes memory clean) = address(reader).staticcall(call);
        // The word of the requester begins after the selector; its first byte lies above the address.
        call[4] = 0x01;
        (bool success, bytes memory dirty) = address(reader).staticcall(call);
        ok(!success || keccak256(dirty) != keccak256(clean), "same id");
    }

    function _task(Money memory m, uint256 times) private pure returns (ITaskMarket.Task memory task) {
        task.money = uint256(
            bytes32(
                abi.encodePacked(
                    m.fee,
                    m.modelFee,
                    m.lockFactor,
                    m.treasuryBps,
                    m.issueRate,
                    m.checksBps,
                    m.dutyBps,
                    m.bondBps
                )
            )
        );
        task.times = times;
    }

    function _pack(Times memory t) private pure returns (uint256) {
        bytes memory moments = abi.encodePacked(t.submittedAt, t.submittedIn, t.retractAt, t.deadline);
        return uint256(
            bytes32(
                abi.encodePacked(
                    moments, t.claimWindow, t.reserveSeconds, t.notice, t.spread, t.class, t.flags
                )
            )
        );
    }
}
