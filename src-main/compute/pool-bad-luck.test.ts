import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Manifest } from '../models/manifest.ts';
import { GraphBuilder } from '../models/onnx/graph.ts';
import { writeModel } from '../models/onnx/write.ts';
import { busyModel, doublingModel, sampleManifest } from '../models/samples.ts';
import type { TensorSpec } from '../models/tensors.ts';
import { countingModel, floats, jobOf, testPools, until, type TestModel, type TestPools } from './test-pool.ts';

const code = (value: string): object => expect.objectContaining({ code: value });

let world: TestPools;
let doubling: TestModel;
let busy: TestModel;
beforeAll(async () => {
  world = await testPools();
  doubling = await world.model('doubling', doublingModel(1));
  busy = await world.model('busy', busyModel(1024, 4096));
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});
afterAll(() => world.clean());

const zeros = Array.from({ length: 1024 }, () => 0);
const one: TensorSpec = { name: 'x', dtype: 'float32', shape: [1] };

/** A graph of one input and one output of one value each. */
function tiny(
  make: (graph: GraphBuilder) => void,
  output: TensorSpec = { ...one, name: 'y' },
): {
  bytes: Uint8Array;
  manifest: Manifest;
} {
  const graph = new GraphBuilder('tiny');
  make(graph);
  const bytes = writeModel(graph.build([one], [output]));
  return { bytes, manifest: sampleManifest(bytes, [one], [output]) };
}

it('a native crash ends one lane and one job; the next job has a fresh lane', async () => {
  const pool = await world.open();
  const run = expect(pool.run(jobOf(busy, 'a', zeros))).rejects.toThrow(code('LANE_CRASHED'));
  await until(pool, () => pool.status()[0]?.state === 'busy');
  process.kill(pool.status()[0]!.pid!, 'SIGSEGV');
  await run;
  expect(floats((await pool.run(jobOf(doubling, 'b', [2]))).output)).toEqual([4]);
  expect(pool.status()).toMatchObject([{ crashes: 1, done: 1 }]);
});

it('an endless graph ends at its deadline', async () => {
  const pool = await world.open();
  await expect(pool.run(jobOf(busy, 'a', zeros, { timeoutMs: 100 }))).rejects.toThrow(code('DEADLINE'));
  expect(pool.status()).toMatchObject([{ failed: 1, crashes: 0 }]);
});

it('two terabytes are refused by the runtime, not by the system', async () => {
  const pool = await world.open();
  const huge = await world.model(
    'huge',
    tiny((graph) => {
      const block = graph.op('ConstantOfShape', [graph.constant('int64', [3], [8192, 8192, 8192])]);
      graph.op('Add', ['x', graph.op('ReduceSum', [block], { keepdims: 0 })], {}, 'y');
    }),
  );
  const run = pool.run(jobOf(huge, 'a', [1]));
  await expect(run).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^(RUN_FAILED|MEMORY|LANE_CRASHED)$/) }),
  );
  expect(floats((await pool.run(jobOf(doubling, 'b', [2]))).output)).toEqual([4]);
});

it('what is no number does not go in, and comes out as one pattern of bits', async () => {
  const pool = await world.open();
  await expect(pool.run(jobOf(doubling, 'a', [Number.NaN]))).rejects.toThrow(code('INPUT_VALUE'));
  await expect(pool.run(jobOf(doubling, 'a', [Number.POSITIVE_INFINITY]))).rejects.toThrow(code('INPUT_VALUE'));
  const root = await world.model(
    'root',
    tiny((graph) => void graph.op('Sqrt', ['x'], {}, 'y')),
  );
  for (const key of ['first', 'second', 'third']) {
    const { output } = await pool.run(jobOf(root, key, [-1]));
    expect(Buffer.from(output).toString('hex')).toBe('0000c07f');
  }
});

it('an empty input, one that is too long and a wrong type are told apart from a crash', async () => {
  const pool = await world.open();
  await expect(pool.run(jobOf(doubling, 'a', []))).rejects.toThrow(code('INPUT_SIZE'));
  await expect(pool.run(jobOf(doubling, 'a', [1, 2]))).rejects.toThrow(code('INPUT_SIZE'));
  const wrong = {
    ...doubling,
    manifest: { ...doubling.manifest, inputs: [{ name: 'x', dtype: 'int32' as const, shape: [1] }] },
  };
  await expect(pool.run(jobOf(wrong, 'a', [1]))).rejects.toThrow(code('RUN_FAILED'));
  expect(floats((await pool.run(jobOf(doubling, 'b', [2]))).output)).toEqual([4]);
  expect(pool.status()).toMatchObject([{ crashes: 0 }]);
});

