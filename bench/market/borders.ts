import { ASSUMED, border, lieGain, theftGain, type Assumptions } from './bloc.ts';
import { deterred, dutyMargin, mostMissed, selfDealingBorder } from './formulas.ts';
import { DEFAULTS as D, inTime, type Params, type Strategy } from './params.ts';
import { fees, income, percent, playAll, table, type Effort } from './statistics.ts';
import { bestSelfDealing, START, winShare } from './turns.ts';

/** Shares of stake at which a bloc is played; finer where it turns. */
const STEPS = [0.1, 0.15, 0.2, 0.23, 0.26, 0.28, 0.3, 0.32, 0.34, 0.36, 0.38, 0.4, 0.42, 0.44, 0.46, 0.48];

/** From which share of stake a bloc is ahead of honest solvers: by the value of one act, and in the whole market. */
export interface BlocBorder {
  readonly name: string;
  readonly lies: { readonly exact: number | undefined; readonly played: number | undefined };
  readonly theft: { readonly exact: number | undefined; readonly played: number | undefined };
}

export interface Borders {
  readonly blocs: readonly BlocBorder[];
  /** Largest value of a lie, in f, that is deterred, by assurance class, for one solver on his own. */
  readonly lieValue: { readonly basic: number; readonly checked: number; readonly critical: number };
  /** Share of stake, if always ready while others are ready 60 % of the time, from which self-dealing pays. */
  readonly selfDealing: {
    readonly capBindsOne: number | undefined;
    readonly capBindsMany: number | undefined;
    readonly defaultsOne: number | undefined;
    /** The textbook figure, of those who take the task. */
    readonly ofTakers: number;
    /** Of all stake, for a model supported by no more than the least 10 %. */
    readonly thinModel: number;
  };
  /** Share of missed duties from which a checker had better not sign on, and his margin at the assumed share, f. */
  readonly missedDuties: { readonly most: number; readonly margin: number };
}

const VARIANTS: readonly (readonly [name: string, change: Partial<Params>, as?: Partial<Assumptions>])[] = [
  ['defaults', {}],
  ['a lie is worth 1 f to somebody', { lieValue: 1 }],
  ['a lie is worth 5 f to somebody', { lieValue: 5 }],
  ['honest jurors present 60 %', { presence: 0.6 }],
  ['honest jurors present 98 %', { presence: 0.98 }],
  ['half of the honest appeals funded', { funded: 0.5 }],
  ['no honest appeal funded', { funded: 0 }],
  ['appeal bond 1.25 f per seat', { appealPerSeat: 1.25 }],
  ['suspended accounts lose their seats', { suspendedVote: false }],
  ['no suspension', { strikes: Infinity }],
  ['bloc contests its own lie first', {}, { sham: 'anyone' }],
  ['the same, only parties appeal', {}, { sham: 'parties' }],
];

export function measureBorders(effort: Effort): Borders {
  const shorter = { ...effort, runs: Math.min(2, effort.runs) };
  const blocs = VARIANTS.map(([name, change, as]): BlocBorder => {
    const p = { ...D, ...change };
    const assumed = { ...ASSUMED, ...as };
    const isSham = as !== undefined;
    return {
      name,
      lies: {
        exact: border((a) => lieGain(p, a, assumed)),
        played: isSham ? undefined : playedBorder(change, 'liars', shorter),
      },
      theft: {
        exact: isSham || p.lieValue > 0 ? undefined : border((a) => theftGain(p, a, assumed)),
        played: isSham || p.lieValue > 0 ? undefined : playedBorder(change, 'thieves', shorter),
      },
    };
  });
  // Emission far above the fee, as in a young network: the cap decides.
  const rich = { ...D, workerMint: 100 };
  const pays = (p: Params, accounts: 'one' | 'many') =>
    border((a) => bestSelfDealing(p, winShare(a, START.ready, accounts)));
  return {
    blocs,
    lieValue: {
      basic: deterred(D),
      checked: deterred(D, undefined, 0.5),
      critical: deterred({ ...D, slash: 100 }, undefined, 2),
    },
    selfDealing: {
      capBindsOne: pays(rich, 'one'),
      capBindsMany: pays(rich, 'many'),
      defaultsOne: pays(D, 'one'),
      ofTakers: selfDealingBorder(D),
      thinModel: selfDealingBorder(D) * 0.1,
    },
    missedDuties: { most: mostMissed(D), margin: dutyMargin(D, 1 - inTime(D)) },
  };
}

/** The first share at which the bloc earns more per slot than honest solvers do, on average over the seeds. */
function playedBorder(
  change: Partial<Params>,
  strategy: Exclude<Strategy, 'honest'>,
  effort: Effort,
): number | undefined {
  return STEPS.find((share) => {
    const outcomes = playAll(change, [{ strategy, share }], effort);
    return income(outcomes, strategy).mean >= income(outcomes, 'honest').mean;
  });
}

export function printBorders({ blocs, lieValue, selfDealing, missedDuties }: Borders): string {
  const at = (x: number | undefined): string => (x === undefined ? '-' : percent(x, 1));
  const rows = blocs.map(({ name, lies, theft }) => [
    name,
    at(lies.exact),
    at(lies.played),
    at(theft.exact),
    at(theft.played),
  ]);
  return [
    'From which share of stake a bloc is ahead of honest solvers (one act: exact; the market: played)',
    table([['', 'lies: one act', 'in the market', 'theft: one act', 'in the market'], ...rows]),
    '',
    `Value of a lie that is deterred: basic ${lieValue.basic.toFixed(2)} f, checked ${lieValue.checked.toFixed(1)} f, critical ${lieValue.critical.toFixed(0)} f.`,
    `Self-dealing pays from, others ready 60 % of the time: ${at(selfDealing.capBindsOne)} of stake in one account (${at(selfDealing.capBindsMany)} in many) when the cap binds; ${at(selfDealing.defaultsOne)} at the default emission.`,
    `  Of those who take the task it is ${at(selfDealing.ofTakers)}; with a model that only 10 % support, ${at(selfDealing.thinModel)} of all stake.`,
    `Being on duty pays up to ${percent(missedDuties.most, 1)} of duties missed; at the assumed ${percent(1 - inTime(D), 1)} it brings ${fees(missedDuties.margin)} f each.`,
  ].join('\n');
}
