import { FolkmootError } from './errors.ts';
import type { Amount } from './ids.ts';

const DECIMALS = 18n;
const UNIT = 10n ** DECIMALS;

/** An amount could not be read, or is not one that MOOT can express. Code `AMOUNT`. */
export class AmountError extends FolkmootError {
  constructor(text: string, why: string) {
    super('AMOUNT', `“${text}” is not an amount of MOOT: ${why}.`);
  }
}

export function amount(units: bigint): Amount {
  return units.toString() as Amount;
}

export function units(value: Amount): bigint {
  return BigInt(value);
}

export const ZERO = amount(0n);

/**
 * Reads what a person typed ("0.25", "3") into base units.
 * @throws AmountError for signs, exponents, more than 18 decimals or more than 1,000,000 MOOT.
 */
export function parseMoot(text: string): Amount {
  const trimmed = text.trim();
  const match = /^(\d{1,7})(?:\.(\d{0,18}))?$/.exec(trimmed);
  if (match === null)
    throw new AmountError(trimmed.slice(0, 40), 'write digits with at most 18 decimals, such as 0.25');
  const value = BigInt(match[1] ?? '0') * UNIT + BigInt((match[2] ?? '').padEnd(18, '0'));
  if (value > 1_000_000n * UNIT) throw new AmountError(trimmed, 'there will never be more than 1,000,000 MOOT');
  return amount(value);
}

/** Full value, no trailing zeros: "0.25". */
export function exactMoot(value: Amount): string {
  const raw = units(value);
  const sign = raw < 0n ? '-' : '';
  const abs = raw < 0n ? -raw : raw;
  const fraction = (abs % UNIT).toString().padStart(18, '0').replace(/0+$/, '');
  return `${sign}${abs / UNIT}${fraction === '' ? '' : `.${fraction}`}`;
}

/** For people: at most four significant digits, never rounded up to something the person does not have. */
export function shortMoot(value: Amount): string {
  const exact = exactMoot(value);
  const [whole = '0', fraction = ''] = exact.replace('-', '').split('.');
  const sign = exact.startsWith('-') ? '-' : '';
  if (whole.length >= 4 || fraction === '') return sign + Number(whole).toLocaleString('en-US');
  if (whole !== '0') return trim(`${sign}${whole}.${fraction.slice(0, 4 - whole.length)}`);
  const lead = /^0*/.exec(fraction)?.[0].length ?? 0;
  if (lead >= 6) return `${sign}< 0.000001`.replace('-<', '> -');
  return trim(`${sign}0.${fraction.slice(0, lead + 4)}`);
}

function trim(text: string): string {
  return text.replace(/\.?0+$/, '');
}
