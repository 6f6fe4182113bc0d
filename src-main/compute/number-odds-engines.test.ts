import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env as web, InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawDigit } from '../models/digits.ts';
import { parseManifest, type Verification } from '../models/manifest.ts';
import type { LanePlace } from './control.ts';
import type { Pool } from './pool.ts';
import { OPTIMISE } from './protocol.ts';
import { swiftShader } from './test-swiftshader.ts';
import { testPools, type TestPools } from './test-pool.ts';
import { agree, publishable } from './verification/agree.ts';

const CPU: LanePlace = { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 };
const CARD: LanePlace = { device: 'gpu:soft', providers: ['webgpu'], index: 0, lanes: 1 };
const folder = join(import.meta.dirname, '../../resources/models/number-odds');
const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const modelPath = join(folder, 'model.onnx');
const env = swiftShader();
const inputs = Array.from({ length: 10 }, (_, digit) => drawDigit(digit, 2 ** 30 + 900_000 + digit));

/** As the manifest has it, and the same values on a grid. */
const CLASSES: readonly Verification[] = [manifest.verification, { kind: 'rounded', step: 4e-3 }];

let world: TestPools;
let pool: Pool;
/** By engine, one result an input. */
const results = new Map<string, readonly Uint8Array[]>();

beforeAll(async () => {
  world = await testPools();
  pool = await world.open(env === undefined ? {} : { env });
  pool.place([CPU, CARD]);
  const job = { key: 'odds', manifest, modelPath, timeoutMs: 120_000 };
  const all = async (run: (input: Uint8Array) => Promise<Uint8Array>): Promise<readonly Uint8Array[]> => {
    const outputs: Uint8Array[] = [];
    for (const input of inputs) outputs.push(await run(input));
    return outputs;
  };
  for (const optimise of OPTIMISE) {
    const on = { ...job, optimise, device: 'cpu' };
    results.set(`cpu ${optimise}`, await all(async (input) => (await pool.run({ ...on, input })).output));
  }
  if (env !== undefined) {
    const outputs = await all(async (input) => {
      const { output, provider } = await pool.run({ ...job, input, device: 'gpu:soft' });
      expect(provider).toBe('webgpu');
      return output;
    });
    results.set('webgpu', outputs);
  }
  web.wasm.numThreads = 1;
  const session = await InferenceSession.create(new Uint8Array(readFileSync(modelPath)), {
    executionProviders: ['wasm'],
  });
  const inWasm = await all(async (input) => {
    const { odds } = await session.run({ pixels: new Tensor('uint8', input, [1, 1, 28, 28]) });
    if (!(odds?.data instanceof Float32Array)) throw new Error('wasm gave something else');
    return new Uint8Array(odds.data.slice().buffer);
  });
  results.set('wasm', inWasm);
  await session.release();
}, 240_000);
afterAll(() => world.clean());

test('engines differ in bits, or there would be nothing to tolerate', () => {
  const first = [...results.values()].map((outputs) => Buffer.concat(outputs).toString('hex'));
  expect(results.size).toBe(env === undefined ? 5 : 6);
  expect(new Set(first).size).toBeGreaterThan(1);
});

test.each(CLASSES)('whatever one engine publishes, every other one finds right: $kind', (verification) => {
  const model = { ...manifest, verification };
  for (const [solver, published] of results) {
    for (const [checker, own] of results) {
      published.forEach((output, at) => {
        const verdict = agree(model, publishable(model, output), own[at] as Uint8Array);
        expect(verdict.verdict, `${solver} checked by ${checker}`).toBe('same');
      });
    }
  }
});

test.each(CLASSES)('one value altered by one percent of the range is caught by every engine: $kind', (verification) => {
  const model = { ...manifest, verification };
  for (const [solver, outputs] of results) {
    outputs.forEach((output, digit) => {
      const values = new Float32Array(Uint8Array.from(output).buffer);
      const range = Math.max(...values) - Math.min(...values);
      for (let at = 0; at < values.length; at++) {
        const lie = Float32Array.from(values);
        lie[at] = (lie[at] as number) + 0.01 * range;
        const published = publishable(model, new Uint8Array(lie.buffer));
        for (const [checker, own] of results) {
          const { verdict } = agree(model, published, own[digit] as Uint8Array);
          expect(verdict, `${solver} lies at ${at}, checked by ${checker}`).toBe('different');
        }
      }
    });
  }
});
