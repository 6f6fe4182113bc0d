import { ASSUMED, blocCase, border, lieGain, theftGain } from './bloc.ts';
import type { Borders } from './borders.ts';
import { mixed } from './grid.ts';
import { DEFAULTS as D, type Params, type Strategy } from './params.ts';
import type { Group } from './population.ts';
import { income, meanOf, percent, playAll, table, type Effort } from './statistics.ts';
import { wrongBeforeSuspension } from './strikes.ts';
import { playedWinShare } from './turns.ts';

/**
 * Figures of the reference simulation that the defaults come from, against this model. A disagreement is a difference
 * beyond `tolerance`; docs/market-economics.md explains each.
 */
export interface Comparison {
  readonly what: string;
  readonly reference: number;
  readonly measured: number;
  readonly unit: '%' | '';
  readonly tolerance: number;
  readonly agrees: boolean;
  /** Why, in a few words; empty when they agree. */
  readonly why: string;
}

/** What the reference took for granted: fixed panels, 95 % of honest appeals, appeal bonds of 1.25 f per seat. */
const AS_REFERENCE: Params = { ...D, funded: 0.95, appealPerSeat: 1.25 };
const FIXED = { ...ASSUMED, law: 'fixed', delivering: 0.7 } as const;

/** 1 % sampling, a tenth of a fee at stake, nobody paid to check, nobody suspended. */
export const ARBIUS_LIKE: Partial<Params> = {
  checks: 0.01,
  newcomerChecks: 0.01,
  slash: 0.1,
  strikes: Infinity,
  duty: 'unpaid',
};

export interface LongRun {
  readonly name: string;
  readonly wrong: number;
  readonly late: number;
  readonly treasury: number;
  readonly extraWork: number;
  readonly incomes: Readonly<Partial<Record<Strategy, number>>>;
}

/** 200,000 tasks, as in the reference, where every account began as a newcomer. */
export function playLong(effort: Effort): LongRun[] {
  const worlds: [string, Partial<Params>, Group[]][] = [
    ['few deviants (5 %)', { newcomers: 1 }, mixed(0.05)],
    ['45 % deviants', { newcomers: 1 }, mixed(0.45)],
    ['45 % deviants with history', {}, mixed(0.45)],
    ['45 % deviants, Arbius-like', ARBIUS_LIKE, mixed(0.45)],
    ['lying bloc of 15 %', { newcomers: 1 }, [{ strategy: 'liars', share: 0.15 }]],
    ['the same with history', {}, [{ strategy: 'liars', share: 0.15 }]],
    ['the same, no suspension', { newcomers: 1, strikes: Infinity }, [{ strategy: 'liars', share: 0.15 }]],
  ];
  return worlds.map(([name, change, groups]) => {
    const outcomes = playAll(change, groups, { ...effort, tasks: 200_000, runs: Math.min(2, effort.runs) });
    const of = (strategy: Strategy) => [strategy, income(outcomes, strategy).mean] as const;
    return {
      name,
      wrong: meanOf(outcomes, (o) => o.wrongAccepted),
      late: meanOf(outcomes, (o) => o.wrongLate),
      treasury: meanOf(outcomes, (o) => o.treasury),
      extraWork: meanOf(outcomes, (o) => o.extraWork),
      incomes: Object.fromEntries([of('honest'), ...groups.map(({ strategy }) => of(strategy))]),
    };
  });
}

