import { describe, expect, it } from 'vitest';
import { pickPositions, readWords, wordsProblem } from './words.ts';

describe('readWords', () => {
  it('takes lists, numbers and capitals', () =>
    expect(readWords('1. Abandon, 2) ability\n3:able  ABOUT;')).toEqual(['abandon', 'ability', 'able', 'about']));
  it('takes numbers that stand alone', () => expect(readWords('1 abandon 2 ability')).toEqual(['abandon', 'ability']));
});

describe('wordsProblem', () => {
  it('wants 12 or 24', () => {
    expect(wordsProblem([])).toMatch(/in their order/);
    expect(wordsProblem(Array(11).fill('abandon'))).toMatch(/11 words/);
    expect(wordsProblem(Array(12).fill('abandon'))).toBeNull();
    expect(wordsProblem(Array(24).fill('abandon'))).toBeNull();
  });
  it('names the odd one', () => expect(wordsProblem(['abandon', 'x1y'])).toMatch(/“x1y”/));
});

it('picks three different positions', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round++) {
    const picked = pickPositions(12, random);
    expect(new Set(picked).size).toBe(3);
    expect(picked.every((position) => position >= 1 && position <= 12)).toBe(true);
  }
});
