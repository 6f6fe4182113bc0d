import { appealCost, TRANSACTIONS, type Params } from './params.ts';
import { CODE, type Population } from './population.ts';
import type { Random } from './random.ts';
import { absenceFine, isUpheld, potOf, splitPot, TERMS, type Appeal, type Side } from './rules.ts';

/** One f in base units: the money of a case is computed in integers, by the rules themselves. */
const UNIT = 10n ** 18n;
export const toUnits = (f: number): bigint => BigInt(Math.round(f * 1e9)) * 10n ** 9n;
export const toFees = (units: bigint): number => Number(units) / Number(UNIT);

export interface Case {
  readonly claimant: number;
  readonly defendant: number;
  /** Whether the solution is really wrong. */
  readonly guilty: boolean;
  readonly now: number;
}

export interface Verdict {
  readonly upheld: boolean;
  readonly rounds: number;
  /** Re-executions by jurors. */
  readonly executions: number;
  /** Paid to all agreeing jurors, and what their ballots in all rounds cost, in f. */
  readonly jurorPay: number;
  readonly jurorCost: number;
}

interface Ballots {
  readonly guilty: Map<number, number>;
  readonly innocent: Map<number, number>;
}

/**
 * Plays one case through its appeals and books every part of it into `income`, f per account. Jurors of a bloc that is a
 * party vote for their side and always come; a juror without a trace of his own execution counts as absent.
 */
export function tryCase(p: Params, pop: Population, it: Case, income: Float64Array, random: Random): Verdict {
  const appeals: Appeal[] = [];
  const rounds: Ballots[] = [];
  const tally = { executions: 0, jurorCost: 0, fines: 0n };
  let upheld = false;
  for (const size of p.panels) {
    const ballots = vote(p, pop, it, size, income, random, tally);
    rounds.push(ballots);
    upheld = isUpheld(sum(ballots.guilty), sum(ballots.innocent));
    const loser: Side = upheld ? 'defendant' : 'claimant';
    if (rounds.length === p.panels.length || !appealing(p, pop, it, loser, random)) break;
    appeals.push({ by: loser, bond: toUnits(appealCost(p, rounds.length)) });
    income[loser === 'defendant' ? it.defendant : it.claimant]! -= p.gas;
  }

  const winner = upheld ? it.claimant : it.defendant;
  const loser = upheld ? it.defendant : it.claimant;
  const pot = potOf(upheld, toUnits(p.slash), toUnits(p.slash * p.contestBond), appeals, tally.fines);
  const agreeing = rounds.flatMap((round) => [...(upheld ? round.guilty : round.innocent)]);
  const split = splitPot(
    pot,
    agreeing.map(([, seats]) => BigInt(seats)),
  );
  const lost = toFees(pot - tally.fines);
  income[loser]! -= lost;
  pop.stake[loser] = Math.max(0, pop.stake[loser]! - lost);
  income[winner]! += toFees(split.party);
  let jurorPay = 0;
  agreeing.forEach(([juror], i) => {
    const paid = toFees(split.jurors[i]!);
    income[juror]! += paid;
    jurorPay += paid;
  });
  return { upheld, rounds: rounds.length, jurorPay, executions: tally.executions, jurorCost: tally.jurorCost };
}

function vote(
  p: Params,
  pop: Population,
  it: Case,
  size: number,
  income: Float64Array,
  random: Random,
  tally: { executions: number; jurorCost: number; fines: bigint },
): Ballots {
  const ballots: Ballots = { guilty: new Map(), innocent: new Map() };
  const { strategy, stake, suspendedUntil } = pop;
  let total = -stake[it.claimant]! - stake[it.defendant]!;
  const votes = (j: number): boolean => p.suspendedVote || suspendedUntil[j]! <= it.now;
  for (let j = 0; j < pop.size; j++) if (votes(j)) total += stake[j]!;
  for (let j = 0; j < pop.size; j++) {
    // The same rule as `seats` of the rules, in numbers: rules.test.ts compares them.
    const seats = Math.floor((size * stake[j]!) / total + random.unit());
    if (seats === 0 || j === it.claimant || j === it.defendant || !votes(j)) continue;
    const side = biasOf(pop, it, j);
    const there = side !== undefined || (strategy[j] !== CODE.lazyJuror && random.chance(p.presence));
    if (!there) {
      const repeated = it.now - pop.absentAt[j]! < TERMS.absenceRepeat;
      // At 20 fees at stake the rule's share is a tenth of a fee; other fines are played by scaling the stake.
      const fine = absenceFine(toUnits(p.absenceFine * 200), repeated);
      tally.fines += fine;
      income[j]! -= toFees(fine);
      pop.absentAt[j] = it.now;
      continue;
    }
    // One execution serves all seats of a juror; a bloc needs none of its own, for it made the answer or can lend the
    // trace among its members.
    const cost = (side === undefined ? p.compute : 0) + TRANSACTIONS.ballot * p.gas;
    income[j]! -= cost;
    tally.jurorCost += cost;
    tally.executions += side === undefined ? 1 : 0;
    const guilty = side === undefined ? it.guilty === random.chance(p.accuracy) : side === 'claimant';
    (guilty ? ballots.guilty : ballots.innocent).set(j, seats);
  }
  return ballots;
}

/** The side a juror takes without looking. */
function biasOf(pop: Population, it: Case, juror: number): Side | undefined {
  const own = pop.strategy[juror];
  if (own === CODE.liars && pop.strategy[it.defendant] === own) return 'defendant';
  if (own === CODE.thieves && pop.strategy[it.claimant] === own && !it.guilty) return 'claimant';
  return undefined;
}

/** Who is right appeals when the bond is found; a bloc always does; others who are wrong give up. */
function appealing(p: Params, pop: Population, it: Case, loser: Side, random: Random): boolean {
  const right = it.guilty === (loser === 'claimant');
  if (right) return random.chance(p.funded);
  const own = pop.strategy[loser === 'claimant' ? it.claimant : it.defendant];
  return loser === 'claimant' ? own === CODE.thieves : own === CODE.liars;
}

function sum(seats: ReadonlyMap<number, number>): number {
  let all = 0;
  for (const n of seats.values()) all += n;
  return all;
}