export function compare(long: readonly LongRun[], borders: Borders, wasted: number, effort: Effort): Comparison[] {
  const rows: Comparison[] = [];
  const add = (
    what: string,
    reference: number,
    measured: number,
    unit: '%' | '',
    tolerance: number,
    why: string,
  ): void => {
    const agrees = Math.abs(measured - reference) <= tolerance;
    rows.push({ what, reference, measured, unit, tolerance, agrees, why: agrees ? '' : why });
  };
  const wrong = (name: string): number => (long.find((run) => run.name === name)?.wrong ?? Number.NaN) * 100;
  const share = (x: number | undefined): number => (x === undefined ? Number.NaN : x * 100);
  const [base] = borders.blocs;
  const win = (panels: readonly number[]): number => blocCase({ ...AS_REFERENCE, panels }, 0.33, true, FIXED).win * 100;

  add('wasted work, turns and reservation, T = 5 s', 2, wasted * 100, '%', 1, '');
  add('lie deterred at m = 0.1', 0.95, borders.lieValue.basic, '', 0.02, '');
  add('lie deterred, critical', 244, borders.lieValue.critical, '', 3, '');
  add('wrong accepted, 45 % deviants', 1.05, wrong('45 % deviants'), '%', 0.4, 'population');
  add('wrong accepted, 45 % deviants, Arbius-like', 10.1, wrong('45 % deviants, Arbius-like'), '%', 1.5, '');
  add('wrong accepted, lying bloc of 15 %', 1.2, wrong('lying bloc of 15 %'), '%', 0.4, 'population');
  add(
    '... whose accounts have a history',
    1.2,
    wrong('the same with history'),
    '%',
    0.4,
    'the reference began with newcomers only, who are checked five times as often',
  );
  add(
    '... without suspension',
    5.4,
    wrong('the same, no suspension'),
    '%',
    1.5,
    'how much of its stake the bloc has burnt by then depends on the stakes drawn',
  );
  add(
    'wrong results before the third strike, newcomer',
    15,
    wrongBeforeSuspension(true),
    '',
    3,
    'checked at m = 0.5 as long as it is new: nine; the reference does not say how it counted',
  );
  add(
    'wrong results before the third strike, history',
    15,
    wrongBeforeSuspension(false),
    '',
    3,
    'an established account is checked at m = 0.1',
  );
  add('bloc of 33 % wins its case, one round', 36, win([5]), '%', 1, '');
  add('bloc of 33 % wins its case, three rounds', 18, win([5, 11, 23]), '%', 1, '');
  add(
    'lies pay from, as the reference has it',
    46,
    share(border((a) => lieGain(AS_REFERENCE, a, FIXED))),
    '%',
    1,
    'the bloc’s own jurors take the jurors’ half of a pot it wins',
  );
  add(
    '... if the bloc’s own jurors took nothing',
    46,
    share(border((a) => lieGain(AS_REFERENCE, a, { ...FIXED, ownJurors: false }))),
    '%',
    1,
    'two points stay unexplained',
  );
  add(
    'lies pay from, rules as they are',
    46,
    share(base?.lies.exact),
    '%',
    1,
    'own jurors, and appeal bonds of 10 f instead of 14 and 29 f',
  );
  add('theft pays from, one act', 45, share(base?.theft.exact), '%', 1, '');
  add(
    'theft pays from, in the market',
    45,
    share(base?.theft.played),
    '%',
    2,
    'three thefts suspend the victim, which takes its seats: the court falls to the bloc',
  );
  add(
    'theft pays from, L = 40',
    42,
    share(border((a) => theftGain({ ...D, slash: 40 }, a))),
    '%',
    1,
    'bonds and slash scale alike here, so the border does not move; with fixed appeal fees it does',
  );
  add(
    'turns of one account with 25 % of stake',
    25,
    playedWinShare(D, 0.25, 1, 4_000, effort.seed) * 100,
    '%',
    2,
    'u / w is bounded: a large account cannot come late',
  );
  add(
    'self-dealing pays from, cap binding',
    53,
    share(borders.selfDealing.capBindsOne),
    '%',
    2,
    'one always-ready account wins more turns than its share; 53 % is a share of turns',
  );
  return rows;
}

export function printLong(runs: readonly LongRun[]): string {
  const rows = runs.map(({ name, wrong, late, extraWork, treasury, incomes }) => [
    name,
    percent(wrong, 2),
    percent(late, 2),
    percent(extraWork),
    treasury.toFixed(3),
    Object.entries(incomes)
      .map(([strategy, f]) => `${strategy} ${f.toFixed(2)}`)
      .join(', '),
  ]);
  return `200,000 tasks, as in the reference\n${table([['', 'wrong', 'second half', 'extra work', 'treasury f', 'income per slot, f'], ...rows])}`;
}

export function printComparisons(rows: readonly Comparison[]): string {
  const show = (x: number, unit: string): string => `${x.toFixed(Math.abs(x) < 3 ? 2 : 1)}${unit === '%' ? ' %' : ''}`;
  const lines = rows.map(({ what, reference, measured, unit, agrees, why }) => [
    what,
    show(reference, unit),
    show(measured, unit),
    agrees ? 'agrees' : 'DIFFERS',
    `  ${why}`,
  ]);
  return `Against the reference\n${table([['', 'reference', 'measured', '', ''], ...lines])}`;
}
