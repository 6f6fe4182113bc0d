import { id } from 'ethers/hash';
import type { PolicyConfig } from './protocol.ts';

export type ContractName = keyof PolicyConfig['contracts'];

/** One function that the wallet may call. Numbers are positions of arguments, which are words of the call data. */
export interface CallRule {
  readonly contract: ContractName;
  readonly signature: string;
  /** Amounts of MOOT that count against the daily limit. */
  readonly spends?: readonly number[];
  /** An array, by the position of its offset, for each element of which `spends` counts. */
  readonly times?: number;
  /** Addresses that must be the wallet's own. */
  readonly own?: readonly number[];
  /** Addresses that must be the vault's. */
  readonly vault?: readonly number[];
}

const TASK = '(address,uint64,bytes32,bytes32,uint256,uint256)';
const ORDER = '(bytes32,uint64,uint80,uint80,uint32,uint8,uint8,bool)';
const HELD = '(address,uint48,uint48)';
const SOLUTION = '(address,uint48,bytes32)';
const JOB = `(${TASK},uint8)`;
const SEATS = '(address,uint8,bytes32)[]';
const BATCH = `(${TASK},uint8)`;
const RUN = '(address,uint48,bytes32)';
const CASE = '(address,address,address,uint256,uint256)';
const DRAW = '(uint256,bytes32,bytes32,bytes32)';
const PAST = '(uint256,bytes32,bytes)[]';

/**
 * Everything the app does on chain, and nothing else. Arguments that carry rules come before any dynamic one, so each
 * stands in its own word at 4 + 32 n; of a dynamic one the offset stands there.
 */
