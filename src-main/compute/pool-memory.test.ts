import { totalmem } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../models/onnx/graph.ts';
import { writeModel } from '../models/onnx/write.ts';
import { busyModel, doublingModel, sampleManifest } from '../models/samples.ts';
import type { TensorSpec } from '../models/tensors.ts';
import { writeText } from '../models/codec.ts';
import { textFolder } from '../models/text-folder.ts';
import type { LanePlace } from './control.ts';
import { LANE_BYTES, residentBytes } from './memory.ts';
import { cpuPlace } from './places.ts';
import { countingModel, floats, jobOf, testPools, until, type TestModel, type TestPools } from './test-pool.ts';
import { classifierFiles } from './test-text-model.ts';
import { noise } from './verification/test-runs.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const MIB = 1024 ** 2;
const CARD: LanePlace = { device: 'gpu:test', providers: ['cpu'], index: 0, lanes: 1 };
const run = { duty: 1, finish: false, memoryBytes: null };

let world: TestPools;
let doubling: TestModel;
let counting: TestModel;
let busy: TestModel;
const wide: TestModel[] = [];
beforeAll(async () => {
  world = await testPools('text');
  doubling = await world.model('doubling', doublingModel(1));
  counting = await world.model('counting', countingModel(20));
  busy = await world.model('busy', busyModel(1024, 4096));
  for (const seed of [1, 2, 3]) wide.push(await world.model(`wide-${seed}`, wideModel(seed)));
});
afterEach(() => world.close());
afterAll(() => world.clean());

/** 32 MiB of weights. */
function wideModel(seed: number) {
  const graph = new GraphBuilder(`wide ${seed}`);
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [1, 1024] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [1, 8192] };
  graph.op('MatMul', ['x', graph.constant('float32', [1024, 8192], noise(1024 * 8192, seed, 1))], {}, 'y');
  const bytes = writeModel(graph.build([x], [y]));
  return { bytes, manifest: sampleManifest(bytes, [x], [y]) };
}

/** A small model whose author says that it takes so much, with the process around it. */
function said(memoryBytes: number): TestModel {
  return { ...doubling, manifest: { ...doubling.manifest, bounds: { memoryBytes, timeMs: 1 } } };
}

it('half of the computer’s memory is allowed at first, and shared by the lanes of the processor', async () => {
  const pool = await world.open();
  const half = Math.floor(totalmem() / 2);
  expect(floats((await pool.run(jobOf(said(half), 'a', [1]))).output)).toEqual([2]);
  await expect(pool.run(jobOf(said(half + 1), 'b', [1]))).rejects.toThrow(code('MEMORY_SHORT'));
  pool.place([cpuPlace(8)]);
  await expect(pool.run(jobOf(said(half), 'c', [1]))).rejects.toMatchObject({
    code: 'MEMORY_SHORT',
    remedy: expect.stringContaining('fewer pieces'),
  });
  expect(floats((await pool.run(jobOf(said(Math.floor(half / 8)), 'd', [1]))).output)).toEqual([2]);
});

it('a card’s limit binds its models and not its process; the computer’s memory binds the process', async () => {
  const pool = await world.open({ memoryBytes: 1024 * MIB });
  pool.place([CARD, cpuPlace(1)]);
  pool.direct('gpu:test', { ...run, memoryBytes: 16 * MIB });
  const there = { device: 'gpu:test' };
  const fits = said(LANE_BYTES + 16 * MIB);
  expect(floats((await pool.run(jobOf(fits, 'a', [1], there))).output)).toEqual([2]);
  await expect(pool.run(jobOf(said(LANE_BYTES + 17 * MIB), 'b', [1], there))).rejects.toThrow(
    /needs about 17 MiB; work may take 16 MiB here/,
  );
  const tight = await world.open({ memoryBytes: LANE_BYTES - MIB });
  tight.place([CARD, cpuPlace(1)]);
  await expect(tight.run(jobOf(doubling, 'c', [1], there))).rejects.toThrow(code('MEMORY_SHORT'));
});

