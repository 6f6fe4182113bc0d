import { AmountError, parseMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

export type ReadFee =
  | { readonly fee: Amount; readonly problem: null }
  | { readonly fee: null; readonly problem: string };

/** Pure: the fee a person typed, or why it is none. A comma is read as a decimal point. */
export function readFee(text: string, atLeastSome = true): ReadFee {
  try {
    const fee = parseMoot(text.replace(',', '.'));
    if (atLeastSome && units(fee) === 0n) return { fee: null, problem: 'Nobody works for nothing: offer more than 0.' };
    return { fee, problem: null };
  } catch (error) {
    if (error instanceof AmountError) return { fee: null, problem: error.message };
    throw error;
  }
}
