import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NamedTensor } from '../protocol.ts';
import { apart } from './apart.ts';

const odd = fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 1e-40, -3.4e38);
const single = fc.oneof(fc.float({ noNaN: true }), odd);

const as32 = (values: readonly number[]): NamedTensor => {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return { name: 'x', dtype: 'float32', shape: [values.length], bytes };
};
const as64 = (values: readonly number[]): NamedTensor => {
  const bytes = new Uint8Array(Float64Array.from(values, Math.fround).buffer);
  return { name: 'x', dtype: 'float64', shape: [values.length], bytes };
};

test('the short way for single floats says what the long way says, whatever stands in them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(single, fc.oneof(single, fc.constant(null))), { maxLength: 40 }),
      fc.constantFrom(2 ** -18, 1e-3, 0.5),
      async (pairs, share) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([one, other]) => other ?? one)];
        expect(await apart(as32(a), as32(b), share)).toBe(await apart(as64(a), as64(b), share));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a share of the largest value is what is allowed, and no number is near none', async () => {
  expect(await apart(as32([1, -100]), as32([1.05, -100]), 1e-3)).toBe(false);
  expect(await apart(as32([1, -100]), as32([1.2, -100]), 1e-3)).toBe(true);
  expect(await apart(as32([Number.NaN]), as32([Number.NaN]), 1e-3)).toBe(false);
  expect(await apart(as32([Number.NaN]), as32([1]), 1e-3)).toBe(true);
  expect(await apart(as32([Infinity, 1]), as32([Infinity, 1]), 1e-3)).toBe(false);
  expect(await apart(as32([Infinity]), as32([-Infinity]), 1e-3)).toBe(true);
  expect(await apart(as32([1]), { ...as32([1]), shape: [1, 1] }, 1)).toBe(true);
});

test('the process does other things while large values are compared, wherever they differ', async () => {
  const zeros = Array.from({ length: 3 * 2 ** 20 }, () => 0);
  const other = [...zeros.slice(1), 1];
  for (const of of [as32, as64]) {
    const [a, b] = [of(zeros), of(other)];
    const state = { turns: 0, over: false };
    const counting = (async () => {
      for (; !state.over; state.turns++) await setImmediate();
    })();
    expect(await apart(a, b, 1e-3)).toBe(true);
    state.over = true;
    await counting;
    expect(state.turns).toBeGreaterThan(2);
  }
});
