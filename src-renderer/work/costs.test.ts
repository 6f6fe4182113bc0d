import { expect, test } from 'vitest';
import { meaning, readPrice, readPrices, typed } from './costs.ts';

const SAID = { watts: 45, perKwh: 0.31, perMoot: 2.4, perCoin: null };

test('what was said comes back from the form as it was', () => {
  expect(readPrices(typed(SAID))).toEqual(SAID);
});

test('a comma is a point, nothing is nothing, and words are refused', () => {
  expect(readPrice(' 0,30 ').value).toBe(0.3);
  expect(readPrice('')).toEqual({ value: null, problem: null });
  for (const text of ['-1', '1e9', 'Infinity', '0x10', '1.2.3', '9'.repeat(13), '.'])
    expect(readPrice(text).problem, text).not.toBeNull();
  expect(readPrices({ ...typed(SAID), watts: 'many' })).toBeNull();
});

test('the sentence names what is weighed, and nothing else', () => {
  expect(meaning(SAID)).toContain('electricity');
  expect(meaning(SAID)).not.toContain('chain');
  expect(meaning({ ...SAID, watts: null, perCoin: 2_500 })).not.toContain('electricity');
  expect(meaning({ ...SAID, perMoot: null })).toContain('not weighed');
  expect(meaning({ ...SAID, perKwh: null })).toContain('nothing is weighed');
});
