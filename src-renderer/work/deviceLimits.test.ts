import { expect, test } from 'vitest';
import { DEVICE_LIMITS } from '../../src-shared/domain/machine.ts';
import { NO_LIMITS, readField, readLimits, readNumber, sameLimits, typedLimits } from './deviceLimits.ts';

const LIMITS = { on: true, duty: 0.85, targetC: 72, powerCapW: 160, memoryBytes: 8 * 1024 ** 3, lanes: 2 };

test('what the node holds comes back from the form as it was', () => {
  expect(readLimits(typedLimits(LIMITS), true)).toEqual(LIMITS);
  expect(readLimits(NO_LIMITS, true)).toEqual(DEVICE_LIMITS);
  expect(sameLimits(LIMITS, { ...LIMITS, memoryBytes: LIMITS.memoryBytes + 1_000 })).toBe(true);
  expect(sameLimits(LIMITS, { ...LIMITS, on: false })).toBe(false);
});

test('nothing typed is no limit, and what is out of bounds is refused', () => {
  const form = typedLimits(LIMITS);
  expect(readLimits({ ...form, targetC: '', powerCapW: ' ' }, true)).toMatchObject({ targetC: null, powerCapW: null });
  for (const targetC of ['29', '111', 'warm', '-5', '1e2'])
    expect(readField({ ...form, targetC }, 'targetC').problem, targetC).not.toBeNull();
  expect(readLimits({ ...form, lanes: '65' }, true)).toBeNull();
  expect(readNumber('1,5', 0, 2).value).toBe(1.5);
});
