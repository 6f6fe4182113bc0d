import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';

it('doubles and is bounded', () => {
  expect([0, 1, 2, 4].map(backoff)).toEqual([400, 800, 1600, 6400]);
  expect(backoff(500)).toBe(10_000);
});
