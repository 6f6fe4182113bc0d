import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clock, inSpans, minutesToChange } from './spans.ts';
import { anySpans } from './test-conditions.ts';

const NIGHT = [{ days: [6], from: 1_320, to: 360 }];

test('a span may pass midnight, and the end of the week', () => {
  expect(inSpans(NIGHT, 6, 1_320)).toBe(true);
  expect(inSpans(NIGHT, 0, 359)).toBe(true);
  expect(inSpans(NIGHT, 0, 360)).toBe(false);
  expect(inSpans(NIGHT, 6, 0)).toBe(false);
  expect(inSpans([{ days: [2], from: 0, to: 0 }], 2, 700)).toBe(true);
});

test('the next change is the next, whatever the spans', () => {
  expect(minutesToChange(NIGHT, 6, 1_200)).toBe(120);
  expect(minutesToChange([], 1, 1)).toBeNull();
  fc.assert(
    fc.property(anySpans, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1_439 }), (spans, day, minute) => {
      const now = inSpans(spans, day, minute);
      const at = (wait: number): boolean => {
        const then = (day * 1_440 + minute + wait) % 10_080;
        return inSpans(spans, Math.floor(then / 1_440), then % 1_440);
      };
      const wait = minutesToChange(spans, day, minute);
      const first = Array.from({ length: 10_080 }, (_, step) => step + 1).find((step) => at(step) !== now) ?? null;
      expect(wait).toBe(first);
    }),
    { numRuns: 60 },
  );
});

test('times as people say them', () => {
  expect(clock(3, 600, 480)).toBe('18:00');
  expect(clock(3, 600, 1_440)).toBe('10:00 on Thursday');
});
