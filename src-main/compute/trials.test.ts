import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../models/onnx/graph.ts';
import { writeModel } from '../models/onnx/write.ts';
import { sampleManifest } from '../models/samples.ts';
import type { TensorSpec } from '../models/tensors.ts';
import type { Spawner } from '../process/spawner.ts';
import { forkSpawner } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import type { LanePlace } from './control.ts';
import { GRAPH_SET } from './graphs/graph-set.ts';
import { difference } from './graphs/made-model.ts';
import { rankProviders } from './rank-providers.ts';
import { swiftShader } from './test-swiftshader.ts';
import { testPools, type TestPools } from './test-pool.ts';
import { Trials } from './trials.ts';

const CPU: LanePlace = { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 };
const CARD: LanePlace = { device: 'gpu:soft', providers: ['webgpu', 'cpu'], index: 0, lanes: 1 };
const env = swiftShader();
const quiet = (): void => undefined;

let spawner: Spawner;
beforeAll(async () => {
  spawner = forkSpawner(await builtEntries('worker'));
});

describe('trials of providers, each in a process of its own', () => {
  it('the processor runs the test graphs and the benchmark set', async () => {
    const trials = new Trials({ spawner, log: quiet, benchmarkMs: 1 });
    expect(await trials.tryProvider(CPU, 'cpu')).toMatchObject({ state: 'ran', difference: 0, cause: null, fix: null });
    const scores = await trials.benchmark(CPU, 'cpu');
    expect(scores.map(({ graph }) => graph)).toEqual(Object.keys(GRAPH_SET));
    expect(scores.every(({ runsPerSecond, device }) => runsPerSecond > 0 && device === 'cpu')).toBe(true);
  });

  it('says what is wrong with a provider and what would help', async () => {
    // No driver at all, whatever this machine has.
    const trials = new Trials({
      spawner,
      log: quiet,
      env: { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' },
    });
    expect(await trials.tryProvider(CARD, 'webgpu')).toMatchObject({
      state: 'failed',
      runMs: null,
      cause: expect.stringMatching(/\.$/),
      fix: expect.stringMatching(/\.$/),
    });
    expect(await trials.tryProvider(CARD, 'cuda')).toMatchObject({
      state: 'failed',
      cause: expect.stringMatching(/CUDA|NVIDIA/),
    });
    const foreign = process.platform === 'darwin' ? 'dml' : 'coreml';
    expect(await trials.tryProvider(CARD, foreign)).toMatchObject({ state: 'absent' });
    expect(await trials.benchmark(CARD, foreign)).toEqual([]);
  });

  it('ranks providers over the graphs that all of them ran', () => {
    const score = (provider: 'cpu' | 'webgpu', graph: string, runsPerSecond: number) => ({
      provider,
      graph,
      runsPerSecond,
      device: 'gpu:x',
      at: 0,
    });
    const scores = [
      score('cpu', 'a', 100),
      score('cpu', 'b', 1),
      score('webgpu', 'a', 50),
      score('webgpu', 'b', 50),
      score('cpu', 'c', 9_999),
    ];
    expect(rankProviders(scores)).toEqual(['webgpu', 'cpu']);
    expect(rankProviders([])).toEqual([]);
  });
});

describe.skipIf(env === undefined)('WebGPU on SwiftShader', () => {
  let world: TestPools;
  beforeAll(async () => {
    world = await testPools();
  });
  afterAll(() => world.clean());

  it('passes its trial: exact to the bit, float nearly, and the nodes really ran there', async () => {
    const trials = new Trials({ spawner, log: quiet, env: env! });
    const check = await trials.tryProvider(CARD, 'webgpu');
    expect(check).toMatchObject({ provider: 'webgpu', state: 'ran', cause: null });
    expect(check.difference).toBeLessThan(1e-4);
    expect(check.runMs).toBeGreaterThan(0);
  }, 120_000);

  it('a lane on it gives what the processor gives, within 1e-4, one model after the other', async () => {
    const notes: string[] = [];
    const pool = await world.open({ env: env!, log: (line) => notes.push(line) });
    pool.place([CARD, CPU]);
    for (const [name, make] of Object.entries(GRAPH_SET)) {
      const graph = make();
      const model = await world.model(name, {
        bytes: graph.bytes,
        manifest: sampleManifest(graph.bytes, graph.inputs, graph.outputs),
      });
      const job = { key: name, ...model, input: graph.input, timeoutMs: 120_000 };
      const there = await pool.run({ ...job, device: 'gpu:soft' });
      const here = await pool.run({ ...job, device: 'cpu' });
      expect([there.provider, here.provider], notes.join('\n')).toEqual(['webgpu', 'cpu']);
      expect(difference(there.output, here.output)).toBeLessThanOrEqual(graph.exact ? 0 : 1e-4);
    }
    expect(pool.status()[0]).toMatchObject({ device: 'gpu:soft', provider: 'webgpu', crashes: 0, note: null });
  }, 240_000);

  it('a graph that it does not take is not computed there by other means: the processor has the last word', async () => {
    const graph = new GraphBuilder('unfit');
    const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [1, 3] };
    const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [1, 2] };
    graph.op('MatMul', ['x', graph.constant('float32', [4, 2], new Float32Array(8))], {}, 'y');
    const bytes = writeModel(graph.build([x], [y]));
    const model = await world.model('unfit', { bytes, manifest: sampleManifest(bytes, [x], [y]) });
    const pool = await world.open({ env: env! });
    pool.place([CARD, CPU]);
    const job = { key: 'unfit', ...model, input: new Uint8Array(12), timeoutMs: 120_000 };
    await expect(pool.run({ ...job, device: 'gpu:soft' })).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' });
    expect(pool.status()[0]).toMatchObject({ provider: 'webgpu', note: expect.stringContaining('does not take') });
    await expect(pool.run(job)).rejects.toMatchObject({ code: 'MODEL_REFUSED' });
  }, 120_000);
});
