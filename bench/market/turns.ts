import { reward, TRANSACTIONS, type Params } from './params.ts';
import { Random } from './random.ts';

/** The start rule alone, solver by solver, with the exact draw `T u S / w`. Times in seconds. */
export interface StartRule {
  /** T; 0 for a race. */
  readonly spread: number;
  readonly reservation: boolean;
  /** Part of all stake that is ready for work at a moment. */
  readonly ready: number;
  /** Until others see a reservation or commitment. */
  readonly visible: number;
  /** Work of a machine of speed 1. */
  readonly work: number;
  /** Ready nodes that start in a race; all nodes take turns. */
  readonly racers: number;
}

export const START: StartRule = { spread: 5, reservation: true, ready: 0.6, visible: 3, work: 30, racers: 100 };

export interface Starts {
  /** Wasted machine time by useful machine time. */
  readonly wasted: number;
  /** Mean wait until the first machine starts. */
  readonly delay: number;
  /** Share of tasks won by the tenth of the nodes with most stake, and their share of the stake. */
  readonly topWins: number;
  readonly topStake: number;
}

export function playStarts(p: Params, rule: StartRule, tasks: number, seed: number): Starts {
  const random = new Random(seed, 3);
  const stake = new Float64Array(p.solvers).map(() => random.pareto(p.paretoShape, p.minStake)).sort();
  const speed = new Float64Array(p.solvers).map(() => random.lognormal(p.speedSigma));
  const total = stake.reduce((sum, w) => sum + w, 0);
  const top = Math.floor(p.solvers * 0.9);
  const start = new Float64Array(p.solvers);
  let [wasted, useful, delay, topWins] = [0, 0, 0, 0];
  for (let task = 0; task < tasks; task++) {
    const isReady = rule.spread === 0 ? rule.racers / p.solvers : rule.ready;
    let [first, done, winner] = [Infinity, Infinity, -1];
    for (let i = 0; i < p.solvers; i++) {
      start[i] = random.unit() < isReady ? turnSeconds(rule.spread, random.unit(), stake[i]!, total) : Infinity;
      const end = start[i]! + rule.work / speed[i]!;
      if (rule.reservation ? start[i]! < first : end < done) [done, winner] = [end, i];
      first = Math.min(first, start[i]!);
    }
    if (winner < 0) continue;
    const seen = (rule.reservation ? first : done) + rule.visible;
    for (let i = 0; i < p.solvers; i++) {
      if (i !== winner && start[i]! < seen) wasted += Math.min(seen - start[i]!, rule.work / speed[i]!);
    }
    useful += rule.work / speed[winner]!;
    delay += first;
    topWins += winner >= top ? 1 : 0;
  }
  const topStake = stake.subarray(top).reduce((sum, w) => sum + w, 0) / total;
  return { wasted: wasted / useful, delay: delay / tasks, topWins: topWins / tasks, topStake };
}

/** The turn in numbers, not rounded to seconds; `turnWait` of the rules is the contract's. */
export function turnSeconds(spread: number, u: number, free: number, total: number): number {
  return (spread * u * total) / free;
}

/**
 * Probability that an account, or many, with share `a` of the stake comes first, all others being small and ready with
 * probability `ready`. In one account the wait is uniform on [0, T / a], so it cannot come late:
 * `(1 - e^-x) / x`, `x = ready (1 - a) / a`. Split into many it is `a / (a + ready (1 - a))`.
 */
export function winShare(a: number, ready: number, accounts: 'one' | 'many'): number {
  if (a === 0) return 0;
  const x = (ready * (1 - a)) / a;
  return accounts === 'many' ? 1 / (1 + x) : x === 0 ? 1 : (1 - Math.exp(-x)) / x;
}

/** The same by playing turns: one account of share `a` among the others of the population. */
export function playedWinShare(p: Params, a: number, ready: number, tasks: number, seed: number): number {
  const random = new Random(seed, 4);
  const others = new Float64Array(p.solvers).map(() => random.pareto(p.paretoShape, p.minStake));
  const sum = others.reduce((all, w) => all + w, 0);
  const total = sum / (1 - a);
  let wins = 0;
  for (let task = 0; task < tasks; task++) {
    const own = turnSeconds(1, random.unit(), total * a, total);
    let first = true;
    for (let i = 0; i < others.length && first; i++) {
      if (random.unit() < ready) first = turnSeconds(1, random.unit(), others[i]!, total) > own;
    }
    if (first) wins++;
  }
  return wins / tasks;
}

/** Gas of a self-dealer: he posts always, and solves when his turn comes. */
function selfDealingGas(p: Params, wins: number): number {
  return p.gas * (TRANSACTIONS.post + wins * TRANSACTIONS.solve);
}

/** Profit of posting one task to oneself at `fee`, in f, with a known answer (no compute) unless `computes`. */
export function selfDealing(p: Params, wins: number, fee: number, computes = false): number {
  const gain = reward(p, fee) - (computes ? p.compute : 0);
  return wins * gain - fee - selfDealingGas(p, wins);
}

/** Highest fee, up to 1, at which no honest node would take a task; a self-dealer wins all of these. */
export function unattractiveFee(p: Params): number {
  const cost = p.compute + TRANSACTIONS.solve * p.gas;
  let fee = 0;
  while (fee < 1 && reward(p, fee + 0.001) < cost) fee += 0.001;
  return fee;
}

/** Best profit per posted task over all fees: tasks that nobody else takes are his for certain. */
export function bestSelfDealing(p: Params, wins: number): number {
  let best = -Infinity;
  const alone = unattractiveFee(p);
  for (let fee = 0.01; fee <= 2; fee += 0.01) {
    best = Math.max(best, selfDealing(p, fee <= alone ? 1 : wins, fee));
  }
  return best;
}