it('a model file that changes on disk is noticed by the next process, and a repaired one is taken', async () => {
  const pool = await world.open();
  const modelPath = join(world.folder, 'changing.onnx');
  await copyFile(doubling.modelPath, modelPath);
  const model = { ...doubling, modelPath };
  expect(floats((await pool.run(jobOf(model, 'a', [2]))).output)).toEqual([4]);
  await appendFile(modelPath, 'x');
  // What is loaded was checked when it was read.
  expect(floats((await pool.run(jobOf(model, 'b', [3]))).output)).toEqual([6]);
  pool.killLane();
  await expect(pool.run(jobOf(model, 'c', [2]))).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^(MODEL_CHANGED|LANE_CRASHED)$/) }),
  );
  await expect(pool.run(jobOf(model, 'd', [2]))).rejects.toThrow(code('MODEL_CHANGED'));
  await writeFile(modelPath, await readFile(doubling.modelPath));
  expect(floats((await pool.run(jobOf(model, 'e', [2]))).output)).toEqual([4]);
});

it('a provider that is not there is said, and the next one in the list does the work', async () => {
  const said: string[] = [];
  const pool = await world.open({ log: (line) => said.push(line) });
  pool.place([{ device: 'gpu:gone', providers: ['cuda', 'cpu'], index: 0, lanes: 1 }]);
  const { output, provider } = await pool.run(jobOf(doubling, 'a', [2]));
  expect([floats(output), provider]).toEqual([[4], 'cpu']);
  expect(pool.status()).toMatchObject([
    { provider: 'cpu', note: expect.stringMatching(/^[A-Z].*\. It computes in another way for now\.$/) },
  ]);
  expect(said.some((line) => line.startsWith('gpu:gone: Not used here: cuda'))).toBe(true);
});

it('without any provider that works the job says so', async () => {
  const pool = await world.open();
  pool.place([{ device: 'gpu:gone', providers: ['cuda'], index: 0, lanes: 1 }]);
  await expect(pool.run(jobOf(doubling, 'a', [2]))).rejects.toThrow(code('PROVIDER_FAILED'));
});

it('work goes to the processor while a card cannot be started', async () => {
  const pool = await world.open();
  pool.place([
    { device: 'gpu:gone', providers: ['cuda'], index: 0, lanes: 1 },
    { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 },
  ]);
  const all = Array.from({ length: 8 }, (_, index) => pool.run(jobOf(doubling, `k${index}`, [index])));
  expect((await Promise.all(all)).map(({ output }) => floats(output)[0])).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
});

it('sleep in the middle: a lane that was frozen goes on', async () => {
  const pool = await world.open();
  await pool.run(jobOf(doubling, 'warm', [1]));
  const { pid } = pool.status()[0]!;
  process.kill(pid!, 'SIGSTOP');
  const run = pool.run(jobOf(doubling, 'a', [2]));
  await until(pool, () => pool.status()[0]?.state === 'busy');
  process.kill(pid!, 'SIGCONT');
  expect(floats((await run).output)).toEqual([4]);
  expect(pool.status()).toMatchObject([{ pid, crashes: 0 }]);
});

it('a job that waits for the rest its lane owes does not lose its deadline to it', async () => {
  const pool = await world.open();
  pool.direct('cpu', { duty: 0.05, finish: true, memoryBytes: null });
  const counting = await world.model('counting', countingModel(60));
  const { elapsedMs } = await pool.run(jobOf(counting, 'a', [1]));
  // The rest is 19 times the run.
  const next = pool.run(jobOf(counting, 'b', [2], { timeoutMs: Math.max(10, elapsedMs) * 3 }));
  expect(floats((await next).output)).toEqual([3]);
});

it('a frozen lane that never goes on ends at the deadline', async () => {
  const pool = await world.open();
  await pool.run(jobOf(doubling, 'warm', [1]));
  process.kill(pool.status()[0]!.pid!, 'SIGSTOP');
  // Not known to be quick any more: by itself, with a deadline of its own.
  await expect(pool.run(jobOf(busy, 'a', zeros, { timeoutMs: 50 }))).rejects.toThrow(code('DEADLINE'));
  expect(floats((await pool.run(jobOf(doubling, 'b', [2]))).output)).toEqual([4]);
});

it('a clock that jumps changes neither turns nor deadlines', async () => {
  const pool = await world.open();
  await pool.run(jobOf(doubling, 'warm', [1]));
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const jump of [10 * 365 * 86_400_000, -20 * 365 * 86_400_000]) {
    vi.setSystemTime(Date.now() + jump);
    expect(floats((await pool.run(jobOf(doubling, `jump ${jump}`, [2], { timeoutMs: 60_000 }))).output)).toEqual([4]);
  }
  expect(world.children).toHaveLength(1);
});
