import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readValues } from '../models/scalars.ts';
import { drawDigit } from '../models/digits.ts';
import { ModelLibrary } from '../models/library.ts';
import type { Manifest } from '../models/manifest.ts';
import { busyModel, doublingModel } from '../models/samples.ts';
import { forkSpawner, type Child, type Spawner } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import type { Job } from './job.ts';
import { Pool, type PoolOptions } from './pool.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const LONG_MS = 600_000;

describe('compute pool, with real processes', () => {
  let built: Spawner;
  let folder = '';
  const pools: Pool[] = [];
  const children: Child[] = [];
  const models: Record<'doubling' | 'busy', { manifest: Manifest; path: string }> = {} as never;

  beforeAll(async () => {
    built = forkSpawner(await builtEntries('worker'));
    folder = await mkdtemp(join(tmpdir(), 'folkmoot-pool-'));
    // 4096 products of 1024 x 1024 matrices: minutes, whatever the machine.
    for (const [name, model] of Object.entries({ doubling: doublingModel(4), busy: busyModel(1024, 4096) })) {
      const path = join(folder, `${name}.onnx`);
      await writeFile(path, model.bytes);
      models[name as 'doubling' | 'busy'] = { manifest: model.manifest, path };
    }
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.stop()));
    children.length = 0;
  });
  afterAll(() => rm(folder, { recursive: true }));

  const spawner: Spawner = {
    spawn: (entry, options) => {
      const child = built.spawn(entry, options);
      children.push(child);
      return child;
    },
  };
  const open = async (more: Partial<PoolOptions> = {}): Promise<Pool> => {
    const pool = new Pool({ spawner, log: () => undefined, backoffMs: [1], ...more });
    pools.push(pool);
    await pool.start();
    return pool;
  };
  const doubling = (key: string, values = [1, 2, 3, 4], more: Partial<Job> = {}): Job => ({
    key,
    manifest: models.doubling.manifest,
    modelPath: models.doubling.path,
    input: new Uint8Array(Float32Array.from(values).buffer),
    timeoutMs: LONG_MS,
    ...more,
  });
  const busy = (key: string, more: Partial<Job> = {}): Job => ({
    key,
    manifest: models.busy.manifest,
    modelPath: models.busy.path,
    input: new Uint8Array(4096),
    timeoutMs: LONG_MS,
    ...more,
  });
  const doubled = (output: Uint8Array): unknown => readValues({ name: 'y', dtype: 'float32', shape: [4] }, output);
  const until = async (pool: Pool, holds: () => boolean): Promise<void> => {
    await new Promise<void>((resolve) => {
      const check = (): void => void (holds() && (end(), resolve()));
      const end = pool.onStatus(check);
      check();
    });
  };
  const atWork = (pool: Pool): Promise<void> => until(pool, () => pool.status()[0]?.state === 'busy');

  it('starts no process before there is work, then one for all of it', async () => {
    const pool = await open();
    expect(children.length).toBe(0);
    expect(pool.status()).toMatchObject([{ id: 'cpu-0', state: 'off', pid: null, done: 0 }]);
    expect(doubled((await pool.run(doubling('a'))).output)).toEqual([2, 4, 6, 8]);
    const result = await pool.run(doubling('b', [0.5, -1, 0, 7]));
    expect(doubled(result.output)).toEqual([1, -2, 0, 14]);
    expect(result.provider).toBe('cpu');
    expect(children.length).toBe(1);
    expect(pool.status()).toMatchObject([{ state: 'idle', done: 2, failed: 0, crashes: 0 }]);
  });

  it('answers many small jobs, each with its own answer', async () => {
    const pool = await open({ lanes: 2 });
    await pool.run(doubling('warm'));
    const jobs = Array.from({ length: 200 }, (_, index) => pool.run(doubling(`k${index}`, [index, 0, 0, 0])));
    const first = (await Promise.all(jobs)).map(({ output }) => (doubled(output) as number[])[0]);
    expect(first).toEqual(Array.from({ length: 200 }, (_, index) => index * 2));
    expect(children.length).toBeLessThanOrEqual(2);
  });

  it('runs the models that are shipped', async () => {
    const library = new ModelLibrary({
      builtIn: join(import.meta.dirname, '../../resources/models'),
      folder,
      log: () => undefined,
    });
    const [digits] = await library.list();
    const pool = await open();
    const job = {
      key: 'd',
      manifest: digits!.manifest,
      modelPath: await library.pathOf(digits!.digest),
      input: drawDigit(3, 2 ** 30),
      timeoutMs: LONG_MS,
    };
    const scores = readValues({ name: 's', dtype: 'int32', shape: [10] }, (await pool.run(job)).output) as number[];
    expect(scores.indexOf(Math.max(...scores))).toBe(3);
  });

  it('kills a job at its deadline and goes on with the next', async () => {
    const pool = await open();
    await expect(pool.run(busy('slow', { timeoutMs: 50 }))).rejects.toThrow(code('DEADLINE'));
    expect(doubled((await pool.run(doubling('a'))).output)).toEqual([2, 4, 6, 8]);
    expect(children.length).toBe(2);
    expect(pool.status()).toMatchObject([{ failed: 1, crashes: 0, done: 1 }]);
  });

  it('says that a lane crashed, starts another, and refuses a task that did it twice', async () => {
    const pool = await open();
    for (let time = 0; time < 2; time++) {
      const run = expect(pool.run(busy('bad'))).rejects.toThrow(code('LANE_CRASHED'));
      await atWork(pool);
      pool.killLane();
      await run;
    }
    await expect(pool.run(busy('bad'))).rejects.toThrow(code('POISON'));
    expect(doubled((await pool.run(doubling('good'))).output)).toEqual([2, 4, 6, 8]);
    expect(pool.status()).toMatchObject([{ crashes: 2, failed: 2, done: 1 }]);
  });

  it('cancels a job that runs and one that waits', async () => {
    const pool = await open();
    const running = new AbortController();
    const waiting = new AbortController();
    const first = expect(pool.run(busy('a', { signal: running.signal }))).rejects.toThrow(code('CANCELLED'));
    await atWork(pool);
    const second = expect(pool.run(busy('b', { signal: waiting.signal }))).rejects.toThrow(code('CANCELLED'));
    waiting.abort();
    await second;
    running.abort();
    await first;
    await expect(pool.run(busy('c', { signal: AbortSignal.abort() }))).rejects.toThrow(code('CANCELLED'));
    expect(pool.waiting).toBe(0);
  });

  it('bounds its queue and takes turns between sources', async () => {
    const pool = await open({ queue: 3 });
    const stop = new AbortController();
    const blocker = expect(pool.run(busy('block', { signal: stop.signal }))).rejects.toThrow(code('CANCELLED'));
    await atWork(pool);
    const order: string[] = [];
    const add = async (key: string, source: string): Promise<void> =>
      void (await pool.run(doubling(key, undefined, { source })), order.push(key));
    const all = [add('a1', 'a'), add('a2', 'a'), add('b1', 'b')];
    await expect(pool.run(doubling('a4'))).rejects.toThrow(code('QUEUE_FULL'));
    stop.abort();
    await Promise.all([blocker, ...all]);
    // a1 is the first run of this model, so its speed is unknown and it travels alone.
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  it('checks the file in the lane, the input before it, and the declared output after it', async () => {
    const pool = await open();
    await expect(pool.run(doubling('a', [1]))).rejects.toThrow(code('INPUT_SIZE'));
    expect(children.length).toBe(0);
    await expect(pool.run(doubling('b', undefined, { modelPath: models.busy.path }))).rejects.toThrow(
      code('MODEL_CHANGED'),
    );
    await expect(pool.run(doubling('c', undefined, { modelPath: join(folder, 'none.onnx') }))).rejects.toThrow(
      code('MODEL_CHANGED'),
    );
    const { manifest } = models.doubling;
    const outputs = [{ name: 'y', dtype: 'float32' as const, shape: [5] }];
    await expect(pool.run(doubling('d', undefined, { manifest: { ...manifest, outputs } }))).rejects.toThrow(
      code('OUTPUT_SIZE'),
    );
    const nowhere = [{ name: 'z', dtype: 'float32' as const, shape: [4] }];
    await expect(pool.run(doubling('e', undefined, { manifest: { ...manifest, outputs: nowhere } }))).rejects.toThrow(
      code('MODEL_REFUSED'),
    );
    expect(pool.status()).toMatchObject([{ crashes: 0, failed: 4 }]);
  });

  it('kills a lane that takes too much memory, and does not begin what is known to need too much', async () => {
    const pool = await open({ memoryBytes: 100 * 1024 * 1024 });
    await expect(pool.run(busy('big'))).rejects.toThrow(code('MEMORY'));
    const { manifest } = models.doubling;
    const bounds = { memoryBytes: 2 ** 30, timeMs: 1 };
    await expect(pool.run(doubling('huge', undefined, { manifest: { ...manifest, bounds } }))).rejects.toThrow(
      code('MEMORY_SHORT'),
    );
    expect(children.length).toBe(1);
  });

  it('stops in the middle of a job, refuses more, and can be started again', async () => {
    const pool = await open();
    const run = expect(pool.run(busy('a'))).rejects.toThrow(code('POOL_STOPPED'));
    const queued = expect(pool.run(busy('b'))).rejects.toThrow(code('POOL_STOPPED'));
    await atWork(pool);
    const { pid } = pool.status()[0]!;
    await pool.stop();
    await pool.stop();
    await run;
    await queued;
    expect(() => process.kill(pid!, 0)).toThrow();
    await expect(pool.run(doubling('c'))).rejects.toThrow(code('POOL_STOPPED'));
    await pool.start();
    expect(doubled((await pool.run(doubling('d'))).output)).toEqual([2, 4, 6, 8]);
  });

  it('gives an idle lane back and starts it again for the next job', async () => {
    const pool = await open({ idleMs: 1 });
    await pool.run(doubling('a'));
    await until(pool, () => pool.status()[0]?.state === 'off');
    expect(doubled((await pool.run(doubling('b'))).output)).toEqual([2, 4, 6, 8]);
    expect(children.length).toBe(2);
  });

  it('says when no process can be started at all', async () => {
    const pool = await open({
      spawner: {
        spawn: () => {
          throw new Error('worker.js is missing');
        },
      },
    });
    await expect(pool.run(doubling('a'))).rejects.toThrow(code('LANE_START'));
    await expect(pool.run(doubling('a'))).rejects.toThrow(/worker.js is missing/);
  });
});
