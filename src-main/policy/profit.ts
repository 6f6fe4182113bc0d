import { amount, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';

/** One task, as it looks before it is taken. Amounts in base units of MOOT. */
export interface Prospect {
  /** The solver's part of the fee. */
  readonly net: bigint;
  /** Emission in 1/1,000 of the base reward; 0 for none. */
  readonly issueRate: number;
  /** Most that may be issued for it. */
  readonly issueCap: bigint;
  /** What one piece of work at rate 1,000 issues now, over all who share in it; null while unknown. */
  readonly rewardNow: bigint | null;
  /** Chance to be the one who is paid, 0 to 1; 1 for a task that can be reserved. */
  readonly chance: number;
  /** Measured time of one run; null when this machine never ran the model. */
  readonly seconds: number | null;
  /** All transactions of a task together, units of gas. */
  readonly gas: bigint;
  /** Wei per unit; null while unknown. */
  readonly gasPrice: bigint | null;
}

/** Base units of MOOT; a cost that is not known is null and not counted. */
export interface Profit {
  readonly income: bigint;
  readonly electricity: bigint | null;
  readonly gas: bigint | null;
  readonly profit: bigint;
}

const WORKER_PERCENT = 80n;
const JOULES_PER_KWH = 3_600_000;
const COIN = 1e18;
/** More than all there will ever be: an absurd price must not become an absurd number. */
const LIMIT = 10n ** 24n;

/** Pure: what the task is expected to bring, less what it surely costs. Costs arise whether or not one is paid. */
export function profitOf(prospect: Prospect, prices: Prices): Profit {
  const { net, rewardNow, issueRate, issueCap, chance } = prospect;
  const issued = ((rewardNow ?? 0n) * BigInt(issueRate) * WORKER_PERCENT) / 100_000n;
  const full = net + (issued < issueCap ? issued : issueCap);
  const share = BigInt(Math.round(Math.min(Math.max(chance, 0), 1) * 1_000_000));
  const income = (full * share) / 1_000_000n;
  const [electricity, gas] = [electricityOf(prospect, prices), gasOf(prospect, prices)];
  return { income, electricity, gas, profit: income - (electricity ?? 0n) - (gas ?? 0n) };
}

/** One sentence without its first word, or null when it pays. */
export function unprofitable({ income, electricity, gas, profit }: Profit): string | null {
  if (profit >= 0n) return null;
  const said = (part: bigint | null, name: string): string[] =>
    part === null || part === 0n ? [] : [`${shortMoot(amount(part))} of ${name}`];
  const costs = [...said(electricity, 'electricity'), ...said(gas, 'gas')].join(' and ');
  return `it would cost more than it brings: ${costs} against ${shortMoot(amount(income))} MOOT`;
}

function electricityOf({ seconds }: Prospect, { watts, perKwh, perMoot }: Prices): bigint | null {
  if (seconds === null || watts === null || perKwh === null || perMoot === null || perMoot <= 0) return null;
  return base(((watts * seconds) / JOULES_PER_KWH) * (perKwh / perMoot));
}

function gasOf({ gas, gasPrice }: Prospect, { perCoin, perMoot }: Prices): bigint | null {
  if (gasPrice === null || perCoin === null || perMoot === null || perMoot <= 0) return null;
  return base((Number(gas * gasPrice) / COIN) * (perCoin / perMoot));
}

/** @param moot whole tokens */
function base(moot: number): bigint {
  const units = moot * 1e18;
  if (!(units < Number(LIMIT))) return LIMIT;
  return units <= 0 ? 0n : BigInt(Math.ceil(units));
}
