import { border, theftGain } from './bloc.ts';
import { deterred, dutyMargin, margin, selfDealingBorder } from './formulas.ts';
import { DEFAULTS as D, inTime, type Params } from './params.ts';
import { inFees, inPercent, vary, type Point, type Rows } from './sensitivity-rows.ts';
import { meanOf, playAll, type Effort } from './statistics.ts';
import { wrongBeforeSuspension } from './strikes.ts';
import { bestSelfDealing, playStarts, START, winShare, type StartRule } from './turns.ts';

/** Start rule, emission, checks, slash and strikes. */
export function workSensitivities(rows: Rows, effort: Effort): void {
  const starts = (change: Partial<StartRule>) => playStarts(D, { ...START, ...change }, 1_000, effort.seed);
  const spreads = [2.5, 5, 10].map((spread) => [spread, starts({ spread })] as const);
  const points = (pick: 'wasted' | 'delay'): Point[] => spreads.map(([t, x]) => [`${t} s`, x[pick]]);
  rows.add(
    'reservation',
    'wasted work',
    [
      ['race of 100', starts({ spread: 0, reservation: false }).wasted],
      ['off', starts({ reservation: false }).wasted],
      ['on', spreads[1]![1].wasted],
    ],
    inPercent,
    '13,414 / 255 / 2 %',
    (race, off, on) => race! > 130 && race! < 138 && off! > 2 && on! < 0.03,
  );
  rows.add('spread T', 'wasted work', points('wasted'), inPercent, 'half: 3 %', (a, b, c) => a! > b! && b! > c!);
  rows.add(
    'spread T',
    'wait for a start',
    points('delay'),
    (x) => `${x.toFixed(1)} s`,
    'double: +8 s',
    (_, b, c) => c! - b! > 6 && c! - b! < 10,
  );
  const split = (share: number): Point[] => [
    ['many accounts', winShare(share, 1, 'many')],
    ['one account', winShare(share, 1, 'one')],
  ];
  rows.add(
    'weight u / w',
    'turns won with 25 % of stake',
    split(0.25),
    inPercent,
    'splitting changes nothing',
    (m, o) => Math.abs(m! - o!) < 0.02,
  );
  rows.add(
    'mint cap k',
    'self-dealing pays from, of takers',
    vary('mintCap', [0.5, 1, 2], (p) => selfDealingBorder(p)),
    inPercent,
    '71 / 53 / 34 %',
    (a, b, c) => a! > 0.7 && b! > 0.5 && c! < 0.35,
  );
  rows.add(
    'floor price',
    'best self-dealing, 25 % of stake',
    vary('floorPrice', [0, 0.25, 0.5, 1], (p) => bestSelfDealing(p, winShare(0.25, START.ready, 'one'))),
    inFees,
    'none: +0.09',
    (z, _h, b, c) => z! > 0 && b! < 0 && c! < 0,
  );
  rows.add(
    'checks m',
    'honest less lying',
    vary('checks', [0.02, 0.05, 0.1, 0.2], (p) => margin(p)),
    inFees,
    '-0.14 / 0.26 / 0.89 / 2.10',
    (a, b, c, d) => a! < 0 && b! > 0 && c! > b! && d! > c!,
  );
  rows.add(
    'checks m',
    'extra work',
    vary('checks', [0.05, 0.1, 0.2], (p) => meanOf(playAll(p, [], effort), (o) => o.extraWork)),
    inPercent,
    '6 / 11 / 19 %',
    (a, b, c) => a! < b! && b! < c!,
  );
  rows.add(
    'newcomers m',
    'lies before the third strike',
    vary('newcomerChecks', [0.25, 0.5, 1], (p) => wrongBeforeSuspension(true, 3, p)),
    (x) => x.toFixed(0),
    'fewer with more',
    (a, b, c) => a! > b! && b! > c!,
  );
  rows.add(
    'assurance',
    'lie deterred, half m',
    [
      ['basic', deterred(D, 0.7, 0.05)],
      ['checked', deterred(D, 0.7, 0.25)],
      ['critical', deterred({ ...D, slash: 100 }, 0.7, 1)],
    ],
    inFees,
    '0.3 / 3.1 / 87',
    (a, b, c) => a! > 0.2 && a! < 0.4 && b! > 2.9 && b! < 3.3 && c! > 80 && c! < 95,
  );
  rows.add(
    'assurance',
    'lie deterred',
    [
      ['basic', deterred(D)],
      ['checked', deterred(D, 0.7, 0.5)],
      ['critical', deterred({ ...D, slash: 100 }, 0.7, 2)],
    ],
    inFees,
    '0.95 / 7.2 / 244',
    (a, b, c) => Math.abs(a! - 0.95) < 0.05 && Math.abs(b! - 7.2) < 0.2 && Math.abs(c! - 244) < 3,
  );
  const busy = (p: Params): number => p.dutyPay - p.compute + p.missFine - solvingOf(D);
  rows.add(
    'duty pay v',
    'checking less solving, once drawn',
    vary('dutyPay', [0.3, 0.6, 1.2], busy),
    inFees,
    'half: < 0, default: > 0',
    (a, b, c) => a! < 0 && b! > 0 && c! > 0,
  );
  rows.add(
    'duty pay v',
    'being on duty, 8 % missed',
    vary('dutyPay', [0.3, 0.6, 1.2], (p) => dutyMargin(p, 1 - inTime(p))),
    inFees,
    'half: < 0',
    (a, b) => a! < 0 && b! > 0,
  );
  rows.add(
    'duty pay v',
    'paid for duty per task',
    vary('dutyPay', [0.3, 0.6, 1.2], (p) => meanOf(playAll(p, [], effort), (o) => o.dutyPaid)),
    inFees,
    'double: above the 10 % cut',
    (_, b, c) => b! < 0.1 && c! > 0.1,
  );
  rows.add(
    'slash L',
    'honest less lying',
    vary('slash', [10, 20, 40], (p) => margin(p)),
    inFees,
    '0.28 / 0.89 / 2.11',
    (a, b, c) => a! > 0 && b! > a! && c! > b!,
  );
  rows.add(
    'slash L',
    'theft pays from',
    vary('slash', [10, 20, 40], (p) => border((a) => theftGain(p, a)) ?? 1),
    inPercent,
    '47 / 45 / 42 %',
    (a, b, c) => a! > b! && b! > c!,
  );
  rows.add(
    'strikes',
    'wrong accepted late, lying bloc of 15 %',
    vary('strikes', [3, 6, Infinity], (p) =>
      meanOf(playAll(p, [{ strategy: 'liars', share: 0.15 }], effort), (o) => o.wrongLate),
    ),
    inPercent,
    '1.2 / more / 5.4 %',
    (a, b, c) => a! < b! && b! < c!,
  );
}

/** What solving brings when a machine is free for either: pay less compute and one transaction, as in the reference. */
function solvingOf(p: Params): number {
  return 1 - p.treasuryCut + p.workerMint - p.compute - p.gas;
}
