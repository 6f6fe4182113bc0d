import { expect, test } from 'vitest';
import { sayIdleTest } from './idle.ts';

test('the test says what to do and for how long, and afterwards only what came out', () => {
  expect(sayIdleTest(null)).toBeNull();
  const still = { at: 1, part: 'still', secondsLeft: 7, says: 'Let go.' } as const;
  expect(sayIdleTest(still)).toEqual({ title: 'Let go.', left: '7 s left.' });
  expect(sayIdleTest({ ...still, part: 'over', secondsLeft: 0, says: '1 followed.' })).toEqual({
    title: '1 followed.',
    left: null,
  });
});