describe.skipIf(process.platform !== 'linux')('where resident memory is watched', () => {
  const limit = { ...run, memoryBytes: 160 * MIB };
  const ask = (model: TestModel, key: string) =>
    jobOf(
      model,
      key,
      Array.from({ length: 1024 }, () => 1),
    );
  const steps = { count: 40, every: 5, feed: [{ output: 'y', input: 'x' }] };

  it('a lowered limit lets go what an idle lane has loaded: the next job is not killed for it', async () => {
    const pool = await world.open();
    for (const [at, model] of wide.entries()) await pool.run(ask(model, `wide ${at}`));
    expect(residentBytes(pool.status()[0]!.pid!)).toBeGreaterThan(limit.memoryBytes);
    pool.direct('cpu', limit);
    expect(floats((await pool.run(jobOf(counting, 'next', [0], { steps }))).output)).toEqual([40]);
    expect(residentBytes(pool.status()[0]!.pid!)).toBeLessThan(limit.memoryBytes);
    expect(pool.status()).toMatchObject([{ crashes: 0, failed: 0 }]);
  });

  it('an idle process that has more than it may have by now is ended, and the next one has room', async () => {
    const pool = await world.open();
    for (const [at, model] of wide.entries()) await pool.run(ask(model, `wide ${at}`));
    const ended = new Promise<void>((resolve) => world.children[0]!.onExit(() => resolve()));
    pool.direct('cpu', { ...run, memoryBytes: 64 * MIB });
    await ended;
    await until(pool, () => pool.status()[0]!.state === 'off');
    pool.direct('cpu', limit);
    expect(floats((await pool.run(jobOf(doubling, 'next', [1]))).output)).toEqual([2]);
    expect(pool.status()).toMatchObject([{ crashes: 0, failed: 0 }]);
  });

  it('a limit that is lowered under a job begins it anew in a fresh process, and blames nobody', async () => {
    const pool = await world.open();
    for (const [at, model] of wide.entries()) await pool.run(ask(model, `wide ${at}`));
    const { pid } = pool.status()[0]!;
    let first = true;
    const onCheckpoint = (): void => {
      if (first) pool.direct('cpu', limit);
      first = false;
    };
    const job = jobOf(counting, 'under way', [0], { steps: { ...steps, onCheckpoint } });
    expect(floats((await pool.run(job)).output)).toEqual([40]);
    expect(pool.status()).toMatchObject([{ crashes: 0, failed: 0 }]);
    expect(pool.status()[0]!.pid).not.toBe(pid);
  });

  it('a job that a lowered limit leaves no room for is refused, and is no crash', async () => {
    const pool = await world.open();
    const job = expect(pool.run(ask(busy, 'a'))).rejects.toThrow(code('MEMORY_SHORT'));
    await until(pool, () => pool.status()[0]?.state === 'busy');
    pool.direct('cpu', { ...run, memoryBytes: 64 * MIB });
    await job;
    expect(pool.status()).toMatchObject([{ crashes: 0 }]);
  });

  it('a process for graphs and one for texts do not stand side by side where both do not fit', async () => {
    const text = await world.model(
      'text',
      textFolder(classifierFiles(), { name: 'Text', author: '', description: '' }),
    );
    const pool = await world.open({ memoryBytes: 300 * MIB });
    for (const [at, model] of wide.entries()) await pool.run(ask(model, `wide ${at}`));
    const graphs = world.children[0]!;
    const gone = new Promise<void>((resolve) => graphs.onExit(() => resolve()));
    await pool.run({ key: 'text', ...text, input: writeText('good day', 4_096), timeoutMs: 600_000 });
    await gone;
    expect(pool.status()).toMatchObject([{ crashes: 0, failed: 0, state: 'idle' }]);
  });
});
