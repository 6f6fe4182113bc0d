import { describe, expect, it } from 'vitest';
import { absoluteTime, byteSize, clockTime, count, duration, percent, relativeTime, shortId } from './format.ts';

const MIN = 60_000;

describe('duration', () => {
  it.each([
    [-5, '0 s'],
    [12_400, '12 s'],
    [59_999, '59 s'],
    [41 * MIN, '41 min'],
    [60 * MIN, '1 h'],
    [130 * MIN, '2 h 10 min'],
    [25 * 60 * MIN, '1 day 1 h'],
    [72 * 60 * MIN, '3 days'],
    [200 * 60 * MIN, '8 days'],
  ])('%d ms is "%s"', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('relativeTime', () => {
  const now = 1_800_000_000_000;
  it('speaks of the past', () => {
    expect(relativeTime(now - 1_000, now)).toBe('just now');
    expect(relativeTime(now - 5 * MIN, now)).toBe('5 min ago');
  });
  it('never promises a future moment too early', () => {
    expect(relativeTime(now + 61_000, now)).toBe('in 2 min');
    expect(relativeTime(now + 12_100, now)).toBe('in 13 s');
    expect(relativeTime(now + 2_000, now)).toBe('in a moment');
  });
});

it('writes moments in a given zone', () => {
  const at = Date.UTC(2026, 10, 21, 14, 5, 9);
  expect(absoluteTime(at, 'en-GB', 'UTC')).toBe('21 Nov 2026, 14:05:09');
  expect(clockTime(at, 'en-GB', 'Europe/Berlin')).toBe('15:05');
});

describe('shortId', () => {
  it('keeps head and tail', () => expect(shortId(`0x8f2c${'0'.repeat(56)}91ab`)).toBe('0x8f2c…91ab'));
  it('leaves short text alone', () => expect(shortId('0x12345678')).toBe('0x12345678'));
});

it('writes sizes', () => {
  expect([0, 999, 1000, 26_400, 999_600, 268_435_456].map(byteSize)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '26.4 kB',
    '1 MB',
    '268 MB',
  ]);
});

it('writes shares without promising certainty', () => {
  expect([0, 0.0004, 0.004, 0.0312, 0.975, 0.9999, 1].map(percent)).toEqual([
    '0 %',
    '< 0.1 %',
    '0.4 %',
    '3.1 %',
    '97 %',
    '> 99.9 %',
    '100 %',
  ]);
});

it('counts in words', () => {
  expect(count(1, 'task')).toBe('1 task');
  expect(count(1200, 'peer')).toBe('1,200 peers');
  expect(count(2, 'ask of yours', 'asks of yours')).toBe('2 asks of yours');
});
