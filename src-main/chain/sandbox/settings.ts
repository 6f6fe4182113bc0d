import { parseEther } from 'ethers';

/** Short times, so that a newcomer sees a task through in half a minute; a real network has hours. */
export const SANDBOX_CLAIM_WINDOW_S = 20;
/** Longer than all rounds of a dispute together, as everywhere. */
export const SANDBOX_EXIT_DELAY_S = 900n;

/** Parameters of the market's class 0: the shares that the economic model recommends, times of a sandbox. */
export const SANDBOX_MARKET = {
  treasuryBps: 1_000n,
  lockFactor: 20n,
  bondBps: 5_000n,
  checksBps: 1_000n,
  dutyBps: 6_000n,
  spread: 1n,
  notice: 6n,
  reserveSeconds: 60n,
  retractDelay: 20n,
  minLifetime: 60n,
  maxLifetime: 7n * 86_400n,
  claimWindow: BigInt(SANDBOX_CLAIM_WINDOW_S),
  /** Millionths of a token. */
  minFee: 1n,
};
export type MarketSettings = typeof SANDBOX_MARKET;

const SANDBOX_BENCH = {
  commitSeconds: 30n,
  revealSeconds: 20n,
  appealSeconds: 15n,
  redraws: 1n,
  seedDelay: 1n,
  quorumBps: 5_000n,
  absenceBps: 50n,
  repeatDays: 30n,
  appealBps: 5_000n,
  jurorBps: 5_000n,
  strikeDays: 90n,
  suspensionDays: 30n,
};
export const SANDBOX_COMPUTE = { ...SANDBOX_BENCH, firstSeats: 5n, secondSeats: 11n, thirdSeats: 23n };
export const SANDBOX_PEOPLE = { ...SANDBOX_BENCH, firstSeats: 7n, secondSeats: 15n, thirdSeats: 31n };
export const SANDBOX_JUROR_DEPOSIT = parseEther('5');

export const SANDBOX_DUTY = {
  minDeposit: parseEther('5'),
  reserve: parseEther('100'),
  sealSeconds: 15n,
  /** Exact: whoever computes blindly gets the same digest. */
  classes: 1n,
};

/** Emission as after a year, in thousandths of a token; the models that ship are rated. */
export const SANDBOX_EMISSION = { age: 365n * 86_400n, baseReward: 1_000n, rate: 1_000n, floor: parseEther('0.001') };

/** Stake with which the operator supports the models that ship: a tenth of all stake for each, until the peers have theirs. */
export const SANDBOX_SUPPORT = parseEther('600');
