import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { builtEntries } from '../process/test-build.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { KEPT } from './checkpoint-index.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Checkpoint, Job } from './job.ts';
import type { Pool } from './pool.ts';
import type { KilledPool } from './test-killed-pool.ts';
import { countingModel, floats, jobOf, testPools, type TestModel, type TestPools } from './test-pool.ts';

let world: TestPools;
let counting: TestModel;
let entries: string;
beforeAll(async () => {
  world = await testPools();
  entries = await builtEntries('worker');
  counting = await world.model('counting', countingModel(20));
});
afterEach(() => world.close());
afterAll(() => world.clean());

const COUNT = 60;
const feed = [{ output: 'y', input: 'x' }];

/** A folder as a node leaves it that was killed at step 30. */
async function killed(): Promise<string> {
  const folder = temporaryFolder();
  const checkpoints = join(folder, 'checkpoints');
  const plan: KilledPool = {
    entries,
    scratch: join(folder, 'scratch'),
    checkpoints,
    model: counting,
    count: COUNT,
    dieAt: 30,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test-killed-pool.ts'), JSON.stringify(plan)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
  expect(signal, said).toBe('SIGKILL');
  expect(readdirSync(checkpoints)).toHaveLength(2);
  return checkpoints;
}

/** Does the job again on that folder. @returns steps at which checkpoints were made, and what came out */
async function again(checkpoints: string, start = 100, more: Partial<Job> = {}) {
  const steps: number[] = [];
  const pool: Pool = await world.open({ checkpoints });
  const onCheckpoint = ({ step }: Checkpoint): void => void steps.push(step);
  const job = jobOf(counting, 'long', [start], { steps: { count: COUNT, every: 10, feed, onCheckpoint }, ...more });
  const { output } = await pool.run(job);
  return { steps, output: floats(output), pool };
}

const FROM_START = [10, 20, 30, 40, 50];

it('a node that was killed in the middle goes on from its checkpoint, and what is done is forgotten', async () => {
  const folder = await killed();
  const { steps, output, pool } = await again(folder);
  expect([steps, output]).toEqual([[40, 50], [160]]);
  expect(readdirSync(folder)).toEqual(['index.json']);
  expect(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))).toEqual({ version: 1, kept: [] });
  await pool.stop();
  expect((await again(folder)).steps).toEqual(FROM_START);
});

it('a stop keeps the place as well', async () => {
  const folder = await killed();
  const idle = await world.open({ checkpoints: folder });
  await idle.stop();
  const first = await again(folder);
  expect([first.steps, first.output]).toEqual([[40, 50], [160]]);
  await first.pool.stop();
});

it('the same key with another input is another job', async () => {
  const folder = await killed();
  const other = await again(folder, 7);
  expect([other.steps, other.output]).toEqual([FROM_START, [67]]);
});

it('a state that was changed on disk, or put away, costs the work and not the job', async () => {
  for (const harm of [
    (path: string) => writeFileSync(path, Buffer.from(Float32Array.of(1e6).buffer)),
    (path: string) => writeFileSync(path, 'longer than it was'),
    // A link, to whatever the node may read.
    (path: string) => {
      renameSync(path, `${path}.other`);
      symlinkSync(`${path}.other`, path);
    },
    (path: string) => rmSync(path),
  ]) {
    const folder = await killed();
    const state = readdirSync(folder).find((name) => name !== 'index.json') ?? '';
    harm(join(folder, state));
    const { steps, output } = await again(folder);
    expect([steps, output]).toEqual([FROM_START, [160]]);
  }
});

it('a state that changes while the node runs costs the work, too; one that the caller gave is an error', async () => {
  const folder = temporaryFolder();
  const pool = await world.open({ checkpoints: folder });
  const steps: number[] = [];
  let given: Checkpoint | undefined;
  const onCheckpoint = (checkpoint: Checkpoint): void => {
    steps.push(checkpoint.step);
    if (given !== undefined || checkpoint.step !== 30) return;
    given = checkpoint;
    writeFileSync(checkpoint.state.path, Buffer.from(Float32Array.of(1e6).buffer));
    pool.killLane();
  };
  const job = jobOf(counting, 'long', [100], { steps: { count: COUNT, every: 10, feed, onCheckpoint } });
  await expect(pool.run(job)).rejects.toMatchObject({ code: 'LANE_CRASHED' });
  expect(floats((await pool.run(job)).output)).toEqual([160]);
  expect(steps).toEqual([10, 20, 30, ...FROM_START]);
  const from = given as unknown as Checkpoint;
  const own = jobOf(counting, 'own', [100], { steps: { count: COUNT, feed, from } });
  await expect(pool.run(own)).rejects.toMatchObject({ code: 'PAYLOAD_CHANGED' });
});

