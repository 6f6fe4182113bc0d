import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getPriority } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { busyModel, doublingModel } from '../models/samples.ts';
import type { LanePlace } from './control.ts';
import type { Checkpoint } from './job.ts';
import { LARGE_BYTES } from './payload.ts';
import type { Priority } from './priority.ts';
import { countingModel, floats, jobOf, testPools, until, type TestModel, type TestPools } from './test-pool.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const CPU: LanePlace = { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 };
const CARD: LanePlace = { device: 'gpu:test', providers: ['cpu'], index: 0, lanes: 4 };
const run = { duty: 1, finish: false, memoryBytes: null };
const stop = { duty: 0, finish: false, memoryBytes: null };

let world: TestPools;
let doubling: TestModel;
let busy: TestModel;
let counting: TestModel;
let large: TestModel;
beforeAll(async () => {
  world = await testPools();
  doubling = await world.model('doubling', doublingModel(1));
  busy = await world.model('busy', busyModel(1024, 4096));
  counting = await world.model('counting', countingModel(20));
  large = await world.model('large', doublingModel(LARGE_BYTES));
});
afterEach(() => world.close());
afterAll(() => world.clean());

const block = (key: string, signal: AbortSignal): ReturnType<typeof jobOf> =>
  jobOf(
    busy,
    key,
    Array.from({ length: 1024 }, () => 0),
    { signal },
  );

it('has one lane per card and as many as wanted on the processor, and ends those that are taken away', async () => {
  const pool = await world.open();
  pool.place([CARD, { ...CPU, lanes: 2 }]);
  expect(pool.status().map(({ id, device }) => [id, device])).toEqual([
    ['gpu:test', 'gpu:test'],
    ['cpu-0', 'cpu'],
    ['cpu-1', 'cpu'],
  ]);
  const pinned = jobOf(doubling, 'a', [1], { device: 'gpu:test' });
  expect(floats((await pool.run(pinned)).output)).toEqual([2]);
  const { pid } = pool.status()[0]!;
  expect(pool.status()).toMatchObject([{ state: 'idle', provider: 'cpu' }, { state: 'off' }, { state: 'off' }]);
  pool.place([CPU]);
  expect(pool.status().map(({ id }) => id)).toEqual(['cpu-0']);
  await expect(pool.run(pinned)).rejects.toThrow(code('NO_DEVICE'));
  await new Promise<void>((resolve) => world.children.find((child) => child.pid === pid)!.onExit(() => resolve()));
});

it('a lane that finishes its job after it was taken away takes nothing from the one in its place', async () => {
  const pool = await world.open();
  pool.place([{ ...CPU, lanes: 2 }]);
  pool.direct('cpu', { ...run, finish: true });
  const ends = new Map(['held 0', 'held 1'].map((key) => [key, new AbortController()]));
  const held = new Map(
    [...ends].map(([key, { signal }]) => [
      key,
      expect(pool.run(block(key, signal))).rejects.toThrow(code('CANCELLED')),
    ]),
  );
  await until(pool, () => pool.status().every(({ state }) => state === 'busy'));
  const [first, second] = pool.status();
  const old = world.children.find(({ pid }) => pid === second!.pid)!;
  pool.place([CPU]);
  pool.place([{ ...CPU, lanes: 2 }]);
  const again = jobOf(
    large,
    'large',
    Array.from({ length: LARGE_BYTES }, (_, at) => at % 7),
  );
  const expected = Array.from({ length: LARGE_BYTES }, (_, at) => 2 * (at % 7));
  expect(floats((await pool.run(again)).output)).toEqual(expected);
  const gone = new Promise<void>((resolve) => old.onExit(() => resolve()));
  ends.get(second!.job!.key)!.abort();
  await Promise.all([held.get(second!.job!.key), gone]);
  expect(floats((await pool.run({ ...again, key: 'again' })).output)).toEqual(expected);
  expect(floats((await pool.run(jobOf(doubling, 'another model', [3]))).output)).toEqual([6]);
  ends.get(first!.job!.key)!.abort();
  await held.get(first!.job!.key);
});

it('a card that is placed anew while it works begins nothing before its old job is over', async () => {
  const pool = await world.open();
  const card = { ...CARD, lanes: 1 };
  pool.place([card]);
  pool.direct('gpu:test', { ...run, finish: true });
  const end = new AbortController();
  const held = expect(pool.run({ ...block('held', end.signal), device: 'gpu:test' })).rejects.toThrow(
    code('CANCELLED'),
  );
  await until(pool, () => pool.status()[0]?.state === 'busy');
  pool.place([{ ...card, index: 1 }]);
  const next = pool.run(jobOf(doubling, 'next', [1], { device: 'gpu:test' }));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(pool.status()).toMatchObject([{ state: 'off' }]);
  expect(world.children).toHaveLength(1);
  end.abort();
  await held;
  expect(floats((await next).output)).toEqual([2]);
});

it('stop kills what runs; the job waits, and is done when the device may run again', async () => {
  const pool = await world.open();
  const end = new AbortController();
  const job = expect(pool.run(block('a', end.signal))).rejects.toThrow(code('CANCELLED'));
  await until(pool, () => pool.status()[0]?.state === 'busy');
  expect(pool.status()[0]).toMatchObject({ job: { key: 'a', model: 'sample', progress: null }, stopped: false });
  pool.direct('cpu', stop);
  await until(pool, () => pool.status()[0]!.stopped);
  expect(pool.status()).toMatchObject([{ state: 'off', pid: null, job: null, duty: 0, crashes: 0, failed: 0 }]);
  expect(pool.waiting).toBe(1);
  const behind = pool.run(jobOf(doubling, 'b', [4]));
  pool.direct('cpu', run);
  await until(pool, () => pool.status()[0]?.state === 'busy');
  expect(pool.status()[0]).toMatchObject({ jobs: ['a'], duty: 1 });
  end.abort();
  await job;
  expect(floats((await behind).output)).toEqual([8]);
});

