import { DEFAULTS, STRATEGIES, STRATEGY_NAMES, type Strategy } from './params.ts';
import type { Outcome } from './play.ts';
import type { Group } from './population.ts';
import { fees, honestAhead, income, meanOf, percent, playAll, table, type Effort } from './statistics.ts';
import { bestSelfDealing, START, winShare } from './turns.ts';

export const SHARES = [0.05, 0.15, 0.25, 0.33, 0.4, 0.45] as const;

/**
 * Every deviation alone, and four of them together. A strategy about checks and cases is played where there are some: a
 * few lie, a few contest for spite. Without cases a lazy juror has neither gain nor loss.
 */
const MIXED = ['lazy', 'lazyChecker', 'copier', 'griefer'] as const;
const BACKGROUND: readonly Group[] = [
  { strategy: 'lazy', share: 0.02 },
  { strategy: 'griefer', share: 0.05 },
];

export interface Cell {
  readonly share: number;
  readonly honest: number;
  readonly deviant: number;
  readonly sd: number;
  readonly ahead: boolean;
  readonly outcomes: readonly Outcome[];
}

export interface Row {
  readonly name: string;
  readonly strategy: Strategy | 'selfDealer' | 'mixed';
  readonly cells: readonly Cell[];
  /** Largest share of the grid up to which honest is ahead at every share; 0 for none. */
  readonly upTo: number;
}

export interface Grid {
  /** Honest income per slot in a market of honest solvers. */
  readonly peace: number;
  readonly rows: readonly Row[];
}

export function mixed(share: number): Group[] {
  return MIXED.map((strategy) => ({ strategy, share: share / MIXED.length }));
}

export function playGrid(effort: Effort): Grid {
  const peace = income(playAll({}, [], effort), 'honest').mean;
  const rows: Row[] = [];
  for (const strategy of STRATEGIES) {
    if (strategy === 'honest') continue;
    const about = strategy === 'lazyChecker' || strategy === 'lazyJuror' ? BACKGROUND : [];
    rows.push(
      rowOf(strategy, STRATEGY_NAMES[strategy], (share) => {
        const outcomes = playAll({}, [{ strategy, share }, ...about], effort);
        return cellOf(share, strategy, outcomes, about.length === 0 ? peace : Infinity);
      }),
    );
  }
  rows.push(
    rowOf('selfDealer', STRATEGY_NAMES.selfDealer, (share) => {
      // All stake in one account, which is best for him, always ready, and one posted task per slot.
      const profit = bestSelfDealing(DEFAULTS, winShare(share, START.ready, 'one'));
      return { share, honest: peace, deviant: peace + profit, sd: 0, ahead: profit < 0, outcomes: [] };
    }),
    rowOf('mixed', 'all four lazy and hostile', (share) => {
      const outcomes = playAll({}, mixed(share), effort);
      const cells = MIXED.map((strategy) => cellOf(share, strategy, outcomes, Infinity));
      const best = cells.reduce((a, b) => (b.deviant > a.deviant ? b : a));
      return { ...best, ahead: cells.every(({ ahead }) => ahead) };
    }),
  );
  return { peace, rows };
}

function rowOf(strategy: Row['strategy'], name: string, cell: (share: number) => Cell): Row {
  const cells = SHARES.map(cell);
  const fails = cells.findIndex(({ ahead }) => !ahead);
  const upTo = fails === -1 ? SHARES.at(-1)! : fails === 0 ? 0 : SHARES[fails - 1]!;
  return { strategy, name, cells, upTo };
}

function cellOf(share: number, strategy: Strategy, outcomes: readonly Outcome[], peace: number): Cell {
  const [honest, deviant] = [income(outcomes, 'honest'), income(outcomes, strategy)];
  const ahead = honestAhead(outcomes, strategy, peace);
  return { share, honest: honest.mean, deviant: deviant.mean, sd: Math.max(honest.sd, deviant.sd), ahead, outcomes };
}

/** Over all cases, by their number of rounds. */
function jurorMargin({ byRounds, cases }: Outcome): number {
  return cases === 0 ? 0 : byRounds.reduce((sum, row) => sum + row.jurorMargin * row.cases, 0) / cases;
}

/** Incomes, then what happened to the market in the same worlds. */
export function printGrid({ rows }: Grid): string {
  const head = SHARES.map((share) => percent(share));
  const incomes = rows.map((row) => [
    row.name,
    ...row.cells.map(
      ({ honest, deviant, sd, ahead }) =>
        `${fees(honest)} / ${fees(deviant)}${sd > 0 ? ` ±${sd.toFixed(2)}` : ''}${ahead ? '' : ' !'}`,
    ),
    row.upTo === 0 ? 'never' : `up to ${percent(row.upTo)}`,
  ]);
  const measures: [string, (outcome: Outcome) => number, number][] = [
    ['wrong accepted', (o) => o.wrongAccepted, 1],
    ['right overturned', (o) => o.stolen, 1],
    ['extra work', (o) => o.extraWork, 0],
    ['paid to jurors above their cost', jurorMargin, 0],
  ];
  const played = rows.filter(({ cells }) => cells[0]!.outcomes.length > 0);
  const market = measures.flatMap(([title, pick, digits]) => [
    [title, ...SHARES.map(() => '')],
    ...played
      .map((row) => ({ row, values: row.cells.map(({ outcomes }) => meanOf(outcomes, pick)) }))
      .filter(({ values }) => values.some((x) => Math.abs(x) >= 0.0005))
      .map(({ row, values }) => [`  ${row.name}`, ...values.map((x) => percent(x, digits))]),
  ]);
  const treasury = [
    ['treasury, f per task', ...SHARES.map(() => '')],
    ...played.map((row) => [
      `  ${row.name}`,
      ...row.cells.map(({ outcomes }) =>
        fees(
          meanOf(outcomes, (o) => o.treasury),
          3,
        ),
      ),
    ]),
  ];
  return [
    'Net income per task slot in f, honest / deviant, by share of stake that deviates (± between seeds, ! honest behind)',
    table([['', ...head, 'honest wins'], ...incomes]),
    '',
    'The market in the same worlds',
    table([['', ...head], ...market, ...treasury]),
  ].join('\n');
}