it('an index that is torn, forged or not plain is ignored, and what it left is removed', async () => {
  const whole = {
    key: 'long',
    of: `0x${'11'.repeat(32)}`,
    at: Date.now(),
    step: 3,
    digest: `0x${'22'.repeat(32)}`,
    bytes: 4,
  };
  const wrong = [
    '',
    '{"version":1,"kept":[{"key":"lo',
    JSON.stringify({ version: 2, kept: [] }),
    JSON.stringify({ version: 1, kept: [{ ...whole, digest: '../../wallet/vault.json' }] }),
    JSON.stringify({ version: 1, kept: [{ ...whole, path: '/etc/passwd' }] }),
    JSON.stringify({ version: 1, kept: [{ ...whole, step: -1 }] }),
    JSON.stringify({ version: 1, kept: [{ ...whole, bytes: KEPT.bytes + 1 }] }),
    JSON.stringify({ version: 1, kept: Array.from({ length: KEPT.count + 1 }, () => whole) }),
    ' '.repeat(2 * 1024 * 1024),
  ];
  for (const text of wrong) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'index.json'), text);
    writeFileSync(join(folder, '22'.repeat(32)), 'four');
    writeFileSync(join(folder, 'mine.txt'), 'not of the pool');
    writeFileSync(join(folder, 'index.json.tmp'), 'half');
    const kept = new Checkpoints(folder, { stays: true });
    kept.open();
    expect(kept.get(jobOf(counting, 'long', [1], { steps: { count: 9, feed } }))).toBeUndefined();
    expect(readdirSync(folder).toSorted(), text.slice(0, 80)).toEqual(['index.json', 'mine.txt']);
  }
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'index.json'));
  const odd = new Checkpoints(folder, { stays: true });
  odd.open();
  const job = jobOf(counting, 'long', [1], { steps: { count: 9, feed } });
  const { state } = odd.save(job, 3, Uint8Array.of(1, 2, 3, 4));
  expect([existsSync(state.path), odd.get(job)?.step]).toEqual([true, 3]);
});

it('more than may be kept makes room for the newer; what lost its file is not kept on', () => {
  const folder = temporaryFolder();
  const jobs = Array.from({ length: KEPT.count + 9 }, (_, index) =>
    jobOf(counting, `job ${index}`, [index], { steps: { count: 9, feed } }),
  );
  const kept = new Checkpoints(folder, { stays: true });
  const saved = jobs.map((job, index) => kept.save(job, 3, Uint8Array.of(index, 0, 0, 0)));
  expect(readdirSync(folder)).toHaveLength(KEPT.count + 1);
  rmSync(saved.at(-1)!.state.path);
  writeFileSync(saved.at(-2)!.state.path, 'longer than it was');
  const again = new Checkpoints(folder, { stays: true });
  again.open();
  expect(jobs.filter((job) => again.get(job) !== undefined)).toEqual(jobs.slice(9, -2));
  expect(readdirSync(folder)).toHaveLength(KEPT.count - 1);
});

it('whatever the order of saves, drops and restarts: no more than may be, nothing that is not named, always the newest', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('save' as const), job: fc.nat(99), step: fc.integer({ min: 1, max: 98 }) }),
    fc.record({ kind: fc.constant('drop' as const), job: fc.nat(99) }),
    fc.record({ kind: fc.constant('restart' as const) }),
    fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (events) => {
      const folder = temporaryFolder();
      let at = 1_700_000_000_000;
      const open = (): Checkpoints => {
        const fresh = new Checkpoints(folder, { stays: true, now: () => at });
        fresh.open();
        return fresh;
      };
      const jobs = Array.from({ length: 100 }, (_, index) =>
        jobOf(counting, `job ${index}`, [index], { steps: { count: 99, feed } }),
      );
      const newest = new Map<number, { step: number; at: number }>();
      let kept = open();
      for (const one of events) {
        if (one.kind === 'wait') at += one.days * 24 * 3_600_000;
        else if (one.kind === 'restart') kept = open();
        else if (one.kind === 'drop') {
          kept.drop(`job ${one.job}`);
          newest.delete(one.job);
        } else {
          kept.save(jobs[one.job]!, one.step, Uint8Array.of(one.job, one.step, 0, 0));
          newest.delete(one.job);
          newest.set(one.job, { step: one.step, at });
        }
      }
      kept = open();
      const expected = [...newest].filter(([, each]) => at - each.at <= KEPT.ms).slice(-KEPT.count);
      const found = jobs.flatMap((job, index) => {
        const checkpoint = kept.get(job);
        if (checkpoint === undefined) return [];
        expect([...kept.read(checkpoint)]).toEqual([index, checkpoint.step, 0, 0]);
        return [[index, checkpoint.step]];
      });
      expect(found.toSorted()).toEqual(expected.map(([index, { step }]) => [index, step]).toSorted());
      expect(readdirSync(folder)).toHaveLength(found.length + 1);
    }),
    { numRuns: 40 },
  );
});