export const CALL_RULES: readonly CallRule[] = [
  { contract: 'token', signature: 'approve(address,uint256)', spends: [1], vault: [0] },
  { contract: 'token', signature: 'transfer(address,uint256)', spends: [1] },
  { contract: 'vault', signature: 'depositTo(address,uint80,uint80)', own: [0] },
  { contract: 'vault', signature: 'depositWithPermit(address,uint80,uint80,uint256,uint8,bytes32,bytes32)', own: [0] },
  { contract: 'vault', signature: 'withdraw(uint80)', spends: [0] },
  { contract: 'vault', signature: 'stake(uint80)', spends: [0] },
  { contract: 'vault', signature: 'requestUnstake(uint80)' },
  { contract: 'vault', signature: 'cancelUnstake()' },
  { contract: 'vault', signature: 'unstake()' },
  { contract: 'vault', signature: 'payEmission()' },
  { contract: 'market', signature: `submit(${ORDER},bytes)`, spends: [2, 3] },
  { contract: 'market', signature: `submitBlob(${ORDER},bytes32,uint64)`, spends: [2, 3] },
  { contract: 'market', signature: `reserve(${TASK},${HELD})` },
  { contract: 'market', signature: `forfeit(${TASK},${HELD})` },
  { contract: 'market', signature: 'commit(bytes32,uint16,bytes26)' },
  { contract: 'market', signature: `reveal(${TASK},${HELD},uint16,bytes32,bytes32,uint64)` },
  { contract: 'market', signature: `claim(${TASK},${SOLUTION})` },
  { contract: 'market', signature: `contest(${TASK},${SOLUTION},string)` },
  { contract: 'market', signature: `retract(${TASK})` },
  { contract: 'market', signature: `refund(${TASK},${HELD})` },
  { contract: 'market', signature: 'payAuthor(bytes32)' },
  { contract: 'market', signature: 'payTreasury()' },
  { contract: 'replicas', signature: `submit(${ORDER},uint8,bytes)`, spends: [2, 3] },
  { contract: 'replicas', signature: `submitBlob(${ORDER},uint8,bytes32,uint64)`, spends: [2, 3] },
  { contract: 'replicas', signature: `take(${JOB},bytes26)` },
  { contract: 'replicas', signature: `open(${JOB},bytes32,bytes32,uint64)` },
  { contract: 'replicas', signature: `contest(${JOB},address,bytes32,string)` },
  { contract: 'replicas', signature: `finish(${JOB},${SEATS})` },
  { contract: 'replicas', signature: `refund(${JOB},${SEATS})` },
  { contract: 'replicas', signature: `retract(${JOB})` },
  { contract: 'replicas', signature: 'payAuthor(bytes32)' },
  { contract: 'replicas', signature: 'payTreasury()' },
  // Fee and extra are those of one item.
  { contract: 'batches', signature: `submitBatch(${ORDER},bytes[])`, spends: [2, 3], times: 8 },
  { contract: 'batches', signature: `submitBlobs(${ORDER},bytes32[],uint64)`, spends: [2, 3], times: 8 },
  { contract: 'batches', signature: 'commitRoot(bytes32,uint16,bytes26,uint64)' },
  { contract: 'batches', signature: `revealRun(${BATCH},(uint64,uint16,uint64,bytes32,bytes32[]))` },
  { contract: 'batches', signature: `claimRun(${BATCH},${RUN})` },
  { contract: 'batches', signature: `contestItem(${BATCH},${RUN},(uint8,bytes32,bytes32[]),string)` },
  { contract: 'batches', signature: `retractBatch(${BATCH})` },
  { contract: 'batches', signature: `refundBatch(${BATCH})` },
  { contract: 'batches', signature: 'payAuthor(bytes32)' },
  { contract: 'batches', signature: 'payTreasury()' },
  {
    contract: 'registry',
    signature: 'register((bytes32,uint80,address,uint24,bytes32,uint8,bytes32,bytes32,uint32,bytes32))',
    own: [2],
  },
  { contract: 'registry', signature: 'setFee(bytes32,uint80)' },
  { contract: 'registry', signature: 'setPayee(bytes32,address)', own: [1] },
  { contract: 'registry', signature: 'retire(bytes32)' },
  { contract: 'registry', signature: 'signalSupport(bytes32,uint80)' },
  { contract: 'registry', signature: 'withdrawSupport(bytes32)' },
  { contract: 'registry', signature: 'refreshSupport(bytes32)' },
  { contract: 'registry', signature: 'trim(address,bytes32)' },
  // Deposits are locked stake and stay the juror's; a bond of an appeal is money.
  { contract: 'court', signature: 'join(uint80)' },
  { contract: 'court', signature: 'resign()' },
  { contract: 'court', signature: 'returnDeposit(address)', own: [0] },
  { contract: 'court', signature: 'heartbeat()' },
  { contract: 'court', signature: 'submitEvidence(uint256,string)' },
  { contract: 'court', signature: `draw(uint256,${CASE},${DRAW})` },
  { contract: 'court', signature: `commit(uint256,${CASE},${DRAW},bytes,bytes26)` },
  { contract: 'court', signature: `openDirect(uint256,${CASE},${DRAW},address,uint8,bytes32,bytes16)` },
  { contract: 'court', signature: `openList(uint256,${CASE},${DRAW},bytes,bytes)` },
  { contract: 'court', signature: `tally(uint256,${CASE},${DRAW},bytes)` },
  { contract: 'court', signature: `reportAbsent(uint256,${CASE},${PAST},uint256,address[])` },
  { contract: 'court', signature: `fundAppeal(uint256,${CASE},uint8,bytes32,uint80)`, spends: [8] },
  { contract: 'court', signature: `repayAppeal(uint256,uint8,address)`, own: [2] },
  { contract: 'court', signature: `execute(uint256,${CASE},${PAST},bytes)` },
  { contract: 'court', signature: 'deliver(uint256,address,bytes)' },
  { contract: 'duty', signature: 'signOn(uint80)' },
  { contract: 'duty', signature: 'heartbeat()' },
  { contract: 'duty', signature: 'signOff()' },
  { contract: 'duty', signature: 'release(address)', own: [0] },
  { contract: 'duty', signature: `callUp(${TASK},${HELD})` },
  { contract: 'duty', signature: `announce(${TASK},${HELD})` },
  { contract: 'duty', signature: 'seal(bytes32,bytes26)' },
  { contract: 'duty', signature: `open(${TASK},${SOLUTION},uint256,bytes32,bytes32)` },
  { contract: 'duty', signature: `reportMiss(${TASK},address,${SOLUTION},uint256)` },
  { contract: 'duty', signature: `reportAbsence(${TASK},address,${SOLUTION},uint256)` },
  { contract: 'duty', signature: `dismiss(${TASK},address)` },
  { contract: 'duty', signature: 'sweep()' },
];

const bySelector = new Map(CALL_RULES.map((rule) => [`${rule.contract}:${id(rule.signature).slice(0, 10)}`, rule]));

/** The rule for call data, by contract and 4-byte selector; undefined for anything else. */
export function ruleFor(contract: ContractName, data: string): CallRule | undefined {
  return bySelector.get(`${contract}:${data.slice(0, 10)}`);
}
