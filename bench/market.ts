import { parseArgs } from 'node:util';
import { measureBorders, printBorders } from './market/borders.ts';
import { playGrid, printGrid, SHARES, type Grid } from './market/grid.ts';
import { compare, playLong, printComparisons, printLong } from './market/reference.ts';
import { printSensitivities, sensitivities } from './market/sensitivity.ts';
import { meanOf, percent, type Effort } from './market/statistics.ts';
import { DEFAULTS } from './market/params.ts';
import { playStarts, START } from './market/turns.ts';

/**
 * Does honest work pay best? 1,000 solvers play the rules of the contracts (bench/market/rules.ts) with 5 to 45 % of the
 * stake lazy, copying, hostile or in league. Money in f, the fee of one task. The same seed gives the same output.
 *
 * npm run bench market -- --tasks 100000 --runs 3 --seed 1
 */
const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
const effort: Effort = {
  tasks: atLeast(1_000, 'tasks', values.tasks),
  runs: atLeast(1, 'runs', values.runs),
  seed: atLeast(0, 'seed', values.seed),
};

const starts = playStarts(DEFAULTS, START, 2_000, effort.seed);
const grid = playGrid(effort);
const sensitivity = sensitivities({ ...effort, tasks: Math.min(effort.tasks, 40_000) });
const borders = measureBorders({ ...effort, tasks: Math.min(effort.tasks, 40_000) });
const long = playLong(effort);
const comparisons = compare(long, borders, starts.wasted, effort);

const players = DEFAULTS.solvers.toLocaleString('en');
console.log(
  `${players} solvers, ${effort.tasks.toLocaleString('en')} tasks, ${effort.runs} seeds from ${effort.seed}; f is the fee of a task\n`,
);
console.log(
  [
    `Start: ${percent(starts.wasted, 1)} of the work wasted, ${starts.delay.toFixed(1)} s until a machine starts; the tenth with most stake (${percent(starts.topStake)}) wins ${percent(starts.topWins)}.`,
    printGrid(grid),
    printLong(long),
    printBorders(borders),
    printSensitivities(sensitivity),
    printComparisons(comparisons),
    verdict(grid),
  ].join('\n\n'),
);
console.log(`\n${JSON.stringify(summary(grid))}`);

function verdict({ rows }: Grid): string {
  const lines = rows.map(({ name, upTo }) =>
    upTo === 0
      ? `  ${name}: honest does not win at ${percent(SHARES[0])}`
      : `  ${name}: honest wins up to ${percent(upTo)}${upTo === SHARES.at(-1) ? ', the largest share played' : ''}`,
  );
  return ['Verdict, with the defaults', ...lines].join('\n');
}

function summary({ rows, peace }: Grid): Record<string, unknown> {
  const last = (strategy: string) => rows.find((row) => row.strategy === strategy)?.cells.at(-1)?.outcomes ?? [];
  const run = (name: string) => long.find((one) => one.name === name);
  const calm = run('few deviants (5 %)');
  return {
    bench: 'market',
    seed: effort.seed,
    runs: effort.runs,
    tasks: effort.tasks,
    honestBeatsAllUpTo: Math.round(Math.min(...rows.map(({ upTo }) => upTo)) * 100),
    honestUpTo: Object.fromEntries(rows.map(({ strategy, upTo }) => [strategy, Math.round(upTo * 100)])),
    honestPerSlot: round(peace),
    wrongAccepted: {
      few: round(calm?.wrong, 4),
      mixed45: round(run('45 % deviants')?.wrong, 4),
      bloc15: round(run('lying bloc of 15 %')?.wrong, 4),
      bloc15History: round(run('the same with history')?.wrong, 4),
      bloc45: round(
        meanOf(last('liars'), (o) => o.wrongAccepted),
        4,
      ),
      arbiusLike45: round(run('45 % deviants, Arbius-like')?.wrong, 4),
    },
    stolenAt45: round(
      meanOf(last('thieves'), (o) => o.stolen),
      4,
    ),
    wastedWork: round(starts.wasted, 4),
    startDelaySeconds: round(starts.delay, 1),
    extraWork: round(calm?.extraWork),
    treasuryPerTask: round(calm?.treasury),
    borders: borders.blocs.map(({ name, lies, theft }) => ({ name, lies, theft })),
    lieDeterred: borders.lieValue,
    selfDealingFrom: borders.selfDealing,
    signsDiffering: sensitivity.filter(({ holds }) => !holds).map(({ name, measure }) => `${name}: ${measure}`),
    disagreements: comparisons
      .filter(({ agrees }) => !agrees)
      .map(({ what, reference, measured, why }) => ({ what, reference, measured: round(measured, 2), why })),
  };
}

function round(x: number | undefined, digits = 3): number | null {
  return x === undefined || !Number.isFinite(x) ? null : Number(x.toFixed(digits));
}

function atLeast(minimum: number, name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum) throw new Error(`--${name} takes a whole number from ${minimum} on`);
  return value;
}
