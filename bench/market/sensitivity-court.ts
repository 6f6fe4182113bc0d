import { ASSUMED, blocCase, border, lieGain, roundWin } from './bloc.ts';
import { DEFAULTS as D, inTime, TRANSACTIONS, type Params } from './params.ts';
import { inFees, inPercent, vary, type Rows } from './sensitivity-rows.ts';
import { income, meanOf, percent, playAll, type Effort } from './statistics.ts';

/** Contests, panels, appeals, jurors, and what a seal is for. */
export function courtSensitivities(rows: Rows, effort: Effort): void {
  const pay = (p: Params): number => (p.slash * p.contestBond) / 2 / (p.panels[0]! * p.presence * p.accuracy);
  rows.add(
    'contest bond',
    'juror pay less cost, contest rejected',
    vary('contestBond', [0.25, 0.5, 1], (p) => pay(p) - p.compute - TRANSACTIONS.ballot * p.gas),
    inFees,
    'half: near 0',
    (a, b, c) => a! < 0.2 && b! > 0.5 && c! > b!,
  );
  rows.add(
    'claim window W',
    'checks in time',
    vary('claimWindow', [1_000, 2_000, 4_000], (p) => inTime(p)),
    inPercent,
    '77 / 92 / 95 %',
    (a, b, c) => Math.abs(a! - 0.77) < 0.01 && Math.abs(b! - 0.92) < 0.01 && Math.abs(c! - 0.95) < 0.01,
  );
  const wrong = (panels: readonly number[]): number =>
    blocCase({ ...D, panels, funded: 0.85 }, 0.2, true, { ...ASSUMED, law: 'fixed' }).win;
  rows.add(
    'first panel',
    'wrong final, 20 % bribed',
    [
      ['3', wrong([3, 7, 15])],
      ['5', wrong([5, 11, 23])],
      ['7', wrong([7, 15, 31])],
    ],
    inPercent,
    '8 / 4.1 / 2.4 %',
    (a, b, c) => Math.abs(a! - 0.08) < 0.01 && Math.abs(b! - 0.041) < 0.005 && Math.abs(c! - 0.024) < 0.005,
  );
  rows.add(
    'seats',
    'lies win at 33 %, 3 rounds',
    [
      ['fixed', blocCase(D, 0.33, true, { ...ASSUMED, law: 'fixed' }).win],
      ['drawn', blocCase(D, 0.33, true).win],
    ],
    inPercent,
    '18 %',
    (a, b) => a! < 0.2 && b! < 0.2,
  );
  const alone = (panel: number): number => 1 - roundWin(D, 0, panel, true);
  rows.add(
    'seats',
    'one round right, nobody bribed',
    [
      ['5', alone(5)],
      ['11', alone(11)],
      ['23', alone(23)],
    ],
    inPercent,
    'more with more',
    (a, b, c) => a! < b! && b! <= c!,
  );
  const lies = (p: Params): number => border((a) => lieGain(p, a)) ?? 1;
  rows.add(
    'presence',
    'lies pay from',
    vary('presence', [0.6, 0.85, 0.98], lies),
    inPercent,
    '38 / 46 / 50 %',
    (a, b, c) => a! < b! && b! < c!,
  );
  rows.add(
    'appeals funded',
    'lies pay from',
    vary('funded', [0, 0.5, 1], lies),
    inPercent,
    'half: 39 %',
    (a, b, c) => a! < b! && b! < c!,
  );
  const juror = (p: Params): number => {
    const o = playAll(
      p,
      [
        { strategy: 'lazyJuror', share: 0.25 },
        { strategy: 'griefer', share: 0.1 },
      ],
      effort,
    );
    return income(o, 'honest').mean - income(o, 'lazyJuror').mean;
  };
  rows.add(
    'absence fine',
    'honest less lazy juror, per slot',
    vary('absenceFine', [0.05, 0.1, 0.2], juror),
    inFees,
    'more with more',
    (a, b, c) => a! > 0 && c! > a! && b! > 0,
  );
  rows.add(
    'juror pay',
    'always guilty less honest, no trace',
    [0.5, 0.85, 0.95].map((usual) => [percent(usual), blindJuror(usual)]),
    inFees,
    'from 85 % on: > 0',
    (_, b, c) => b! > 0 && c! > 0,
  );
  rows.add(
    'treasury cut',
    'treasury per task',
    vary('treasuryCut', [0.05, 0.1, 0.2], (p) => meanOf(playAll(p, [], effort), (o) => o.treasury)),
    inFees,
    'above 0 at 0.1',
    (_, b) => b! > 0,
  );
  const copied = (p: Params): number => {
    const o = playAll(p, [{ strategy: 'copier', share: 0.05 }], effort);
    return income(o, 'copier').mean - income(o, 'honest').mean;
  };
  rows.add(
    'sealed commitment',
    'copier less honest',
    [
      ['no salt', copied({ ...D, salted: false })],
      ['salt', copied(D)],
    ],
    inFees,
    'no salt: > 0',
    (a, b) => a! > 0 && b! < 0,
  );
  const paid = (duty: Params['duty']): number => {
    const o = playAll({ duty }, [{ strategy: 'lazyChecker', share: 0.05 }], effort);
    return income(o, 'lazyChecker').mean - income(o, 'honest').mean;
  };
  rows.add(
    'sealed duty',
    'lazy checker less honest',
    (['sealed', 'signature', 'unpaid'] as const).map((duty) => [duty, paid(duty)]),
    inFees,
    'sealed alone: < 0',
    (a, b, c) => a! < 0 && b! > 0 && c! > 0,
  );
}

/**
 * A juror who votes "guilty" unseen against an honest one, when a share `usual` of cases end that way: pay 2 f for
 * agreement, cost of an execution for the honest one only.
 */
function blindJuror(usual: number): number {
  const pay = 2;
  return usual * pay - (D.accuracy * pay - D.compute);
}
