import { expect, test } from 'vitest';
import { NO_MACHINE } from '../../src-shared/domain/machine.ts';
import { sayIdleTest, sayUnknown } from './idle.ts';

test('the test says what to do and for how long, and afterwards only what came out', () => {
  expect(sayIdleTest(null)).toBeNull();
  const still = { at: 1, part: 'still', secondsLeft: 7, says: 'Let go.' } as const;
  expect(sayIdleTest(still)).toEqual({ title: 'Let go.', left: '7 s left.' });
  expect(sayIdleTest({ ...still, part: 'over', secondsLeft: 0, says: '1 followed.' })).toEqual({
    title: '1 followed.',
    left: null,
  });
});

test('what games cannot be noticed by is said, and nothing where nothing is missing', () => {
  const { surroundings } = NO_MACHINE;
  expect(sayUnknown(surroundings)).toBeNull();
  expect(sayUnknown({ ...surroundings, unknown: ['fullScreen'] })).toBe(
    'Not known on this computer: whether a program fills the screen.',
  );
  expect(sayUnknown({ ...surroundings, unknown: ['fullScreen', 'cardUse'] })).toBe(
    'Not known on this computer: whether a program fills the screen, and whether another program uses the graphics card.',
  );
});
