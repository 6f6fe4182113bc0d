import { expect, it } from 'vitest';
import { dayName, dayTime } from './days.ts';

it('names a local day without shifting it', () => {
  expect(dayName('2026-11-01', 'en-GB')).toBe('1 Nov');
  expect(dayName(undefined)).toBe('');
  expect(dayName('today')).toBe('today');
});

it('names a moment to plan by', () => {
  expect(dayTime(Date.UTC(2026, 10, 21, 14, 5, 9), 'en-GB', 'UTC')).toBe('21 Nov 2026, 14:05');
});
