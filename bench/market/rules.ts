/**
 * The rules of the market as the contracts have them: pure functions over integers. Amounts are base units of MOOT
 * (10^-18) as bigint, shares are in 1/10,000, times in seconds. Every division rounds down, as in Solidity; what rounding
 * leaves over in a pot goes to the first party of the winning side.
 *
 * Sources: contracts/libraries/Turn.sol and TaskTerms.sol, contracts/tasks/TaskMarket.sol, StakeVault._issue,
 * contracts/court/Settlement.sol, Fines.sol and Jury.sol. Defaults: docs/market-economics.md.
 */
export const BPS = 10_000n;
export const U_BITS = 64n;
/** A draw of a turn is a fraction of this. */
export const U_ONE = 1n << U_BITS;
/** A draw of a seat is a fraction of this. */
export const SEAT_ONE = 1n << 128n;

/** Defaults; shares in 1/10,000 of the fee unless said otherwise. */
export const TERMS = {
  treasuryBps: 1_000n,
  lockFactor: 20n,
  reservationBps: 5_000n,
  dutyBps: 6_000n,
  checksBps: 1_000n,
  /** Checks beyond the usual that a newcomer causes: 0.5 - 0.1. */
  newcomerChecksBps: 4_000n,
  newcomerWorks: 20,
  /** Of what is at stake. */
  absenceBps: 50n,
  absenceRepeat: 30 * 86_400,
  supportBps: 1_000n,
  strikes: 3,
  strikeWindow: 90 * 86_400,
  suspension: 30 * 86_400,
} as const;

/** Assurance classes: expected checks, and stake locked as a multiple of the fee. The requester pays the checks. */
export const ASSURANCE = {
  basic: { checksBps: 1_000n, lockFactor: 20n, solvers: 1, requesterPays: false },
  checked: { checksBps: 5_000n, lockFactor: 20n, solvers: 1, requesterPays: true },
  critical: { checksBps: 20_000n, lockFactor: 100n, solvers: 3, requesterPays: true },
} as const;

const PANELS = { compute: [5, 11, 23], people: [7, 15, 31] } as const;

/** `floor(amount * bps / 10,000)`. */
export function share(amount: bigint, bps: bigint): bigint {
  return (amount * bps) / BPS;
}

/**
 * Seconds from submission until a task opens to a solver: `floor(floor(spread * u * total / free) / 2^64)`, at most
 * `cap`. `u` is 64 bits; `spread` 0 opens at once; nobody without free stake comes before `cap`.
 */
export function turnWait(spread: bigint, u: bigint, free: bigint, total: bigint, cap: bigint): bigint {
  if (spread === 0n) return 0n;
  if (free === 0n) return cap;
  const wait = ((spread * u * total) / free) >> U_BITS;
  return wait < cap ? wait : cap;
}

/** Stake that answers for one result: `fee * lockFactor`. */
export function lockOf(fee: bigint, lockFactor: bigint): bigint {
  return fee * lockFactor;
}

/** Bond of whoever contests: `floor(lock / 2)`. */
export function contestBond(lock: bigint): bigint {
  return lock / 2n;
}

/** Bond of an appeal, either side: `floor(atStake / 2)`. */
export function appealBond(atStake: bigint): bigint {
  return atStake / 2n;
}

/** Pay of one delivered check, and the fine for a missed one: `floor(fee * dutyBps / 10,000)`. */
export function dutyPay(fee: bigint, dutyBps: bigint): bigint {
  return share(fee, dutyBps);
}

/** What a payout of a solver with fewer than 20 accepted results lacks: `floor(dutyPay * 4,000 / 10,000)`, else 0. */
export function heldBack(fee: bigint, dutyBps: bigint, accepted: number): bigint {
  return accepted < TERMS.newcomerWorks ? share(dutyPay(fee, dutyBps), TERMS.newcomerChecksBps) : 0n;
}

/** What a requester adds for an assurance class: `floor(dutyPay * checksBps / 10,000)`; the basic class adds nothing. */
export function surcharge(fee: bigint, dutyBps: bigint, assurance: keyof typeof ASSURANCE): bigint {
  const terms = ASSURANCE[assurance];
  return terms.requesterPays ? share(dutyPay(fee, dutyBps), terms.checksBps) : 0n;
}

/** Rate of emission of a task, in 1/1,000: none below the floor price or for a model without support. */
export function issueRate(fee: bigint, floorPrice: bigint, supported: boolean, rate: bigint): bigint {
  return fee >= floorPrice && supported ? rate : 0n;
}

/** Whether at least 10 % of all stake supports a model. */
export function isSupported(supporting: bigint, total: bigint): boolean {
  return supporting !== 0n && supporting * BPS >= total * TERMS.supportBps;
}

export interface Mint {
  readonly worker: bigint;
  readonly treasury: bigint;
  readonly liquidity: bigint;
}

/**
 * Emission of one accepted result. `whole = min(floor(reward * rate / 1,000), left)`; worker `min(floor(whole * 8 / 10),
 * cap)`; treasury and liquidity `floor(worker / 8)` each, so they shrink with the cap.
 * @param reward Base reward, after the curve.
 * @param rate In 1/1,000.
 * @param left What the cap on the supply leaves.
 * @param cap Fee paid for the work.
 */
