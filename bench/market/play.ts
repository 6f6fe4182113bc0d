import { TRANSACTIONS, inTime, reward, STRATEGIES, type Params, type Strategy } from './params.ts';
import { CODE, populate, type Group, type Population } from './population.ts';
import { Random } from './random.ts';
import { strike } from './rules.ts';
import { tryCase } from './court.ts';

/** What a play of `tasks` tasks came to. Money in f. */
export interface Outcome {
  readonly tasks: number;
  /** Net income per task slot: all a group earned and lost, by the number of tasks its stake was first drawn for. */
  readonly perSlot: Partial<Record<Strategy, number>>;
  /** Shares of all accepted results that are wrong, and of all results that are right and were overturned. */
  readonly wrongAccepted: number;
  /** The same, of the second half of the play. */
  readonly wrongLate: number;
  readonly stolen: number;
  /** Checks and ballots executed per solved task. */
  readonly extraWork: number;
  /** Net, per task: cuts, emission, fines and held-back parts less duty paid. */
  readonly treasury: number;
  readonly dutyPaid: number;
  readonly cases: number;
  readonly upheld: number;
  /** Cases by their number of rounds, and what a ballot earned in them above its cost. */
  readonly byRounds: readonly { readonly cases: number; readonly jurorMargin: number }[];
}

const MINTED_TENTH = 1 / 8;
const MAX_DRAWS = 200;

/**
 * Plays the market task by task: turn by free stake, work or lie, sealed checks, contest, court, payout.
 * Locks last the claim window; a case is settled at once.
 */
