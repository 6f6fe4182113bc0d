import { MAX_PRICE, NO_PRICES, type Prices } from '../../src-shared/domain/prices.ts';

export type PriceName = keyof Prices;

/** What is asked, in the order of the form. */
export const QUESTIONS: ReadonlyArray<{ readonly name: PriceName; readonly label: string; readonly hint: string }> = [
  { name: 'perMoot', label: 'One MOOT is worth', hint: 'Without it nothing is weighed.' },
  { name: 'perKwh', label: 'A kilowatt-hour costs', hint: 'On your bill.' },
  { name: 'watts', label: 'Watts that a task draws', hint: 'Beyond what the machine draws anyway.' },
  { name: 'perCoin', label: 'One coin of the chain costs', hint: 'For its transactions.' },
];

export type Typed = Readonly<Record<PriceName, string>>;

/** Prices as they stand in the form; empty for what was not said. */
export function typed(prices: Prices): Typed {
  const text = (name: PriceName): string => prices[name]?.toString() ?? '';
  return { watts: text('watts'), perKwh: text('perKwh'), perMoot: text('perMoot'), perCoin: text('perCoin') };
}

/** One field: digits with a point or a comma, or nothing. @returns the reason when it is neither */
export function readPrice(text: string): { readonly value: number | null; readonly problem: string | null } {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return { value: null, problem: null };
  const value = Number(plain);
  if (!/^\d*\.?\d+$/.test(plain) || value > MAX_PRICE) return { value: null, problem: 'Write digits, such as 0.30.' };
  return { value, problem: null };
}

/** All four, or null while one of them is no price. */
export function readPrices(form: Typed): Prices | null {
  const read = QUESTIONS.map(({ name }) => ({ name, ...readPrice(form[name]) }));
  if (read.some(({ problem }) => problem !== null)) return null;
  return { ...NO_PRICES, ...Object.fromEntries(read.map(({ name, value }) => [name, value])) };
}

/** What the prices lead to, in one sentence. */
export function meaning({ perMoot, perKwh, watts, perCoin }: Prices): string {
  const power = perKwh !== null && watts !== null;
  if (perMoot === null) return 'Costs are not weighed: your machine takes whatever pays your least fee.';
  const parts = [power && 'electricity', perCoin !== null && 'the chain’s fees'].filter((part) => part !== false);
  if (parts.length === 0) return 'No cost is said yet, so nothing is weighed.';
  return `A task that would cost more in ${parts.join(' and ')} than it is expected to bring is left to others.`;
}
