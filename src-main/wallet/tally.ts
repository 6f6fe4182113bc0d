import type { Timestamp } from '../../src-shared/domain/ids.ts';
import type { Spend } from './protocol.ts';

export const WINDOW_MS = 86_400_000;

/** What counts at a time: entries of the last 24 hours. Entries from the future count too, so a clock set back frees nothing. */
export function recent(spends: readonly Spend[], now: Timestamp): readonly Spend[] {
  return spends.filter((spend) => spend.at > now - WINDOW_MS);
}

/** Base units counted in the last 24 hours, `except` left out. */
export function spentIn(spends: readonly Spend[], now: Timestamp, except?: string): bigint {
  return recent(spends, now).reduce((sum, { key, amount }) => (key === except ? sum : sum + BigInt(amount)), 0n);
}

/** Adds a spend; one with the same key is replaced and the larger amount kept, since only one of the two can happen. */
export function withSpend(spends: readonly Spend[], spend: Spend): readonly Spend[] {
  const same = spends.find((old) => old.key === spend.key);
  const amount = same !== undefined && BigInt(same.amount) > BigInt(spend.amount) ? same.amount : spend.amount;
  return [...recent(spends, spend.at).filter((old) => old.key !== spend.key), { ...spend, amount }];
}
