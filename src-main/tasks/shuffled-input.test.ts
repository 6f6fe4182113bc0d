import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { keccak256 } from 'ethers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DTYPE_BYTES, DTYPES, elements, wireBytes, type TensorSpec } from '../models/tensors.ts';
import { shuffledInput } from './shuffled-input.ts';

/** As jurors' proofs are defined, step by step: every version of the app must get these bytes. */
function asDefined(specs: readonly TensorSpec[], input: Uint8Array, seed: string): Uint8Array {
  const out = Uint8Array.from(input);
  const hashed = Buffer.alloc(40);
  Buffer.from(seed.slice(2).padStart(64, '0'), 'hex').copy(hashed);
  let block = Buffer.alloc(0);
  let counter = 0n;
  let start = 0;
  for (const spec of specs) {
    const size = DTYPE_BYTES[spec.dtype];
    const count = elements(spec);
    for (let i = count - 1; i > 0; i--) {
      if (block.length === 0) {
        hashed.writeBigUInt64BE(counter++, 32);
        block = Buffer.from(keccak256(hashed).slice(2), 'hex');
      }
      const [a, b] = [start + i * size, start + (block.readUInt32BE(0) % (i + 1)) * size];
      block = block.subarray(4);
      const kept = out.slice(a, a + size);
      out.copyWithin(a, b, b + size);
      out.set(kept, b);
    }
    start += count * size;
  }
  return out;
}

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 3)) & 255);

test('the bytes are those of the definition, whatever types and sizes follow each other', async () => {
  const spec = fc.record({
    name: fc.constant('x'),
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.oneof(
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
      fc.tuple(fc.integer({ min: 1_000, max: 3_000 })),
    ),
  });
  const seed = fc.stringMatching(/^0x[0-9a-f]{1,64}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(spec, { minLength: 1, maxLength: 4 }), seed, async (specs, from) => {
      const input = pattern(wireBytes(specs));
      expect(Buffer.compare(await shuffledInput(specs, input, from), asDefined(specs, input, from))).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('the bytes are those of the first version', async () => {
  const specs: TensorSpec[] = [
    { name: 'a', dtype: 'uint8', shape: [101] },
    { name: 'b', dtype: 'float64', shape: [3, 33] },
    { name: 'c', dtype: 'int16', shape: [] },
    { name: 'd', dtype: 'float32', shape: [64] },
  ];
  const shuffled = await shuffledInput(specs, pattern(wireBytes(specs)), '0x5eed');
  expect(createHash('sha256').update(shuffled).digest('hex')).toBe(
    '3219db41581e7df8fe6682d9a7ed293df44e7f92660ca0c4d04fe8521048a9fe',
  );
});

test('the process does other things while a large input is shuffled', async () => {
  const length = 2 ** 20;
  const state = { turns: 0, over: false };
  const counting = (async () => {
    for (; !state.over; state.turns++) await setImmediate();
  })();
  await shuffledInput([{ name: 'x', dtype: 'uint8', shape: [length] }], new Uint8Array(length), '0x1');
  state.over = true;
  await counting;
  expect(state.turns).toBeGreaterThan(4);
});