export function mint(reward: bigint, rate: bigint, left: bigint, cap: bigint): Mint {
  if (rate === 0n) return { worker: 0n, treasury: 0n, liquidity: 0n };
  const wanted = (reward * rate) / 1_000n;
  const whole = wanted < left ? wanted : left;
  const part = (whole * 8n) / 10n;
  const worker = part < cap ? part : cap;
  return { worker, treasury: worker / 8n, liquidity: worker / 8n };
}

export interface Payout {
  /** Fee part of the worker, emission not included. */
  readonly worker: bigint;
  readonly treasury: bigint;
  readonly held: bigint;
}

/** Where a fee and a surcharge go: `worker + treasury = fee + surcharge`, `held` is part of `treasury`. */
export function payout(fee: bigint, surcharge: bigint, held: bigint): Payout {
  const cut = share(fee, TERMS.treasuryBps);
  return { worker: fee - cut - held, treasury: cut + surcharge + held, held };
}

/** Jurors aimed at in a round, counted from 0. */
export function panelSize(bench: keyof typeof PANELS, round: number): number {
  const sizes = PANELS[bench];
  return sizes[Math.min(round, sizes.length - 1)]!;
}

/**
 * Seats of one juror: `floor(n * weight / present + u / 2^128)`, exactly; `n` for whoever is all that is present.
 * @param present Stake of those present, without the parties.
 * @param u 128 bits, one draw per juror and panel.
 */
export function seats(weight: bigint, present: bigint, n: bigint, u: bigint): bigint {
  if (weight === 0n) return 0n;
  if (weight >= present) return n;
  return (n * weight * SEAT_ONE + u * present) / (present * SEAT_ONE);
}

/** A ruling for the claimant needs more seats; a tie goes to the defendant. */
export function isUpheld(forClaimant: number, forDefendant: number): boolean {
  return forClaimant > forDefendant;
}

export interface Split {
  readonly party: bigint;
  readonly jurors: readonly bigint[];
}

/**
 * A pot: `perSeat = floor(floor(pot / 2) / seats)`; each juror who agreed with the final ruling, in whichever round, gets
 * `perSeat * his seats`; everything else goes to the first party of the winning side, all of it when no juror agreed.
 */
export function splitPot(pot: bigint, agreeingSeats: readonly bigint[]): Split {
  const all = agreeingSeats.reduce((sum, n) => sum + n, 0n);
  const perSeat = all === 0n ? 0n : pot / 2n / all;
  const jurors = agreeingSeats.map((n) => n * perSeat);
  return { party: pot - all * perSeat, jurors };
}

/**
 * The winning side's part among its party and those who backed its appeals: `floor(rest * raised / (own + all raised))` to
 * each appeal, what remains to the party. A bond raised by the party itself counts as backing, too.
 * @param rest {@link Split.party}.
 * @param own What the party itself had at stake: the claimant his bond, the defendant his lock.
 * @param raised Bonds of the appeals of that side.
 */
export function splitParty(rest: bigint, own: bigint, raised: readonly bigint[]): { party: bigint; backers: bigint[] } {
  const all = raised.reduce((sum, x) => sum + x, own);
  const backers = raised.map((bond) => (rest * bond) / all);
  return { party: backers.reduce((left, x) => left - x, rest), backers };
}

export type Side = 'claimant' | 'defendant';

export interface Appeal {
  readonly by: Side;
  readonly bond: bigint;
}

/**
 * What the losing side loses, and the fines of absent jurors: the defendant `atStake`, or the claimant his bond, plus the
 * bonds of all appeals of that side. The winning side gets everything back.
 */
export function potOf(
  upheld: boolean,
  atStake: bigint,
  bond: bigint,
  appeals: readonly Appeal[],
  fines: bigint = 0n,
): bigint {
  const loser: Side = upheld ? 'defendant' : 'claimant';
  const lost = appeals.filter(({ by }) => by === loser).reduce((sum, appeal) => sum + appeal.bond, 0n);
  return (upheld ? atStake : bond) + lost + fines;
}

/**
 * Fine of a juror who was drawn and cast no ballot (or, in compute cases, one without a valid trace):
 * `floor(atStake * 50 / 10,000)`, a tenth of the fee at 20 fees at stake; twice that within 30 days of the last one. It
 * joins the pot.
 */
export function absenceFine(atStake: bigint, repeated: boolean): bigint {
  return share(atStake, TERMS.absenceBps) * (repeated ? 2n : 1n);
}

export interface Strikes {
  /** Times of the last upheld losses, oldest first, at most three. */
  readonly losses: readonly number[];
  /** Set when this loss suspends. */
  readonly suspendedUntil: number | undefined;
}

/** Three upheld losses within 90 days, the new one included, suspend for 30 days from now. */
export function strike(losses: readonly number[], now: number, strikes: number = TERMS.strikes): Strikes {
  const kept = [...losses, now].slice(-strikes);
  const full = kept.length === strikes && now - kept[0]! <= TERMS.strikeWindow;
  return { losses: kept, suspendedUntil: full ? now + TERMS.suspension : undefined };
}
