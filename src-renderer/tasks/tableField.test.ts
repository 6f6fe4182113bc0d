import { expect, it } from 'vitest';
import { fieldProblem, readNumber } from './tableField.ts';

it('reads numbers as people write them', () => {
  expect(['3.5', ' 3,5 ', '-2', '.5', '1e3', '+4'].map(readNumber)).toEqual([3.5, 3.5, -2, 0.5, 1000, 4]);
  expect(['', 'x', '1.2.3', '1,2,3', '0x10', 'NaN', 'Infinity'].map(readNumber)).toEqual(Array(7).fill(null));
});

it('keeps to the range of the field', () => {
  const field = { name: 'Length', min: 0, max: 10 };
  expect(fieldProblem(field, '10')).toBeNull();
  expect(fieldProblem(field, '10.1')).toMatch(/Between 0 and 10/);
  expect(fieldProblem(field, 'long')).toMatch(/number/);
});