export function play(p: Params, groups: readonly Group[], tasks: number, seed: number): Outcome {
  const pop = populate(p, groups, seed);
  const random = new Random(seed, 2);
  const income = new Float64Array(pop.size);
  const slots = new Float64Array(STRATEGIES.length);
  const pay = reward(p);
  const contesting = groups.some(({ strategy }) => strategy === 'griefer' || strategy === 'thieves');
  const ends: { at: number; solver: number }[] = [];
  const count = {
    accepted: 0,
    acceptedLate: 0,
    wrong: 0,
    wrongLate: 0,
    stolen: 0,
    right: 0,
    solved: 0,
    executions: 0,
    cases: 0,
    upheld: 0,
  };
  const byRounds = p.panels.map(() => ({ cases: 0, pay: 0, cost: 0 }));
  let treasury = 0;
  let dutyPaid = 0;
  let ended = 0;

  const contest = (claimant: number, defendant: number, guilty: boolean, now: number): boolean => {
    income[claimant]! -= TRANSACTIONS.contest * p.gas;
    const verdict = tryCase(p, pop, { claimant, defendant, guilty, now }, income, random);
    count.cases++;
    count.executions += verdict.executions;
    const row = byRounds[verdict.rounds - 1]!;
    row.cases++;
    row.pay += verdict.jurorPay;
    row.cost += verdict.jurorCost;
    if (!verdict.upheld) return false;
    count.upheld++;
    const { losses, suspendedUntil } = strike(pop.losses[defendant]!, now, p.strikes);
    pop.losses[defendant] = losses;
    const at = [...pop.lossAt[defendant]!, pop.results[defendant]!].slice(-p.strikes);
    pop.lossAt[defendant] = at;
    if (suspendedUntil !== undefined && at.at(-1)! - at[0]! < p.strikeResults) {
      pop.suspendedUntil[defendant] = suspendedUntil;
      pop.accepted[defendant] = 0;
    }
    return true;
  };

  /** Who checks, and whether one of them contests; the contester. */
  const check = (solver: number, wrong: boolean, guess: boolean, now: number): number | undefined => {
    let claimant: number | undefined;
    const newcomer = pop.accepted[solver]! < 20;
    for (let k = random.poisson(newcomer ? Math.max(p.newcomerChecks, p.checks) : p.checks); k > 0; k--) {
      const j = draw(pop, random, now, (i) => i !== solver && pop.strategy[i] !== CODE.copier);
      if (j === undefined) continue;
      const own = pop.strategy[j];
      const seals = p.duty === 'sealed';
      let matches = true;
      if (own === CODE.lazyChecker) {
        // Sealed, he can only guess, too; a signature says nothing; unpaid, he does nothing.
        if (p.duty === 'unpaid') continue;
        income[j]! -= TRANSACTIONS.check * p.gas;
        matches = !seals || (!wrong || guess ? random.chance(p.guess) : false);
      } else if (own === CODE.liars && pop.strategy[solver] === own) {
        // He knows the lie and seals the same.
        income[j]! -= TRANSACTIONS.check * p.gas;
      } else {
        if (!random.chance(inTime(p, pop.speed[j]!))) {
          if (p.duty === 'sealed') {
            income[j]! -= p.missFine;
            treasury += p.missFine;
          }
          continue;
        }
        income[j]! -= p.compute + TRANSACTIONS.check * p.gas;
        count.executions++;
        if (wrong && claimant === undefined && canLock(pop, j, p.slash * p.contestBond)) claimant = j;
      }
      if (p.duty === 'unpaid') continue;
      // A sealed result that differs, without a contest, is as good as none.
      income[j]! += matches ? p.dutyPay : -p.missFine;
      treasury -= matches ? p.dutyPay : -p.missFine;
      dutyPaid += matches ? p.dutyPay : 0;
    }
    return claimant;
  };

  for (let task = 0, now = 0; task < tasks; task++) {
    now += random.wait(p.interval);
    for (; ended < ends.length && ends[ended]!.at <= now; ended++) pop.locked[ends[ended]!.solver]! -= p.slash;
    const solver = turn(p, pop, random, now, slots, income);
    if (solver === undefined) continue;
    const own = pop.strategy[solver];
    const lies = own === CODE.lazy || own === CODE.liars;
    const copies = own === CODE.copier;
    const wrong = lies && !(own === CODE.lazy && random.chance(p.guess));
    income[solver]! -= TRANSACTIONS.solve * p.gas + (lies || copies ? 0 : p.compute);
    count.solved++;
    pop.results[solver]!++;
    pop.locked[solver]! += p.slash;
    ends.push({ at: now + p.claimWindow, solver });

    let claimant = check(solver, wrong, own === CODE.lazy, now);
    if (claimant === undefined && contesting) {
      const other = draw(pop, random, now, (i) => i !== solver);
      const his = other === undefined ? undefined : pop.strategy[other];
      const hostile = (his === CODE.griefer || (his === CODE.thieves && own !== his)) && random.chance(p.contests);
      if (hostile && canLock(pop, other!, p.slash * p.contestBond)) claimant = other;
    }
    const overturned = claimant !== undefined && contest(claimant, solver, wrong, now);
    if (!wrong) count.right++;
    if (overturned) {
      if (!wrong) count.stolen++;
      continue;
    }
    const late = task >= tasks / 2 ? 1 : 0;
    count.accepted++;
    count.acceptedLate += late;
    if (wrong) count.wrong++;
    if (wrong) count.wrongLate += late;
    const held = pop.accepted[solver]! < 20 ? Math.max(0, p.newcomerChecks - p.checks) * p.dutyPay : 0;
    pop.accepted[solver]!++;
    income[solver]! += pay - held + (wrong ? p.lieValue : 0);
    treasury += p.treasuryCut + held + (pay - (1 - p.treasuryCut)) * MINTED_TENTH;
  }

  const sums = new Float64Array(STRATEGIES.length);
  income.forEach((f, i) => (sums[pop.strategy[i]!]! += f));
  return {
    tasks,
    perSlot: Object.fromEntries(
      STRATEGIES.flatMap((name, i) => (slots[i]! > 0 ? [[name, sums[i]! / slots[i]!] as const] : [])),
    ),
    wrongAccepted: count.wrong / Math.max(1, count.accepted),
    wrongLate: count.wrongLate / Math.max(1, count.acceptedLate),
    stolen: count.stolen / Math.max(1, count.right),
    extraWork: count.executions / Math.max(1, count.solved),
    treasury: treasury / tasks,
    dutyPaid: dutyPaid / tasks,
    cases: count.cases,
    upheld: count.upheld,
    byRounds: byRounds.map((row) => ({
      cases: row.cases,
      jurorMargin: row.cost === 0 ? 0 : row.pay / row.cost - 1,
    })),
  };
}

/** The solver whose turn comes first: by free stake, which `u / w` makes an exponential race to a good approximation. */
function turn(
  p: Params,
  pop: Population,
  random: Random,
  now: number,
  slots: Float64Array,
  income: Float64Array,
): number | undefined {
  for (let k = 0; k < MAX_DRAWS; k++) {
    const i = pop.byStake.draw(random);
    if (k === 0) slots[pop.strategy[i]!]!++;
    const free = pop.stake[i]! - pop.locked[i]!;
    if (pop.suspendedUntil[i]! > now || free < p.slash || !random.chance(free / pop.initial[i]!)) continue;
    // Bound to salt and address, somebody else's commitment is worth nothing; and who reserved has nobody to copy from.
    if (pop.strategy[i] === CODE.copier && p.salted) {
      income[i]! -= TRANSACTIONS.copy * p.gas;
      continue;
    }
    return i;
  }
  return undefined;
}

function draw(pop: Population, random: Random, now: number, fits: (i: number) => boolean): number | undefined {
  for (let k = 0; k < MAX_DRAWS; k++) {
    const i = pop.byStake.draw(random);
    if (pop.suspendedUntil[i]! <= now && random.chance(pop.stake[i]! / pop.initial[i]!) && fits(i)) return i;
  }
  return undefined;
}

function canLock(pop: Population, i: number, amount: number): boolean {
  return pop.stake[i]! - pop.locked[i]! >= amount;
}