it('finish-then-stop lets the job in hand end, and begins no other', async () => {
  const pool = await world.open();
  const first = pool.run(jobOf(counting, 'a', [0], { steps: { count: 40, feed: [{ output: 'y', input: 'x' }] } }));
  await until(pool, () => pool.status()[0]?.state === 'busy');
  const second = pool.run(jobOf(counting, 'b', [5]));
  pool.direct('cpu', { ...stop, finish: true });
  expect(floats((await first).output)).toEqual([40]);
  await until(pool, () => pool.status()[0]!.stopped);
  expect(pool.waiting).toBe(1);
  pool.direct('cpu', run);
  expect(floats((await second).output)).toEqual([6]);
});

it('a share is confirmed by the process itself, and its priority is low', async () => {
  const pool = await world.open();
  await pool.run(jobOf(doubling, 'a', [1]));
  const { pid } = pool.status()[0]!;
  expect(getPriority(pid!)).toBeGreaterThan(0);
  pool.direct('cpu', { ...run, duty: 0.5 });
  await until(pool, () => pool.status()[0]!.duty === 0.5);
  expect(pool.status()[0]).toMatchObject({ pid, state: 'idle' });
  await pool.run(jobOf(doubling, 'b', [1]));
  expect(world.children).toHaveLength(1);
});

it('paid work goes first, then duty, then checks, then measurements', async () => {
  const pool = await world.open();
  const end = new AbortController();
  const blocker = expect(pool.run(block('x', end.signal))).rejects.toThrow(code('CANCELLED'));
  await until(pool, () => pool.status()[0]?.state === 'busy');
  const order: string[] = [];
  const add = async (priority: Priority): Promise<void> =>
    void (await pool.run(jobOf(doubling, priority, [1], { priority, source: 's' })), order.push(priority));
  const all = (['benchmark', 'speculative', 'duty', 'paid'] as const).map(add);
  end.abort();
  await Promise.all([blocker, ...all]);
  expect(order).toEqual(['paid', 'duty', 'speculative', 'benchmark']);
});

it('what no lane may take is refused, also when the limit comes while it waits', async () => {
  const pool = await world.open();
  const bounds = { memoryBytes: 2 ** 30, timeMs: 1 };
  const heavy = { ...doubling, manifest: { ...doubling.manifest, bounds } };
  pool.direct('cpu', stop);
  const waiting = expect(pool.run(jobOf(heavy, 'a', [1]))).rejects.toThrow(code('MEMORY_SHORT'));
  pool.direct('cpu', { ...run, memoryBytes: 2 ** 29 });
  await waiting;
  expect(floats((await pool.run(jobOf(doubling, 'b', [1]))).output)).toEqual([2]);
});

it('large tensors travel as files that are gone afterwards', async () => {
  const scratch = join(world.folder, 'scratch');
  const pool = await world.open({ scratch });
  const values = Array.from({ length: LARGE_BYTES }, (_, index) => index % 1000);
  const { output } = await pool.run(jobOf(large, 'a', values));
  expect(floats(output)).toEqual(values.map((value) => value * 2));
  const left = readdirSync(scratch, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left.map(({ name }) => name)).toEqual(['model-0']);
});

it('a job in steps that is killed in the middle goes on from its last checkpoint', async () => {
  const pool = await world.open();
  const checkpoints: Checkpoint[] = [];
  const shares: number[] = [];
  let killed = 0;
  const steps = {
    count: 60,
    every: 10,
    feed: [{ output: 'y', input: 'x' }],
    onCheckpoint: (checkpoint: Checkpoint) => {
      checkpoints.push(checkpoint);
      if (checkpoint.step === 30 && killed++ === 0) pool.killLane();
    },
  };
  const job = jobOf(counting, 'long', [100], { steps, onProgress: (share) => shares.push(share) });
  await expect(pool.run(job)).rejects.toThrow(code('LANE_CRASHED'));
  expect(floats((await pool.run(job)).output)).toEqual([160]);
  expect(checkpoints.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50]);
  expect(shares).toEqual([10, 20, 30, 40, 50].map((step) => step / 60));
  expect(pool.status()).toMatchObject([{ crashes: 1, done: 1 }]);
});

it('a device that is stopped in the middle of steps goes on from the checkpoint, too, and nobody notices', async () => {
  const pool = await world.open();
  const seen: number[] = [];
  const onCheckpoint = ({ step }: Checkpoint): void => {
    seen.push(step);
    if (step === 20 && seen.length === 2) {
      pool.direct('cpu', stop);
      pool.direct('cpu', run);
    }
  };
  const steps = { count: 40, every: 10, feed: [{ output: 'y', input: 'x' }], onCheckpoint };
  expect(floats((await pool.run(jobOf(counting, 'k', [0], { steps }))).output)).toEqual([40]);
  expect(seen).toEqual([10, 20, 30]);
  expect(world.children).toHaveLength(2);
});

it('steps whose ends do not fit are refused', async () => {
  const pool = await world.open();
  const steps = { count: 3, feed: [{ output: 'nowhere', input: 'x' }] };
  await expect(pool.run(jobOf(counting, 'k', [0], { steps }))).rejects.toThrow(code('MODEL_REFUSED'));
});
