import { DEFAULTS, type Params, type Strategy } from './params.ts';
import { play, type Outcome } from './play.ts';
import type { Group } from './population.ts';

/** How long to play, and how often. */
export interface Effort {
  readonly tasks: number;
  readonly runs: number;
  /** Seeds are this and the following. */
  readonly seed: number;
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation between seeds; 0 for one. */
  readonly sd: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { mean, sd, least: Math.min(...values), most: Math.max(...values) };
}

/** The same world with several seeds; rules and assumptions that differ from the defaults are named. */
export function playAll(change: Partial<Params>, groups: readonly Group[], effort: Effort): Outcome[] {
  const p = { ...DEFAULTS, ...change };
  return Array.from({ length: effort.runs }, (_, i) => play(p, groups, effort.tasks, effort.seed + i));
}

export function income(outcomes: readonly Outcome[], strategy: Strategy): Spread {
  return spread(outcomes.map(({ perSlot }) => perSlot[strategy] ?? Number.NaN));
}

export function meanOf(outcomes: readonly Outcome[], pick: (outcome: Outcome) => number): number {
  return spread(outcomes.map(pick)).mean;
}

/**
 * Whether honest is ahead in every seed, and whoever deviates has less than `peace`, what all would have in a market of
 * honest solvers: a group must not gain by turning bad together either. Infinity where others deviate, too.
 */
export function honestAhead(outcomes: readonly Outcome[], strategy: Strategy, peace: number): boolean {
  return outcomes.every(({ perSlot }) => {
    const own = perSlot[strategy] ?? Number.NaN;
    return (perSlot.honest ?? Number.NaN) > own && own < peace;
  });
}

export const percent = (x: number, digits = 0): string => `${(x * 100).toFixed(digits)} %`;
export const fees = (x: number, digits = 2): string => `${x >= 0 ? '+' : '-'}${Math.abs(x).toFixed(digits)}`;

/** Rows as columns of even width, the first one to the left. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2)))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
