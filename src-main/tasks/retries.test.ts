import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outbox } from '../chain/outbox.ts';
import { Retries } from './retries.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('a failed intent is sent again once per pause, not once per round', () => {
  const sent: string[] = [];
  const outbox = { retry: (key: string) => sent.push(key) } as unknown as Outbox;
  const retries = new Retries();
  for (let second = 0; second < 60; second++) {
    retries.intent(outbox, 'claim:1', 15_000);
    vi.advanceTimersByTime(1_000);
  }
  expect(sent).toEqual(['claim:1', 'claim:1', 'claim:1']);
});

test('what was put off waits its time, counts its tries, and is forgotten when it is done', () => {
  const retries = new Retries();
  expect([retries.waits('a'), retries.tries('a')]).toEqual([false, 0]);
  retries.later('a', 5_000);
  retries.later('a', 5_000);
  expect([retries.waits('a'), retries.tries('a'), retries.waits('b')]).toEqual([true, 2, false]);
  vi.advanceTimersByTime(5_000);
  expect([retries.waits('a'), retries.tries('a')]).toEqual([false, 2]);
  retries.drop('a', 'b');
  expect(retries.tries('a')).toBe(0);
});
