import { expect, it } from 'vitest';
import { dayName } from './days.ts';

it('names a local day without shifting it', () => {
  expect(dayName('2026-11-01', 'en-GB')).toBe('1 Nov');
  expect(dayName(undefined)).toBe('');
  expect(dayName('today')).toBe('today');
});
