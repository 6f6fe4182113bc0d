import { Alias, Random } from './random.ts';
import { STRATEGIES, type Params, type Strategy } from './params.ts';

/** A share of all stake that follows one strategy. */
export interface Group {
  readonly strategy: Exclude<Strategy, 'honest'>;
  readonly share: number;
}

/** The solvers as columns. Money in f, times in seconds. */
export interface Population {
  readonly size: number;
  readonly strategy: Uint8Array;
  readonly speed: Float64Array;
  readonly initial: Float64Array;
  readonly stake: Float64Array;
  readonly locked: Float64Array;
  readonly accepted: Uint16Array;
  readonly suspendedUntil: Float64Array;
  readonly losses: (readonly number[])[];
  /** Results so far, and their number at each of the last losses. */
  readonly results: Uint32Array;
  readonly lossAt: (readonly number[])[];
  /** Time of the last fine. */
  readonly absentAt: Float64Array;
  readonly total: number;
  readonly byStake: Alias;
}

export const CODE = Object.fromEntries(STRATEGIES.map((name, i) => [name, i])) as Record<Strategy, number>;

/**
 * Draws stakes (Pareto) and speeds (lognormal), then hands stake to the groups in random order until each has its share:
 * small accounts that fit are taken, whales that would overshoot are passed over.
 */
export function populate(p: Params, groups: readonly Group[], seed: number): Population {
  const random = new Random(seed, 1);
  const n = p.solvers;
  const initial = new Float64Array(n).map(() => random.pareto(p.paretoShape, p.minStake));
  const speed = new Float64Array(n).map(() => random.lognormal(p.speedSigma));
  const accepted = new Uint16Array(n).map(() => (random.chance(p.newcomers) ? 0 : 20));
  const total = initial.reduce((sum, w) => sum + w, 0);
  const strategy = new Uint8Array(n);
  let order = random.shuffled(n);
  for (const group of groups) {
    let left = group.share * total;
    order = order.filter((i) => {
      if (initial[i]! > left + p.minStake / 2) return true;
      left -= initial[i]!;
      strategy[i] = CODE[group.strategy];
      return false;
    });
  }
  return {
    size: n,
    strategy,
    speed,
    initial,
    stake: initial.slice(),
    locked: new Float64Array(n),
    accepted,
    suspendedUntil: new Float64Array(n),
    losses: Array.from({ length: n }, () => []),
    results: new Uint32Array(n),
    lossAt: Array.from({ length: n }, () => []),
    absentAt: new Float64Array(n).fill(-Infinity),
    total,
    byStake: new Alias(initial),
  };
}
