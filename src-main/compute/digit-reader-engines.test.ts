import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env as web, InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { drawDigit } from '../models/digits.ts';
import { sha256 } from '../models/hash.ts';
import { parseManifest } from '../models/manifest.ts';
import type { LanePlace } from './control.ts';
import type { Pool } from './pool.ts';
import { OPTIMISE } from './protocol.ts';
import { swiftShader } from './test-swiftshader.ts';
import { testPools, type TestPools } from './test-pool.ts';

const CPU: LanePlace = { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 };
const CARD: LanePlace = { device: 'gpu:soft', providers: ['webgpu'], index: 0, lanes: 1 };
const folder = join(import.meta.dirname, '../../resources/models/digit-reader');
const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const modelPath = join(folder, 'model.onnx');
const env = swiftShader();
/** Ten digits, and the two pictures with the largest sums. */
const inputs = [
  ...Array.from({ length: 10 }, (_, digit) => drawDigit(digit, 2 ** 30 + 700_000 + digit)),
  new Uint8Array(784).fill(255),
  Uint8Array.from({ length: 784 }, (_, at) => (at % 2) * 255),
];

/** One hash over all results, so that a single differing bit shows. */
async function hashOf(run: (input: Uint8Array) => Promise<Uint8Array>): Promise<Digest> {
  const outputs: Uint8Array[] = [];
  for (const input of inputs) outputs.push(await run(input));
  return sha256(Buffer.concat(outputs));
}

describe('the digit reader gives one and the same hash', () => {
  let world: TestPools;
  let pool: Pool;
  let expected: Digest;
  const job = { key: 'd', manifest, modelPath, timeoutMs: 120_000 };
  beforeAll(async () => {
    world = await testPools();
    pool = await world.open(env === undefined ? {} : { env });
    pool.place([CPU, CARD]);
    expected = await hashOf(async (input) => (await pool.run({ ...job, input, device: 'cpu' })).output);
  });
  afterAll(() => world.clean());

  it.each(OPTIMISE)('on the processor, optimised: %s', async (optimise) => {
    const hash = await hashOf(async (input) => (await pool.run({ ...job, input, optimise, device: 'cpu' })).output);
    expect(hash).toBe(expected);
  });

  it.skipIf(env === undefined)(
    'on WebGPU',
    async () => {
      const hash = await hashOf(async (input) => {
        const { output, provider } = await pool.run({ ...job, input, device: 'gpu:soft' });
        expect(provider).toBe('webgpu');
        return output;
      });
      expect(hash).toBe(expected);
      expect(pool.status().find(({ device }) => device === 'gpu:soft')).toMatchObject({
        provider: 'webgpu',
        note: null,
      });
    },
    120_000,
  );

  it('in WebAssembly', async () => {
    web.wasm.numThreads = 1;
    const session = await InferenceSession.create(new Uint8Array(readFileSync(modelPath)), {
      executionProviders: ['wasm'],
    });
    const hash = await hashOf(async (input) => {
      const { scores } = await session.run({ pixels: new Tensor('uint8', input, [1, 1, 28, 28]) });
      const data = scores!.data as Int32Array;
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    });
    expect(hash).toBe(expected);
    await session.release();
  });
});
