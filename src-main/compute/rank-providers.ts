import type { BenchmarkScore, Provider } from '../../src-shared/domain/machine.ts';

/**
 * Providers of one device by speed: the geometric mean of runs per second over the graphs that all of them ran, so that
 * no graph counts for more because it is short. Those that ran nothing are left out.
 */
export function rankProviders(scores: readonly BenchmarkScore[]): Provider[] {
  const providers = [...new Set(scores.map(({ provider }) => provider))];
  const graphs = [...new Set(scores.map(({ graph }) => graph))].filter((graph) =>
    providers.every((provider) => scores.some((score) => score.graph === graph && score.provider === provider)),
  );
  const speed = (provider: Provider): number =>
    scores
      .filter((score) => score.provider === provider && graphs.includes(score.graph))
      .reduce((sum, { runsPerSecond }) => sum + Math.log(Math.max(runsPerSecond, 1e-9)), 0);
  return providers.sort((a, b) => speed(b) - speed(a));
}
