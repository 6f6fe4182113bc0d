/** Parameters of a play. Money in f, the fee of one task; times in seconds; shares as fractions. */
export interface Params {
  // Rules; defaults are those of the contracts.
  /** Expected checks per task (m). */
  readonly checks: number;
  readonly newcomerChecks: number;
  /** Whether a check is paid and sealed, paid for a signature only, or unpaid. */
  readonly duty: 'sealed' | 'signature' | 'unpaid';
  readonly dutyPay: number;
  readonly missFine: number;
  /** L, stake locked per result. */
  readonly slash: number;
  /** Bond of a contest as a share of L. */
  readonly contestBond: number;
  /** Bond of an appeal as a share of L. */
  readonly appealBond: number;
  /** Least bond of an appeal per seat of the panel it calls, in f. */
  readonly appealPerSeat: number;
  readonly claimWindow: number;
  /** Upheld losses in 90 days that suspend; Infinity for never. */
  readonly strikes: number;
  /** Strikes count only if they fall within so many results of the solver; Infinity for the rule as it is. */
  readonly strikeResults: number;
  /** Whether who is suspended keeps its seats on juries. */
  readonly suspendedVote: boolean;
  readonly panels: readonly number[];
  readonly absenceFine: number;
  readonly treasuryCut: number;
  /** Worker's part of the emission per task, before the cap. */
  readonly workerMint: number;
  /** Cap of the worker's mint as a multiple of the fee. */
  readonly mintCap: number;
  /** Fee from which on emission is paid. */
  readonly floorPrice: number;
  /** Commitments bound to a salt and an address. */
  readonly salted: boolean;

  // Assumptions about the world.
  readonly gas: number;
  /** c, one execution of a task, also by a checker or juror. */
  readonly compute: number;
  /** Honest jurors who, once drawn, vote in time; and vote right. */
  readonly presence: number;
  readonly accuracy: number;
  /** Probability that an honest loser finds the money for an appeal. */
  readonly funded: number;
  /** A declared checker is really there; his mean delay, divided by his speed. */
  readonly checkerThere: number;
  readonly checkerDelay: number;
  /** A guessed answer is right. */
  readonly guess: number;
  /** Contests of a griefer or thief per slot of his. */
  readonly contests: number;
  /** What an accepted lie brings besides the pay. */
  readonly lieValue: number;
  readonly solvers: number;
  readonly paretoShape: number;
  readonly minStake: number;
  /** Standard deviation of the logarithm of compute speeds. */
  readonly speedSigma: number;
  /** Mean time between tasks. */
  readonly interval: number;
  /** Share of accounts that begin as newcomers. */
  readonly newcomers: number;
}

export const DEFAULTS: Params = {
  checks: 0.1,
  newcomerChecks: 0.5,
  duty: 'sealed',
  dutyPay: 0.6,
  missFine: 0.6,
  slash: 20,
  contestBond: 0.5,
  appealBond: 0.5,
  appealPerSeat: 0,
  claimWindow: 2_000,
  strikes: 3,
  strikeResults: Infinity,
  suspendedVote: true,
  panels: [5, 11, 23],
  absenceFine: 0.1,
  treasuryCut: 0.1,
  workerMint: 0.3,
  mintCap: 1,
  floorPrice: 0.5,
  salted: true,
  gas: 0.03,
  compute: 0.4,
  presence: 0.85,
  accuracy: 0.98,
  funded: 1,
  checkerThere: 0.95,
  checkerDelay: 600,
  guess: 0.1,
  contests: 0.25,
  lieValue: 0,
  solvers: 1_000,
  paretoShape: 1.3,
  minStake: 200,
  speedSigma: 0.5,
  interval: 60,
  newcomers: 0.1,
};

/** Transactions of each role, at `gas` each: assumed, from the steps of the contracts. */
export const TRANSACTIONS = {
  /** Reserve, commit, reveal, claim. */
  solve: 4,
  /** Commit one's own result, open it. */
  check: 2,
  contest: 1,
  /** Commit and reveal a ballot. */
  ballot: 2,
  /** A copier's commitment that fails. */
  copy: 1,
  /** Submit, and solve oneself. */
  post: 1,
} as const;

/** Worker's pay for an accepted result, in f: fee less treasury cut plus emission within its cap. */
export function reward(p: Params, fee = 1): number {
  const minted = fee >= p.floorPrice ? Math.min(p.workerMint, p.mintCap * fee) : 0;
  return fee * (1 - p.treasuryCut) + minted;
}

/** Bond of an appeal to panel `round`, in f. */
export function appealCost(p: Params, round: number): number {
  return Math.max(p.slash * p.appealBond, p.appealPerSeat * p.panels[round]!);
}

/** Probability that a check by an honest checker of speed `speed` is there in time. */
export function inTime(p: Params, speed = 1): number {
  return p.checkerThere * (1 - Math.exp((-p.claimWindow * speed) / p.checkerDelay));
}

export const STRATEGIES = [
  'honest',
  'lazy',
  'lazyChecker',
  'lazyJuror',
  'copier',
  'griefer',
  'liars',
  'thieves',
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const STRATEGY_NAMES: Record<Strategy | 'selfDealer', string> = {
  honest: 'honest',
  lazy: 'lazy solver',
  lazyChecker: 'lazy checker',
  lazyJuror: 'lazy juror',
  copier: 'copier',
  griefer: 'griefer',
  liars: 'lying bloc',
  thieves: 'stealing bloc',
  selfDealer: 'self-dealer',
};
