import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleWindows, WINDOW_BYTES, windowAt, windowCount, windowFits, windowsRoot } from './windows.ts';

const blob = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (Math.imul(at + seed, 2_654_435_761) >>> 13) & 255);
const sizes = fc.oneof(fc.integer({ min: 0, max: 3 * WINDOW_BYTES }), fc.integer({ min: 0, max: 20 * WINDOW_BYTES }));

test('every window proves itself, and no altered byte, place or size does', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), fc.nat(), (size, seed, pick, flip) => {
      const bytes = blob(size, seed);
      const root = windowsRoot(bytes);
      const window = windowAt(bytes, pick % windowCount(size));
      expect(windowFits(root, size, window)).toBe(true);
      const forged = Uint8Array.from(window.bytes);
      if (forged.length > 0) {
        forged[flip % forged.length] = (forged[flip % forged.length] as number) ^ 1;
        expect(windowFits(root, size, { ...window, bytes: forged })).toBe(false);
      }
      for (const index of [window.index + 1, window.index - 1])
        expect(windowFits(root, size, { ...window, index })).toBe(false);
      expect(
        windowFits(root, size, {
          ...window,
          proof: window.proof
            .slice(1)
            .concat(window.proof[0] ?? [])
            .slice(0, -1),
        }),
      ).toBe(window.proof.length === 0);
    }),
    { numRuns: 200 },
  );
});

test('another tensor has another root, also where one is the other with a tail', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2 * WINDOW_BYTES }), (size, more) => {
      const whole = blob(size + more, 7);
      expect(Buffer.from(windowsRoot(whole)).equals(windowsRoot(whole.subarray(0, size)))).toBe(false);
    }),
    { numRuns: 100 },
  );
});

test('a seed draws as many different windows as asked for, and each of them now and then', () => {
  const size = 50 * WINDOW_BYTES;
  const seen = new Set<number>();
  for (let n = 0; n < 200; n++) {
    const drawn = sampleWindows(Buffer.from(`seed ${n}`), size, 5);
    expect(new Set(drawn).size).toBe(5);
    for (const index of drawn) seen.add(index);
  }
  expect(seen.size).toBe(50);
  expect(sampleWindows(Buffer.from('x'), 3 * WINDOW_BYTES, 5)).toEqual([0, 1, 2]);
});
