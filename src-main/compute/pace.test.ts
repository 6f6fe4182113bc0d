import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** Time that passes only when somebody sleeps or works. */
function setUp(): { pace: Pace; work: (ms: number) => void; at: () => number; slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  const pace = new Pace({
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  });
  const work = (ms: number): void => {
    now += ms;
    pace.ran(ms);
  };
  return { pace, work, at: () => now, slept };
}

test.each([
  [0.5, 10],
  [0.25, 3],
  [0.05, 1],
  [0.9, 40],
])('a share of %f holds for runs of %i ms, in slices that a change can end', async (duty, ms) => {
  const { pace, work, at, slept } = setUp();
  pace.duty = duty;
  for (let run = 0; run < 200; run++) {
    work(ms);
    await pace.rest();
  }
  expect((200 * ms) / at()).toBeCloseTo(duty, 1);
  expect(Math.max(...slept)).toBeLessThanOrEqual(50);
});

test('at full speed nothing rests, and a change to it forgives what was owed', async () => {
  const { pace, work, slept } = setUp();
  work(1_000);
  await pace.rest();
  pace.duty = 0.1;
  work(1_000);
  expect(pace.due).toBe(true);
  pace.duty = 1;
  await pace.rest();
  expect(slept).toEqual([]);
});

test('time without work counts as rest', async () => {
  let now = 0;
  const slept: number[] = [];
  const pace = new Pace({ now: () => now, sleep: async (ms) => void (slept.push(ms), (now += ms)) });
  pace.duty = 0.5;
  now = 20;
  pace.ran(20);
  now = 500;
  await pace.rest();
  expect(slept).toEqual([]);
});
