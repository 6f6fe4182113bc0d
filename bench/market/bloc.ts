import { appealCost, inTime, reward, type Params } from './params.ts';

/**
 * A bloc before the court, computed exactly, in f. Seats are Poisson (a court of many small stakes under threshold
 * sortition) or a fixed number of independent draws; `play` has the real, uneven stakes.
 */
export interface Assumptions {
  readonly law: 'poisson' | 'fixed';
  /** Share of honest checkers who deliver, in time apart. */
  readonly delivering: number;
  /** Whether the bloc's own jurors are among the agreeing ones and take their part of a pot that it wins. */
  readonly ownJurors: boolean;
  /** The bloc contests its own lie before an honest checker can; then only the parties, or anyone, may appeal. */
  readonly sham?: 'parties' | 'anyone';
}

export const ASSUMED: Assumptions = { law: 'poisson', delivering: 1, ownJurors: true };

/** Probability that a bloc of share `a` wins one round; defending, it also wins ties. */
export function roundWin(p: Params, a: number, n: number, defending: boolean, law = ASSUMED.law): number {
  const honest = (1 - a) * p.presence;
  const ours = a + honest * (1 - p.accuracy);
  const theirs = honest * p.accuracy;
  const fixed = law === 'fixed';
  const most = fixed ? n : Math.ceil(n + 8 * Math.sqrt(n) + 8);
  let win = 0;
  for (let x = 0; x <= most; x++) {
    for (let y = 0; y <= Math.min(x, fixed ? n - x : most); y++) {
      if (x === y && !defending) continue;
      win += fixed ? trinomial(n, x, y, ours, theirs) : poisson(x, n * ours) * poisson(y, n * theirs);
    }
  }
  return win;
}

export interface BlocCase {
  /** Probability that the bloc wins in the end. */
  readonly win: number;
  /** Expected money of the bloc from the case, pay for the task not included. */
  readonly money: number;
}

/** A case between a bloc of share `a` and an honest party, through all appeals: the bloc always appeals. */
export function blocCase(p: Params, a: number, defending: boolean, as = ASSUMED): BlocCase {
  const wins = p.panels.map((n) => roundWin(p, a, n, defending, as.law));
  const wrongHonest = (1 - a) * p.presence * (1 - p.accuracy);
  const own = as.ownJurors ? a / (a + wrongHonest) : 0;
  const bond = p.slash * p.contestBond;
  const sham = as.sham !== undefined;
  const funded = as.sham === 'parties' ? 0 : p.funded;
  const end = (won: boolean, ours: number, theirs: number): BlocCase => {
    if (won) {
      const pot = (defending ? bond : p.slash) + theirs;
      return { win: 1, money: (pot * (1 + own)) / 2 - (sham ? bond : 0) };
    }
    const lost = (defending ? p.slash : bond) + ours;
    // Its own claimant is the first party: half of what it loses comes back.
    return { win: 0, money: sham ? -lost / 2 : -lost };
  };
  const from = (round: number, ours: number, theirs: number): BlocCase => {
    const last = round === wins.length - 1;
    const appeal = last ? 0 : appealCost(p, round + 1);
    const won = last
      ? end(true, ours, theirs)
      : mix(funded, from(round + 1, ours, theirs + appeal), end(true, ours, theirs));
    const lost = last ? end(false, ours, theirs) : from(round + 1, ours + appeal, theirs);
    return mix(wins[round]!, won, lost);
  };
  return from(0, 0, 0);
}

/** What a bloc of share `a` gains by a lie over an honest solution; its own checkers keep silent. */
export function lieGain(p: Params, a: number, as = ASSUMED): number {
  const c = 1 - Math.exp(-p.checks * (1 - a) * as.delivering * inTime(p));
  const { win, money } = blocCase(p, a, true, as);
  const pay = reward(p) + p.lieValue;
  return (1 - c) * pay + c * (win * pay + money) - (reward(p) - p.compute);
}

/** What a bloc of share `a` gains by contesting an honest solution. */
export function theftGain(p: Params, a: number, as = ASSUMED): number {
  return blocCase(p, a, false, as).money - p.gas;
}

/** Smallest share from 0 to 60 % at which `gain` is positive, to 0.1 %; undefined if nowhere. */
export function border(gain: (a: number) => number): number | undefined {
  for (let i = 0; i <= 600; i++) if (gain(i / 1_000) > 0) return i / 1_000;
  return undefined;
}

function mix(q: number, x: BlocCase, y: BlocCase): BlocCase {
  return { win: q * x.win + (1 - q) * y.win, money: q * x.money + (1 - q) * y.money };
}

const logs: number[] = [0];
function logFactorial(n: number): number {
  for (let i = logs.length; i <= n; i++) logs.push(logs[i - 1]! + Math.log(i));
  return logs[n]!;
}

function poisson(k: number, mean: number): number {
  return mean === 0 ? Number(k === 0) : Math.exp(k * Math.log(mean) - mean - logFactorial(k));
}

function trinomial(n: number, x: number, y: number, p: number, q: number): number {
  const ways = Math.exp(logFactorial(n) - logFactorial(x) - logFactorial(y) - logFactorial(n - x - y));
  return ways * p ** x * q ** y * Math.max(0, 1 - p - q) ** (n - x - y);
}
