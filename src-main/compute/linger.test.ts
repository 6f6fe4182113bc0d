import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Linger, LINGER_MS } from './linger.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('a loop that waits for a single job may sleep', () => {
  const linger = new Linger();
  linger.touch();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(LINGER_MS * 4);
  linger.touch();
  expect(vi.getTimerCount()).toBe(0);
});

test('between jobs that follow each other it looks for the next, and sleeps when none comes', () => {
  const linger = new Linger();
  linger.touch();
  for (let index = 0; index < 5; index++) linger.touch();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersToNextTimer();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(LINGER_MS * 4);
  expect(vi.getTimerCount()).toBe(0);
});
