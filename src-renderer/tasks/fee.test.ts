import { expect, it } from 'vitest';
import { readFee } from './fee.ts';

it('reads what people type', () => {
  expect(readFee('0.05')).toEqual({ fee: '50000000000000000', problem: null });
  expect(readFee('0,05').fee).toBe('50000000000000000');
  expect(readFee('0').problem).toMatch(/more than 0/);
  expect(readFee('0', false).fee).toBe('0');
  expect(readFee('much').problem).toMatch(/not an amount/);
});
