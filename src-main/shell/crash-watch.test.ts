import { expect, test } from 'vitest';
import { CrashWatch } from './crash-watch.ts';

test('an interface that ends is loaded again, later each time, and given up when it ends at once each time', () => {
  let now = 0;
  const watch = new CrashWatch(() => now);
  expect([watch.ended(), watch.ended(), watch.ended(), watch.ended()]).toEqual([1_000, 2_000, 4_000, null]);
  expect(watch.wanted()).toBe(true);
  expect(watch.wanted()).toBe(false);
  expect(watch.ended()).toBe(1_000);
});

test('one that ends now and then is always loaded again', () => {
  let now = 0;
  const watch = new CrashWatch(() => now);
  for (let hour = 0; hour < 100; hour++) {
    expect(watch.ended()).toBe(1_000);
    now += 3_600_000;
  }
});
