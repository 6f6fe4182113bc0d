import { expect, test } from 'vitest';
import { NO_MACHINE } from '../../src-shared/domain/machine.ts';
import { sayUnknown } from './idle.ts';

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
