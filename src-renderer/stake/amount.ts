import { AmountError, parseMoot, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

export interface ReadAmount {
  readonly value: Amount | null;
  /** What is wrong with the text; null also while nothing was typed. */
  readonly problem: string | null;
}

/** Pure: an amount that a person typed, at most `available`. A comma is read as a decimal point. */
export function readAmount(text: string, available: Amount): ReadAmount {
  if (text.trim() === '') return { value: null, problem: null };
  try {
    const value = parseMoot(text.replace(',', '.'));
    if (units(value) === 0n) return { value: null, problem: 'Write more than 0.' };
    if (units(value) > units(available))
      return { value: null, problem: `Only ${shortMoot(available)} MOOT can be moved from there.` };
    return { value, problem: null };
  } catch (error) {
    if (error instanceof AmountError) return { value: null, problem: error.message };
    throw error;
  }
}
