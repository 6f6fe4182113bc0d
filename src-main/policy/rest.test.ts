import { expect, test } from 'vitest';
import { LONGEST_REST_MS, restAfter, restWords, SHORTEST_REST_MS, type Rest } from './rest.ts';

test('pauses double from a minute to an hour', () => {
  const pauses: number[] = [];
  let rest: Rest | undefined;
  for (let at = 0; at < 9; at++) {
    rest = restAfter(rest, 'the server is gone', rest?.until ?? 0);
    pauses.push(rest.pauseMs / 60_000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect([SHORTEST_REST_MS, LONGEST_REST_MS]).toEqual([60_000, 3_600_000]);
});

test('several works that fail together are one failure', () => {
  const first = restAfter(undefined, 'the server is gone', 1_000);
  expect(restAfter(first, 'the server is gone', 1_001)).toBe(first);
  expect(restAfter(first, 'the server is gone', first.until - 1)).toBe(first);
});

test('the sentence names the reason and the time of day', () => {
  const until = new Date(2026, 4, 1, 7, 5).getTime();
  expect(restWords({ why: 'the server is gone', until, pauseMs: 1 })).toBe(
    'the server is gone; it is tried again at 07:05',
  );
});
