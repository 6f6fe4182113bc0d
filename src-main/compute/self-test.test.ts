import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleManifest } from '../models/samples.ts';
import { ComputeError, type Job, type JobResult } from './job.ts';
import { exact } from './graphs/exact.ts';
import type { Pool } from './pool.ts';
import { selfTest, type SelfTestOptions } from './self-test.ts';
import { swiftShader } from './test-swiftshader.ts';
import { testPools, type TestModel, type TestPools } from './test-pool.ts';

let world: TestPools;
let model: TestModel;
beforeAll(async () => {
  world = await testPools();
  const { bytes, inputs, outputs } = exact();
  model = await world.model('exact', { bytes, manifest: sampleManifest(bytes, inputs, outputs) });
});
afterAll(() => world.clean());

const run = (pool: SelfTestOptions['pool']) =>
  selfTest(model.manifest.file.digest, model.manifest, model.modelPath, {
    spawner: world.spawner,
    log: () => undefined,
    pool,
    now: () => 7,
  });
const env = swiftShader();

it(
  'an exact model gives one hash, however it is run; on WebGPU, too, where there is a driver',
  { timeout: 180_000 },
  async () => {
    const pool: Pool = await world.open(env === undefined ? {} : { env });
    if (env !== undefined)
      pool.place([
        { device: 'gpu:soft', providers: ['webgpu'], index: 0, lanes: 1 },
        { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 },
      ]);
    const test = await run(pool);
    expect(test).toMatchObject({ model: model.manifest.file.digest, passed: true, at: 7 });
    expect(test.runs.map(({ how }) => how)).toEqual([
      'cpu disabled',
      'cpu basic',
      'cpu extended',
      'cpu all',
      'cpu all again',
      'cpu in a batch, 1',
      'cpu in a batch, 8',
      'another process',
      ...(env === undefined ? [] : ['webgpu on gpu:soft']),
    ]);
  },
);

it('one differing bit on a card fails it, and says where', async () => {
  const calm = await world.open();
  const liar = {
    status: () => [{ ...calm.status()[0]!, device: 'gpu:liar', stopped: false }],
    run: async (job: Job): Promise<JobResult> => {
      const { output, elapsedMs } = await calm.run({ ...job, device: 'cpu' });
      return { output: output.with(0, (output[0] ?? 0) ^ 1), elapsedMs, provider: 'webgpu', device: 'gpu:liar' };
    },
  };
  const test = await run(liar);
  expect(test.passed).toBe(false);
  expect(new Set(test.runs.slice(0, -1).map(({ digest }) => digest)).size).toBe(1);
  expect(test.runs.at(-1)).toMatchObject({ how: 'webgpu on gpu:liar' });
});

it('it says which cards took part: one that cannot run it did not, one that was paused is tried another time', async () => {
  const calm = await world.open();
  const [lane] = calm.status();
  const cards = {
    status: () => ['gpu:good', 'gpu:bad', 'gpu:paused'].map((device) => ({ ...lane!, device, stopped: false })),
    run: async (job: Job): Promise<JobResult> => {
      if (job.device === 'gpu:bad') throw new ComputeError('PROVIDER_FAILED', 'No provider works.');
      if (job.device === 'gpu:paused') throw new ComputeError('CANCELLED', 'The job was cancelled.');
      return { ...(await calm.run({ ...job, device: 'cpu' })), provider: 'webgpu' };
    },
  };
  expect(await run(cards)).toMatchObject({ passed: true, devices: ['cpu', 'gpu:good'], refused: ['gpu:bad'] });
});

it('what is not said to be exact is not tested for it', async () => {
  const manifest = { ...model.manifest, verification: { kind: 'jury' as const } };
  const options = { spawner: world.spawner, log: () => undefined, pool: await world.open(), now: () => 7 };
  await expect(selfTest(manifest.file.digest, manifest, model.modelPath, options)).rejects.toThrow(/exact/);
});
